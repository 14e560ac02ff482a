using System.Text.Json;

namespace Arb.Cli.Search;

/// <summary>A search as JSON; raw amounts are decimal strings.</summary>
internal static class SearchJson
{
    public static void Write(Utf8JsonWriter writer, SearchOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteNumber("pools", outcome.Pools);
        writer.WriteNumber("tokens", outcome.Tokens);
        writer.WriteNumber("cycles", outcome.Cycles);
        writer.WriteStartObject("elapsedMs");
        writer.WriteNumber("load", Milliseconds(outcome.Elapsed.Load));
        writer.WriteNumber("index", Milliseconds(outcome.Elapsed.Index));
        writer.WriteNumber("search", Milliseconds(outcome.Elapsed.Search));
        writer.WriteNumber("size", Milliseconds(outcome.Elapsed.Size));
        writer.WriteEndObject();
        writer.WriteStartArray("opportunities");
        foreach (Opportunity opportunity in outcome.Opportunities)
        {
            Write(writer, opportunity);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("dropped");
        foreach ((string reason, long count) in outcome.Dropped)
        {
            writer.WriteNumber(reason, count);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Opportunity opportunity)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("route");
        foreach (RouteHop hop in opportunity.Route)
        {
            writer.WriteStartObject();
            writer.WriteString("pool", hop.Pool.Name);
            writer.WriteString("tokenIn", hop.Pool.TokenName(hop.IndexIn));
            writer.WriteString("tokenOut", hop.Pool.TokenName(hop.IndexOut));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("amountIn", opportunity.AmountIn.ToString());
        writer.WriteString("amountOut", opportunity.AmountOut.ToString());
        writer.WriteString("grossProfit", opportunity.GrossProfit.ToString());
        writer.WriteString("netProfit", opportunity.NetProfit.ToString());
        writer.WriteEndObject();
    }

    private static decimal Milliseconds(TimeSpan elapsed) => Math.Round((decimal)elapsed.TotalMilliseconds, 3);
}
