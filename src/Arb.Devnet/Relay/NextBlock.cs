using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>A block that does not exist yet: the environment its transactions see.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Parent">Block whose state it starts from.</param>
/// <param name="Number">Its number.</param>
/// <param name="TimestampSeconds">Its timestamp, Unix seconds.</param>
/// <param name="BaseFeePerGasWei">Its base fee, wei per gas, as the parent determines it (EIP-1559).</param>
/// <param name="Coinbase">Its fee recipient.</param>
internal sealed record NextBlock(
    ulong ChainId,
    ParentBlock Parent,
    ulong Number,
    ulong TimestampSeconds,
    UInt256 BaseFeePerGasWei,
    Address Coinbase);

/// <summary>A mined block as far as its successor needs it.</summary>
/// <param name="Number">Number.</param>
/// <param name="Hash">Hash.</param>
/// <param name="ParentHash">Hash of the block before it.</param>
/// <param name="TimestampSeconds">Timestamp, Unix seconds.</param>
/// <param name="BaseFeePerGasWei">Its own base fee, wei per gas.</param>
/// <param name="GasUsed">Gas used.</param>
/// <param name="GasLimit">Gas limit, which anvil keeps for the next block.</param>
internal sealed record ParentBlock(
    ulong Number,
    Hash256 Hash,
    Hash256 ParentHash,
    ulong TimestampSeconds,
    UInt256 BaseFeePerGasWei,
    ulong GasUsed,
    ulong GasLimit)
{
    /// <summary>Base fee of its successor, wei per gas. anvil's own <c>eth_feeHistory</c> lags behind its head.</summary>
    public UInt256 NextBaseFeePerGasWei => NextBaseFee.Of(
        new BlockStamp(0, Number, Hash, ParentHash, TimestampSeconds, BaseFeePerGasWei, GasUsed, GasLimit));
}
