using Arb.Domain;

namespace Arb.Tests.Markets;

/// <summary>Recorded answers of deployed contracts: <c>get_dy(i, j, dx)</c>. Where they come from is with the pools.</summary>
public sealed class CurveRecordedTests
{
    [Theory]
    [InlineData(0, 1, "1000000000000000", "999")]
    [InlineData(0, 2, "1000000000000000", "1000")]
    [InlineData(1, 0, "1", "999909687790")]
    [InlineData(1, 2, "100", "100")]
    [InlineData(2, 0, "3", "2998664269827")]
    [InlineData(2, 1, "30", "29")]
    public void Quotes_equal_those_of_3pool(int i, int j, string dx, string dy) => Compare(CurvePools.ThreePool, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "5000", "4998")]
    [InlineData(0, 1, "50000", "49986")]
    [InlineData(1, 0, "50000", "49983")]
    [InlineData(1, 0, "51000", "50982")]
    [InlineData(0, 1, "510000", "509863")]
    public void Quotes_equal_those_of_a_factory_pool_of_two(int i, int j, string dx, string dy) => Compare(CurvePools.UsdcUsdt, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "100000000000000", "140254485")]
    [InlineData(0, 1, "1000000000000", "140254485")]
    [InlineData(0, 1, "100000000", "99936588")]
    [InlineData(0, 1, "100002233", "99938816")]
    [InlineData(1, 0, "20000", "19982")]
    [InlineData(1, 0, "3000200", "2997456")]
    [InlineData(1, 0, "88001800", "69067695")]
    [InlineData(1, 0, "100000000000000", "69244498")]
    public void Quotes_equal_those_of_a_pool_drained_to_its_end(int i, int j, string dx, string dy) =>
        Compare(CurvePools.UsdcUsdtLater, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "500000000000000", "496315310333753")]
    [InlineData(0, 1, "50000000000000000", "49631528847328147")]
    [InlineData(0, 1, "5000000000000000000", "4963131024216305126")]
    [InlineData(0, 2, "50000000000000000", "49364")]
    [InlineData(0, 2, "5000000000000000000", "4936384")]
    [InlineData(2, 1, "5000", "5025079238286081")]
    [InlineData(2, 1, "500045", "502552896527853049")]
    public void Quotes_equal_those_of_a_factory_pool_of_three(int i, int j, string dx, string dy) =>
        Compare(CurvePools.ThreeEuros, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "500000000000000", "501")]
    [InlineData(0, 1, "50000000000000000", "50169")]
    [InlineData(0, 2, "5000000000000000000", "499")]
    [InlineData(2, 1, "1020", "10248489")]
    public void Quotes_equal_those_of_a_pool_with_18_6_and_2_decimals(int i, int j, string dx, string dy) =>
        Compare(CurvePools.EurosOfAllDecimals, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "500000000000000", "500008393783392")]
    [InlineData(0, 1, "500000000000000000", "500008321109370981")]
    [InlineData(1, 0, "500000000000000000", "499591620339898039")]
    [InlineData(1, 0, "5000000000000000000", "4995909662946962499")]
    public void Quotes_equal_those_of_an_ether_pool(int i, int j, string dx, string dy) => Compare(CurvePools.EthOeth, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "50000000000000123", "47184327843196292")]
    [InlineData(0, 1, "500000000000123", "471843279437909")]
    [InlineData(1, 0, "500000000000123", "529730979292097")]
    [InlineData(1, 0, "50000000000000123", "52973097809547429")]
    public void Quotes_equal_those_of_a_pool_with_a_rate(int i, int j, string dx, string dy) => Compare(CurvePools.CrvUsdSdai, i, j, dx, dy);

    [Theory]
    [InlineData(2, 1, "100000000", "99989535")]
    [InlineData(2, 0, "1", "999897685887")]
    public void Quotes_equal_those_of_the_Aave_pool(int i, int j, string dx, string dy) => Compare(CurvePools.Aave, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "100000000000000", "99")]
    [InlineData(1, 0, "2", "1999673788966")]
    public void Quotes_equal_those_of_the_Polygon_Aave_pool(int i, int j, string dx, string dy) => Compare(CurvePools.PolygonAave, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "5000000", "75900")]
    [InlineData(0, 1, "50000001", "75897")]
    [InlineData(0, 1, "500000012", "75897")]
    [InlineData(1, 0, "500000012", "50939")]
    [InlineData(1, 0, "50000001", "50939")]
    [InlineData(1, 0, "5000000", "50940")]
    public void Quotes_equal_those_of_an_NG_pool_far_off_its_peg(int i, int j, string dx, string dy) => Compare(CurvePools.SmallNg, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "50000000000000000", "49719")]
    [InlineData(0, 1, "500000000000000001", "497190")]
    [InlineData(0, 1, "5000000000000000012", "4971903")]
    [InlineData(1, 0, "5000001", "5026592848229394394")]
    [InlineData(1, 0, "500000", "502659192342457080")]
    [InlineData(1, 0, "50000", "50265919315764975")]
    [InlineData(1, 0, "5000", "5026591932391690")]
    public void Quotes_equal_those_of_an_NG_pool_with_18_and_6_decimals(int i, int j, string dx, string dy) =>
        Compare(CurvePools.CrvUsdNg, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "50000000000000000", "49183840532051551")]
    [InlineData(0, 1, "500000000000000000", "491838395529404280")]
    [InlineData(0, 1, "5000000000000000000", "4918382977155694248")]
    [InlineData(0, 1, "50000000000000000000", "49183731951271033406")]
    [InlineData(1, 0, "50000000000000000000", "50781231606587338678")]
    [InlineData(1, 0, "5000000000000000000", "5078133338462932470")]
    [InlineData(1, 0, "500000000000000000", "507813435641987387")]
    [InlineData(1, 0, "50000000000000000", "50781344581152143")]
    public void Quotes_equal_those_of_an_NG_metapool(int i, int j, string dx, string dy) => Compare(CurvePools.MkUsdNg, i, j, dx, dy);

    [Theory]
    [InlineData(0, 1, "50000000000000000", "40553074115672826")]
    [InlineData(0, 1, "500000000000000000", "405530528618569204")]
    [InlineData(0, 1, "5000000000000000000", "4055284031866541673")]
    [InlineData(0, 1, "50000000000000000000", "40550714375305973410")]
    [InlineData(1, 0, "50000000000000000000", "61553361367675214388")]
    [InlineData(1, 0, "5000000000000000000", "6155733280148991567")]
    [InlineData(1, 0, "500000000000000000", "615577301147228989")]
    [InlineData(1, 0, "50000000000000000", "61557769849618186")]
    public void Quotes_equal_those_of_an_NG_metapool_on_3pool(int i, int j, string dx, string dy) => Compare(CurvePools.PusdNg, i, j, dx, dy);

    [Fact]
    public void Pool_whose_invariant_oscillates_is_refused_as_it_reverts()
    {
        UInt256 dai = UInt256.Parse("1000000000000000000");
        Assert.Equal(SwapRefusal.NotConverged, CurvePools.Oscillating.QuoteView(2, 3, dai, out _));
        Assert.Equal(SwapRefusal.NotConverged, CurvePools.Oscillating.QuoteExactIn(2, 3, dai, out _));
        Assert.Equal(SwapRefusal.NotConverged, CurvePools.Oscillating.QuoteExactOut(2, 3, 1000, out _));
    }

    private static void Compare(CurveStableSwapPool pool, int i, int j, string dx, string dy)
    {
        Assert.Equal(SwapRefusal.None, pool.QuoteView(i, j, UInt256.Parse(dx), out UInt256 amountOut));
        Assert.Equal(UInt256.Parse(dy), amountOut);
    }
}
