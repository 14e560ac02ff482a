using Arb.Domain;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>What a model may call each of Balancer's errors (<c>BalancerErrors.sol</c>).</summary>
internal static class BalancerReverts
{
    /// <summary>Whether a refusal is what the error says.</summary>
    public static bool Agree(int error, SwapRefusal refusal) => error switch
    {
        // ADD_OVERFLOW, MUL_OVERFLOW, DIV_INTERNAL, X, Y and PRODUCT_OUT_OF_BOUNDS, INVALID_EXPONENT
        0 or 3 or 5 or 6 or 7 or 8 or 9 => refusal == SwapRefusal.MathOverflow,
        // SUB_OVERFLOW serves three purposes: nothing would be paid out, more is asked for than there is, a formula turns negative.
        1 => refusal is SwapRefusal.ZeroOutput or SwapRefusal.InsufficientLiquidity or SwapRefusal.MathOverflow,
        // ZERO_DIVISION: an empty balance, or one that the swap would empty.
        4 => refusal is SwapRefusal.NoLiquidity or SwapRefusal.InsufficientLiquidity,
        // MAX_IN_RATIO, MAX_OUT_RATIO
        304 or 305 => refusal == SwapRefusal.RatioLimit,
        // STABLE_INVARIANT_DIDNT_CONVERGE, STABLE_GET_BALANCE_DIDNT_CONVERGE
        321 or 322 => refusal == SwapRefusal.NotConverged,
        // CANNOT_SWAP_SAME_TOKEN, UNKNOWN_AMOUNT_IN_FIRST_SWAP
        509 or 510 => refusal == SwapRefusal.InvalidRequest,
        // BALANCE_TOTAL_OVERFLOW
        526 => refusal == SwapRefusal.ReserveOverflow,
        _ => false,
    };
}
