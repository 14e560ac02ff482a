using Arb.Domain;

namespace Arb.Cli.Markets;

/// <summary>Models of pools that a file names but whose contracts nobody asks.</summary>
internal static class PoolModels
{
    /// <summary>A Uniswap V2 pair; the model wants to know whose it is, which a file's opaque tokens cannot say.</summary>
    public static IPoolModel ConstantProduct(UInt256 reserve0, UInt256 reserve1, int feePips) => new PairModel(new ConstantProductPool(
        new PoolInfo(Address.Zero, Protocols.UniswapV2, Address.Zero, Address.Zero, new FeePips(feePips)), reserve0, reserve1));

    private sealed class PairModel(ConstantProductPool pair) : IPoolModel
    {
        public int TokenCount => 2;

        public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
        {
            amountOut = default;
            bool isValid = AreTokens(tokenIn, tokenOut) && !amountIn.IsZero;
            return isValid && pair.TryQuoteExactIn(tokenIn == 0, amountIn, out amountOut)
                ? SwapRefusal.None
                : WhyNot(isValid, amountIn > ConstantProductPool.ReserveMax - pair.Reserves(tokenIn == 0).In, SwapRefusal.ZeroOutput);
        }

        public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn)
        {
            amountIn = default;
            bool isValid = AreTokens(tokenIn, tokenOut) && !amountOut.IsZero;
            return isValid && pair.TryQuoteExactOut(tokenIn == 0, amountOut, out amountIn)
                ? SwapRefusal.None
                : WhyNot(isValid, amountOut < pair.Reserves(tokenIn == 0).Out, SwapRefusal.InsufficientLiquidity);
        }

        public SwapRefusal SwapExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
        {
            SwapRefusal refusal = QuoteExactIn(tokenIn, tokenOut, amountIn, out amountOut);
            after = refusal == SwapRefusal.None ? new PairModel(pair.After(tokenIn == 0, amountIn, amountOut)) : this;
            return refusal;
        }

        public SwapRefusal SwapExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after)
        {
            SwapRefusal refusal = QuoteExactOut(tokenIn, tokenOut, amountOut, out amountIn);
            after = refusal == SwapRefusal.None ? new PairModel(pair.After(tokenIn == 0, amountIn, amountOut)) : this;
            return refusal;
        }

        private SwapRefusal WhyNot(bool isValid, bool overflows, SwapRefusal otherwise) =>
            !isValid ? SwapRefusal.InvalidRequest
            : pair.Reserve0.IsZero || pair.Reserve1.IsZero ? SwapRefusal.NoLiquidity
            : overflows ? SwapRefusal.ReserveOverflow
            : otherwise;

        private static bool AreTokens(int tokenIn, int tokenOut)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)tokenIn, 1u, nameof(tokenIn));
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)tokenOut, 1u, nameof(tokenOut));
            return tokenIn != tokenOut;
        }
    }
}
