using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>Puts deployment steps on a chain that mines only when told to.</summary>
internal sealed class DeploymentChain(JsonRpcClient node)
{
    /// <summary>Sends the steps together and mines them in one block.</summary>
    /// <returns>Gas used.</returns>
    /// <exception cref="DevnetException">A step was refused, reverted, or not mined.</exception>
    public async Task<ulong> RunAsync(IReadOnlyList<DeploymentStep> steps, CancellationToken cancellation)
    {
        // Room for all of them: anvil loses what does not fit a block when a later nonce of the same sender does.
        ulong gasLimit = 0;
        foreach (DeploymentStep step in steps)
        {
            gasLimit += step.Transaction.Transaction.GasLimit;
        }

        await SetGasLimitAsync(Math.Max(gasLimit, DevnetChain.BlockGasLimit), cancellation);
        await SendAsync(steps, cancellation);
        await MineAsync(cancellation);
        ulong gasUsed = Check(steps, await ReceiptsAsync(steps, cancellation));
        await SetGasLimitAsync(DevnetChain.BlockGasLimit, cancellation);
        return gasUsed;
    }

    /// <summary>A call of a contract at the head.</summary>
    public static JsonRpcRequest EthCall(Address to, AbiWriter call) => new("eth_call", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("to", to.ToString());
        writer.WriteString("input", Hex.Of(call.ToArray()));
        writer.WriteEndObject();
        writer.WriteStringValue("latest");
    });

    private Task<JsonElement> SetGasLimitAsync(ulong gasLimit, CancellationToken cancellation) => node.CallAsync(
        "evm_setBlockGasLimit", writer => writer.WriteStringValue(Hex.Quantity(gasLimit)), cancellation);

    private async Task SendAsync(IReadOnlyList<DeploymentStep> steps, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await node.BatchAsync(
            [.. steps.Select(step => Request("eth_sendRawTransaction", Hex.Of(step.Transaction.Raw.Span)))],
            cancellation);
        for (int i = 0; i < replies.Count; i++)
        {
            if (replies[i].Error is { } error)
            {
                throw new DevnetException(
                    $"The node refused the deployment step '{steps[i].Name}': {error.ErrorMessage}. "
                    + "Run again on a fresh chain.",
                    error);
            }
        }
    }

    /// <summary>
    /// One second after the parent whatever the clock says, so that a deployment of several blocks does not run
    /// ahead of the wall clock by more than the chain's start lay behind it.
    /// </summary>
    private async Task MineAsync(CancellationToken cancellation)
    {
        ulong parent = await node.CallAsync(
            "eth_getBlockByNumber",
            static writer =>
            {
                writer.WriteStringValue("latest");
                writer.WriteBooleanValue(false);
            },
            static block => RpcJson.Quantity64(RpcJson.Member(block, "timestamp"), "timestamp"),
            cancellation);
        await node.CallAsync(
            "evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(parent + 1), cancellation);
        await node.CallAsync("evm_mine", null, cancellation);
    }

    private async Task<JsonElement[]> ReceiptsAsync(IReadOnlyList<DeploymentStep> steps, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await node.BatchAsync(
            [.. steps.Select(step => Request("eth_getTransactionReceipt", step.Transaction.Hash.ToString()))],
            cancellation);
        return [.. replies.Select(reply => reply.ResultOrThrow())];
    }

    private static ulong Check(IReadOnlyList<DeploymentStep> steps, JsonElement[] receipts)
    {
        ulong gasUsed = 0;
        for (int i = 0; i < receipts.Length; i++)
        {
            if (receipts[i].ValueKind != JsonValueKind.Object)
            {
                throw new DevnetException(
                    $"The deployment step '{steps[i].Name}' was taken but not mined. Run again on a fresh chain.");
            }

            if (RpcJson.Quantity64(RpcJson.Member(receipts[i], "status"), "status") != 1)
            {
                throw new DevnetException(
                    $"The deployment step '{steps[i].Name}' reverted: the contract artefacts do not fit together. "
                    + "Remove the folder .cache and run again.");
            }

            if (steps[i].Created is { } created
                && RpcJson.Address(RpcJson.Member(receipts[i], "contractAddress"), "contractAddress") != created)
            {
                throw new DevnetException(
                    $"The deployment step '{steps[i].Name}' created another address than {created}. "
                    + "Run again on a fresh chain.");
            }

            gasUsed += RpcJson.Quantity64(RpcJson.Member(receipts[i], "gasUsed"), "gasUsed");
        }

        return gasUsed;
    }

    private static JsonRpcRequest Request(string method, string parameter) =>
        new(method, writer => writer.WriteStringValue(parameter));
}
