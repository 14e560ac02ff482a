using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>State of a Uniswap V3 or V4 pool, from the fields that both JSON formats share.</summary>
internal static class ConcentratedJson
{
    public static MarketPool Read(JsonFields fields, MarketPool pool, int feePips)
    {
        bool isV4 = pool.Protocol == Protocols.UniswapV4;
        int spacing = fields.Int32("tickSpacing", 1, TickTable.TickSpacingMax);
        UInt256 price = fields.Unsigned("sqrtPriceX96");
        int tick = fields.Int32("tick", TickMath.TickMin - 1, TickMath.TickMax);
        UInt256 liquidity = fields.Unsigned("liquidity");
        if (liquidity.BitLength > 128)
        {
            throw fields.Wrong("liquidity", $"expected less than 2^128, found {liquidity}.");
        }

        TickTable ticks = ReadTicks(fields, spacing);
        (int zeroForOne, int oneForZero) = ReadProtocolFee(fields);
        try
        {
            // In V3 the protocol's share comes out of the providers' fee: no amount depends on it, and the contract's unit is another.
            ConcentratedLiquidityPool model = isV4
                ? new(ConcentratedLiquidityVariant.UniswapV4, feePips, ticks, price, tick, (UInt128)liquidity, zeroForOne, oneForZero)
                : new(ConcentratedLiquidityVariant.UniswapV3, feePips, ticks, price, tick, (UInt128)liquidity);
            return pool with { FeePips = feePips, Liquidity = liquidity, Ticks = ticks.Ticks.Length, Model = model };
        }
        catch (ArgumentException e)
        {
            throw ModelFault.Of(fields, e, FieldOf);
        }
    }

    private static TickTable ReadTicks(JsonFields fields, int spacing)
    {
        JsonElement list = fields.Array("ticks");
        List<InitializedTick> ticks = new(list.GetArrayLength());
        foreach (JsonElement element in list.EnumerateArray())
        {
            (int index, Int128 net) = fields.Pair(element, $"ticks[{ticks.Count}]", TickMath.TickMin, TickMath.TickMax);
            if (index % spacing != 0)
            {
                throw fields.Wrong($"ticks[{ticks.Count}][0]", $"expected a multiple of the tick spacing {spacing}, found {index}.");
            }

            ticks.Add(new InitializedTick(index, net));
        }

        ticks.Sort((one, other) => one.Index.CompareTo(other.Index));
        for (int i = 1; i < ticks.Count; i++)
        {
            if (ticks[i].Index == ticks[i - 1].Index)
            {
                throw fields.Wrong("ticks", $"tick {ticks[i].Index} occurs twice; expected each once.");
            }
        }

        return new TickTable(spacing, [.. ticks]);
    }

    private static (int ZeroForOne, int OneForZero) ReadProtocolFee(JsonFields fields)
    {
        if (!fields.Has("protocolFeePips"))
        {
            return (0, 0);
        }

        ImmutableArray<int> both = fields.Int32List("protocolFeePips", 2, 0, FeePips.Whole, "one for each direction [zeroForOne, oneForZero]");
        return (both[0], both[1]);
    }

    private static string FieldOf(string? parameter) => parameter switch
    {
        "lpFeePips" => "feePips",
        "protocolFeeZeroForOne" => "protocolFeePips[0]",
        "protocolFeeOneForZero" => "protocolFeePips[1]",
        _ => parameter ?? "ticks",
    };
}
