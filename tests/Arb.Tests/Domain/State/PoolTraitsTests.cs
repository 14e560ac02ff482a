using Arb.Domain;

namespace Arb.Tests.State;

public sealed class PoolTraitsTests
{
    [Fact]
    public void Traits_of_every_variant_read_back_from_their_text()
    {
        foreach (CurveVariant variant in CurveVariant.All)
        {
            foreach (CurveRates rates in Enum.GetValues<CurveRates>())
            {
                ReadsBack(new CurveTraits(variant, 100, rates) { BasePool = StateLogs.Account(7), BalancesMove = true });
                ReadsBack(new CurveTraits(variant, 1, rates));
            }
        }

        foreach (SolidlyVariant variant in SolidlyVariant.All)
        {
            foreach (SolidlyFee fee in Enum.GetValues<SolidlyFee>())
            {
                ReadsBack(new SolidlyTraits(variant, fee, StateLogs.Account(8)));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("curve/no-such-variant/100/Plain/0x0000000000000000000000000000000000000000/balances-stay")]
    [InlineData("curve/base-2021/100/2/0x0000000000000000000000000000000000000000/balances-stay")]
    [InlineData("curve/base-2021/0100/Plain/0x0000000000000000000000000000000000000000/balances-stay")]
    [InlineData("curve/base-2021/100/Plain/0x0000000000000000000000000000000000000000/balances-dance")]
    [InlineData("solidly/aerodrome/Fixed")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => PoolTraits.Parse(text));

    private static void ReadsBack(PoolTraits traits) => Assert.Equal(traits, PoolTraits.Parse(traits.Text));
}
