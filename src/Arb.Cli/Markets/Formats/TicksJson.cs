using System.Collections.Immutable;
using System.Text.Json;

namespace Arb.Cli.Markets.Formats;

/// <summary>Recorded Uniswap V3 pools with all their ticks: a list of objects that name no pool, but its tokens and fee tier.</summary>
internal static class TicksJson
{
    public static MarketFile Parse(JsonElement root)
    {
        ImmutableArray<MarketPool>.Builder pools = ImmutableArray.CreateBuilder<MarketPool>(root.GetArrayLength());
        HashSet<string> seen = [];
        foreach (JsonElement element in root.EnumerateArray())
        {
            string where = $"item {pools.Count}";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw new MarketFileException($"{where}: expected an object with a pool's tokens, fee, price and ticks.");
            }

            MarketPool pool = Pool(new JsonFields(element, where), element);
            if (!seen.Add(pool.Id))
            {
                throw new MarketFileException($"{where}: a pool of the same tokens and fee came before; expected each once.");
            }

            pools.Add(pool);
        }

        return new MarketFile { Format = "Uniswap V3 pools with ticks (JSON)", Pools = pools.MoveToImmutable() };
    }

    private static MarketPool Pool(JsonFields fields, JsonElement element)
    {
        int fee = FeePips(fields, element);
        ImmutableArray<MarketToken> tokens =
        [
            new(MarketToken.Normalise(fields.Text("token0")), null, fields.Int32("decimals0", 0, byte.MaxValue)),
            new(MarketToken.Normalise(fields.Text("token1")), null, fields.Int32("decimals1", 0, byte.MaxValue)),
        ];
        MarketPool pool = new()
        {
            Id = $"{tokens[0].Id}-{tokens[1].Id}-{fee}",
            Protocol = Protocols.UniswapV3,
            Tokens = tokens,
        };
        return ConcentratedJson.Read(fields, pool, fee);
    }

    /// <summary>The file's source names the tier.</summary>
    private static int FeePips(JsonFields fields, JsonElement element) => fields.Text("fee") switch
    {
        "Lowest" => 100,
        "Low" => 500,
        "Medium" => 3000,
        "High" => 10_000,
        _ => throw fields.Wrong("fee", "Lowest, Low, Medium or High", element.GetProperty("fee")),
    };
}
