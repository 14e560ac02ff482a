using System.Numerics;
using Arb.Domain;
using Arb.Scoring;
using CsCheck;

namespace Arb.Tests.Scoring;

public sealed class RankingTests
{
    [Fact]
    public void Net_profit_ranks_by_net_profit_losses_last()
    {
        NetProfitScorer scorer = new();
        BigInteger ether = BigInteger.Pow(10, 18);
        double[] scores = [.. new[] { -ether, 0, 1, ether }.Select(net => scorer.Score(Features(net)))];
        Assert.Equal([-1e18, 0, 1, 1e18], scores);
    }

    [Fact]
    public void Higher_scores_come_first_and_equal_ones_by_id()
    {
        (string Id, double Score)[] items = [("b", 1), ("c", 2), ("a", 1), ("B", 1)];
        Assert.Equal(["c", "B", "a", "b"], Ranking.Rank(items, i => i.Score, i => i.Id).Select(i => i.Id));
    }

    [Fact]
    public void Order_does_not_depend_on_the_order_given() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1000]).Array[0, 30].Sample(rows =>
        {
            (string Id, double Score)[] items = [.. rows.DistinctBy(r => r.Item2).Select(r => ($"{r.Item2}", (double)r.Item1))];
            Assert.Equal(
                Ranking.Rank(items, i => i.Score, i => i.Id),
                Ranking.Rank([.. items.Reverse()], i => i.Score, i => i.Id));
        });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_no_number_is_an_error_that_names_the_opportunity(double score)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Ranking.Rank(["0xabc"], _ => score, id => id));
        Assert.Contains("0xabc", error.Message, StringComparison.Ordinal);
    }

    private static OpportunityFeatures Features(BigInteger net) => new(net, UInt256.One, UInt256.One, 2, UInt256.One);
}
