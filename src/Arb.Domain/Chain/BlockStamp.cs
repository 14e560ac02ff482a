namespace Arb.Domain;

/// <summary>One block by chain, number and hash: what every snapshot, candidate, opportunity and outcome is stamped with.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Block hash.</param>
/// <param name="ParentHash">Hash of the block before it.</param>
/// <param name="TimestampSeconds">Block timestamp, Unix seconds.</param>
/// <param name="BaseFeePerGasWei">Base fee of this block, wei per gas (EIP-1559).</param>
/// <param name="GasUsed">Gas used by this block.</param>
/// <param name="GasLimit">Gas limit of this block.</param>
public sealed record BlockStamp(
    ulong ChainId,
    ulong Number,
    Hash256 Hash,
    Hash256 ParentHash,
    ulong TimestampSeconds,
    UInt256 BaseFeePerGasWei,
    ulong GasUsed,
    ulong GasLimit);
