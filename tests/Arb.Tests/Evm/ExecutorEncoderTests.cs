using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class ExecutorEncoderTests
{
    // ethers 6.17.0: Interface.encodeFunctionData("execute", …) with the struct as contracts/src/ArbExecutor.sol has it.
    private const string EthersCalldata =
        "0xeb1bbf49"
        + "0000000000000000000000000000000000000000000000000000000000000020"
        + "00000000000000000000000000000000000000000000000000000000000000a0"
        + "00000000000000000000000000000000000000000000000000000000075bcd15"
        + "0000000000000000000000000000000000000000000000000000000000000100"
        + "0000000000000000000000000000000000000000000000000000000000000007"
        + "0000000000000000000000000000000000000000000000000000000000002328"
        + "0000000000000000000000000000000000000000000000000de0b6b3a7640000"
        + "0000000000000000000000000000000000000001000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000004d2"
        + "0000000000000000000000000000000000000000000000000000000000000002"
        + "00000000000000000000000000000000000000000000000000000000000000b1"
        + "0000000000000000000000000000000000000000000000000000000000000bb8"
        + "0000000000000000000000000000000000000000000000000000000000000001"
        + "00000000000000000000000000000000000000000000000000000000000000b2"
        + "00000000000000000000000000000000000000000000000000000000000009c4"
        + "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly Address Weth = Who("a0");
    private static readonly Address Token = Who("c0");

    private static readonly ExecutionPlan Plan = new(
        new Route(
        [
            new Hop(PoolListing.Of(new PoolInfo(Who("b1"), "one", Weth, Token, new FeePips(3_000))), Weth, Token),
            new Hop(PoolListing.Of(new PoolInfo(Who("b2"), "two", Weth, Token, new FeePips(2_500))), Token, Weth),
        ]),
        123_456_789UL, 7UL, 9_000, 1_000_000_000_000_000_000UL, 1_234);

    [Fact]
    public void Encode_matches_ethers() =>
        Assert.Equal(EthersCalldata, Hex.Of(new ExecutorEncoder(Who("e0"), Who("f0"), Weth).Encode(Plan).Span));

    [Fact]
    public void Encode_refuses_a_start_token_without_a_gas_rate()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new ExecutorEncoder(Who("e0"), Who("f0"), Token).Encode(Plan));
        Assert.Contains($"start from WETH {Token}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Encode_refuses_a_bid_of_more_than_all(int basisPoints) =>
        Assert.Throws<ArgumentException>(() => new ExecutorEncoder(Who("e0"), Who("f0"), Weth)
            .Encode(Plan with { BidBasisPoints = basisPoints }));

    [Fact]
    public void Encode_refuses_more_hops_than_the_contract_takes()
    {
        ImmutableArray<Hop> hops =
        [
            .. Enumerable.Range(0, 10).Select(i => new Hop(
                PoolListing.Of(new PoolInfo(Who($"{i + 1:x2}"), "one", Weth, Token, new FeePips(3_000))),
                i % 2 == 0 ? Weth : Token,
                i % 2 == 0 ? Token : Weth)),
        ];
        Assert.Throws<ArgumentException>(() => new ExecutorEncoder(Who("e0"), Who("f0"), Weth)
            .Encode(Plan with { Route = new Route(hops) }));
    }

    private static Address Who(string last) => Address.Parse("0x" + last.PadLeft(40, '0'));
}
