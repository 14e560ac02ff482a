using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Reads receipts.</summary>
internal static class ReceiptJson
{
    private static readonly string TransferTopic = Keccak.Hash256("Transfer(address,address,uint256)").ToString();

    /// <summary>Reads a receipt; null for JSON null.</summary>
    public static TransactionReceipt? Read(JsonElement receipt)
    {
        if (receipt.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        ulong status = RpcJson.Quantity64(RpcJson.Member(receipt, "status"), "status");
        ulong index = RpcJson.Quantity64(RpcJson.Member(receipt, "transactionIndex"), "transactionIndex");
        if (status > 1 || index > int.MaxValue)
        {
            throw new FormatException($"'status' is {status} and 'transactionIndex' {index}");
        }

        return new TransactionReceipt(
            RpcJson.Hash(RpcJson.Member(receipt, "transactionHash"), "transactionHash"),
            RpcJson.Quantity64(RpcJson.Member(receipt, "blockNumber"), "blockNumber"),
            RpcJson.Hash(RpcJson.Member(receipt, "blockHash"), "blockHash"),
            (int)index,
            status == 1,
            RpcJson.Quantity64(RpcJson.Member(receipt, "gasUsed"), "gasUsed"),
            RpcJson.Quantity(RpcJson.Member(receipt, "effectiveGasPrice"), "effectiveGasPrice"),
            Transfers(RpcJson.Member(receipt, "logs")));
    }

    private static ImmutableArray<TokenTransfer> Transfers(JsonElement logs)
    {
        ImmutableArray<TokenTransfer>.Builder transfers = ImmutableArray.CreateBuilder<TokenTransfer>();
        foreach (TokenTransfer? transfer in RpcJson.Array(logs, "logs", static (log, _) => Transfer(log)))
        {
            if (transfer is not null)
            {
                transfers.Add(transfer);
            }
        }

        return transfers.ToImmutable();
    }

    /// <summary>The transfer a log tells of, or null: ERC-721 has the same topic and one more.</summary>
    private static TokenTransfer? Transfer(JsonElement log)
    {
        ImmutableArray<string> topics = RpcJson.Array(RpcJson.Member(log, "topics"), "topics", RpcJson.Text);
        byte[] data = RpcJson.Bytes(RpcJson.Member(log, "data"), "data");
        Address token = RpcJson.Address(RpcJson.Member(log, "address"), "address");
        if (topics.Length != 3
            || data.Length != 32
            || !topics[0].Equals(TransferTopic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] parties = [.. Hex.Parse(topics[1]), .. Hex.Parse(topics[2])];
        AbiReader reader = new(parties);
        return new TokenTransfer(token, reader.ReadAddress(), reader.ReadAddress(), UInt256.FromBigEndian(data));
    }
}
