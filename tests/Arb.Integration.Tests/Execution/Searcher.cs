using System.Collections.Immutable;
using System.Globalization;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.MemoryBank;
using Arb.TestKit;
using ArbFunctions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Arb.Integration.Tests.Execution;

/// <summary>
/// The app's own services on the test's chain and tables, as <c>AddArbFunctions</c> wires them. Two searchers with one
/// <see cref="TablePrefix"/> are one deployment restarted with other settings.
/// </summary>
internal sealed class Searcher : IDisposable
{
    private static readonly Secp256k1Key RelayAuth = Secp256k1Key.Parse(new string('7', 64));

    private readonly ServiceProvider _services;

    private Searcher(ServiceProvider services, string tablePrefix, RecordingSigner signer, CapturedOpportunities published)
    {
        _services = services;
        TablePrefix = tablePrefix;
        Signer = signer;
        Published = published;
    }

    public string TablePrefix { get; }

    public RecordingSigner Signer { get; }

    public CapturedOpportunities Published { get; }

    public ScanRound Round => Get<ScanRound>();

    public OpportunityIntake Intake => Get<OpportunityIntake>();

    public BundleSimulator Simulator => Get<BundleSimulator>();

    public BundleSubmitter Submitter => Get<BundleSubmitter>();

    public InclusionCheck Inclusion => Get<InclusionCheck>();

    public OutcomeRecorder Recorder => Get<OutcomeRecorder>();

    public ClaimSweep Sweep => Get<ClaimSweep>();

    public IOpportunityBank Bank => Get<IOpportunityBank>();

    public IClaimBook Claims => Get<IClaimBook>();

    public IKillSwitch KillSwitch => Get<IKillSwitch>();

    public TradingPolicy Policy => Get<TradingPolicy>();

    /// <param name="world">Chain and storage.</param>
    /// <param name="change">Other limits.</param>
    /// <param name="after">A searcher whose tables it goes on with; fresh ones when null.</param>
    /// <param name="bundleRelay">Another bundle relay than the world's.</param>
    /// <param name="lanes">How many operators there are.</param>
    /// <param name="chainId">Chain it is configured for.</param>
    public static Searcher On(
        ExecutionWorld world,
        Func<TradingPolicy, TradingPolicy>? change = null,
        Searcher? after = null,
        Uri? bundleRelay = null,
        int lanes = 2,
        ulong chainId = 31337)
    {
        string prefix = after?.TablePrefix ?? UniqueName.Next("exec");
        RecordingSigner signer = new(
            new LocalTransactionSigner(chainId, DevnetAccounts.OperatorKeys.Take(lanes).Select(k => Secp256k1Key.Parse(k))));
        CapturedOpportunities published = new();
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(Settings(world, bundleRelay ?? world.Server.Url, chainId)).Build());
        services.AddLogging();
        services.AddArbFunctions();

        // What Platform/ adds, and what tests must see or loosen: the last registration counts.
        services.AddSingleton(new TableServiceClient(world.StorageConnection, MemoryBankTables.ClientOptions()));
        services.AddSingleton(s => new MemoryBankTables(s.GetRequiredService<TableServiceClient>(), prefix));
        services.AddSingleton<IMarketStore>(new BlobMarketStore(new BlobServiceClient(world.StorageConnection), prefix));
        services.AddSingleton<ITransactionSigner>(signer);
        services.AddSingleton(new BundleRelayIdentity(RelayAuth));
        services.AddSingleton<IOpportunityPublisher>(published);
        services.AddSingleton(s =>
        {
            TradingPolicy policy = PolicyFactory.Create(
                s.GetRequiredService<IOptions<ChainOptions>>().Value, s.GetRequiredService<IOptions<ExecutionOptions>>().Value);

            // The chain's clock is the tests' own and lies behind the wall's by as long as they take.
            policy = policy with { HeadStaleAfter = TimeSpan.FromDays(1) };
            return change is null ? policy : change(policy);
        });
        return new Searcher(services.BuildServiceProvider(validateScopes: true), prefix, signer, published);
    }

    /// <summary>Scans the head and returns what it published.</summary>
    public async Task<ImmutableArray<OpportunityKey>> ScanAsync(CancellationToken cancellation)
    {
        int before = Published.Keys.Length;
        RoundResult round = await Round.RunAsync(cancellation);
        Assert.Equal(RoundEnd.Scanned, round.End);
        return Published.Keys[before..];
    }

    /// <summary>Takes an opportunity up as its message's handler does.</summary>
    public async Task TakeUpAsync(OpportunityKey key, CancellationToken cancellation)
    {
        (IntakeDecision decision, string reason) = await Intake.DecideAsync(key, cancellation);
        Assert.True(decision == IntakeDecision.Start, reason);
        await Claims.MarkStartedAsync(key, cancellation);
    }

    /// <summary>Simulates, and submits for the first time.</summary>
    public async Task<SubmitStep> SubmitFirstAsync(OpportunityKey key, CancellationToken cancellation)
    {
        SimulateStep simulated = await Simulator.RunAsync(key, cancellation);
        Assert.True(simulated.GoOn, simulated.Reason);
        return await Submitter.RunAsync(key, 1, cancellation);
    }

    /// <summary>All outcomes there are.</summary>
    public async Task<List<Outcome>> OutcomesAsync(CancellationToken cancellation)
    {
        List<Outcome> outcomes = [];
        await foreach (Outcome outcome in Bank.QueryOutcomesAsync(
            Policy.ChainId, 0, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds(), cancellation))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }

    public void Dispose() => _services.Dispose();

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    private static Dictionary<string, string?> Settings(ExecutionWorld world, Uri bundleRelay, ulong chainId)
    {
        DevnetContracts contracts = world.Contracts;
        Dictionary<string, string?> settings = new()
        {
            ["Chain:Id"] = chainId.ToString(CultureInfo.InvariantCulture),
            ["Chain:RpcUrl"] = world.RpcUrl.ToString(),
            ["Chain:SlotSeconds"] = ExecutionWorld.SlotSeconds.ToString(CultureInfo.InvariantCulture),
            ["Chain:WrappedEther"] = contracts.WrappedEther.ToString(),
            ["Chain:Multicall"] = contracts.Multicall3.ToString(),
            ["Chain:Vault"] = contracts.Vault.ToString(),
            ["Execution:Mode"] = "Live",
            ["Execution:Executor"] = contracts.Executor.ToString(),
            ["Execution:Recipient"] = contracts.Recipient.ToString(),
            ["Execution:HopsMax"] = "2",
            ["BundleRelay:Url"] = bundleRelay.ToString(),

            // Never the subject here, and the machine may be busy.
            ["BundleRelay:TimeoutSeconds"] = "30",
        };
        for (int i = 0; i < contracts.Exchanges.Length; i++)
        {
            settings[$"Chain:Factories:{i}:Address"] = contracts.Exchanges[i].Factory.ToString();
            settings[$"Chain:Factories:{i}:Dex"] = contracts.Exchanges[i].Dex;
            settings[$"Chain:Factories:{i}:FeePips"] = contracts.Exchanges[i].Fee.Value.ToString(CultureInfo.InvariantCulture);
        }

        return settings;
    }
}

/// <summary>The queue's end of a round.</summary>
internal sealed class CapturedOpportunities : IOpportunityPublisher
{
    public ImmutableArray<OpportunityKey> Keys { get; private set; } = [];

    public Task PublishAsync(IReadOnlyCollection<OpportunityKey> keys, TimeSpan timeToLive, CancellationToken cancellation)
    {
        Keys = Keys.AddRange(keys);
        return Task.CompletedTask;
    }
}

/// <summary>The real signer, and all that it ever signed.</summary>
internal sealed class RecordingSigner(ITransactionSigner inner) : ITransactionSigner
{
    private ImmutableList<SignedTransaction> _signed = [];

    public ImmutableList<SignedTransaction> Signed => _signed;

    public ImmutableArray<Address> Operators => inner.Operators;

    public async Task<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellation)
    {
        SignedTransaction signed = await inner.SignAsync(transaction, cancellation);
        ImmutableInterlocked.Update(ref _signed, list => list.Add(signed));
        return signed;
    }
}
