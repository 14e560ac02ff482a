using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class ExecutorEncoderTests
{
    // contracts/test/Golden.t.sol builds the same programs by hand; ARB_UPDATE_GOLDEN=1 writes the file anew.
    private const string UpdateVariable = "ARB_UPDATE_GOLDEN";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Names => [.. ExecutorPlans.All.Keys];

    [Fact]
    public void Every_golden_vector_has_a_plan()
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) is not null)
        {
            SortedDictionary<string, string> made = new(StringComparer.Ordinal);
            foreach ((string name, ImmutableArray<ExecutionPlan> plans) in ExecutorPlans.All)
            {
                made.Add(name, Hex.Of(ExecutorPlans.Encoder.Encode(plans).Span));
            }

            File.WriteAllText(GoldenFile(), JsonSerializer.Serialize(made, Indented) + "\n");
        }

        Assert.Equal(ExecutorPlans.All.Keys.Order(StringComparer.Ordinal), Golden().Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_matches_the_golden_vector(string name) =>
        Assert.Equal(Golden()[name], Hex.Of(ExecutorPlans.Encoder.Encode(ExecutorPlans.All[name]).Span));

    [Fact]
    public void Encode_refuses_a_start_token_without_a_gas_rate()
    {
        ExecutorEncoder other = new(ExecutorPlans.Who("e0"), ExecutorPlans.Who("f0"), ExecutorPlans.Token);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => other.Encode(ExecutorPlans.TwoPairs));
        Assert.Contains($"start from WETH {ExecutorPlans.Token}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_refuses_a_bid_from_another_token_than_WETH() =>
        Refuses(ExecutorPlans.All["token_start_v3_v2"][0] with { BidBasisPoints = 1 });

    [Fact]
    public void Encode_refuses_another_rate_of_WETH_than_its_own()
    {
        ReadOnlyMemory<byte> silent = ExecutorPlans.Encoder.Encode(ExecutorPlans.TwoPairs);
        ReadOnlyMemory<byte> said = ExecutorPlans.Encoder.Encode(ExecutorPlans.TwoPairs with { TokenPerEthX96 = UInt256.One << 96 });
        Assert.Equal(silent.ToArray(), said.ToArray());
        Refuses(ExecutorPlans.TwoPairs with { TokenPerEthX96 = UInt256.One });
    }

    [Fact]
    public void Encode_refuses_cycles_with_different_rates()
    {
        ExecutionPlan one = ExecutorPlans.All["token_start_v3_v2"][0];
        ExecutionPlan other = one with { TokenPerEthX96 = one.TokenPerEthX96 + UInt256.One };
        Assert.Throws<ArgumentException>(() => ExecutorPlans.Encoder.Encode([one, other]));
        Assert.Throws<ArgumentException>(() => ExecutorPlans.Encoder.Encode([one, ExecutorPlans.TwoPairs]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Encode_refuses_a_bid_of_more_than_all(int basisPoints) =>
        Refuses(ExecutorPlans.TwoPairs with { BidBasisPoints = basisPoints });

    [Fact]
    public void Encode_refuses_a_deadline_that_does_not_fit() =>
        Refuses(ExecutorPlans.TwoPairs with { DeadlineBlock = 1UL << 40 });

    [Theory]
    [InlineData(-1)]
    [InlineData(1 << 24)]
    public void Encode_refuses_extra_gas_that_does_not_fit(int gas) =>
        Refuses(ExecutorPlans.TwoPairs with { ExtraGas = gas });

    [Fact]
    public void Encode_refuses_more_hops_than_the_contract_takes()
    {
        ImmutableArray<Hop> hops =
        [
            .. Enumerable.Range(0, 10).Select(i => new Hop(
                ExecutorPlans.Pair($"{i + 1:x2}"),
                i % 2 == 0 ? ExecutorPlans.Weth : ExecutorPlans.Token,
                i % 2 == 0 ? ExecutorPlans.Token : ExecutorPlans.Weth)),
        ];
        Refuses(ExecutorPlans.TwoPairs with { Route = new Route(hops) });
    }

    [Fact]
    public void Encode_refuses_lenders_whose_lock_the_route_needs()
    {
        ExecutionPlan balancer = ExecutorPlans.All["morpho_balancer_curve"][0];
        Refuses(balancer with { Loan = ExecutorPlans.Loan(Lender.BalancerV2, ExecutorPlans.Vault) });
        Refuses(ExecutorPlans.TwoPairs with { Loan = ExecutorPlans.Loan(Lender.UniswapV2, ExecutorPlans.Who("b1")) });
    }

    [Fact]
    public void Encode_refuses_another_vault_and_another_manager()
    {
        Refuses(ExecutorPlans.TwoPairs with { Loan = ExecutorPlans.Loan(Lender.BalancerV2, ExecutorPlans.Who("99")) });
        Refuses(ExecutorPlans.TwoPairs with { Loan = ExecutorPlans.Loan(Lender.UniswapV4, ExecutorPlans.Who("99")) });
        ExecutorEncoder bare = new(ExecutorPlans.Who("e0"), ExecutorPlans.Who("f0"), ExecutorPlans.Weth);
        Assert.Throws<ArgumentException>(() => bare.Encode(ExecutorPlans.TwoPairs));
    }

    [Fact]
    public void Whatever_can_run_without_a_loan_is_encoded_without_one_and_nothing_else()
    {
        int refused = 0;
        foreach (ExecutionPlan plan in ExecutorPlans.All.Values.SelectMany(plans => plans))
        {
            int hops = plan.Route.Hops.Length;
            ExecutionPlan bare = plan with
            {
                Loan = FlashLoanTerms.Nested(plan.Route.StartToken),
                Amounts = [plan.Notional, .. Enumerable.Repeat((UInt256)400_000UL, hops)],
            };
            if (bare.Loan.ConflictWith(plan.Route) is null)
            {
                Assert.NotEqual(0, ExecutorPlans.Encoder.Encode(bare).Length);
            }
            else
            {
                Refuses(bare);
                refused++;
            }
        }

        Assert.InRange(refused, 1, ExecutorPlans.All.Count - 1);
    }

    private static void Refuses(ExecutionPlan plan) =>
        Assert.Throws<ArgumentException>(() => ExecutorPlans.Encoder.Encode(plan));

    private static Dictionary<string, string> Golden() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(GoldenFile()))!;

    private static string GoldenFile([CallerFilePath] string file = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "contracts", "test", "golden", "programs.json"));
}
