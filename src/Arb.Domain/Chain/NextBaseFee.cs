namespace Arb.Domain;

/// <summary>Base fees to come (EIP-1559).</summary>
public static class NextBaseFee
{
    private const ulong ElasticityMultiplier = 2;
    private const ulong ChangeDenominator = 8;

    /// <summary>Exact base fee of the block after <paramref name="parent"/>, wei per gas, on Ethereum mainnet's rule.</summary>
    public static UInt256 Of(BlockStamp parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        UInt256 baseFee = parent.BaseFeePerGasWei;
        ulong target = parent.GasLimit / ElasticityMultiplier;
        if (parent.GasUsed == target || target == 0)
        {
            return baseFee;
        }

        if (parent.GasUsed > target)
        {
            UInt256 rise = baseFee * (parent.GasUsed - target) / target / ChangeDenominator;
            return baseFee + (rise.IsZero ? UInt256.One : rise);
        }

        return baseFee - (baseFee * (target - parent.GasUsed) / target / ChangeDenominator);
    }
}
