using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class UInt256DivisionTests
{
    // q·d − 1: the leading limbs alone say q, the truth is q − 1. With three or more limbs this takes Knuth's add-back step.
    [Fact]
    public void One_below_a_multiple_gives_one_less_and_the_greatest_remainder() =>
        Gen.Select(Words.Any, Words.Any).Sample((left, divisor) =>
        {
            if (divisor.IsZero || left < divisor)
            {
                return;
            }

            UInt256 multiple = left - (left % divisor);
            (UInt256 quotient, UInt256 rest) = UInt256.DivRem(multiple - UInt256.One, divisor);
            Assert.Equal((multiple / divisor) - UInt256.One, quotient);
            Assert.Equal(divisor - UInt256.One, rest);
        });

    [Fact]
    public void Add_back_is_taken_for_three_and_four_limbs()
    {
        // d = 2^191 + 1 and 5·d − 1; then a four-limb divisor under a 512-bit dividend.
        UInt256 three = (UInt256.One << 191) + UInt256.One;
        (UInt256 quotient, UInt256 remainder) = UInt256.DivRem((three * 5) - UInt256.One, three);
        Assert.Equal<UInt256>(4, quotient);
        Assert.Equal(three - UInt256.One, remainder);

        UInt256 four = (UInt256.One << 255) + UInt256.One;
        Span<ulong> wide = stackalloc ulong[8];
        UInt256.MultiplyWide(four, UInt256.MaxValue, wide);
        wide[0]--;
        UInt256 rest = UInt256.Divide(wide, four);
        Assert.Equal(four - UInt256.One, rest);
        Assert.Equal(UInt256.MaxValue - UInt256.One, new UInt256(wide[0], wide[1], wide[2], wide[3]));
    }

    [Fact]
    public void Equal_leading_limbs_give_the_greatest_quotient_limb()
    {
        UInt256 divisor = new(0, ulong.MaxValue, 1UL << 63, 0);
        Span<ulong> wide = stackalloc ulong[8];
        UInt256.MultiplyWide(divisor, ulong.MaxValue, wide);
        BigInteger dividend = ToBig(wide);
        UInt256 rest = UInt256.Divide(wide, divisor);
        Assert.Equal(dividend % divisor, (BigInteger)rest);
        Assert.Equal(dividend / divisor, ToBig(wide));
    }

    [Fact]
    public void Division_of_512_bits_equals_BigInteger() =>
        Gen.Select(Words.Any, Words.Any, Words.Any).Sample(
            (high, low, divisor) =>
            {
                if (divisor.IsZero)
                {
                    return;
                }

                BigInteger dividend = ((BigInteger)high << 256) + low;
                Span<ulong> wide = stackalloc ulong[8];
                Fill(wide, dividend);
                UInt256 rest = UInt256.Divide(wide, divisor);
                Assert.Equal(dividend % divisor, (BigInteger)rest);
                Assert.Equal(dividend / divisor, ToBig(wide));
            },
            iter: 100_000);

    [Fact]
    public void Division_of_512_bits_equals_BigInteger_on_edges()
    {
        Span<ulong> wide = stackalloc ulong[8];
        foreach (UInt256 high in Words.FewEdges)
        {
            foreach (UInt256 low in Words.FewEdges)
            {
                BigInteger dividend = ((BigInteger)high << 256) + low;
                foreach (UInt256 divisor in Words.FewEdges)
                {
                    if (divisor.IsZero)
                    {
                        continue;
                    }

                    Fill(wide, dividend);
                    UInt256 rest = UInt256.Divide(wide, divisor);
                    Assert.Equal(dividend % divisor, (BigInteger)rest);
                    Assert.Equal(dividend / divisor, ToBig(wide));
                }
            }
        }
    }

    [Fact]
    public void Square_root_is_the_greatest_whose_square_fits_under()
    {
        foreach (UInt256 value in Words.Edges)
        {
            IsRoot(value);
        }

        Words.Any.Sample(IsRoot);
        Words.Any.Sample(value =>
        {
            // Squares and their neighbours are where a rounding error would show.
            UInt256 square = (value >> 128) * (value >> 128);
            IsRoot(square);
            IsRoot(square + UInt256.One);
            IsRoot(square.IsZero ? square : square - UInt256.One);
        });
    }

    private static void IsRoot(UInt256 value)
    {
        BigInteger root = UInt256.Sqrt(value);
        Assert.True(root * root <= value && (root + 1) * (root + 1) > value, $"√{value} is not {root}");
    }

    private static void Fill(Span<ulong> wide, BigInteger value)
    {
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = (ulong)((value >> (64 * i)) & ulong.MaxValue);
        }
    }

    private static BigInteger ToBig(ReadOnlySpan<ulong> wide)
    {
        BigInteger value = 0;
        for (int i = wide.Length - 1; i >= 0; i--)
        {
            value = (value << 64) + wide[i];
        }

        return value;
    }
}
