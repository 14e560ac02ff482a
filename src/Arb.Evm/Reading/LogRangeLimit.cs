using System.Globalization;
using System.Text.RegularExpressions;

namespace Arb.Evm;

/// <summary>
/// What providers say when a range of blocks is too long for <c>eth_getLogs</c>. Codes differ (-32005, -32600, -32602, -32614,
/// -32000, -32701 have all been seen) and so do words, so any refusal of a range is taken as its length; where the text names what
/// would be taken, that is used.
/// </summary>
internal static partial class LogRangeLimit
{
    /// <summary>Blocks to ask for instead of <paramref name="from"/> to <paramref name="to"/>: fewer, and at least one.</summary>
    public static ulong Next(JsonRpcException refused, ulong from, ulong to)
    {
        ulong span = to - from + 1;
        ulong suggested = Suggested(refused.ErrorMessage, from) ?? Suggested(refused.ErrorData, from) ?? 0;
        return suggested > 0 && suggested < span ? suggested : Math.Max(1, span / 2);
    }

    private static ulong? Suggested(string? text, ulong from)
    {
        if (text is null)
        {
            return null;
        }

        // Alchemy and Infura: "… this block range should work: [0x…, 0x…]", "Try with this block range [0x…, 0x…]".
        if (Range().Match(text) is { Success: true } range
            && ulong.TryParse(range.Groups["to"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong to)
            && to >= from)
        {
            return to - from + 1;
        }

        // QuickNode "limited to a 10,000 range", Avalanche "maximum is set to 2048", BSC "exceed maximum block range: 5000",
        // Alchemy "up to a 2K block range", Ankr "block range is too wide, max 1000", Base "max block range is 2000".
        Match most = Most().Match(text);
        if (!most.Success
            || !ulong.TryParse(
                most.Groups["n"].Value.Replace(",", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture, out ulong blocks))
        {
            return null;
        }

        return most.Groups["k"].Success ? blocks * 1_000 : blocks;
    }

    [GeneratedRegex(@"\[\s*0x[0-9a-fA-F]+\s*,\s*0x(?<to>[0-9a-fA-F]+)\s*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(
        @"(?:block range|limited to|up to|maximum|max)\D{0,40}?(?<n>(?>\d[\d,]*))\s*(?<k>k\b)?(?!\s*(?:results|logs|MB|bytes|ms|s\b))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Most();
}
