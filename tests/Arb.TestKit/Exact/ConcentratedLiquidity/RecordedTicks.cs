using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Arb.Devnet.Tooling;
using Arb.Domain;

namespace Arb.TestKit.Exact;

/// <summary>
/// Uniswap V3 pools of mainnet with every initialised tick, as recorded in propeller-heads/tycho-simulation
/// (dc2b7fb2, MIT): <c>tests/Arb.Benchmarks/data/uniswap-v3-ticks.json.gz</c>.
/// </summary>
public static class RecordedTicks
{
    /// <summary>Reads them.</summary>
    public static ImmutableArray<ConcentratedLiquidityPool> Load()
    {
        string path = Path.Combine(
            RepositoryRoot.Find(), "tests", "Arb.Benchmarks", "data", "uniswap-v3-ticks.json.gz");
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    /// <summary>Positions that leave exactly these net changes at the ticks: what opens last closes first.</summary>
    public static ImmutableArray<LiquidityRange> Ranges(TickTable ticks)
    {
        ArgumentNullException.ThrowIfNull(ticks);
        ImmutableArray<LiquidityRange>.Builder ranges = ImmutableArray.CreateBuilder<LiquidityRange>();
        Stack<(int Lower, UInt128 Liquidity)> open = new();
        foreach (InitializedTick tick in ticks.Ticks)
        {
            if (tick.LiquidityNet > 0)
            {
                open.Push((tick.Index, (UInt128)tick.LiquidityNet));
            }

            UInt128 closing = tick.LiquidityNet < 0 ? (UInt128)(-tick.LiquidityNet) : 0;
            while (closing > 0)
            {
                (int lower, UInt128 liquidity) = open.Pop();
                UInt128 part = UInt128.Min(closing, liquidity);
                ranges.Add(new LiquidityRange(lower, tick.Index, part));
                closing -= part;
                if (part < liquidity)
                {
                    open.Push((lower, liquidity - part));
                }
            }
        }

        return ranges.ToImmutable();
    }

    private static ConcentratedLiquidityPool Read(JsonElement pool)
    {
        int feePips = pool.GetProperty("fee").GetString() switch
        {
            "Lowest" => 100,
            "Low" => 500,
            "Medium" => 3000,
            "High" => 10_000,
            string other => throw new FormatException($"There is no fee tier '{other}'."),
            null => throw new FormatException("A pool has no fee tier."),
        };
        ImmutableArray<InitializedTick> ticks =
        [
            .. pool.GetProperty("ticks").EnumerateArray().Select(static tick => new InitializedTick(
                tick[0].GetInt32(), Int128.Parse(tick[1].GetString()!, null))),
        ];
        return new ConcentratedLiquidityPool(
            ConcentratedLiquidityVariant.UniswapV3,
            feePips,
            new TickTable(pool.GetProperty("tickSpacing").GetInt32(), ticks),
            UInt256.Parse(pool.GetProperty("sqrtPriceX96").GetString()!, null),
            pool.GetProperty("tick").GetInt32(),
            UInt128.Parse(pool.GetProperty("liquidity").GetString()!, null));
    }
}
