using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Benchmarks.Peers;

/// <summary>A recorded mainnet pool and the amounts of token0 that are quoted on it.</summary>
/// <param name="Name">Tier and tokens, for people.</param>
/// <param name="FeePips">Fee.</param>
/// <param name="Ticks">Ticks as recorded: index and net liquidity.</param>
/// <param name="Model">Our model of it.</param>
internal sealed record RecordedPool(
    string Name, int FeePips, ImmutableArray<(int Index, string LiquidityNet)> Ticks, ConcentratedLiquidityPool Model)
{
    /// <summary>Amounts of token0: 0.01 %, 1 % and 10 % of the virtual reserve, or half as often as the liquidity needs it.</summary>
    public ImmutableArray<UInt256> Amounts { get; } = [.. new[] { 10_000UL, 100UL, 10UL }.Select(share => AmountOf(Model, share))];

    private static UInt256 AmountOf(ConcentratedLiquidityPool model, ulong share)
    {
        UInt256 virtualReserve0 = ((UInt256)model.Liquidity << 96) / model.SqrtPriceX96;
        UInt256 amount = UInt256.Max(virtualReserve0 / share, UInt256.One);
        while (model.QuoteExactIn(0, 1, amount, out _) != SwapRefusal.None)
        {
            amount >>= 1;
            if (amount.IsZero)
            {
                throw new InvalidOperationException("A recorded pool takes no amount of token0.");
            }
        }

        return amount;
    }
}

/// <summary>Reads <c>data/uniswap-v3-ticks.json.gz</c> (its origin: <c>data/SOURCES.md</c>).</summary>
internal static class RecordedPools
{
    public static ImmutableArray<RecordedPool> Read(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static RecordedPool Read(JsonElement pool)
    {
        int feePips = Text(pool, "fee") switch
        {
            "Lowest" => 100,
            "Low" => 500,
            "Medium" => 3000,
            "High" => 10_000,
            string other => throw new FormatException($"The fee tier '{other}' is unknown."),
        };
        ImmutableArray<(int Index, string LiquidityNet)> ticks =
        [
            .. pool.GetProperty("ticks").EnumerateArray().Select(tick => (tick[0].GetInt32(), tick[1].GetString()!)),
        ];
        TickTable table = new(
            pool.GetProperty("tickSpacing").GetInt32(),
            [.. ticks.Select(tick => new InitializedTick(
                tick.Index, Int128.Parse(tick.LiquidityNet, System.Globalization.CultureInfo.InvariantCulture)))]);
        ConcentratedLiquidityPool model = new(
            ConcentratedLiquidityVariant.UniswapV3,
            feePips,
            table,
            UInt256.Parse(Text(pool, "sqrtPriceX96")),
            pool.GetProperty("tick").GetInt32(),
            (UInt128)UInt256.Parse(Text(pool, "liquidity")));
        string name = $"{feePips} {Text(pool, "token0")[..8]}/{Text(pool, "token1")[..8]}";
        return new RecordedPool(name, feePips, ticks, model);
    }

    private static string Text(JsonElement pool, string name) =>
        pool.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");
}
