namespace Arb.Domain;

/// <summary>State of a Uniswap V3 or Pancake V3 pool. Flash loans, collected fees and protocol fee withdrawals do not touch it.</summary>
/// <inheritdoc cref="ConcentratedLiquidityState"/>
public sealed record UniswapV3State(
    PoolKey Key,
    UInt256 SqrtPriceX96,
    int Tick,
    UInt128 Liquidity,
    uint ProtocolFee,
    TickList Ticks) : ConcentratedLiquidityState(Key, SqrtPriceX96, Tick, Liquidity, ProtocolFee, 0, Ticks)
{
    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;
        Hash256 topic = log.Topic;
        int words = log.Words.Count;
        if (topic == LogTopics.V3Swap || topic == LogTopics.PancakeV3Swap)
        {
            // Pancake appends the two protocol fees.
            return words == (topic == LogTopics.V3Swap ? 5 : 7)
                ? Move(log.Words[2], log.Words[3], log.Words[4], out after)
                : LogEffect.Contradiction;
        }

        if (topic == LogTopics.V3Mint || topic == LogTopics.V3Burn)
        {
            return ApplyPosition(log, minted: topic == LogTopics.V3Mint, out after);
        }

        if (topic == LogTopics.V3SetFeeProtocol || topic == LogTopics.PancakeV3SetFeeProtocol)
        {
            return ApplyProtocolFee(log, topic == LogTopics.V3SetFeeProtocol ? 4 : 16, out after);
        }

        return topic == LogTopics.V3Initialize ? ApplyInitialize(log, out after) : LogEffect.None;
    }

    /// <inheritdoc/>
    private protected override ConcentratedLiquidityPool MakeModel(PoolListing listing, TickTable ticks) =>
        // Pancake's too: the two differ in the protocol's share of the providers' fee only, on which no amount depends.
        new(ConcentratedLiquidityVariant.UniswapV3, listing.Fee.Value, ticks, SqrtPriceX96, Tick, Liquidity);

    private LogEffect ApplyPosition(ChainLog log, bool minted, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;

        // Mint(sender, owner, lower, upper, amount, amount0, amount1); Burn lacks the sender.
        if (log.Topics.Length != 4
            || words.Count != (minted ? 4 : 3)
            || !LogWords.TryInt128(words[minted ? 1 : 0], out Int128 amount)
            || Int128.IsNegative(amount))
        {
            return LogEffect.Contradiction;
        }

        return Change(log.TopicWord(2), log.TopicWord(3), minted ? amount : -amount, out after);
    }

    private LogEffect ApplyProtocolFee(ChainLog log, int shift, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;
        if (words.Count != 4 || words[2].BitLength > shift || words[3].BitLength > shift)
        {
            return LogEffect.Contradiction;
        }

        after = this with { ProtocolFee = (uint)(ulong)words[2] | ((uint)(ulong)words[3] << shift) };
        return LogEffect.Applied;
    }

    private LogEffect ApplyInitialize(ChainLog log, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;
        return words.Count == 2 && SqrtPriceX96.IsZero
            ? Move(words[0], UInt256.Zero, words[1], out after)
            : LogEffect.Contradiction;
    }
}
