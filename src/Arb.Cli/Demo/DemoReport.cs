using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Arb.Cli.Demo;

/// <summary>What a demo came to; written by <c>--json</c>. Wei are decimal strings.</summary>
internal sealed record DemoReport
{
    public required ulong Seed { get; init; }

    /// <summary>Blocks the traders traded in.</summary>
    public required int Blocks { get; init; }

    public required int Pools { get; init; }

    public required int Candidates { get; init; }

    public required int Opportunities { get; init; }

    /// <summary>Bundles a bundle relay accepted.</summary>
    public required int Submitted { get; init; }

    public required int Included { get; init; }

    public required int Missed { get; init; }

    /// <summary>Opportunities that were refused before submission, or landed and reverted.</summary>
    public required int Failed { get; init; }

    /// <summary>Gas of every included transaction of ours.</summary>
    public required ulong GasUsed { get; init; }

    [JsonConverter(typeof(WeiText))]
    public required BigInteger RecordedNetWei { get; init; }

    [JsonConverter(typeof(WeiText))]
    public required BigInteger OnChainNetWei { get; init; }

    public required bool Reconciled { get; init; }

    public required LatencyMs LatencyMs { get; init; }

    /// <summary>Gross, gas and counts the table shows besides; not part of the JSON.</summary>
    [JsonIgnore]
    public DemoDetails Details { get; init; } = new(0, 0, 0, 0, 0, 0, []);

    /// <summary>At least one arbitrage landed and the books match the chain.</summary>
    [JsonIgnore]
    public bool Succeeded => Included > 0 && Reconciled;

    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed class WeiText : JsonConverter<BigInteger>
    {
        public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            BigInteger.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture);

        public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>Latency from a block's timestamp to the bundle relay's acceptance, milliseconds; null when nothing was submitted.</summary>
internal sealed record LatencyMs(long? P50, long? P95)
{
    /// <summary>Nearest-rank percentiles.</summary>
    public static LatencyMs Of(IEnumerable<long> samples)
    {
        long[] sorted = [.. samples.Order()];
        return new LatencyMs(Percentile(sorted, 50), Percentile(sorted, 95));
    }

    private static long? Percentile(long[] sorted, int percent) =>
        sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];
}

/// <summary>What the closing table shows beyond the JSON.</summary>
/// <param name="Superseded">Opportunities of a route that was in flight.</param>
/// <param name="Expired">Opportunities nobody took up in time.</param>
/// <param name="Reverted">Landed and reverted.</param>
/// <param name="Refused">Refused before submission.</param>
/// <param name="ProfitWei">WETH that reached the recipient.</param>
/// <param name="GasCostWei">Ether paid for gas.</param>
/// <param name="Problems">What does not reconcile, one line each.</param>
internal sealed record DemoDetails(
    int Superseded,
    int Expired,
    int Reverted,
    int Refused,
    BigInteger ProfitWei,
    BigInteger GasCostWei,
    IReadOnlyList<string> Problems);
