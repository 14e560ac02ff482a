using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="RegisteredPool"/> as a row. Lower-case hex sorts as addresses do, so rows come ordered by key.</summary>
internal static class PoolRow
{
    public const string Kind = "pool";
    public const int Schema = 2;

    /// <summary>Pairs of the Uniswap V2 kind only, as the first version wrote them; still read.</summary>
    private const int PairSchema = 1;

    private const string ExcludedColumn = "Excluded";

    public static string Partition(ulong chainId) => ColumnText.Plain(chainId);

    public static string RowKey(PoolKey key) => key.Id.IsZero ? key.Contract.ToString() : $"{key.Contract}-{key.Id}";

    public static TableEntity Write(ulong chainId, RegisteredPool pool)
    {
        PoolListing listing = pool.Listing;
        TableEntity row = new(Partition(chainId), RowKey(listing.Key))
        {
            [RowReader.SchemaColumn] = Schema,
            ["Contract"] = listing.Key.Contract.ToString(),
            ["Family"] = listing.Family.ToString(),
            ["Dex"] = listing.Dex,
            ["Tokens"] = ToJson(listing.Tokens.Select(static token => token.ToString())),
            ["FeePips"] = listing.Fee.Value,
            ["TickSpacing"] = listing.TickSpacing,
        };
        SetIf(row, "PoolId", !listing.Key.Id.IsZero, listing.Key.Id.ToString());
        SetIf(row, "Vault", !listing.Vault.IsZero, listing.Vault.ToString());
        SetIf(row, "VaultId", !listing.VaultId.IsZero, listing.VaultId.ToString());
        SetIf(row, "Variant", listing.Variant != 0, listing.Variant.ToString(CultureInfo.InvariantCulture));
        SetIf(row, "Weights", !listing.Weights.IsEmpty, ToJson(listing.Weights.Select(static weight => weight.ToString())));
        SetIf(row, "Decimals", !listing.Decimals.IsEmpty, JsonSerializer.Serialize([.. listing.Decimals], ColumnJson.Default.Int32Array));
        SetIf(row, "Traits", listing.Traits is not null, listing.Traits?.Text);
        SetIf(row, ExcludedColumn, pool.Excluded is not null, pool.Excluded);
        return row;
    }

    public static RegisteredPool Read(TableEntity entity)
    {
        if (entity.TryGetValue(RowReader.SchemaColumn, out object? schema) && schema is PairSchema)
        {
            return ReadPair(new RowReader(entity, Kind, PairSchema));
        }

        RowReader row = new(entity, Kind, Schema);
        PoolListing listing = new(
            new PoolKey(row.Address("Contract"), row.OptionalHash("PoolId") ?? default),
            row.Named<PoolFamily>("Family"),
            row.Text("Dex"),
            row.Json("Tokens", ColumnJson.Default.StringArray, static tokens => tokens.Select(static t => Address.Parse(t)).ToImmutableArray()),
            row.Fee("FeePips"))
        {
            TickSpacing = row.Int32("TickSpacing"),
            Vault = row.OptionalText("Vault") is null ? default : row.Address("Vault"),
            VaultId = row.OptionalHash("VaultId") ?? default,
            Variant = row.OptionalText("Variant") is { } variant ? int.Parse(variant, CultureInfo.InvariantCulture) : 0,
            Weights = row.OptionalText("Weights") is null
                ? []
                : row.Json("Weights", ColumnJson.Default.StringArray, static weights => weights.Select(UInt256.Parse).ToImmutableArray()),
            Decimals = row.OptionalText("Decimals") is null
                ? []
                : row.Json("Decimals", ColumnJson.Default.Int32Array, static decimals => decimals.ToImmutableArray()),
            Traits = row.OptionalText("Traits") is null ? null : row.Parsed("Traits", PoolTraits.Parse),
        };
        return new RegisteredPool(listing, row.OptionalText(ExcludedColumn));
    }

    private static RegisteredPool ReadPair(RowReader row) => new(
        PoolListing.Of(new PoolInfo(
            row.Address("RowKey"), row.Text("Dex"), row.Address("Token0"), row.Address("Token1"), row.Fee("FeePips"))),
        row.OptionalText(ExcludedColumn));

    private static string ToJson(IEnumerable<string> texts) =>
        JsonSerializer.Serialize([.. texts], ColumnJson.Default.StringArray);

    private static void SetIf(TableEntity row, string column, bool has, string? value)
    {
        if (has)
        {
            row[column] = ColumnText.Reason(value!);
        }
    }
}
