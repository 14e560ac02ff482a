using Arb.Domain;

namespace Arb.Cli.Quotes;

/// <summary>What a refusal is called in answers: a word to test for, then a sentence.</summary>
internal static class Refusals
{
    public static string Text(SwapRefusal refusal) => refusal switch
    {
        SwapRefusal.InvalidRequest => "invalid-request: the amount is 0, or both tokens are the same",
        SwapRefusal.NoLiquidity => "no-liquidity: the pool holds nothing to price the swap with",
        SwapRefusal.ZeroOutput => "zero-output: the pool would pay nothing for this amount",
        SwapRefusal.InsufficientLiquidity => "insufficient-liquidity: the pool's liquidity ends before the amount does",
        SwapRefusal.ReserveOverflow => "reserve-overflow: a reserve would leave the range the contract stores it in",
        SwapRefusal.RatioLimit => "ratio-limit: more than the share of a balance that one swap may move",
        SwapRefusal.MathOverflow => "math-overflow: the contract's arithmetic would overflow and revert",
        SwapRefusal.NotConverged => "not-converged: the contract's iteration would not converge and revert",
        SwapRefusal.InvariantFalls => "invariant-falls: the pair's own check of k would revert the amount it quotes",
        _ => refusal.ToString(),
    };
}
