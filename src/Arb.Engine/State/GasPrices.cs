using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>What gas costs in the block after a head.</summary>
/// <param name="Block">The head's hash.</param>
/// <param name="BaseFeePerGasWei">That block's base fee, exact.</param>
/// <param name="PriorityFeePerGasWei">Tip.</param>
public sealed record GasPrice(Hash256 Block, UInt256 BaseFeePerGasWei, UInt256 PriorityFeePerGasWei)
{
    /// <summary>Base fee and tip, wei per gas.</summary>
    public UInt256 PerGasWei => BaseFeePerGasWei + PriorityFeePerGasWei;

    /// <summary>By the head alone: its successor's base fee, and the least tip of the policy.</summary>
    public static GasPrice Of(BlockStamp head, TradingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(policy);
        return new GasPrice(head.Hash, NextBaseFee.Of(head), policy.PriorityFeePerGasWei);
    }
}

/// <summary>
/// Gas prices by head, kept for a slot: a round, its simulations and its submissions on one head ask the node once. The tip is the
/// median of low tips of the last blocks, within the policy's limits; bids are paid to the builder, so a low one is enough.
/// </summary>
public sealed class GasPrices(IFeeHistoryReader history, TradingPolicy policy, TimeProvider time) : IDisposable
{
    /// <summary>Heads kept: the present one, and what a reorganisation leaves behind.</summary>
    private const int HeadsMax = 8;

    private readonly TimedCache<Hash256, GasPrice> _prices = new(policy.SlotLength, HeadsMax, time);

    /// <summary>The gas price on top of a head. A node that does not tell what others pay leaves the policy's least tip, and is asked again.</summary>
    public async Task<GasPrice> AtAsync(BlockStamp head, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (policy.PriorityFeeMaxPerGasWei <= policy.PriorityFeePerGasWei)
        {
            // Nothing the node could say would change the tip.
            return GasPrice.Of(head, policy);
        }

        try
        {
            return await _prices.GetAsync(head.Hash, token => ReadAsync(head, token), cancellation);
        }
        catch (ChainUnavailableException)
        {
            return GasPrice.Of(head, policy);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _prices.Dispose();

    private async Task<GasPrice> ReadAsync(BlockStamp head, CancellationToken cancellation)
    {
        ImmutableArray<UInt256> tips = (await history.ReadAsync(head, cancellation)).TipsPerGasWei.Sort();
        UInt256 usual = tips.IsEmpty ? UInt256.Zero : tips[tips.Length / 2];
        UInt256 tip = UInt256.Max(policy.PriorityFeePerGasWei, UInt256.Min(usual, policy.PriorityFeeMaxPerGasWei));
        return GasPrice.Of(head, policy) with { PriorityFeePerGasWei = tip };
    }
}
