namespace Arb.Domain;

/// <summary>State of a Uniswap V3 pool (or a fork of it) or of a V4 pool: price, liquidity, fees and every initialised tick.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="SqrtPriceX96">√(token1/token0), Q64.96; 0 before the pool is initialised.</param>
/// <param name="Tick">Current tick.</param>
/// <param name="Liquidity">Active liquidity.</param>
/// <param name="ProtocolFee">
/// As stored: V3 <c>feeProtocol</c> (two 4-bit, Pancake two 16-bit parts), V4 <c>protocolFee</c> (two 12-bit parts); token0's is low.
/// </param>
/// <param name="LiquidityFeePips">V4's <c>lpFee</c>; 0 for V3, whose fee is in the listing.</param>
/// <param name="Ticks">Initialised ticks.</param>
public abstract record ConcentratedLiquidityState(
    PoolKey Key,
    UInt256 SqrtPriceX96,
    int Tick,
    UInt128 Liquidity,
    uint ProtocolFee,
    int LiquidityFeePips,
    TickList Ticks) : PoolState(Key)
{
    /// <summary>
    /// The active liquidity is always the sum of <c>liquidityNet</c> up to the current tick, and all of them together
    /// are nothing: a lost log, or a tick left out by a node, shows here.
    /// </summary>
    public override string? FindContradiction()
    {
        if (SqrtPriceX96.BitLength > 160)
        {
            return "the price has more than 160 bits";
        }

        Int128 active = SqrtPriceX96.IsZero ? 0 : Ticks.LiquidityAt(Tick);
        if (Int128.IsNegative(active) || (UInt128)active != Liquidity)
        {
            return $"liquidity is {Liquidity}, its ticks up to {Tick} sum to {active}";
        }

        Int128 rest = Ticks.LiquidityAt(int.MaxValue);
        return rest == 0 ? null : $"all ticks sum to {rest}, not 0";
    }

    /// <inheritdoc/>
    public override IPoolModel? ToModel(PoolListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return SqrtPriceX96.IsZero ? null : MakeModel(listing, Ticks.ToTable(listing.TickSpacing));
    }

    /// <summary>The arithmetic of an initialised pool.</summary>
    private protected abstract ConcentratedLiquidityPool MakeModel(PoolListing listing, TickTable ticks);

    /// <summary>After a swap that ended at this price.</summary>
    private protected LogEffect Move(UInt256 sqrtPriceX96, UInt256 liquidity, UInt256 tick, out PoolState after)
    {
        after = this;
        if (sqrtPriceX96.BitLength > 160
            || !LogWords.TryUInt128(liquidity, out UInt128 active)
            || !LogWords.TryInt24(tick, out int current))
        {
            return LogEffect.Contradiction;
        }

        after = this with { SqrtPriceX96 = sqrtPriceX96, Liquidity = active, Tick = current };
        return LogEffect.Applied;
    }

    /// <summary>After a position of [lower, upper) changed.</summary>
    private protected LogEffect Change(UInt256 lowerWord, UInt256 upperWord, Int128 delta, out PoolState after)
    {
        after = this;
        if (!LogWords.TryInt24(lowerWord, out int lower)
            || !LogWords.TryInt24(upperWord, out int upper)
            || !Ticks.TryChange(lower, upper, delta, out TickList ticks))
        {
            return LogEffect.Contradiction;
        }

        bool active = lower <= Tick && Tick < upper;
        if (active && Int128.IsNegative(delta) && (UInt128)(-delta) > Liquidity)
        {
            return LogEffect.Contradiction;
        }

        after = this with { Ticks = ticks, Liquidity = active ? unchecked(Liquidity + (UInt128)delta) : Liquidity };
        return LogEffect.Applied;
    }
}
