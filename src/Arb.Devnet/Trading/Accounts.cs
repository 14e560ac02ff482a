using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Trading;

/// <summary>What senders must know of their accounts.</summary>
internal static class Accounts
{
    /// <summary>Next nonce, transactions in the mempool counted.</summary>
    public static Task<ulong> NonceAsync(JsonRpcClient node, Address account, CancellationToken cancellation) =>
        node.CallAsync(
            "eth_getTransactionCount",
            writer =>
            {
                writer.WriteStringValue(account.ToString());
                writer.WriteStringValue("pending");
            },
            static result => RpcJson.Quantity64(result, "result"),
            cancellation);
}
