using System.Text.Json;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>An anvil to deploy pool contracts on, with the artefacts they come from.</summary>
/// <param name="Node">The node; every transaction sent to it is mined at once.</param>
/// <param name="Tools">
/// The real contracts of <c>artifacts.json</c> and <c>artifacts.exact.json</c>, and the compiled ones of
/// <c>contracts/harness</c>.
/// </param>
/// <param name="Deployer">A funded key; the node signs for it.</param>
public sealed record ExactChain(JsonRpcClient Node, ToolSet Tools, Secp256k1Key Deployer)
{
    /// <summary>Gas of every call and transaction: more than a batch of thousands of quotes takes.</summary>
    public static UInt256 GasLimit => 1_000_000_000_000UL;

    /// <summary>A contract by its name in a manifest or in its source.</summary>
    public ContractArtifact Contract(string name) =>
        Tools.Artifacts.Names.Contains(name) ? Tools.Artifacts.Load(name) : Tools.Contracts.Load(name);

    /// <summary>Deploys a contract.</summary>
    /// <param name="name">Its name in a manifest or in its source.</param>
    /// <param name="arguments">Constructor arguments; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<Address> DeployAsync(string name, AbiWriter? arguments, CancellationToken cancellation) =>
        DeployCodeAsync(name, [.. Contract(name).CreationBytecode.Span, .. arguments?.ToArray() ?? []], cancellation);

    /// <summary>Deploys creation code.</summary>
    public async Task<Address> DeployCodeAsync(string name, byte[] creationCode, CancellationToken cancellation)
    {
        JsonElement receipt = await SendAsync($"deployment of {name}", null, creationCode, UInt256.Zero, cancellation);
        return RpcJson.Address(RpcJson.Member(receipt, "contractAddress"), "contractAddress");
    }

    /// <summary>Sends a transaction and waits for its receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public Task<JsonElement> SendAsync(Address to, AbiWriter call, CancellationToken cancellation) =>
        SendAsync(to, call, UInt256.Zero, cancellation);

    /// <summary>Sends a transaction with ether and waits for its receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public Task<JsonElement> SendAsync(Address to, AbiWriter call, UInt256 valueWei, CancellationToken cancellation) =>
        SendAsync($"transaction to {to}", to, call.ToArray(), valueWei, cancellation);

    /// <summary>What a call returns on the newest block.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public Task<byte[]> CallAsync(Address to, AbiWriter call, CancellationToken cancellation) =>
        CallAsync($"call to {to}", to, call.ToArray(), UInt256.Zero, cancellation);

    private async Task<byte[]> CallAsync(
        string what, Address? to, byte[] input, UInt256 valueWei, CancellationToken cancellation)
    {
        try
        {
            return await Node.CallAsync(
                "eth_call",
                writer =>
                {
                    WriteTransaction(writer, to, input, valueWei);
                    writer.WriteStringValue("latest");
                },
                static result => RpcJson.Bytes(result, "result"),
                cancellation);
        }
        catch (JsonRpcException reverted)
        {
            string reason = reverted.ErrorData is { } data && Hex.TryParse(data, out byte[] bytes)
                ? $"{RevertReasons.Decode(bytes)} {data[..Math.Min(data.Length, 200)]}"
                : reverted.ErrorMessage;
            throw new InvalidOperationException($"The {what} failed: {reason}", reverted);
        }
    }

    private async Task<JsonElement> SendAsync(
        string what, Address? to, byte[] input, UInt256 valueWei, CancellationToken cancellation)
    {
        // EIP-7966: answers when the transaction is mined, so that no receipt has to be waited for.
        JsonElement receipt = await Node.CallAsync(
            "eth_sendTransactionSync", writer => WriteTransaction(writer, to, input, valueWei), cancellation);
        if (RpcJson.Quantity(RpcJson.Member(receipt, "status"), "status").IsZero)
        {
            // A receipt does not say why; the same as a call does.
            await CallAsync(what, to, input, valueWei, cancellation);
            throw new InvalidOperationException($"The {what} reverted, but not when it was called again.");
        }

        return receipt;
    }

    private void WriteTransaction(Utf8JsonWriter writer, Address? to, byte[] input, UInt256 valueWei)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Deployer.Address.ToString());
        if (to is { } contract)
        {
            writer.WriteString("to", contract.ToString());
        }

        writer.WriteString("input", Hex.Of(input));
        writer.WriteString("value", Hex.Quantity(valueWei));
        writer.WriteString("gas", Hex.Quantity(GasLimit));
        writer.WriteEndObject();
    }
}
