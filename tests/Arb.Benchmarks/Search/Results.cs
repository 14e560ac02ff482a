using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Arb.Benchmarks.Search.Markets;

namespace Arb.Benchmarks.Search;

/// <summary>One run of the benchmark, as <c>--json</c> writes and <c>--from</c> reads it.</summary>
/// <param name="Seed">Of the generated markets and of what changes in them.</param>
/// <param name="IsQuick">Whether the large markets and the slow methods were left out.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="Processors">Cores of the machine.</param>
/// <param name="Markets">What was measured.</param>
internal sealed record SearchResults(int Seed, bool IsQuick, string Runtime, int Processors, ImmutableArray<MarketResult> Markets)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    public static SearchResults Read(string path) =>
        JsonSerializer.Deserialize<SearchResults>(File.ReadAllBytes(path), Json) ?? throw new JsonException($"{path} holds null.");
}

/// <summary>One market, searched from the same start tokens by every method.</summary>
internal sealed record MarketResult
{
    public required string Name { get; init; }

    /// <summary>Drawn by the generator, one of a series of sizes.</summary>
    public required bool IsGenerated { get; init; }

    public required int Pools { get; init; }

    public required int Tokens { get; init; }

    public required int HopsMax { get; init; }

    public required DegreeFacts Degrees { get; init; }

    public required ImmutableArray<MethodResult> Methods { get; init; }

    public UpdateResult? Update { get; init; }

    public MemoryResult? Memory { get; init; }

    /// <summary>Most that any method earned.</summary>
    [JsonIgnore]
    public double CapturedBest => Methods.Max(m => m.CapturedEth);

    public MethodResult? Of(string method) => Methods.FirstOrDefault(m => m.Method == method);
}

/// <summary>One method on one market.</summary>
internal sealed record MethodResult
{
    public required string Method { get; init; }

    /// <summary>Cycles looked at one by one; null where the method looks at paths or bounds instead.</summary>
    public long? Examined { get; init; }

    /// <summary>Cycles it took for profitable and sized.</summary>
    public required int Cycles { get; init; }

    /// <summary>Of those, with a gain of more than the floor.</summary>
    public required int Profitable { get; init; }

    /// <summary>Once for a set of pools, however often they change; not in the total.</summary>
    public required double IndexMs { get; init; }

    public required double FindMs { get; init; }

    public required double SizeMs { get; init; }

    /// <summary>Sum of what each would earn alone; null for a method that trades as it goes.</summary>
    public double? AloneEth { get; init; }

    /// <summary>What all earn when traded one after the other.</summary>
    public required double CapturedEth { get; init; }

    /// <summary>Whether it was stopped before it was done.</summary>
    public bool IsCut { get; init; }

    [JsonIgnore]
    public double TotalMs => FindMs + SizeMs;
}

/// <summary>Blocks that change 200 pools, the 20 busiest among them.</summary>
internal sealed record UpdateResult(int Blocks, double P50Ms, double P99Ms, double MaxMs, double AllocatedBytesPerBlock);

/// <summary>A process of its own that reads the market, indexes it, searches it and sizes everything once.</summary>
internal sealed record MemoryResult(double PeakWorkingSetMiB, double PoolsMiB, double SearchMiB);
