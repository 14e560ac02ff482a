using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Integration.Tests.MemoryBank;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.State;

/// <summary>Pools without bytecode proof, admitted to Live only by what their own contracts answer at the pinned block.</summary>
public sealed class PoolAdmissionTests(StableWorld world, AzuriteFixture azurite) : IClassFixture<StableWorld>, IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contract_that_answers_as_its_model_is_admitted_and_one_wei_more_refuses_it()
    {
        TableProofBook book = new(SharedAzurite.Fresh(azurite));
        using PoolAdmission admission = Admission(book);
        AdmittedMarket all = await AdmitAsync(admission);
        Assert.Empty(all.Refused);
        Assert.Equal(4, all.Snapshot.Pools.Length);

        // Remembered: a contract that turns on us shows when its proof is renewed, here at once for a fresh book.
        await world.SendAsync(world.Plain, AbiWriter.Call("setDeviation(uint256,uint256)").Number(1UL).Number(0UL));
        await world.SendAsync(world.Volatile, AbiWriter.Call("setDeviation(uint256)").Number(1UL));
        Assert.Empty((await AdmitAsync(admission)).Refused);
        using PoolAdmission anew = Admission(new TableProofBook(SharedAzurite.Fresh(azurite)));
        AdmittedMarket some = await AdmitAsync(anew);
        Assert.Equal(2, some.Refused[nameof(RefusalReason.PoolModelDisagrees)]);
        Assert.Equal(
            new[] { world.Rated.Key, world.Stable.Key }, some.Snapshot.Pools.Select(static pool => pool.Listing.Key));
        Assert.All(some.Snapshot.Unreadable, static lost => Assert.Contains("the model something else", lost.Reason, StringComparison.Ordinal));

        // Dry-run refuses nobody.
        using PoolAdmission dry = new(Probe, book, Policy with { Mode = ExecutionMode.DryRun }, TimeProvider.System);
        Assert.Equal(4, (await AdmitAsync(dry)).Snapshot.Pools.Length);

        // A deviation of large amounts only is found too.
        await world.SendAsync(world.Plain, AbiWriter.Call("setDeviation(uint256,uint256)").Number(1UL).Number(StableWorld.Whole(3_000, 18)));
        await world.SendAsync(world.Volatile, AbiWriter.Call("setDeviation(uint256)").Number(0UL));
        using PoolAdmission careful = Admission(new TableProofBook(SharedAzurite.Fresh(azurite)));
        Assert.Equal(1, (await AdmitAsync(careful)).Refused[nameof(RefusalReason.PoolModelDisagrees)]);
        await world.SendAsync(world.Plain, AbiWriter.Call("setDeviation(uint256,uint256)").Number(0UL).Number(0UL));
    }

    [Fact]
    public async Task Agreement_is_stored_and_void_when_the_pool_begins_to_ramp()
    {
        MemoryBankTables tables = SharedAzurite.Fresh(azurite);
        using (PoolAdmission first = Admission(new TableProofBook(tables)))
        {
            Assert.Empty((await AdmitAsync(first)).Refused);
        }

        // Another process has the proofs without a probe.
        using PoolAdmission second = new(new NoProbe(), new TableProofBook(tables), Policy, TimeProvider.System);
        Assert.Empty((await AdmitAsync(second)).Refused);
        ulong now = (await world.Chain.GetHeadAsync(Cancellation)).TimestampSeconds;
        await world.SendAsync(world.Plain, AbiWriter.Call("ramp_A(uint256,uint256)").Number(500UL).Number(now + 500_000));
        AdmittedMarket ramping = await AdmitAsync(second);
        Assert.Equal(1, ramping.Refused[nameof(RefusalReason.PoolNotProven)]);
        Assert.Equal(world.Plain.Key, Assert.Single(ramping.Snapshot.Unreadable).Key);

        // At the target block's time model and contract agree again, to the wei.
        using PoolAdmission third = Admission(new TableProofBook(tables));
        Assert.Empty((await AdmitAsync(third)).Refused);
        await world.SendAsync(world.Plain, AbiWriter.Call("stop_ramp_A()"));
    }

    [Fact]
    public async Task Records_are_replaced_by_later_blocks_only()
    {
        TableProofBook book = new(SharedAzurite.Fresh(azurite));
        PoolKey other = new(world.Plain.Key.Contract, Keccak.Hash256("another"));
        ProofRecord record = new(world.Plain.Key, "curve", LiveReason.ProbesAgree, string.Empty, 100);
        ProofRecord refused = new(other, "curve", LiveReason.Disagrees, "one wei", 100);
        await book.PutAsync(31337, [record, refused], Cancellation);
        await book.PutAsync(31337, [record with { BlockNumber = 99, Reason = LiveReason.Disagrees }], Cancellation);
        await book.PutAsync(31337, [refused with { BlockNumber = 101, Reason = LiveReason.ProbesAgree }], Cancellation);
        ImmutableDictionary<PoolKey, ProofRecord> stored = await book.GetAsync(31337, Cancellation);
        Assert.Equal(record, stored[record.Pool]);
        Assert.Equal((101UL, LiveReason.ProbesAgree), (stored[other].BlockNumber, stored[other].Reason));
        Assert.Empty(await book.GetAsync(1, Cancellation));
    }

    private static TradingPolicy Policy { get; } = new()
    {
        ChainId = 31337,
        SlotLength = StableWorld.Slot,
        StartTokens = [Address.Zero],
        Mode = ExecutionMode.Live,
        MinProfitWei = 1UL,
        MaxGasPriceWei = 1UL,
        MaxSlippageBasisPoints = 100,
        PriorityFeePerGasWei = 1UL,
        BidBasisPoints = 0,
        BidStepBasisPoints = 0,
        BidMaxBasisPoints = 0,
        BidCapWei = 0UL,
    };

    private QuoteProbe Probe => new(world.Exact.Node, world.Multicall3, StableWorld.Slot);

    private PoolAdmission Admission(IProofBook book) => new(Probe, book, Policy, TimeProvider.System);

    private async Task<AdmittedMarket> AdmitAsync(PoolAdmission admission)
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolReads reads = await new LensStateReader(world.Exact.Node, StableWorld.Slot).ReadAsync(head, world.Pools, Cancellation);
        MarketState state = MarketState.At(head).With(reads.States);
        MarketSnapshot snapshot = new MarketView().Of(state, [], world.Pools, []);
        Assert.Equal(4, snapshot.Pools.Length);
        return await admission.AdmitAsync(snapshot, state, Cancellation);
    }

    /// <summary>A node that cannot be asked.</summary>
    private sealed class NoProbe : IQuoteProbe
    {
        public Task<ImmutableArray<PoolProbes>> AskAsync(
            BlockStamp block, IReadOnlyList<ProbeRequest> requests, CancellationToken cancellation) =>
            throw new ChainUnavailableException("no answer");
    }
}
