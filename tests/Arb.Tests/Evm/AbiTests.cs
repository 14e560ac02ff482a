using System.Text;
using Arb.Domain;
using Arb.Evm;
using CsCheck;

namespace Arb.Tests.Evm;

public sealed class AbiTests
{
    // The four examples of the Solidity documentation, "Contract ABI Specification", sections "Examples" and "Use of
    // Dynamic Types".
    [Fact]
    public void Writer_matches_the_specification_for_static_arguments() =>
        AssertWords(
            "cdcd77c0",
            ["45", "1"],
            AbiWriter.Call("baz(uint32,bool)").Number(69UL).Bool(true));

    [Fact]
    public void Writer_matches_the_specification_for_bytes_and_an_array() =>
        AssertWords(
            "a5643bf2",
            ["60", "1", "a0", "4", "64617665<", "3", "1", "2", "3"],
            AbiWriter.Call("sam(bytes,bool,uint256[])").Bytes("dave"u8).Bool(true).Numbers([1UL, 2UL, 3UL]));

    [Fact]
    public void Writer_matches_the_specification_for_mixed_arguments() =>
        AssertWords(
            "8be65246",
            ["123", "80", "31323334353637383930<", "e0", "2", "456", "789", "d", "48656c6c6f2c20776f726c6421<"],
            AbiWriter.Call("f(uint256,uint32[],bytes10,bytes)")
                .Number(0x123UL).Numbers([0x456UL, 0x789UL]).FixedBytes("1234567890"u8).Bytes("Hello, world!"u8));

    [Fact]
    public void Writer_matches_the_specification_for_nested_arrays() =>
        AssertWords(
            "2289b18c",
            [
                "40", "140", "2", "40", "a0", "2", "1", "2", "1", "3",
                "3", "60", "a0", "e0", "3", "6f6e65<", "3", "74776f<", "5", "7468726565<",
            ],
            AbiWriter.Call("g(uint256[][],string[])")
                .Array<UInt256[]>([[1UL, 2UL], [3UL]], (w, row) => w.Numbers(row))
                .Array<string>(["one", "two", "three"], (w, text) => w.Text(text)));

    // ethers 6.17.0, Interface.encodeFunctionData("aggregate3", …).
    [Fact]
    public void Writer_matches_ethers_for_an_array_of_dynamic_tuples() =>
        AssertWords(
            "82ad56cb",
            [
                "20", "2", "40", "e0",
                "1", "1", "60", "4", "0902f1ac<",
                "2", "0", "60", "24", "70a0823100000000000000000000000000000000000000000000000000000000<", "00000007<",
            ],
            AbiWriter.Call("aggregate3((address,bool,bytes)[])").Array(
                [(Who(1), true, "0x0902f1ac"), (Who(2), false, "0x70a08231" + new string('0', 63) + "7")],
                (w, call) => w.Tuple(t => t.Address(call.Item1).Bool(call.Item2).Bytes(Hex.Parse(call.Item3)))));

    [Fact]
    public void Reader_reads_what_the_writer_wrote() =>
        Gen.Select(Gen.ULong, Gen.Byte.Array[20], Gen.Bool, Gen.Byte.Array[0, 100], Gen.String, Gen.ULong.Array[0, 9], Gen.Byte.Array[0, 70].Array[0, 5])
            .Sample((number, address, flag, bytes, text, numbers, nested) =>
            {
                text = new string(text.Where(c => !char.IsSurrogate(c)).ToArray());
                byte[] encoded = new AbiWriter()
                    .Number(number).Bytes(bytes).Address(new Address(address)).Text(text).Bool(flag)
                    .Numbers([.. numbers.Select(n => (UInt256)n)])
                    .Tuple(t => t.Bytes(bytes).Number(number).Array(nested, (w, n) => w.Bytes(n)))
                    .ToArray();

                AbiReader reader = new(encoded);
                bool same = reader.ReadNumber64() == number
                    && reader.ReadBytes().SequenceEqual(bytes)
                    && reader.ReadAddress() == new Address(address)
                    && reader.ReadText() == text
                    && reader.ReadBool() == flag;
                AbiReader array = reader.ReadArray(out int count);
                same &= count == numbers.Length;
                foreach (ulong n in numbers)
                {
                    same &= array.ReadNumber() == n;
                }

                AbiReader tuple = reader.ReadTuple();
                same &= tuple.ReadBytes().SequenceEqual(bytes) && tuple.ReadNumber() == number;
                AbiReader inner = tuple.ReadArray(out int nestedCount);
                same &= nestedCount == nested.Length;
                foreach (byte[] n in nested)
                {
                    same &= inner.ReadBytes().SequenceEqual(n);
                }

                return same;
            });

    [Fact]
    public void Reader_never_does_worse_than_a_format_error() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 63], Gen.Bool).Sample((bytes, small, tame) =>
        {
            if (tame && bytes.Length >= 32)
            {
                bytes.AsSpan(0, 31).Clear();
                bytes[31] = (byte)small;
            }

            try
            {
                AbiReader array = new AbiReader(bytes).ReadArray(out int count);
                for (int i = 0; i < count; i++)
                {
                    array.ReadBytes();
                }
            }
            catch (FormatException)
            {
                return true;
            }

            return true;
        });

    [Theory]
    [InlineData("0x00")]
    [InlineData("0x0000000000000000000000010000000000000000000000000000000000000001")]
    public void ReadAddress_refuses_short_or_dirty_words(string encoded) =>
        Assert.Throws<FormatException>(() => new AbiReader(Hex.Parse(encoded)).ReadAddress());

    [Fact]
    public void ReadBool_refuses_two() =>
        Assert.Throws<FormatException>(() => new AbiReader(new AbiWriter().Number(2UL).ToArray()).ReadBool());

    [Theory]
    [InlineData("21")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0")]
    public void ReadBytes_refuses_an_offset_behind_the_end(string offset) =>
        Assert.Throws<FormatException>(() => new AbiReader(Convert.FromHexString(Pad(offset))).ReadBytes());

    [Theory]
    [InlineData("1")]
    [InlineData("ffffffff")]
    public void ReadBytes_refuses_a_length_behind_the_end(string length) =>
        Assert.Throws<FormatException>(() => new AbiReader(Convert.FromHexString(Pad("20") + Pad(length))).ReadBytes());

    private static Address Who(byte last)
    {
        Span<byte> bytes = stackalloc byte[20];
        bytes.Clear();
        bytes[19] = last;
        return new Address(bytes);
    }

    /// <summary>Words in hex: numbers are padded on the left; with <c>&lt;</c> at the end, bytes padded on the right.</summary>
    private static void AssertWords(string selector, string[] words, AbiWriter actual)
    {
        StringBuilder expected = new("0x" + selector);
        foreach (string word in words)
        {
            expected.Append(Pad(word));
        }

        Assert.Equal(expected.ToString(), Hex.Of(actual.ToArray()));
    }

    private static string Pad(string word) => word.EndsWith('<') ? word[..^1].PadRight(64, '0') : word.PadLeft(64, '0');
}
