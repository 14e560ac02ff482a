namespace Arb.Domain;

/// <summary>State of a Uniswap V4 pool without hooks and with a static fee. Donations only grow the fees owed.</summary>
/// <inheritdoc cref="ConcentratedLiquidityState"/>
public sealed record UniswapV4State(
    PoolKey Key,
    UInt256 SqrtPriceX96,
    int Tick,
    UInt128 Liquidity,
    uint ProtocolFee,
    int LiquidityFeePips,
    TickList Ticks) : ConcentratedLiquidityState(Key, SqrtPriceX96, Tick, Liquidity, ProtocolFee, LiquidityFeePips, Ticks)
{
    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;
        LogWords words = log.Words;

        // All of them carry the pool's id as their first indexed argument; the holder found this pool by it.
        if (log.Topic == LogTopics.V4Swap)
        {
            // amount0, amount1, sqrtPriceX96, liquidity, tick, fee.
            return words.Count == 6 ? Move(words[2], words[3], words[4], out after) : LogEffect.Contradiction;
        }

        if (log.Topic == LogTopics.V4ModifyLiquidity)
        {
            // tickLower, tickUpper, liquidityDelta, salt.
            return words.Count == 4 && LogWords.TryInt128(words[2], out Int128 delta)
                ? Change(words[0], words[1], delta, out after)
                : LogEffect.Contradiction;
        }

        if (log.Topic == LogTopics.V4ProtocolFeeUpdated)
        {
            if (words.Count != 1 || words[0].BitLength > 24)
            {
                return LogEffect.Contradiction;
            }

            after = this with { ProtocolFee = (uint)(ulong)words[0] };
            return LogEffect.Applied;
        }

        return log.Topic == LogTopics.V4Initialize ? ApplyInitialize(log, out after) : LogEffect.None;
    }

    /// <inheritdoc/>
    private protected override ConcentratedLiquidityPool MakeModel(PoolListing listing, TickTable ticks) => new(
        ConcentratedLiquidityVariant.UniswapV4,
        LiquidityFeePips,
        ticks,
        SqrtPriceX96,
        Tick,
        Liquidity,
        (int)(ProtocolFee & 0xfff),
        (int)(ProtocolFee >> 12));

    private LogEffect ApplyInitialize(ChainLog log, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;

        // fee, tickSpacing, hooks, sqrtPriceX96, tick.
        if (words.Count != 5 || !SqrtPriceX96.IsZero || words[0] >= (ulong)FeePips.Whole)
        {
            return LogEffect.Contradiction;
        }

        LogEffect effect = Move(words[3], UInt256.Zero, words[4], out after);
        after = effect == LogEffect.Applied ? (UniswapV4State)after with { LiquidityFeePips = (int)(ulong)words[0] } : after;
        return effect;
    }
}
