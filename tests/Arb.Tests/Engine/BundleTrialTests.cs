using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class BundleTrialTests
{
    private static readonly PoolListing Cheap = PoolListing.Of(new PoolInfo(Account(21), "dex", Weth, Usdc, new FeePips(3_000)));
    private static readonly PoolListing Dear = PoolListing.Of(new PoolInfo(Account(22), "dex", Weth, Usdc, new FeePips(3_000)));
    private static readonly Route Route = new([new Hop(Dear, Weth, Usdc), new Hop(Cheap, Usdc, Weth)]);

    private static readonly FlashLoanTerms[] Offers =
    [
        FlashLoanTerms.Nested(Weth),
        new(Weth, Ether(1_000), UInt256.Zero) { Lender = Lender.Morpho, Contract = Account(31), Gas = 26_000 },
        new(Weth, Ether(1_000), UInt256.Zero) { Lender = Lender.BalancerV2, Contract = Account(32), Gas = 39_000 },
        new(Weth, Ether(1_000), 500_000_000_000_000UL) { Lender = Lender.AaveV3, Contract = Account(33), Gas = 130_000 },
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transaction_that_reverts_is_tried_with_the_next_best_lender()
    {
        StubNode node = new() { Fails = { Lender.FirstPool } };
        TrialResult result = await Trial(node).RunAsync(Opportunity(), Account(50), 1, Cancellation);
        Assert.True(result.Verdict.Accepted);
        Assert.Equal([Lender.FirstPool, Lender.Morpho], node.Tried);
        Assert.Equal(result.Bundle!.Cycle.GrossProfit, result.Simulation!.ProfitToRecipient);
        Assert.StartsWith("FirstPool", result.Bundle.Lenders.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_lender_that_failed_is_named_and_at_most_three_are_tried()
    {
        StubNode node = new() { Fails = { Lender.FirstPool, Lender.Morpho, Lender.BalancerV2, Lender.AaveV3 } };
        TrialResult result = await Trial(node).RunAsync(Opportunity(), Account(50), 1, Cancellation);
        Assert.Null(result.Bundle);
        Assert.Equal(RefusalReason.SimulationReverted, result.Verdict.Reason);
        Assert.Equal("with FirstPool: broken; with Morpho: broken; with BalancerV2: broken", result.Verdict.Detail);
        Assert.Equal(BundleTrial.LendersMax, node.Tried.Count);
    }

    [Fact]
    public async Task Transaction_that_ran_and_paid_too_little_is_not_tried_with_a_dearer_lender()
    {
        StubNode node = new() { Profit = UInt256.One };
        TrialResult result = await Trial(node).RunAsync(Opportunity(), Account(50), 1, Cancellation);
        Assert.Equal(RefusalReason.BelowProfitFloor, result.Verdict.Reason);
        Assert.Equal([Lender.FirstPool], node.Tried);
    }

    [Fact]
    public async Task When_the_lenders_run_out_the_failure_is_told_not_their_number()
    {
        StubNode node = new() { Fails = { Lender.FirstPool, Lender.Morpho }, Offers = Offers[..2] };
        TrialResult result = await Trial(node).RunAsync(Opportunity(), Account(50), 1, Cancellation);
        Assert.Equal("with FirstPool: broken; with Morpho: broken", result.Verdict.Detail);
    }

    private static BundleTrial Trial(StubNode node) => new(
        new BundlePreparation(node, node, node, node, new GasPrices(node, Policy, TimeProvider.System), Policy), node, Policy);

    private static Opportunity Opportunity() => new(
        new OpportunityKey("id", 31337, Block.Number, Block.TimestampSeconds + 2),
        "route",
        Block,
        new SizedCycle(Route, [1UL, 1UL, 1UL], UInt256.Zero),
        0,
        UInt256.Zero,
        UInt256.Zero,
        BigInteger.Zero,
        0);

    /// <summary>A node on which the loans of some lenders fail.</summary>
    private sealed class StubNode : IChainReader, IPoolStateReader, ILoanReader, IExecutorEncoder, INodeSimulator, IFeeHistoryReader
    {
        private ExecutionPlan? _encoded;

        public HashSet<Lender> Fails { get; } = [];

        public UInt256? Profit { get; init; }

        public FlashLoanTerms[] Offers { get; init; } = BundleTrialTests.Offers;

        public List<Lender> Tried { get; } = [];

        public Address Executor => Account(60);

        public Address Recipient => Account(61);

        public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => Task.FromResult(31337UL);

        public Task<BlockStamp> GetHeadAsync(CancellationToken cancellation) => Task.FromResult(Block);

        public Task<BlockStamp?> GetBlockAsync(ulong number, CancellationToken cancellation) => Task.FromResult<BlockStamp?>(Block);

        public Task<ulong> GetNonceAsync(Address account, CancellationToken cancellation) => Task.FromResult(0UL);

        public Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation) => Task.FromResult(Ether(100));

        public Task<TransactionReceipt?> GetReceiptAsync(Hash256 transactionHash, CancellationToken cancellation) =>
            Task.FromResult<TransactionReceipt?>(null);

        public Task<ImmutableArray<Hash256>?> GetBlockTransactionsAsync(Hash256 blockHash, CancellationToken cancellation) =>
            Task.FromResult<ImmutableArray<Hash256>?>(null);

        public Task<PoolReads> ReadAsync(BlockStamp block, IReadOnlyList<PoolListing> pools, CancellationToken cancellation) =>
            Task.FromResult(new PoolReads(
                [
                    .. pools.Select(pool => new ConstantProductState(
                        pool.Key, Ether(1_000), pool.Key == Dear.Key ? 3_300_000_000_000UL : 3_000_000_000_000UL)),
                ],
                []));

        public Task<LoanOffers> ReadAsync(BlockStamp block, IReadOnlyList<Address> tokens, CancellationToken cancellation) =>
            Task.FromResult(new LoanOffers([.. Offers], ImmutableSortedDictionary<string, string>.Empty));

        public Task<FeeHistory> ReadAsync(BlockStamp head, CancellationToken cancellation) => Task.FromResult(new FeeHistory([]));

        public ReadOnlyMemory<byte> Encode(ExecutionPlan plan)
        {
            _encoded = plan;
            return ReadOnlyMemory<byte>.Empty;
        }

        public Task<SimulationResult> SimulateAsync(
            BlockStamp head, UnsignedTransaction transaction, Address startToken, CancellationToken cancellation)
        {
            ExecutionPlan plan = _encoded!;
            Tried.Add(plan.Loan!.Lender);
            UInt256 gained = plan.Amounts[^1] - plan.Amounts[0] - plan.Loan.PremiumOf(plan.Notional);
            return Task.FromResult(Fails.Contains(plan.Loan.Lender)
                ? new SimulationResult(false, 100_000, transaction.MaxFeePerGasWei, UInt256.Zero, UInt256.Zero, "broken")
                : new SimulationResult(true, 150_000, transaction.MaxFeePerGasWei, Profit ?? gained, UInt256.Zero, null));
        }
    }
}
