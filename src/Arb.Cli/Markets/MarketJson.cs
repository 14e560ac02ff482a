using System.Globalization;
using System.Text.Json;

namespace Arb.Cli.Markets;

/// <summary>A market summary as JSON; raw units are decimal strings, what a file does not say is null.</summary>
internal static class MarketJson
{
    public static void Write(Utf8JsonWriter writer, MarketSummary summary)
    {
        writer.WriteStartObject();
        writer.WriteString("format", summary.Format);
        writer.WriteNumber("pools", summary.Pools);
        writer.WriteNumber("modelled", summary.Modelled);
        writer.WriteNumber("quotes", summary.Quotes);
        WriteProtocols(writer, summary);
        writer.WriteStartArray("fees");
        foreach (FeeCount fee in summary.Fees)
        {
            writer.WriteStartObject();
            writer.WriteNumber("feePips", fee.FeePips);
            writer.WriteNumber("pools", fee.Pools);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("tokens", summary.Tokens);
        writer.WriteNumber("pairs", summary.Pairs);
        writer.WriteNumber("sharedPairs", summary.SharedPairs);
        writer.WriteNumber("poolsOnOnePairMax", summary.PoolsOnOnePairMax);
        WriteTokens(writer, summary);
        WriteLiquidity(writer, summary.Liquidity);
        if (summary.Blocks is { } blocks)
        {
            writer.WriteStartObject("blocks");
            writer.WriteNumber("first", blocks.First);
            writer.WriteNumber("last", blocks.Last);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("blocks");
        }

        writer.WriteEndObject();
    }

    private static void WriteProtocols(Utf8JsonWriter writer, MarketSummary summary)
    {
        writer.WriteStartArray("protocols");
        foreach (ProtocolCount protocol in summary.Protocols)
        {
            writer.WriteStartObject();
            writer.WriteString("protocol", protocol.Protocol);
            writer.WriteNumber("pools", protocol.Pools);
            writer.WriteNumber("modelled", protocol.Modelled);
            writer.WriteStartArray("missing");
            foreach (string reason in protocol.Missing)
            {
                writer.WriteStringValue(reason);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTokens(Utf8JsonWriter writer, MarketSummary summary)
    {
        writer.WriteStartArray("busiestTokens");
        foreach (TokenCount token in summary.BusiestTokens)
        {
            writer.WriteStartObject();
            writer.WriteString("token", token.Token.Id);
            writer.WriteString("symbol", token.Token.Symbol);
            WriteNumberOrNull(writer, "decimals", token.Token.Decimals);
            writer.WriteNumber("pools", token.Pools);
            writer.WriteString("held", token.Held?.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLiquidity(Utf8JsonWriter writer, LiquidityFacts liquidity)
    {
        writer.WriteStartObject("liquidity");
        writer.WriteNumber("poolsWithBalances", liquidity.Known);
        writer.WriteNumber("dry", liquidity.Dry);
        writer.WriteNumber("concentrated", liquidity.Concentrated);
        writer.WriteNumber("outOfRange", liquidity.OutOfRange);
        WriteNumberOrNull(writer, "ticks", liquidity.Ticks);
        WriteNumberOrNull(writer, "ticksOfOneMax", liquidity.TicksOfOneMax);
        writer.WriteStartArray("deepest");
        foreach (DeepPool deep in liquidity.Deepest)
        {
            writer.WriteStartObject();
            writer.WriteString("pool", deep.Pool.Id);
            writer.WriteString("protocol", deep.Pool.Protocol);
            writer.WriteString("token", deep.Token.Id);
            writer.WriteString("balance", deep.Balance.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
