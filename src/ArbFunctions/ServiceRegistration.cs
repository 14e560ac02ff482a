using Arb.Engine;
using Arb.MemoryBank;
using Arb.Scoring;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ArbFunctions;

/// <summary>Everything that is the same wherever the app runs. What differs is in <c>Platform/</c>.</summary>
internal static class ServiceRegistration
{
    public static void AddArbFunctions(this IServiceCollection services)
    {
        AddOptions<ChainOptions>(services, ChainOptions.Section);
        AddOptions<ExecutionOptions>(services, ExecutionOptions.Section);
        AddOptions<BundleRelaySettings>(services, BundleRelaySettings.Section);
        AddOptions<KeyOptions>(services, KeyOptions.Section);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(s => PolicyFactory.Create(Options<ChainOptions>(s), Options<ExecutionOptions>(s)));
        services.AddHostedService<StartupCheck>();
        ChainClients.Add(services);
        AddMemoryBank(services);
        AddUseCases(services);
    }

    private static void AddMemoryBank(IServiceCollection services)
    {
        services.AddSingleton(s => new MemoryBankTables(s.GetRequiredService<TableServiceClient>(), time: s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPoolRegistry, TablePoolRegistry>();
        services.AddSingleton<IOpportunityBank, TableOpportunityBank>();
        services.AddSingleton<IClaimBook, TableClaimBook>();
        services.AddSingleton<ILaneBook, TableLaneBook>();
        services.AddSingleton<IRoundBook, TableRoundBook>();
        services.AddSingleton<IKillSwitch, TableKillSwitch>();
        services.AddSingleton<ITokenBook, TableTokenBook>();
        services.AddSingleton<IProofBook, TableProofBook>();
        services.AddSingleton<IMarketStore>(s => new BlobMarketStore(s.GetRequiredService<BlobServiceClient>()));
        services.AddSingleton<IOpportunityPublisher, OpportunityQueue>();
    }

    private static void AddUseCases(IServiceCollection services)
    {
        services.AddSingleton<IOpportunityScorer, NetProfitScorer>();
        services.AddSingleton<OpportunityIds>();
        services.AddSingleton<OpportunityFilter>();
        services.AddSingleton<HeadWatch>();
        services.AddSingleton<PoolFloor>();
        services.AddSingleton<PoolDiscovery>();
        services.AddSingleton<PoolCatalog>();
        services.AddSingleton<TokenSafety>();
        services.AddSingleton<MarketKeeper>();
        services.AddSingleton<PoolAdmission>();
        services.AddSingleton<GasPrices>();
        services.AddSingleton<MarketView>();
        services.AddSingleton<MarketSearch>();
        services.AddSingleton<ScanRound>();
        services.AddSingleton<BundlePreparation>();
        services.AddSingleton<SigningGate>();
        services.AddSingleton<BundleSimulator>();
        services.AddSingleton<BundleSubmitter>();
        services.AddSingleton<InclusionCheck>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<OpportunityIntake>();
        services.AddSingleton<ClaimSweep>();
    }

    private static void AddOptions<TOptions>(IServiceCollection services, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => SettingParser.Bind(configuration, section, options))
            .ValidateDataAnnotations()
            .ValidateOnStart();

    private static TOptions Options<TOptions>(IServiceProvider services)
        where TOptions : class => services.GetRequiredService<IOptions<TOptions>>().Value;
}
