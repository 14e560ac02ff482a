using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Reads <c>eth_feeHistory</c>. It takes numbers only, so the answer is held against the head: its base fee, and that of the block to
/// come, must be the head's.
/// </summary>
public sealed class FeeHistoryReader : IFeeHistoryReader
{
    private const string Method = "eth_feeHistory";
    private const ulong Blocks = 8;

    /// <summary>Gas-weighted share of a block's transactions that tipped less, percent.</summary>
    private const int LowPercentile = 10;

    private readonly JsonRpcClient _client;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public FeeHistoryReader(JsonRpcClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    /// <inheritdoc/>
    public Task<FeeHistory> ReadAsync(BlockStamp head, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(head);
        ulong blocks = Math.Min(Blocks, head.Number + 1);
        return _client.ReadAsync(
            Method,
            writer =>
            {
                writer.WriteStringValue(Hex.Quantity(blocks));
                writer.WriteStringValue(Hex.Quantity(head.Number));
                writer.WriteStartArray();
                writer.WriteNumberValue(LowPercentile);
                writer.WriteEndArray();
            },
            answer => Read(answer, head),
            cancellation);
    }

    private static FeeHistory Read(JsonElement answer, BlockStamp head)
    {
        ImmutableArray<UInt256> baseFees = RpcJson.Array(RpcJson.Member(answer, "baseFeePerGas"), "baseFeePerGas", RpcJson.Quantity);
        ImmutableArray<UInt256> tips = RpcJson.Array(
            RpcJson.Member(answer, "reward"),
            "reward",
            static (block, _) => RpcJson.Array(block, "reward", RpcJson.Quantity) is [UInt256 tip]
                ? tip
                : throw new FormatException("one percentile was asked"));
        ulong oldest = RpcJson.Quantity64(RpcJson.Member(answer, "oldestBlock"), "oldestBlock");
        if (tips.IsEmpty
            || baseFees.Length != tips.Length + 1
            || oldest + (ulong)tips.Length - 1 != head.Number
            || baseFees[^2] != head.BaseFeePerGasWei
            || baseFees[^1] != NextBaseFee.Of(head))
        {
            throw new FormatException($"it is not of the blocks up to {head.Number} {head.Hash}");
        }

        // A block without transactions tells a tip of 0.
        return new FeeHistory([.. tips.Where(static tip => !tip.IsZero)]);
    }
}
