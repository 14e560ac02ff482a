using System.Globalization;
using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class UInt256TextTests
{
    [Fact]
    public void Decimal_and_hex_text_come_back_as_the_same_value()
    {
        foreach (UInt256 value in Words.Edges)
        {
            ComesBack(value);
        }

        Words.Any.Sample(ComesBack);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,000")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("ff")]
    [InlineData("0xg")]
    [InlineData("0x-1")]
    [InlineData("1234567890123456789012345678901234567 8")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    public void Other_text_is_refused_by_value_and_by_name(string text)
    {
        Assert.False(UInt256.TryParse(text, CultureInfo.InvariantCulture, out UInt256 value));
        Assert.Equal(UInt256.Zero, value);
        FormatException refused = Assert.Throws<FormatException>(() => UInt256.Parse(text));
        Assert.Contains($"'{text}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("000", 0UL)]
    [InlineData("0x0", 0UL)]
    [InlineData("007", 7UL)]
    [InlineData("0XfF", 255UL)]
    public void Leading_zeros_and_either_case_are_read(string text, ulong expected) =>
        Assert.Equal(expected, UInt256.Parse(text));

    [Fact]
    public void Null_is_refused() => Assert.False(UInt256.TryParse((string?)null, null, out _));

    [Fact]
    public void Greatest_value_is_read_and_written() =>
        Assert.Equal(
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
            UInt256.Parse("115792089237316195423570985008687907853269984665640564039457584007913129639935").ToString());

    [Fact]
    public void Formatting_into_too_short_a_span_writes_nothing()
    {
        Span<char> destination = stackalloc char[2];
        UInt256 value = 123;
        Assert.False(value.TryFormat(destination, out int written, default, null));
        Assert.Equal(0, written);
        Assert.Equal("123", $"{value}");
        Assert.Equal("123", string.Create(CultureInfo.InvariantCulture, $"{value:D}"));
    }

    [Fact]
    public void Other_formats_are_those_of_BigInteger()
    {
        UInt256 value = 1_234_567;
        Assert.Equal("1,234,567", value.ToString("N0", CultureInfo.InvariantCulture));
        Assert.Equal("1234567", value.ToString("D", CultureInfo.InvariantCulture));
        Assert.Equal("0001234567", value.ToString("D10", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Hex_and_padded_formats_are_those_of_UInt128() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.OneOf("x", "X", "D", "d", "G", "x1", "X5", "x40", "D1", "D25", "d60", "D100"))
            .Sample((high, low, format) =>
            {
                UInt128 small = new(high, low);
                string expected = small.ToString(format, CultureInfo.InvariantCulture);
                UInt256 value = small;
                Assert.Equal(expected, value.ToString(format, null));
                Span<char> chars = stackalloc char[expected.Length];
                Assert.True(value.TryFormat(chars, out int written, format, null));
                Assert.Equal(expected, chars[..written]);
                Assert.False(value.TryFormat(chars[1..], out written, format, null));
                Assert.Equal(0, written);
                Span<byte> bytes = stackalloc byte[expected.Length];
                Assert.True(value.TryFormat(bytes, out written, format, null));
                Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(bytes[..written]));
                Assert.False(value.TryFormat(bytes[1..], out written, format, null));
            });

    [Fact]
    public void Hex_of_the_greatest_value_has_64_digits_and_no_sign_digit()
    {
        Assert.Equal(new string('f', 64), UInt256.MaxValue.ToString("x", null));
        Assert.Equal("0", UInt256.Zero.ToString("X", null));
    }

    [Fact]
    public void Utf8_text_is_read_like_text()
    {
        Words.Any.Sample(value =>
        {
            Assert.Equal(value, UInt256.Parse(System.Text.Encoding.UTF8.GetBytes(value.ToString()), null));
            Assert.True(UInt256.TryParse(System.Text.Encoding.UTF8.GetBytes("0x" + value.ToString("x", null)), null, out UInt256 same));
            Assert.Equal(value, same);
        });
        byte[] many = [.. Enumerable.Repeat((byte)'0', 1000), (byte)'7'];
        Assert.Equal<UInt256>(7, UInt256.Parse(many, null));
        Assert.False(UInt256.TryParse("é1"u8, null, out _));
        Assert.Throws<FormatException>(() => UInt256.Parse("-1"u8, null));
    }

    [Fact]
    public void Little_endian_bytes_come_back_as_the_same_value()
    {
        Words.Any.Sample(value =>
        {
            byte[] word = new byte[UInt256.Size];
            value.WriteLittleEndian(word);
            Assert.Equal((BigInteger)value, new BigInteger(word, isUnsigned: true));
            Assert.Equal(value, UInt256.FromLittleEndian(word));
            Assert.Equal(value, UInt256.FromLittleEndian(((BigInteger)value).ToByteArray(isUnsigned: true)));
            word.AsSpan().Reverse();
            Assert.True(UInt256.TryReadBigEndian(word, out UInt256 same));
            Assert.Equal(value, same);
        });
        Assert.False(UInt256.MaxValue.TryWriteBigEndian(new byte[31]));
        Assert.False(UInt256.MaxValue.TryWriteLittleEndian(new byte[31]));
        Assert.True(UInt256.MaxValue.TryWriteBigEndian(new byte[32]));
        Assert.False(UInt256.TryReadBigEndian(new byte[33], out _));
        Assert.False(UInt256.TryReadLittleEndian(new byte[33], out _));
        Assert.Throws<ArgumentException>(() => UInt256.FromLittleEndian(new byte[33]));
        Assert.Throws<ArgumentException>(() => UInt256.MaxValue.WriteLittleEndian(new byte[31]));
    }

    [Fact]
    public void Bytes_come_back_as_the_same_value()
    {
        Words.Any.Sample(value =>
        {
            byte[] word = new byte[UInt256.Size];
            value.WriteBigEndian(word);
            Assert.Equal(value, UInt256.FromBigEndian(word));
            Assert.Equal((BigInteger)value, new BigInteger(word, isUnsigned: true, isBigEndian: true));
            Assert.Equal(value, UInt256.FromBigEndian(((BigInteger)value).ToByteArray(isUnsigned: true, isBigEndian: true)));
        });
        Assert.Equal(UInt256.Zero, UInt256.FromBigEndian([]));
        Assert.Equal<UInt256>(0x0102, UInt256.FromBigEndian([1, 2]));
    }

    [Fact]
    public void Bytes_of_a_wrong_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => UInt256.FromBigEndian(new byte[33]));
        byte[] tooShort = new byte[31];
        Assert.Throws<ArgumentException>(() => UInt256.MaxValue.WriteBigEndian(tooShort));
        Assert.All(tooShort, b => Assert.Equal(0, b));
    }

    private static void ComesBack(UInt256 value)
    {
        string text = value.ToString();
        Assert.Equal(((BigInteger)value).ToString(CultureInfo.InvariantCulture), text);
        Assert.Equal(value, UInt256.Parse(text));
        Assert.Equal(value, UInt256.Parse("00" + text));
        string hex = "0x" + ((BigInteger)value).ToString("x", CultureInfo.InvariantCulture);
        Assert.Equal(value, UInt256.Parse(hex));
        Span<char> buffer = stackalloc char[78];
        Assert.True(value.TryFormat(buffer, out int written, default, null));
        Assert.Equal(text, buffer[..written]);
    }
}
