using System.Collections.Immutable;
using Arb.BundleRelay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using ArbFunctions.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ArbFunctions;

/// <summary>Registers the clients of the node and of the bundle relay.</summary>
internal static class ChainClients
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<IKeccak, Keccak>();

        // One connection pool for a process's life. No redirects: a redirected bundle would be shown to a stranger.
        services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan });
        services.AddSingleton(s => new JsonRpcClient(
            s.GetRequiredService<HttpClient>(),
            new JsonRpcOptions(SettingParser.Endpoint("Chain:RpcUrl", Chain(s).RpcUrl)),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(EthereumClient.Reader);
        services.AddSingleton<ILoanReader>(s => new LoanReader(
            s.GetRequiredService<JsonRpcClient>(), new LoanReaderOptions(Multicall(s), Lenders(Chain(s)))));
        services.AddSingleton<IPoolCreationReader>(s => new PoolCreationReader(
            s.GetRequiredService<JsonRpcClient>(), Chain(s).Factories.Select(Factory),
            Multicall(s),
            SettingParser.Address("Chain:Vault", Chain(s).Vault)));
        services.AddSingleton<IPoolStateReader>(s => new LensStateReader(s.GetRequiredService<JsonRpcClient>(), Slot(s)));
        services.AddSingleton<IQuoteProbe>(s => new QuoteProbe(s.GetRequiredService<JsonRpcClient>(), Multicall(s), Slot(s)));
        services.AddSingleton<IFeeHistoryReader>(s => new FeeHistoryReader(s.GetRequiredService<JsonRpcClient>()));
        services.AddSingleton<IBlockLogReader>(s => new BlockLogReader(s.GetRequiredService<JsonRpcClient>()));
        services.AddSingleton(s => new MarketKeeperOptions
        {
            // A round has a slot; a quarter of it is what slow exchanges may take.
            Patience = TimeSpan.FromSeconds(Chain(s).SlotSeconds) / 4,
            Witness = Witness(s) is { } second ? new ChainReader(second) : null,
            WitnessLogs = Witness(s) is { } logs ? new BlockLogReader(logs) : null,
        });
        services.AddSingleton<IExecutorEncoder>(s => new ExecutorEncoder(
            SettingParser.Address("Execution:Executor", Execution(s).Executor),
            SettingParser.Address("Execution:Recipient", Execution(s).Recipient),
            SettingParser.Address("Chain:WrappedEther", Chain(s).WrappedEther))
        {
            Vault = SettingParser.Address("Chain:Vault", Chain(s).Vault),
            PoolManager = PoolManagers(Chain(s)).FirstOrDefault(),
        });
        services.AddSingleton<ITokenProbe>(s => new NodeTokenProbe(
            s.GetRequiredService<JsonRpcClient>(), Multicall(s), s.GetRequiredService<IExecutorEncoder>().Executor));
        services.AddSingleton<INodeSimulator>(s => new NodeSimulator(
            s.GetRequiredService<JsonRpcClient>(),
            new NodeSimulatorOptions(s.GetRequiredService<IExecutorEncoder>().Recipient, (ulong)Chain(s).SlotSeconds)));
        services.AddSingleton<IBundleRelay>(CreateBundleRelay);
    }

    private static FlashbotsBundleRelay CreateBundleRelay(IServiceProvider services)
    {
        BundleRelaySettings settings = services.GetRequiredService<IOptions<BundleRelaySettings>>().Value;
        BundleRelayOptions options = new(SettingParser.Endpoint("BundleRelay:Url", settings.Url))
        {
            Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds),
        };
        return new FlashbotsBundleRelay(
            services.GetRequiredService<HttpClient>(),
            options,
            services.GetRequiredService<BundleRelayIdentity>().Key,
            services.GetRequiredService<TimeProvider>());
    }

    /// <summary>The second endpoint, when one is configured.</summary>
    private static JsonRpcClient? Witness(IServiceProvider services) =>
        Chain(services).WitnessRpcUrl is { Length: > 0 } url
            ? new JsonRpcClient(
                services.GetRequiredService<HttpClient>(),
                new JsonRpcOptions(SettingParser.Endpoint("Chain:WitnessRpcUrl", url)),
                services.GetRequiredService<TimeProvider>())
            : null;

    private static TimeSpan Slot(IServiceProvider services) => TimeSpan.FromSeconds(Chain(services).SlotSeconds);

    private static FactoryOptions Factory(FactorySetting factory, int index) => new(
        SettingParser.Address($"Chain:Factories:{index}:Address", factory.Address), factory.Dex, SettingParser.Fee($"Chain:Factories:{index}:FeePips", factory.FeePips))
    {
        Family = factory.Family,
        Variant = factory.Variant,
        FirstBlock = factory.FirstBlock,
    };

    /// <summary>Uniswap V4's pool managers; the executor is deployed with one.</summary>
    private static IEnumerable<Address> PoolManagers(ChainOptions chain) =>
        chain.Factories.Select(Factory).Where(static factory => factory.Family == PoolFamily.UniswapV4).Select(static factory => factory.Factory);

    /// <summary>Who can be asked for a loan: whom we trade with anyway, and whom the settings name.</summary>
    private static ImmutableArray<LenderOptions> Lenders(ChainOptions chain) =>
    [
        .. PoolManagers(chain).Select(static manager => new LenderOptions(Lender.UniswapV4, manager)),
        new LenderOptions(Lender.BalancerV2, SettingParser.Address("Chain:Vault", chain.Vault)),
        .. chain.Lenders.Select(static (lender, index) => lender.Kind is Lender.FirstPool or default(Lender)
            ? throw SettingParser.Invalid($"Chain:Lenders:{index}:Kind", $"'{lender.Kind}' is no lender that can be asked.")
            : new LenderOptions(lender.Kind, SettingParser.Address($"Chain:Lenders:{index}:Address", lender.Address))
            {
                PairFee = SettingParser.Fee($"Chain:Lenders:{index}:PairFeePips", lender.PairFeePips),
            }),
    ];

    private static Address Multicall(IServiceProvider services) => SettingParser.Address("Chain:Multicall", Chain(services).Multicall);

    private static ChainOptions Chain(IServiceProvider services) => services.GetRequiredService<IOptions<ChainOptions>>().Value;

    private static ExecutionOptions Execution(IServiceProvider services) => services.GetRequiredService<IOptions<ExecutionOptions>>().Value;
}
