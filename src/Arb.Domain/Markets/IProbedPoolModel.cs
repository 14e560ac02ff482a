namespace Arb.Domain;

/// <summary>
/// A model written from a specification, not held against the real bytecode: it also answers as the contract's own quote function does
/// (<c>get_dy</c>, <c>getAmountOut</c>), so that one <c>eth_call</c> can be compared with it to the wei.
/// </summary>
public interface IProbedPoolModel : IPoolModel
{
    /// <summary>
    /// What the contract's quote function returns. It may differ from <see cref="IPoolModel.QuoteExactIn"/>, which is what a swap pays:
    /// some contracts round the two differently, and some quotes are of swaps that revert.
    /// </summary>
    /// <returns>Why the call would revert, or <see cref="SwapRefusal.None"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token index is not below <see cref="IPoolModel.TokenCount"/>.</exception>
    SwapRefusal QuoteView(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut);
}
