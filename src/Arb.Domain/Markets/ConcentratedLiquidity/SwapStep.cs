namespace Arb.Domain;

/// <summary>
/// One step of a swap: from a price towards a target, with one liquidity (SwapMath.computeSwapStep). V3 and V4 differ in
/// how they split what is paid into amount and fee, not in what is paid, received, or where the price ends.
/// </summary>
internal static class SwapStep
{
    /// <summary>Pays in up to <paramref name="remaining"/>.</summary>
    /// <param name="zeroForOne">Whether the price falls.</param>
    /// <param name="price">Where it starts, then ends.</param>
    /// <param name="target">Where it ends at the most.</param>
    /// <param name="liquidity">More than 0.</param>
    /// <param name="feePips">At most 1,000,000.</param>
    /// <param name="remaining">What is left to pay, then what is left after it.</param>
    /// <returns>What is received.</returns>
    public static UInt256 ExactIn(
        bool zeroForOne, ref UInt256 price, in UInt256 target, UInt128 liquidity, uint feePips, ref UInt256 remaining)
    {
        UInt256 start = price;
        UInt256 afterFee = AfterFee(remaining, feePips);
        if (ReachesTarget(zeroForOne, start, target, liquidity, afterFee, out UInt256 next))
        {
            price = target;
            UInt256 amountIn = zeroForOne
                ? SqrtPriceMath.Amount0Delta(target, start, liquidity, roundUp: true)
                : SqrtPriceMath.Amount1Delta(start, target, liquidity, roundUp: true);
            remaining -= amountIn + FeeOn(amountIn, feePips);
        }
        else
        {
            // What the price does not need is the fee: all of it is paid.
            price = next;
            remaining = UInt256.Zero;
        }

        return zeroForOne
            ? SqrtPriceMath.Amount1Delta(price, start, liquidity, roundUp: false)
            : SqrtPriceMath.Amount0Delta(start, price, liquidity, roundUp: false);
    }

    /// <summary>
    /// The same for an amount that ends before the target, as most do, without the state that a longer swap carries along;
    /// false when the operands are not of the usual size.
    /// </summary>
    /// <param name="zeroForOne">Whether the price falls.</param>
    /// <param name="price">Where it starts.</param>
    /// <param name="liquidity">More than 0.</param>
    /// <param name="afterFee">What is paid, fee taken off.</param>
    /// <param name="next">Where it ends: at the target or beyond it when the amount does not end before.</param>
    /// <param name="received">What is received up to there.</param>
    public static bool TryExactInWithin(
        bool zeroForOne,
        in UInt256 price,
        UInt128 liquidity,
        UInt128 afterFee,
        out UInt256 next,
        out UInt256 received)
    {
        if (zeroForOne)
        {
            if (Token0Step.TryAfterPaying(price, liquidity, afterFee, out next))
            {
                received = SqrtPriceMath.Amount1Delta(next, price, liquidity, roundUp: false);
                return true;
            }
        }
        else if (SqrtPriceMath.TryAfterPaying1(price, liquidity, afterFee, out next) && next <= TickMath.SqrtPriceMax)
        {
            received = SqrtPriceMath.Amount0Delta(price, next, liquidity, roundUp: false);
            return true;
        }

        received = default;
        return false;
    }

    /// <summary>Takes out up to <paramref name="remaining"/>.</summary>
    /// <param name="zeroForOne">Whether the price falls.</param>
    /// <param name="price">Where it starts, then ends.</param>
    /// <param name="target">Where it ends at the most.</param>
    /// <param name="liquidity">More than 0.</param>
    /// <param name="feePips">Below 1,000,000.</param>
    /// <param name="remaining">What is left to receive, then what is left after it.</param>
    /// <returns>What is paid.</returns>
    public static UInt256 ExactOut(
        bool zeroForOne, ref UInt256 price, in UInt256 target, UInt128 liquidity, uint feePips, ref UInt256 remaining)
    {
        UInt256 start = price;
        UInt256 amountOut = zeroForOne
            ? SqrtPriceMath.Amount1Delta(target, start, liquidity, roundUp: false)
            : SqrtPriceMath.Amount0Delta(start, target, liquidity, roundUp: false);
        if (remaining >= amountOut)
        {
            price = target;
            remaining -= amountOut;
        }
        else
        {
            // V3 computes the output of this price, which is never less, and cuts it to what remains; V4 takes what remains.
            price = zeroForOne
                ? SqrtPriceMath.AfterReceiving1(start, liquidity, remaining)
                : SqrtPriceMath.AfterReceiving0(start, liquidity, remaining);
            remaining = UInt256.Zero;
        }

        UInt256 amountIn = zeroForOne
            ? SqrtPriceMath.Amount0Delta(price, start, liquidity, roundUp: true)
            : SqrtPriceMath.Amount1Delta(start, price, liquidity, roundUp: true);
        return amountIn + FeeOn(amountIn, feePips);
    }

    /// <summary>
    /// Whether an amount, fee taken off, moves the price to the target. The contract compares it with the amount to the
    /// target; comparing prices says the same and saves that amount when it is not reached: with x the exact amount to
    /// the target, less than x leaves the exact price strictly short of it and rounding keeps it so, as it rounds away from
    /// the target to whole numbers of which the target is one; x or more takes the exact price to it or past it.
    /// The contract's coarse formula rounds twice, so there the amounts are compared.
    /// </summary>
    private static bool ReachesTarget(
        bool zeroForOne,
        in UInt256 start,
        in UInt256 target,
        UInt128 liquidity,
        in UInt256 amount,
        out UInt256 next)
    {
        if (!zeroForOne)
        {
            return !SqrtPriceMath.TryAfterPaying1(start, liquidity, amount, out next) || next >= target;
        }

        if (amount.IsZero)
        {
            // The contract returns the price itself.
            next = start;
            return start == target;
        }

        if (SqrtPriceMath.TryAfterPaying0(start, liquidity, amount, out next))
        {
            return next <= target;
        }

        if (amount >= SqrtPriceMath.Amount0Delta(target, start, liquidity, roundUp: true))
        {
            return true;
        }

        next = SqrtPriceMath.AfterPaying0Coarse(start, liquidity, amount);
        return false;
    }

    private static UInt256 AfterFee(in UInt256 amount, uint feePips) =>
        MulDiv.Floor(amount, FeePips.Whole - feePips, (uint)FeePips.Whole);

    /// <summary>Fee on top of an amount that moves the price. A fee of 100 % reaches a target only by an amount of 0.</summary>
    private static UInt256 FeeOn(in UInt256 amountIn, uint feePips) => feePips == FeePips.Whole
        ? amountIn
        : MulDiv.Ceiling(amountIn, feePips, FeePips.Whole - feePips);
}
