using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>
/// A pool of the Uniswap V3 kind at one state: liquidity in ranges of ticks. Equal to the bytecode to the raw unit, in
/// amounts and in the state after a swap; fee growth and oracle are not part of it, since no amount depends on them.
/// </summary>
public sealed record ConcentratedLiquidityPool : IPoolModel
{
    /// <summary>Greatest protocol fee of Uniswap V4, per direction.</summary>
    public const int ProtocolFeePipsMax = 1_000;

    // What the state says of the first step in either direction: where it ends at the most.
    private readonly UInt256 _firstStopBelow;
    private readonly UInt256 _firstStopAbove;

    // What quotes have found out about the state; no part of its value.
    private volatile QuoteStart? _falling;
    private volatile QuoteStart? _rising;

    /// <summary>Takes a pool's state.</summary>
    /// <param name="variant">Whose contract it is.</param>
    /// <param name="lpFeePips">Fee of the liquidity providers: below 1,000,000 pips; in V4 up to it.</param>
    /// <param name="ticks">Initialised ticks.</param>
    /// <param name="sqrtPriceX96">Price as the pool stores it.</param>
    /// <param name="tick">Tick as the pool stores it: the price's, or one less at a price that a swap fell to.</param>
    /// <param name="liquidity">Active liquidity as the pool stores it.</param>
    /// <param name="protocolFeeZeroForOne">
    /// Protocol fee of swaps token0 → token1 in the contract's own unit: V4 pips; V3 and Pancake V3 a share of the
    /// providers' fee, on which no amount depends.
    /// </param>
    /// <param name="protocolFeeOneForZero">The same for token1 → token0.</param>
    /// <exception cref="ArgumentException">The values are not those of any pool; the message says which.</exception>
    public ConcentratedLiquidityPool(
        ConcentratedLiquidityVariant variant,
        int lpFeePips,
        TickTable ticks,
        UInt256 sqrtPriceX96,
        int tick,
        UInt128 liquidity,
        int protocolFeeZeroForOne = 0,
        int protocolFeeOneForZero = 0)
    {
        ArgumentNullException.ThrowIfNull(ticks);
        int feePipsMax = variant == ConcentratedLiquidityVariant.UniswapV4 ? FeePips.Whole : FeePips.Whole - 1;
        if (lpFeePips < 0 || lpFeePips > feePipsMax)
        {
            Throw(nameof(lpFeePips), $"A fee of {variant} is from 0 to {feePipsMax} pips; {lpFeePips} is not.");
        }

        RequireProtocolFee(variant, protocolFeeZeroForOne, nameof(protocolFeeZeroForOne));
        RequireProtocolFee(variant, protocolFeeOneForZero, nameof(protocolFeeOneForZero));
        if (sqrtPriceX96 < TickMath.SqrtPriceMin || sqrtPriceX96 >= TickMath.SqrtPriceMax)
        {
            Throw(
                nameof(sqrtPriceX96),
                $"A price is at least {TickMath.SqrtPriceMin} and below {TickMath.SqrtPriceMax}; {sqrtPriceX96} is not.");
        }

        int own = TickMath.TickAtSqrtPrice(sqrtPriceX96);
        if (tick != own && !(tick == own - 1 && TickMath.SqrtPriceAtTick(own) == sqrtPriceX96))
        {
            Throw(nameof(tick), $"The tick at price {sqrtPriceX96} is {own}, not {tick}.");
        }

        Variant = variant;
        LpFeePips = lpFeePips;
        Ticks = ticks;
        SqrtPriceX96 = sqrtPriceX96;
        Tick = tick;
        Liquidity = liquidity;
        ProtocolFeeZeroForOne = protocolFeeZeroForOne;
        ProtocolFeeOneForZero = protocolFeeOneForZero;
        TicksAtOrBelow = ticks.CountAtOrBelow(tick);
        _firstStopBelow = Ticks.FirstStopPrice(tick, TicksAtOrBelow, zeroForOne: true);
        _firstStopAbove = Ticks.FirstStopPrice(tick, TicksAtOrBelow, zeroForOne: false);
    }

    private ConcentratedLiquidityPool(ConcentratedLiquidityPool before, in SwapWalk walk, int tick)
        : this(before)
    {
        SqrtPriceX96 = walk.Price;
        Tick = tick;
        Liquidity = walk.Liquidity;
        TicksAtOrBelow = before.Ticks.CountAtOrBelow(tick);
        _firstStopBelow = Ticks.FirstStopPrice(tick, TicksAtOrBelow, zeroForOne: true);
        _firstStopAbove = Ticks.FirstStopPrice(tick, TicksAtOrBelow, zeroForOne: false);
        _falling = null;
        _rising = null;
    }

    /// <summary>Whose contract it is.</summary>
    public ConcentratedLiquidityVariant Variant { get; }

    /// <summary>Fee of the liquidity providers, pips.</summary>
    public int LpFeePips { get; }

    /// <summary>Protocol fee token0 → token1, in the contract's own unit.</summary>
    public int ProtocolFeeZeroForOne { get; }

    /// <summary>Protocol fee token1 → token0, in the contract's own unit.</summary>
    public int ProtocolFeeOneForZero { get; }

    /// <summary>Initialised ticks.</summary>
    public TickTable Ticks { get; }

    /// <summary>√(token1/token0), Q64.96.</summary>
    public UInt256 SqrtPriceX96 { get; }

    /// <summary>Tick as the pool stores it.</summary>
    public int Tick { get; }

    /// <summary>Active liquidity.</summary>
    public UInt128 Liquidity { get; }

    /// <inheritdoc/>
    public int TokenCount => 2;

    /// <summary>Where <see cref="Tick"/> lies among the initialised ones.</summary>
    internal int TicksAtOrBelow { get; }

    /// <summary>Fee a trader pays, pips: in V4 the protocol's first, then the providers' on what is left (calculateSwapFee).</summary>
    public int SwapFeePips(bool zeroForOne)
    {
        if (Variant != ConcentratedLiquidityVariant.UniswapV4)
        {
            return LpFeePips;
        }

        int protocolFee = zeroForOne ? ProtocolFeeZeroForOne : ProtocolFeeOneForZero;
        return protocolFee + LpFeePips - (int)((long)protocolFee * LpFeePips / FeePips.Whole);
    }

    /// <inheritdoc/>
    public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        if ((tokenIn ^ tokenOut) == 1 && (tokenIn | tokenOut) == 1 && TryQuoteInShort(tokenIn == 0, amountIn, out amountOut))
        {
            return SwapRefusal.None;
        }

        SwapRefusal refusal = Walk(tokenIn, tokenOut, exactIn: true, amountIn, out SwapWalk walk);
        amountOut = refusal == SwapRefusal.None ? walk.Calculated : UInt256.Zero;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn)
    {
        SwapRefusal refusal = Walk(tokenIn, tokenOut, exactIn: false, amountOut, out SwapWalk walk);
        amountIn = refusal == SwapRefusal.None ? walk.Calculated : UInt256.Zero;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactIn(
        int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
    {
        SwapRefusal refusal = Walk(tokenIn, tokenOut, exactIn: true, amountIn, out SwapWalk walk);
        amountOut = refusal == SwapRefusal.None ? walk.Calculated : UInt256.Zero;
        after = refusal == SwapRefusal.None ? After(walk) : this;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactOut(
        int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after)
    {
        SwapRefusal refusal = Walk(tokenIn, tokenOut, exactIn: false, amountOut, out SwapWalk walk);
        amountIn = refusal == SwapRefusal.None ? walk.Calculated : UInt256.Zero;
        after = refusal == SwapRefusal.None ? After(walk) : this;
        return refusal;
    }

    /// <summary>
    /// Swaps until the amount is used up or the price reaches a limit, as the contract does: here an order may be filled in
    /// part, or not at all.
    /// </summary>
    /// <param name="zeroForOne">Token0 in, token1 out.</param>
    /// <param name="exactIn">Whether the amount is what is paid, or what is received.</param>
    /// <param name="amount">Raw units.</param>
    /// <param name="sqrtPriceLimitX96">Price at which it ends; strictly between the pool's and the bound of all prices.</param>
    /// <param name="swap">Amounts and the pool after it; none when refused.</param>
    /// <returns>Why the contract would revert, or <see cref="SwapRefusal.None"/>.</returns>
    public SwapRefusal SwapToPrice(
        bool zeroForOne, bool exactIn, in UInt256 amount, in UInt256 sqrtPriceLimitX96, out PriceLimitedSwap swap)
    {
        swap = new PriceLimitedSwap(UInt256.Zero, UInt256.Zero, this);
        SwapRefusal refusal = Walk(zeroForOne, exactIn, amount, sqrtPriceLimitX96, out SwapWalk walk);
        if (refusal == SwapRefusal.None)
        {
            UInt256 used = amount - walk.Remaining;
            swap = exactIn
                ? new PriceLimitedSwap(used, walk.Calculated, After(walk))
                : new PriceLimitedSwap(walk.Calculated, used, After(walk));
        }

        return refusal;
    }

    /// <summary>The pool after liquidity was added to a range or taken from it (mint and burn).</summary>
    /// <param name="lower">Tick where the range begins.</param>
    /// <param name="upper">Tick where it ends.</param>
    /// <param name="liquidityDelta">By how much.</param>
    /// <exception cref="ArgumentException">The range does not suit the pool, or there is not that much to take.</exception>
    public ConcentratedLiquidityPool WithLiquidity(int lower, int upper, Int128 liquidityDelta)
    {
        TickTable ticks = Ticks.WithLiquidity(lower, upper, liquidityDelta);
        UInt128 liquidity = Liquidity;
        if (lower <= Tick && Tick < upper)
        {
            liquidity = liquidityDelta < 0
                ? checked(liquidity - (UInt128)(-liquidityDelta))
                : checked(liquidity + (UInt128)liquidityDelta);
        }

        return new ConcentratedLiquidityPool(
            Variant, LpFeePips, ticks, SqrtPriceX96, Tick, liquidity, ProtocolFeeZeroForOne, ProtocolFeeOneForZero);
    }

    private ConcentratedLiquidityPool After(in SwapWalk walk) => new(this, walk, walk.TickReached());

    /// <inheritdoc/>
    public bool Equals(ConcentratedLiquidityPool? other) =>
        other is not null
        && Variant == other.Variant
        && LpFeePips == other.LpFeePips
        && ProtocolFeeZeroForOne == other.ProtocolFeeZeroForOne
        && ProtocolFeeOneForZero == other.ProtocolFeeOneForZero
        && SqrtPriceX96 == other.SqrtPriceX96
        && Tick == other.Tick
        && Liquidity == other.Liquidity
        && Ticks.Equals(other.Ticks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Variant, LpFeePips, SqrtPriceX96, Tick, Liquidity, Ticks);

    /// <summary>A quote of the usual size; false when it must be looked at more closely.</summary>
    private bool TryQuoteInShort(bool zeroForOne, in UInt256 amountIn, out UInt256 amountOut)
    {
        QuoteStart? start = zeroForOne ? _falling : _rising;
        if (start is null)
        {
            // Most states are quoted many times or once.
            Keep(zeroForOne, QuoteStart.QuotedOnce);
            return TryQuoteWithinStep(zeroForOne, amountIn, out amountOut);
        }

        if (ReferenceEquals(start, QuoteStart.QuotedOnce))
        {
            start = QuoteStart.Of(this, zeroForOne);
            Keep(zeroForOne, start);
        }

        // 127 bits: V4 takes and returns no more.
        (ulong a0, ulong a1, ulong a2, ulong a3) = amountIn;
        if ((a2 | a3 | (a1 >> 63)) == 0
            && (a0 | a1) != 0
            && start.TryReceived(new UInt128(a1, a0), out UInt128 received)
            && received >> 127 == 0)
        {
            amountOut = received;
            return true;
        }

        amountOut = default;
        return false;
    }

    private void Keep(bool zeroForOne, QuoteStart start)
    {
        if (zeroForOne)
        {
            _falling = start;
        }
        else
        {
            _rising = start;
        }
    }

    /// <summary>A quote that ends before the first stop; false when it does not, or must be looked at more closely.</summary>
    private bool TryQuoteWithinStep(bool zeroForOne, in UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        UInt256 target = zeroForOne
            ? UInt256.Max(_firstStopBelow, SwapWalk.LimitOf(zeroForOne: true))
            : UInt256.Min(_firstStopAbove, SwapWalk.LimitOf(zeroForOne: false));

        // 127 bits: V4 takes and returns no more.
        if (Liquidity == 0 || amountIn.IsZero || amountIn.BitLength > 127)
        {
            return false;
        }

        uint feePips = (uint)SwapFeePips(zeroForOne);
        ShortMulDiv.TryDivide(
            (UInt128)amountIn, FeePips.Whole - feePips, (uint)FeePips.Whole, out UInt128 afterFee, out _);
        return SwapStep.TryExactInWithin(zeroForOne, SqrtPriceX96, Liquidity, afterFee, out UInt256 next, out amountOut)
            && (zeroForOne ? next > target : next < target)
            && amountOut.BitLength <= 127;
    }

    private SwapRefusal Walk(int tokenIn, int tokenOut, bool exactIn, in UInt256 amount, out SwapWalk walk)
    {
        if ((uint)tokenIn > 1 || (uint)tokenOut > 1)
        {
            ThrowToken(tokenIn, tokenOut);
        }

        walk = default;
        if (tokenIn == tokenOut || amount.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        bool zeroForOne = tokenIn == 0;
        UInt256 limit = SwapWalk.LimitOf(zeroForOne);
        if (zeroForOne ? SqrtPriceX96 <= limit : SqrtPriceX96 >= limit)
        {
            return SwapRefusal.InsufficientLiquidity;
        }

        SwapRefusal refusal = Walk(zeroForOne, exactIn, amount, limit, out walk);
        return refusal != SwapRefusal.None || walk.Remaining.IsZero ? refusal
            : walk.Remaining == amount && walk.Calculated.IsZero ? SwapRefusal.NoLiquidity
            : SwapRefusal.InsufficientLiquidity;
    }

    private SwapRefusal Walk(
        bool zeroForOne, bool exactIn, in UInt256 amount, in UInt256 limit, out SwapWalk walk)
    {
        walk = default;
        bool limitInRange = zeroForOne
            ? limit < SqrtPriceX96 && limit > TickMath.SqrtPriceMin
            : limit > SqrtPriceX96 && limit < TickMath.SqrtPriceMax;
        if (amount.IsZero || !limitInRange)
        {
            return SwapRefusal.InvalidRequest;
        }

        // Amounts are int256; V4 cannot take a 100 % fee on top of nothing (InvalidFeeForExactOut).
        if (amount.BitLength > 255 || (!exactIn && SwapFeePips(zeroForOne) >= FeePips.Whole))
        {
            return SwapRefusal.MathOverflow;
        }

        walk = new SwapWalk(this, zeroForOne, exactIn, amount, limit);
        return !walk.Run() || (Variant == ConcentratedLiquidityVariant.UniswapV4 && !FitsBalanceDelta(walk, exactIn, amount))
            ? SwapRefusal.MathOverflow
            : SwapRefusal.None;
    }

    /// <summary>V4 returns int128: what is paid is negative there, so 2^127 is the most; what is received is less.</summary>
    private static bool FitsBalanceDelta(in SwapWalk walk, bool exactIn, in UInt256 amount)
    {
        UInt256 used = amount - walk.Remaining;
        UInt256 paid = exactIn ? used : walk.Calculated;
        UInt256 received = exactIn ? walk.Calculated : used;
        return received.BitLength <= 127 && (paid.BitLength <= 127 || paid == UInt256.One << 127);
    }

    private static void RequireProtocolFee(ConcentratedLiquidityVariant variant, int fee, string name)
    {
        // V3: a divisor of 4 to 10 (setFeeProtocol); Pancake V3: at most 4,000 of 10,000.
        int max = variant switch
        {
            ConcentratedLiquidityVariant.UniswapV4 => ProtocolFeePipsMax,
            ConcentratedLiquidityVariant.PancakeV3 => 4_000,
            _ => 10,
        };
        if (fee < 0 || fee > max)
        {
            Throw(name, $"A protocol fee of {variant} is from 0 to {max}; {fee} is not.");
        }
    }

    [DoesNotReturn]
    private static void ThrowToken(int tokenIn, int tokenOut) => throw new ArgumentOutOfRangeException(
        nameof(tokenIn), $"A pool of two tokens has tokens 0 and 1, not {tokenIn} and {tokenOut}.");

    [DoesNotReturn]
    private static void Throw(string name, string message) => throw new ArgumentException(message, name);
}
