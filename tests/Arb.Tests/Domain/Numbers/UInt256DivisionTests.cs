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
        UInt256.MultiplyWide(four, UInt256.MaxValue, out UInt256 high, out UInt256 low);
        Assert.True(UInt256.TryDivideWide(high, low - UInt256.One, four, out quotient, out remainder));
        Assert.Equal(four - UInt256.One, remainder);
        Assert.Equal(UInt256.MaxValue - UInt256.One, quotient);
    }

    // The trial quotient of the leading limbs would be B, which is no limb.
    [Fact]
    public void Equal_leading_limbs_give_the_greatest_quotient_limb()
    {
        foreach (UInt256 divisor in new UInt256[]
        {
            new(0, ulong.MaxValue, 1UL << 63, 0),
            new(1, 1UL << 63, 0, 0),
            new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 1UL << 63),
            new(0, 0, ulong.MaxValue, ulong.MaxValue),
        })
        {
            for (UInt256 back = 1; back < 4; back++)
            {
                UInt256.MultiplyWide(divisor, ulong.MaxValue, out UInt256 high, out UInt256 low);
                DividesAs(((BigInteger)high << 256) + low, divisor);
                DividesAs(((BigInteger)divisor << 64) - back, divisor);
                DividesAs(((BigInteger)divisor << 128) - back, divisor);
            }
        }
    }

    [Fact]
    public void Division_of_512_bits_equals_BigInteger() =>
        Gen.Select(Words.Any, Words.Any, Words.Any).Sample(
            (high, low, divisor) => DividesAs(((BigInteger)high << 256) + low, divisor),
            iter: 100_000);

    // Random operands seldom have a quotient that fits: here every one does, and it comes from its product and a remainder.
    [Fact]
    public void Division_of_512_bits_undoes_a_product_and_a_remainder() =>
        Gen.Select(Words.Any, Words.Any, Words.Any).Sample(
            (quotient, divisor, other) =>
            {
                if (!divisor.IsZero)
                {
                    DividesAs(((BigInteger)quotient * divisor) + (other % divisor), divisor);
                    DividesAs(((BigInteger)quotient * divisor) + (divisor - UInt256.One), divisor);
                }
            },
            iter: 100_000);

    [Fact]
    public void Division_of_512_bits_equals_BigInteger_on_edges()
    {
        foreach (UInt256 high in Words.FewEdges)
        {
            foreach (UInt256 low in Words.FewEdges)
            {
                foreach (UInt256 divisor in Words.FewEdges)
                {
                    DividesAs(((BigInteger)high << 256) + low, divisor);
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

    private static void DividesAs(BigInteger dividend, UInt256 divisor)
    {
        UInt256 high = (UInt256)(dividend >> 256);
        UInt256 low = (UInt256)(dividend % Words.Modulus);
        bool divided = UInt256.TryDivideWide(high, low, divisor, out UInt256 quotient, out UInt256 rest);
        BigInteger expectedRest = 0;
        BigInteger expected = divisor.IsZero ? Words.Modulus : BigInteger.DivRem(dividend, divisor, out expectedRest);
        if (divided != Words.Fits(expected) || quotient != (divided ? expected : 0) || rest != (divided ? expectedRest : 0))
        {
            Assert.Fail($"{dividend} / {divisor}: {divided}, {quotient}, rest {rest}");
        }
    }
}
