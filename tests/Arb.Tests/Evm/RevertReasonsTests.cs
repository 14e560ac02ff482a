using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Arb.Evm;
using CsCheck;

namespace Arb.Tests.Evm;

public sealed partial class RevertReasonsTests
{
    [Fact]
    public void Text_of_require_is_told() =>
        Assert.Equal("BAL#528", RevertReasons.Decode(AbiWriter.Call("Error(string)").Text("BAL#528").ToArray()));

    [Fact]
    public void Text_cannot_break_lines_or_flood_logs()
    {
        string told = RevertReasons.Decode(AbiWriter.Call("Error(string)").Text("a\r\nb\u001b" + new string('x', 10_000)).ToArray());
        Assert.StartsWith("a??b?x", told, StringComparison.Ordinal);
        Assert.Equal(200, told.Length);
    }

    [Fact]
    public void Panic_is_told_in_words() =>
        Assert.Equal(
            "Panic 0x11: arithmetic overflow", RevertReasons.Decode(AbiWriter.Call("Panic(uint256)").Number(0x11UL).ToArray()));

    [Fact]
    public void Error_of_the_executor_is_told_with_its_numbers() =>
        Assert.Equal(
            "ProfitBelowFloor(profit: 5, floor: 7)",
            RevertReasons.Decode(AbiWriter.Call("ProfitBelowFloor(uint256,uint256)").Number(5UL).Number(7UL).ToArray()));

    [Fact]
    public void Unknown_error_is_told_by_selector() =>
        Assert.Equal("unknown error 0x12345678 of 4 bytes", RevertReasons.Decode(Hex.Parse("0x12345678")));

    [Theory]
    [InlineData("0x", "no reason given")]
    [InlineData("0x12", "unknown error 0x12")]
    [InlineData("0x08c379a0", "malformed error 0x08c379a0")]
    public void Odd_data_is_told_too(string data, string expected) =>
        Assert.StartsWith(expected, RevertReasons.Decode(Hex.Parse(data)), StringComparison.Ordinal);

    [Fact]
    public void Decode_never_throws() =>
        Gen.Select(Gen.Int[0, 2], Gen.Byte.Array[0, 150]).Sample((which, data) =>
        {
            byte[][] heads = [[], AbiWriter.Call("Error(string)").ToArray(), AbiWriter.Call("ProfitBelowFloor(uint256,uint256)").ToArray()];
            return RevertReasons.Decode([.. heads[which], .. data]).Length > 0;
        });

    [Fact]
    public void Every_error_of_the_executors_sources_is_known()
    {
        string[] declared =
        [
            .. Directory.GetFiles(Path.Combine(Root(), "contracts", "src"), "*.sol")
                .SelectMany(file => Declaration().Matches(File.ReadAllText(file)))
                .Select(match => $"{match.Groups["name"].Value}({string.Join(',', Types(match.Groups["parameters"].Value))})")
                .Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(declared);
        Assert.Equal(declared, RevertReasons.KnownSignatures.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Types(string parameters) =>
        parameters.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(parameter => parameter.Split(' ')[0]);

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    [GeneratedRegex(@"^\s*error (?<name>\w+)\((?<parameters>[^)]*)\);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
