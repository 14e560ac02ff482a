using System.Text.Json.Serialization;
using Arb.Domain;

namespace Arb.MemoryBank.Rows;

/// <summary>One hop in a route column; short names, since every row repeats them.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="TokenIn">Token paid.</param>
/// <param name="TokenOut">Token received.</param>
internal sealed record HopColumn(
    [property: JsonPropertyName("p")] ListingColumn Pool,
    [property: JsonPropertyName("i")] string TokenIn,
    [property: JsonPropertyName("o")] string TokenOut);

/// <summary>A pool's listing; what its family does not have is left out.</summary>
/// <param name="Contract">Its contract.</param>
/// <param name="Family">Its family, by number.</param>
/// <param name="Dex">Exchange.</param>
/// <param name="Tokens">Its tokens, in its own order.</param>
/// <param name="FeePips">Swap fee, pips.</param>
/// <param name="Id">Id within the contract.</param>
/// <param name="TickSpacing">Tick spacing.</param>
/// <param name="Vault">Balancer's vault.</param>
/// <param name="VaultId">Id in the vault.</param>
/// <param name="Variant">Generation or fork.</param>
/// <param name="Weights">Weights, decimal.</param>
/// <param name="Decimals">Decimals.</param>
/// <param name="Traits">Variant and sources.</param>
internal sealed record ListingColumn(
    [property: JsonPropertyName("c")] string Contract,
    [property: JsonPropertyName("m")] byte Family,
    [property: JsonPropertyName("d")] string Dex,
    [property: JsonPropertyName("t")] string[] Tokens,
    [property: JsonPropertyName("f")] int FeePips,
    [property: JsonPropertyName("id")] string? Id = null,
    [property: JsonPropertyName("s")] int TickSpacing = 0,
    [property: JsonPropertyName("v")] string? Vault = null,
    [property: JsonPropertyName("vi")] string? VaultId = null,
    [property: JsonPropertyName("k")] int Variant = 0,
    [property: JsonPropertyName("w")] string[]? Weights = null,
    [property: JsonPropertyName("n")] int[]? Decimals = null,
    [property: JsonPropertyName("r")] string? Traits = null)
{
    public static ListingColumn Of(PoolListing pool) => new(
        pool.Key.Contract.ToString(),
        (byte)pool.Family,
        pool.Dex,
        [.. pool.Tokens.Select(static token => token.ToString())],
        pool.Fee.Value,
        pool.Key.Id.IsZero ? null : pool.Key.Id.ToString(),
        pool.TickSpacing,
        pool.Vault.IsZero ? null : pool.Vault.ToString(),
        pool.VaultId.IsZero ? null : pool.VaultId.ToString(),
        pool.Variant,
        pool.Weights.IsEmpty ? null : [.. pool.Weights.Select(static weight => weight.ToString())],
        pool.Decimals.IsEmpty ? null : [.. pool.Decimals],
        pool.Traits?.Text);

    /// <exception cref="FormatException">A text is not what its column holds.</exception>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public PoolListing ToListing() => new(
        new PoolKey(Address.Parse(Contract), Id is null ? default : Hash256.Parse(Id)),
        Enum.IsDefined((PoolFamily)Family) ? (PoolFamily)Family : throw new FormatException($"{Family} is the number of no family"),
        Dex,
        [.. Tokens.Select(static token => Address.Parse(token))],
        new FeePips(FeePips))
    {
        TickSpacing = TickSpacing,
        Vault = Vault is null ? default : Address.Parse(Vault),
        VaultId = VaultId is null ? default : Hash256.Parse(VaultId),
        Variant = Variant,
        Weights = Weights is null ? [] : [.. Weights.Select(UInt256.Parse)],
        Decimals = Decimals is null ? [] : [.. Decimals],
        Traits = Traits is null ? null : PoolTraits.Parse(Traits),
    };
}

/// <summary>One lease in the lanes column.</summary>
/// <param name="Operator">Operator address.</param>
/// <param name="HolderId">Opportunity that holds it.</param>
/// <param name="UntilBlock">Last block the hold stands without release.</param>
internal sealed record LeaseColumn(
    [property: JsonPropertyName("operator")] string Operator,
    [property: JsonPropertyName("holder")] string HolderId,
    [property: JsonPropertyName("until")] ulong UntilBlock);

/// <summary>Compact JSON of structured columns; a missing or null member is refused, not defaulted.</summary>
[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HopColumn[]))]
[JsonSerializable(typeof(LeaseColumn[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ColumnJson : JsonSerializerContext;
