namespace Arb.Domain;

/// <summary>
/// The exact arithmetic of one pool at one state: immutable, free of I/O, equal to the contract to the raw unit. Tokens are indices
/// in the pool's own order (for pairs: 0 is token0). Whose pool it is, and which tokens, is its holder's business.
/// </summary>
public interface IPoolModel
{
    /// <summary>Tokens the pool trades, at least two.</summary>
    int TokenCount { get; }

    /// <summary>What the pool pays for exactly <paramref name="amountIn"/>; allocates nothing.</summary>
    /// <param name="tokenIn">Index of the token paid.</param>
    /// <param name="tokenOut">Index of the token received.</param>
    /// <param name="amountIn">Raw units paid, fee included.</param>
    /// <param name="amountOut">Raw units received; 0 when refused.</param>
    /// <returns>Why the contract would revert, or <see cref="SwapRefusal.None"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token index is not below <see cref="TokenCount"/>.</exception>
    SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut);

    /// <summary>
    /// What the pool asks for exactly <paramref name="amountOut"/> (where the contract has exact-out swaps, what they take; otherwise
    /// the least amount in that pays at least that much); allocates nothing.
    /// </summary>
    /// <param name="tokenIn">Index of the token paid.</param>
    /// <param name="tokenOut">Index of the token received.</param>
    /// <param name="amountOut">Raw units received.</param>
    /// <param name="amountIn">Raw units paid, fee included; 0 when refused.</param>
    /// <returns>Why the contract would revert, or <see cref="SwapRefusal.None"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token index is not below <see cref="TokenCount"/>.</exception>
    SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn);

    /// <summary>As <see cref="QuoteExactIn"/>, with the pool after the swap (this one when refused).</summary>
    SwapRefusal SwapExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after);

    /// <summary>As <see cref="QuoteExactOut"/>, with the pool after the swap (this one when refused).</summary>
    SwapRefusal SwapExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after);
}
