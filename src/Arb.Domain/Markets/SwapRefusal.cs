namespace Arb.Domain;

/// <summary>Why a pool refuses a swap. Where the contract would revert, the model refuses: it never fills an order in part.</summary>
public enum SwapRefusal : byte
{
    /// <summary>It does not refuse.</summary>
    None = 0,

    /// <summary>The amount in or out asked for is zero, or the two tokens are the same.</summary>
    InvalidRequest,

    /// <summary>The pool holds no liquidity to price the swap with.</summary>
    NoLiquidity,

    /// <summary>The pool would pay out nothing.</summary>
    ZeroOutput,

    /// <summary>The pool cannot deliver, or cannot take, that much: its liquidity ends before the amount does.</summary>
    InsufficientLiquidity,

    /// <summary>A reserve, balance or accumulator would leave the range that the contract stores it in.</summary>
    ReserveOverflow,

    /// <summary>Balancer's limit on the share of a balance that one swap may move (MAX_IN_RATIO, MAX_OUT_RATIO).</summary>
    RatioLimit,

    /// <summary>An intermediate value leaves the range of the contract's own arithmetic, where it would revert.</summary>
    MathOverflow,

    /// <summary>The contract's iteration does not converge and would revert.</summary>
    NotConverged,

    /// <summary>The pair's own check finds its invariant fallen: it quoted one unit too much (Solidly's first solver).</summary>
    InvariantFalls,
}
