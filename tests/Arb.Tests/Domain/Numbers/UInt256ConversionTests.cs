using System.Globalization;
using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class UInt256ConversionTests
{
    [Fact]
    public void BigInteger_comes_back_as_the_same_value() =>
        Words.Any.Sample(value => Assert.Equal(value, (UInt256)(BigInteger)value));

    [Fact]
    public void BigInteger_outside_the_range_is_refused()
    {
        Assert.Throws<OverflowException>(() => (UInt256)BigInteger.MinusOne);
        Assert.Throws<OverflowException>(() => (UInt256)Words.Modulus);
        Assert.Equal(UInt256.MaxValue, (UInt256)(Words.Modulus - 1));
    }

    [Fact]
    public void Narrowing_keeps_the_low_bits_and_its_checked_form_throws() =>
        Words.Any.Sample(value =>
        {
            BigInteger big = value;
            Assert.Equal((ulong)(big & ulong.MaxValue), (ulong)value);
            Assert.Equal((UInt128)(big & UInt128.MaxValue), (UInt128)value);
            if (big <= ulong.MaxValue)
            {
                Assert.Equal((ulong)big, checked((ulong)value));
            }
            else
            {
                Assert.Throws<OverflowException>(() => checked((ulong)value));
            }

            if (big <= UInt128.MaxValue)
            {
                Assert.Equal((UInt128)big, checked((UInt128)value));
            }
            else
            {
                Assert.Throws<OverflowException>(() => checked((UInt128)value));
            }
        });

    [Fact]
    public void Widening_keeps_the_value()
    {
        Assert.Equal((BigInteger)UInt128.MaxValue, (UInt256)UInt128.MaxValue);
        Assert.Equal((BigInteger)ulong.MaxValue, (UInt256)ulong.MaxValue);
        Assert.Equal<UInt256>(7, (UInt256)7);
    }

    [Fact]
    public void Negative_integers_become_twos_complement_and_throw_when_checked()
    {
        int minusOne = -1;
        Assert.Equal(UInt256.MaxValue, (UInt256)minusOne);
        Assert.Equal(UInt256.MaxValue - UInt256.One, (UInt256)(-2L));
        Assert.Throws<OverflowException>(() => checked((UInt256)minusOne));
        Assert.Equal<UInt256>(5, checked((UInt256)5L));
    }

    [Fact]
    public void Narrow_integers_keep_the_low_bits_and_their_checked_forms_throw()
    {
        foreach (UInt256 value in Words.Edges)
        {
            Narrows(value);
        }

        Words.Any.Sample(Narrows);
        foreach (ulong near in new ulong[] { 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536 })
        {
            Narrows(near);
        }
    }

    [Fact]
    public void Signed_128_bits_widen_as_twos_complement_and_throw_when_checked()
    {
        Assert.Equal(UInt256.MaxValue, (UInt256)Int128.NegativeOne);
        Assert.Equal((BigInteger)Int128.MaxValue, (UInt256)Int128.MaxValue);
        Assert.Equal(Words.Modulus + (BigInteger)Int128.MinValue, (UInt256)Int128.MinValue);
        Assert.Equal((BigInteger)Int128.MaxValue, checked((UInt256)Int128.MaxValue));
        Int128 negative = Int128.NegativeOne;
        Assert.Throws<OverflowException>(() => checked((UInt256)negative));
    }

    // .NET parses decimal text to the nearest double, ties to even: an independent reference for the rounding.
    [Fact]
    public void Double_is_the_nearest_one()
    {
        foreach (UInt256 value in Words.Edges)
        {
            IsNearest(value);
        }

        Words.Any.Sample(IsNearest);
    }

    [Fact]
    public void Double_ties_go_to_even_and_a_far_bit_breaks_them()
    {
        UInt256 tie = (UInt256.One << 200) + (UInt256.One << 147);
        Assert.Equal(Math.ScaleB(1, 200), (double)tie);
        Assert.Equal(Math.BitIncrement(Math.ScaleB(1, 200)), (double)(tie + UInt256.One));
    }

    [Fact]
    public void Comparing_with_another_type_is_an_error_and_null_comes_first()
    {
        Assert.Throws<ArgumentException>(() => UInt256.One.CompareTo("1"));
        Assert.Equal(1, UInt256.Zero.CompareTo(null));
        Assert.Equal(0, UInt256.One.CompareTo((object)UInt256.One));
        Assert.False(UInt256.One.Equals(1UL as object));
    }

    private static void Narrows(UInt256 value)
    {
        BigInteger big = value;
        Narrows(big, byte.MaxValue, (byte)value, () => checked((byte)value));
        Narrows(big, ushort.MaxValue, (ushort)value, () => checked((ushort)value));
        Narrows(big, uint.MaxValue, (uint)value, () => checked((uint)value));
        Narrows(big, sbyte.MaxValue, (byte)(sbyte)value, () => checked((sbyte)value), byte.MaxValue);
        Narrows(big, short.MaxValue, (ushort)(short)value, () => checked((short)value), ushort.MaxValue);
        Narrows(big, int.MaxValue, (uint)(int)value, () => checked((int)value), uint.MaxValue);
        Narrows(big, long.MaxValue, (ulong)(long)value, () => checked((long)value), ulong.MaxValue);
        Narrows(big, (BigInteger)Int128.MaxValue, (UInt128)(Int128)value, () => (BigInteger)checked((Int128)value), UInt128.MaxValue);
    }

    private static void Narrows(BigInteger big, BigInteger max, BigInteger low, Func<BigInteger> exact, BigInteger? mask = null)
    {
        Assert.Equal(big & (mask ?? max), low);
        if (big <= max)
        {
            Assert.Equal(big, exact());
        }
        else
        {
            Assert.Throws<OverflowException>(() => exact());
        }
    }

    private static void IsNearest(UInt256 value) =>
        Assert.Equal(double.Parse(value.ToString(), CultureInfo.InvariantCulture), (double)value);
}
