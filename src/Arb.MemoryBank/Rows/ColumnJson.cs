using System.Text.Json.Serialization;

namespace Arb.MemoryBank.Rows;

/// <summary>One hop in a route column; short names, since every row repeats them.</summary>
/// <param name="Pool">Pool address.</param>
/// <param name="Dex">Exchange.</param>
/// <param name="Token0">Token0 of the pool.</param>
/// <param name="Token1">Token1 of the pool.</param>
/// <param name="FeePips">Swap fee, pips.</param>
/// <param name="TokenIn">Token paid.</param>
/// <param name="TokenOut">Token received.</param>
internal sealed record HopColumn(
    [property: JsonPropertyName("p")] string Pool,
    [property: JsonPropertyName("d")] string Dex,
    [property: JsonPropertyName("t0")] string Token0,
    [property: JsonPropertyName("t1")] string Token1,
    [property: JsonPropertyName("f")] int FeePips,
    [property: JsonPropertyName("i")] string TokenIn,
    [property: JsonPropertyName("o")] string TokenOut);

/// <summary>One lease in the lanes column.</summary>
/// <param name="Operator">Operator address.</param>
/// <param name="HolderId">Opportunity that holds it.</param>
/// <param name="UntilBlock">Last block the hold stands without release.</param>
internal sealed record LeaseColumn(
    [property: JsonPropertyName("operator")] string Operator,
    [property: JsonPropertyName("holder")] string HolderId,
    [property: JsonPropertyName("until")] ulong UntilBlock);

/// <summary>Compact JSON of structured columns; a missing or null member is refused, not defaulted.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HopColumn[]))]
[JsonSerializable(typeof(LeaseColumn[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ColumnJson : JsonSerializerContext;
