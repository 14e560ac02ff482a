using System.Collections.Immutable;
using System.Text.Json;

namespace Arb.Cli.Markets.Formats;

/// <summary>The quote command's own format: <c>{"pools":[…],"quotes":[…]}</c>.</summary>
internal static class QuoteJson
{
    /// <summary>Faults told of at once; a file with more has one cause.</summary>
    private const int FaultsMax = 20;

    public static MarketFile Parse(JsonElement root)
    {
        JsonFields file = new(root, "the file");
        JsonElement list = file.Array("pools");
        List<string> faults = [];
        HashSet<string> seen = [];
        ImmutableArray<MarketPool>.Builder pools = ImmutableArray.CreateBuilder<MarketPool>(list.GetArrayLength());
        int index = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            try
            {
                MarketPool pool = PoolJson.Parse(element, index);
                if (!seen.Add(pool.Id))
                {
                    throw new MarketFileException($"pool '{pool.Id}' (pools[{index}]): field 'id': another pool has it; expected one of its own.");
                }

                pools.Add(pool);
            }
            catch (MarketFileException e)
            {
                faults.Add(e.Message);
            }

            if (faults.Count == FaultsMax)
            {
                faults.Add("…and perhaps more.");
                break;
            }

            index++;
        }

        if (faults.Count > 0)
        {
            throw new MarketFileException(string.Join("\n  ", faults));
        }

        return new MarketFile { Format = "quotes (JSON)", Pools = pools.DrainToImmutable(), Quotes = ParseQuotes(file) };
    }

    private static ImmutableArray<QuoteLine> ParseQuotes(JsonFields file)
    {
        if (!file.Has("quotes"))
        {
            return [];
        }

        JsonElement list = file.Array("quotes");
        ImmutableArray<QuoteLine>.Builder quotes = ImmutableArray.CreateBuilder<QuoteLine>(list.GetArrayLength());
        foreach (JsonElement element in list.EnumerateArray())
        {
            quotes.Add(ParseQuote(element, quotes.Count));
        }

        return quotes.MoveToImmutable();
    }

    /// <summary>A line that is wrong is answered with its error: it spoils no other.</summary>
    private static QuoteLine ParseQuote(JsonElement element, int index)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new QuoteLine(string.Empty, string.Empty, string.Empty, default, $"quotes[{index}]: expected an object.");
        }

        JsonFields fields = new(element, $"quotes[{index}]");
        try
        {
            return new QuoteLine(
                fields.Text("pool"), fields.Text("tokenIn"), fields.Text("tokenOut"), fields.Unsigned("amountIn"));
        }
        catch (MarketFileException e)
        {
            return new QuoteLine(string.Empty, string.Empty, string.Empty, default, e.Message);
        }
    }
}
