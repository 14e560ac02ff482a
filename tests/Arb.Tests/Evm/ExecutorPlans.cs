using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

/// <summary>The plans of the golden vectors. Pool b1 trades first, b2 second, b3 third; WETH is a0, the tokens c0 and c1.</summary>
internal static class ExecutorPlans
{
    public static readonly Address Weth = Who("a0");
    public static readonly Address Token = Who("c0");
    public static readonly Address Other = Who("c1");
    public static readonly Address Vault = Who("d0");
    public static readonly Address Manager = Who("d1");

    public static readonly ExecutorEncoder Encoder =
        new(Who("e0"), Who("f0"), Weth) { Vault = Vault, PoolManager = Manager };

    private static readonly FlashLoanTerms Morpho = Loan(Lender.Morpho, Who("1e"));

    /// <summary>0xabcdef raw units for one wei, times 2^96.</summary>
    public static readonly UInt256 TokenRate = (UInt256)0xabcdefUL << 96;

    public static readonly ExecutionPlan TwoPairs = Plan([Pair("b1"), Pair("b2")]) with
    {
        BidBasisPoints = 9_000,
        ExtraGas = 2_500,
    };

    public static readonly IReadOnlyDictionary<string, ImmutableArray<ExecutionPlan>> All =
        new Dictionary<string, ImmutableArray<ExecutionPlan>>
        {
            ["balancer_loan_v2_v2"] = [TwoPairs],
            ["nested_v3_v2"] = [Plan([V3("b1"), Pair("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) }],
            ["nested_v2_v2"] = [Plan([Pair("b1"), Pair("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) }],
            ["nested_v2_v3"] = [Known(Plan([Pair("b1"), V3("b2")]))],
            ["nested_v3_v3"] = [Known(Plan([V3("b1"), V3("b2")]))],
            ["nested_v3_curve"] = [Plan([V3("b1"), Curve("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) }],
            ["nested_curve_v2"] = [Known(Plan([Curve("b1"), Pair("b2")]))],
            ["nested_v4_v2"] = [Plan([V4("b1", Weth, Token), Pair("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) }],
            ["nested_v4_ether_v4_v3"] =
            [
                Plan([V4("b1", default, Token), V4("b2", Token, Other), V3("b3", Weth, Other)], Token, Other)
                    with { Loan = FlashLoanTerms.Nested(Weth) },
            ],
            ["balancer_cycle"] = [Plan([Balancer("b1"), Balancer("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) }],
            ["v4_loan_v2_v4"] = [Plan([Pair("b1"), V4("b2", Weth, Token)]) with { Loan = Loan(Lender.UniswapV4, Manager) }],
            ["morpho_balancer_curve"] = [Plan([Balancer("b1"), Curve("b2")]) with { Loan = Morpho }],
            ["morpho_v3_v4_ether"] = [Plan([V3("b1"), V4("b2", default, Token)]) with { Loan = Morpho }],
            ["aave_batch_v2"] =
            [
                Plan([Balancer("b1"), Balancer("b2", Token, Other), Pair("b3", Weth, Other)], Token, Other)
                    with { Loan = Loan(Lender.AaveV3, Who("1f")) },
            ],
            ["balancer_v3_loan_solidly_v2"] =
                [Plan([Solidly("b1"), Pair("b2")]) with { Loan = Loan(Lender.BalancerV3, Who("1f")) }],
            ["v3_flash_v2_solidly"] =
                [Plan([Pair("b1"), Solidly("b2")]) with { Loan = Loan(Lender.UniswapV3, Who("1f")) with { IsToken0 = true } }],
            ["v2_flash_v3_v2"] =
                [Plan([V3("b1"), Pair("b2")]) with { Loan = Loan(Lender.UniswapV2, Who("1f")) with { PoolFee = new FeePips(2_500) } }],
            ["erc3156_v3_v2"] = [Plan([V3("b1"), Pair("b2")]) with { Loan = Loan(Lender.Erc3156, Who("1f")) }],
            ["token_start_v3_v2"] =
            [
                new ExecutionPlan(new Route([new Hop(V3("b1"), Token, Weth), new Hop(Pair("b2"), Weth, Token)]), 123_456_789UL, 7UL, 0, 0UL, 1_234)
                {
                    Loan = FlashLoanTerms.Nested(Token),
                    TokenPerEthX96 = TokenRate,
                },
            ],
            ["two_cycles"] =
            [
                Plan([V3("b1"), Pair("b2")]) with { Loan = FlashLoanTerms.Nested(Weth) },
                Plan([Pair("b3", Weth, Other), Pair("b4", Weth, Other)], Other) with { Loan = FlashLoanTerms.Nested(Weth) },
            ],
        };

    public static Address Who(string last) => Address.Parse("0x" + last.PadLeft(40, '0'));

    public static PoolListing Pair(string pool) => Pair(pool, Weth, Token);

    private static PoolListing Pair(string pool, Address token0, Address token1) =>
        new(new PoolKey(Who(pool)), PoolFamily.UniswapV2, "v2", [token0, token1], new FeePips(3_000));

    private static PoolListing V3(string pool) => V3(pool, Weth, Token);

    private static PoolListing V3(string pool, Address token0, Address token1) =>
        new(new PoolKey(Who(pool)), PoolFamily.UniswapV3, "v3", [token0, token1], new FeePips(500)) { TickSpacing = 10 };

    private static PoolListing Curve(string pool) =>
        new(new PoolKey(Who(pool)), PoolFamily.CurveStableSwap, "curve", [Other, Token, Weth], new FeePips(400));

    private static PoolListing Solidly(string pool) =>
        new(new PoolKey(Who(pool)), PoolFamily.SolidlyVolatile, "solidly", [Weth, Token], new FeePips(3_000));

    private static PoolListing V4(string id, Address currency0, Address currency1) =>
        new(
            new PoolKey(Manager, Hash256.Parse("0x" + id.PadLeft(64, '0'))), PoolFamily.UniswapV4, "v4",
            [currency0, currency1], new FeePips(3_000))
        {
            TickSpacing = 60,
        };

    private static PoolListing Balancer(string pool) => Balancer(pool, Weth, Token);

    private static PoolListing Balancer(string pool, Address token0, Address token1) =>
        new(new PoolKey(Who(pool)), PoolFamily.BalancerWeighted, "balancer", [token0, token1], new FeePips(3_000))
        {
            Vault = Vault,
            VaultId = Hash256.Parse("0x" + pool.PadLeft(40, '0') + "0002" + "00000000000000000001"),
        };

    /// <summary>A lender of WETH.</summary>
    public static FlashLoanTerms Loan(Lender lender, Address contract) =>
        new(Weth, UInt256.MaxValue, UInt256.Zero) { Lender = lender, Contract = contract };

    private static ExecutionPlan Known(ExecutionPlan plan) => plan with
    {
        Loan = FlashLoanTerms.Nested(Weth),
        Amounts = [plan.Notional, 400_000UL, 123_460_000UL],
    };

    private static ExecutionPlan Plan(ImmutableArray<PoolListing> pools, params ReadOnlySpan<Address> between)
    {
        Address[] tokens = between.IsEmpty ? [Weth, Token, Weth] : [Weth, .. between, Weth];
        ImmutableArray<Hop> hops = [.. pools.Select((pool, i) => new Hop(pool, tokens[i], tokens[i + 1]))];
        return new ExecutionPlan(new Route(hops), 123_456_789UL, 7UL, 0, 1_000_000_000_000_000_000UL, 1_234);
    }
}
