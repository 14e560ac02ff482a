using System.Globalization;
using Arb.Devnet.Tooling;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

public sealed class TickMathTests
{
    [Fact]
    public void Prices_equal_the_contract_s_golden_vectors()
    {
        string path = Path.Combine(RepositoryRoot.Find(), "tests", "Arb.Tests", "Domain", "Markets", "tick-math.csv");
        string[][] vectors =
            [.. File.ReadLines(path).Where(line => line[0] != '#').Select(line => line.Split(','))];
        Assert.InRange(vectors.Length, 200, 400);
        foreach (string[] vector in vectors)
        {
            int tick = int.Parse(vector[0], CultureInfo.InvariantCulture);
            Assert.Equal(UInt256.Parse(vector[1], null), TickMath.SqrtPriceAtTick(tick));
        }
    }

    [Fact]
    public void Every_tick_has_a_price_above_the_one_before_and_is_the_tick_of_all_prices_up_to_the_next()
    {
        UInt256 previous = UInt256.Zero;
        for (int tick = TickMath.TickMin; tick <= TickMath.TickMax; tick++)
        {
            UInt256 price = TickMath.SqrtPriceAtTick(tick);
            // One assertion per tick would take most of the time of 1.7 million.
            if (price <= previous
                || (tick < TickMath.TickMax && TickMath.TickAtSqrtPrice(price) != tick)
                || (tick > TickMath.TickMin && TickMath.TickAtSqrtPrice(price - UInt256.One) != tick - 1))
            {
                Assert.Fail($"Tick {tick} with price {price} after {previous}.");
            }

            previous = price;
        }

        Assert.Equal(TickMath.SqrtPriceMin, TickMath.SqrtPriceAtTick(TickMath.TickMin));
        Assert.Equal(TickMath.SqrtPriceMax, TickMath.SqrtPriceAtTick(TickMath.TickMax));
    }

    [Fact]
    public void The_tick_of_a_price_is_the_greatest_whose_price_is_not_above_it() =>
        Gen.Select(Gen.Int[TickMath.TickMin, TickMath.TickMax - 1], Gen.ULong).Sample((tick, offset) =>
        {
            UInt256 low = TickMath.SqrtPriceAtTick(tick);
            UInt256 price = low + (offset % (TickMath.SqrtPriceAtTick(tick + 1) - low));
            Assert.Equal(tick, TickMath.TickAtSqrtPrice(price));
        });

    [Fact]
    public void Ticks_and_prices_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TickMath.SqrtPriceAtTick(TickMath.TickMin - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TickMath.SqrtPriceAtTick(TickMath.TickMax + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TickMath.SqrtPriceAtTick(int.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => TickMath.TickAtSqrtPrice(TickMath.SqrtPriceMin - UInt256.One));
        Assert.Throws<ArgumentOutOfRangeException>(() => TickMath.TickAtSqrtPrice(TickMath.SqrtPriceMax));
    }
}
