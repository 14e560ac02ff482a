using System.Collections.Immutable;
using Arb.Cli.Markets;
using Arb.Domain;

namespace Arb.Cli.Quotes;

/// <summary>Answer to one quote: an amount, or why there is none.</summary>
/// <param name="AmountOut">Raw units received.</param>
/// <param name="Error">Why not; null when there is an amount.</param>
internal readonly record struct QuoteAnswer(UInt256 AmountOut, string? Error)
{
    /// <summary>Answers a file's quotes, in its order; each on the pools as they are, none changes a pool.</summary>
    public static ImmutableArray<QuoteAnswer> All(MarketFile file)
    {
        Dictionary<string, MarketPool> pools = file.Pools.ToDictionary(p => p.Id, StringComparer.Ordinal);
        ImmutableArray<QuoteLine> quotes = file.Quotes ?? [];
        ImmutableArray<QuoteAnswer>.Builder answers = ImmutableArray.CreateBuilder<QuoteAnswer>(quotes.Length);
        foreach (QuoteLine quote in quotes)
        {
            answers.Add(quote.Error is null ? Of(pools, quote) : new QuoteAnswer(default, quote.Error));
        }

        return answers.MoveToImmutable();
    }

    private static QuoteAnswer Of(Dictionary<string, MarketPool> pools, QuoteLine quote)
    {
        if (!pools.TryGetValue(MarketToken.Normalise(quote.Pool), out MarketPool? pool))
        {
            return Unanswered($"unknown-pool: the file has no pool '{quote.Pool}'");
        }

        int tokenIn = pool.IndexOf(quote.TokenIn);
        int tokenOut = pool.IndexOf(quote.TokenOut);
        if (tokenIn < 0 || tokenOut < 0)
        {
            string stranger = tokenIn < 0 ? quote.TokenIn : quote.TokenOut;
            return Unanswered($"unknown-token: pool '{pool.Id}' does not trade '{stranger}'; it trades {string.Join(", ", pool.Tokens.Select(t => t.Id))}");
        }

        if (pool.Model is null)
        {
            return Unanswered($"no-state: pool '{pool.Id}' cannot be quoted: {pool.Missing}");
        }

        SwapRefusal refusal = pool.Model.QuoteExactIn(tokenIn, tokenOut, quote.AmountIn, out UInt256 amountOut);
        return refusal == SwapRefusal.None ? new QuoteAnswer(amountOut, null) : Unanswered(Refusals.Text(refusal));
    }

    private static QuoteAnswer Unanswered(string why) => new(default, why);
}
