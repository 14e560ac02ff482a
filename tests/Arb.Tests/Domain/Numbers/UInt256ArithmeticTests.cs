using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class UInt256ArithmeticTests
{
    [Fact]
    public void Binary_operators_equal_BigInteger_on_every_pair_of_edges()
    {
        foreach (UInt256 left in Words.Edges)
        {
            foreach (UInt256 right in Words.Edges)
            {
                AgreesOnPair(left, right);
            }
        }
    }

    [Fact]
    public void Binary_operators_equal_BigInteger_on_random_pairs() =>
        Gen.Select(Words.Any, Words.Any).Sample((left, right) => AgreesOnPair(left, right), iter: 100_000);

    [Fact]
    public void Checked_operators_throw_exactly_where_the_result_does_not_fit()
    {
        foreach (UInt256 left in Words.FewEdges)
        {
            foreach (UInt256 right in Words.FewEdges)
            {
                BigInteger a = left;
                BigInteger b = right;
                ThrowsUnlessFits(a + b, () => checked(left + right));
                ThrowsUnlessFits(a - b, () => checked(left - right));
                ThrowsUnlessFits(a * b, () => checked(left * right));
            }
        }
    }

    [Fact]
    public void Unary_operators_equal_BigInteger()
    {
        foreach (UInt256 value in Words.Edges)
        {
            BigInteger big = value;
            Equal(Words.Wrap(-big), -value, value);
            Equal(big, +value, value);
            Equal(Words.Modulus - 1 - big, ~value, value);
            UInt256 up = value;
            up++;
            Equal(Words.Wrap(big + 1), up, value);
            UInt256 down = value;
            down--;
            Equal(Words.Wrap(big - 1), down, value);
            Assert.Equal((int)big.GetBitLength(), value.BitLength);
            Assert.Equal(big.IsZero, value.IsZero);
        }
    }

    [Fact]
    public void Checked_unary_operators_throw_where_the_plain_ones_wrap()
    {
        Assert.Throws<OverflowException>(() => checked(-UInt256.One));
        Assert.Equal(UInt256.Zero, checked(-UInt256.Zero));
        Assert.Throws<OverflowException>(() =>
        {
            UInt256 value = UInt256.MaxValue;
            checked
            {
                value++;
            }
        });
        Assert.Throws<OverflowException>(() =>
        {
            UInt256 value = UInt256.Zero;
            checked
            {
                value--;
            }
        });
    }

    [Fact]
    public void Shifts_equal_BigInteger_for_every_count()
    {
        for (int shift = 0; shift < 256; shift++)
        {
            foreach (UInt256 value in Words.Edges)
            {
                Equal(Words.Wrap((BigInteger)value << shift), value << shift, value);
                Equal((BigInteger)value >> shift, value >> shift, value);
                Equal((BigInteger)value >> shift, value >>> shift, value);
            }
        }
    }

    [Fact]
    public void Shift_counts_are_taken_modulo_256()
    {
        Assert.Equal(UInt256.MaxValue, UInt256.MaxValue << 256);
        Assert.Equal(UInt256.MaxValue << 1, UInt256.MaxValue << 257);
        Assert.Equal(UInt256.MaxValue >> 255, UInt256.MaxValue >> -1);
    }

    [Fact]
    public void Results_may_overwrite_their_arguments() =>
        Gen.Select(Words.Any, Words.Any).Sample((left, right) =>
        {
            BigInteger a = left;
            BigInteger b = right;
            UInt256 x = left;
            UInt256.TryAdd(x, right, out x);
            Equal(Words.Wrap(a + b), x, left);
            x = right;
            UInt256.TrySubtract(left, x, out x);
            Equal(Words.Wrap(a - b), x, left);
            x = left;
            UInt256.TryMultiply(x, x, out x);
            Equal(Words.Wrap(a * a), x, left);
            x = left;
            UInt256 y = right;
            if (UInt256.TryDivRem(x, y, out y, out x))
            {
                Equal(a / b, y, left);
                Equal(a % b, x, left);
            }

            x = left;
            y = right;
            if (UInt256.TryDivRem(x, y, out x, out y))
            {
                Equal(a / b, x, left);
                Equal(a % b, y, left);
            }

            x = left;
            if (MulDiv.TryFloor(x, x, right, out x))
            {
                Equal(a * a / b, x, left);
            }

            x = right;
            if (MulDiv.TryCeiling(left, x, x, out x))
            {
                Equal(a, x, left);
            }

            x = right;
            if (MulDiv.TryFloor(left, left, x, out x))
            {
                Equal(a * a / b, x, left);
            }
        });

    internal static void Equal(BigInteger expected, UInt256 actual, UInt256 of)
    {
        if (expected != actual)
        {
            Assert.Fail($"of {of}: expected {expected}, got {actual}");
        }
    }

    private static void AgreesOnPair(UInt256 left, UInt256 right)
    {
        BigInteger a = left;
        BigInteger b = right;
        Agrees(a + b, left + right, UInt256.TryAdd(left, right, out UInt256 sum), sum);
        Agrees(a - b, left - right, UInt256.TrySubtract(left, right, out UInt256 less), less);
        Agrees(a * b, left * right, UInt256.TryMultiply(left, right, out UInt256 many), many);
        Equal(a & b, left & right, left);
        Equal(a | b, left | right, left);
        Equal(a ^ b, left ^ right, left);
        Equal(BigInteger.Min(a, b), UInt256.Min(left, right), left);
        Equal(BigInteger.Max(a, b), UInt256.Max(left, right), left);
        Assert.Equal(a.CompareTo(b), left.CompareTo(right));
        Assert.Equal(a < b, left < right);
        Assert.Equal(a <= b, left <= right);
        Assert.Equal(a > b, left > right);
        Assert.Equal(a >= b, left >= right);
        Assert.Equal(a == b, left == right);
        Assert.Equal(a != b, left != right);
        DividesAs(a, b, left, right);
    }

    private static void DividesAs(BigInteger a, BigInteger b, UInt256 left, UInt256 right)
    {
        if (b.IsZero)
        {
            Assert.Throws<DivideByZeroException>(() => left / right);
            Assert.Throws<DivideByZeroException>(() => left % right);
            Assert.False(UInt256.TryDivRem(left, right, out _, out _));
            return;
        }

        (UInt256 quotient, UInt256 rest) = UInt256.DivRem(left, right);
        Equal(a / b, quotient, left);
        Equal(a % b, rest, left);
        Equal(a / b, left / right, left);
        Equal(a % b, left % right, left);
    }

    private static void Agrees(BigInteger exact, UInt256 plain, bool tried, UInt256 triedResult)
    {
        Equal(Words.Wrap(exact), plain, triedResult);
        Equal(Words.Wrap(exact), triedResult, triedResult);
        Assert.Equal(Words.Fits(exact), tried);
    }

    private static void ThrowsUnlessFits(BigInteger exact, Func<UInt256> operation)
    {
        if (Words.Fits(exact))
        {
            Equal(exact, operation(), (UInt256)exact);
        }
        else
        {
            Assert.Throws<OverflowException>(() => operation());
        }
    }
}
