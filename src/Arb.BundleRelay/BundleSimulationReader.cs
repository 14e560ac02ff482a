using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.BundleRelay;

/// <summary>
/// Reads the result of <c>eth_callBundle</c>. Numbers come as JSON numbers, decimal strings or hex strings, and a
/// revert sits inside <c>results</c> of a success.
/// </summary>
internal static class BundleSimulationReader
{
    /// <summary>Reads it and proves that it is about this bundle on this state.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static BundleSimulation Read(JsonElement result, Bundle bundle, ulong stateBlock)
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"the result is {result.ValueKind}, not an object");
        }

        // A simulation on an older state must not pass for one on this.
        if (result.TryGetProperty("stateBlockNumber", out JsonElement simulatedOn)
            && Number(simulatedOn, "stateBlockNumber") != stateBlock)
        {
            throw new FormatException($"it simulated on block {PlainText.Of(simulatedOn)}, {stateBlock} was asked for");
        }

        if (!result.TryGetProperty("results", out JsonElement results)
            || results.ValueKind != JsonValueKind.Array
            || results.GetArrayLength() != bundle.Transactions.Length)
        {
            throw new FormatException($"'results' is not an array of {bundle.Transactions.Length}");
        }

        BigInteger gasUsed = 0;
        string? error = null;
        int index = 0;
        foreach (JsonElement item in results.EnumerateArray())
        {
            Hash256 expected = bundle.Transactions[index].Hash;
            gasUsed += Gas(item, index, expected);
            error ??= RevertOf(item, expected);
            index++;
        }

        return new BundleSimulation(
            error is null,
            gasUsed <= ulong.MaxValue ? (ulong)gasUsed : throw new FormatException("'gasUsed' does not fit 64 bits"),
            Wei(result, "ethSentToCoinbase"),
            Wei(result, "coinbaseDiff"),
            error);
    }

    private static BigInteger Gas(JsonElement item, int index, Hash256 expected)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("gasUsed", out JsonElement gas))
        {
            throw new FormatException($"'results[{index}]' has no gasUsed");
        }

        if (item.TryGetProperty("txHash", out JsonElement hash)
            && (!Hash256.TryParse(PlainText.Raw(hash), out Hash256 given) || given != expected))
        {
            throw new FormatException($"'results[{index}]' is about {PlainText.Of(hash)}, {expected} was asked");
        }

        return Number(gas, "gasUsed");
    }

    private static string? RevertOf(JsonElement item, Hash256 transaction)
    {
        bool failed = item.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null;
        bool reverted = item.TryGetProperty("revert", out JsonElement revert) && revert.ValueKind != JsonValueKind.Null;
        if (!failed && !reverted)
        {
            return null;
        }

        string text = failed ? PlainText.Of(error) : "execution reverted";
        string? reason = reverted ? RevertText.Read(revert) : null;
        return reason is null ? $"{transaction}: {text}" : $"{transaction}: {text}: {reason}";
    }

    private static UInt256 Wei(JsonElement result, string name)
    {
        if (!result.TryGetProperty(name, out JsonElement value))
        {
            throw new FormatException($"'{name}' is missing");
        }

        // The coinbase can end poorer when one of the transactions is its own; then it was paid nothing.
        BigInteger wei = Number(value, name);
        return wei.Sign < 0 ? UInt256.Zero
            : wei.GetBitLength() <= 256 ? (UInt256)wei
            : throw new FormatException($"'{name}' does not fit 256 bits");
    }

    private static BigInteger Number(JsonElement value, string name)
    {
        string text = PlainText.Raw(value);
        bool isNumber = value.ValueKind is JsonValueKind.Number or JsonValueKind.String && text.Length <= 80;
        if (isNumber && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            // The leading zero keeps a high first digit from being read as a sign.
            isNumber = BigInteger.TryParse(
                $"0{text.AsSpan(2)}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger hex);
            return isNumber ? hex : throw NotANumber(value, name);
        }

        return isNumber
            && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number)
                ? number
                : throw NotANumber(value, name);
    }

    private static FormatException NotANumber(JsonElement value, string name) =>
        new($"'{name}' is '{PlainText.Of(value)}', not an integer");
}
