using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Cli.Deploy;

/// <summary>What a deployment asks a node for.</summary>
internal sealed class DeploymentNode(JsonRpcClient client)
{
    public ChainReader Chain { get; } = new(client);

    public Task<byte[]> GetCodeAsync(Address contract, CancellationToken cancellation) => client.CallAsync(
        "eth_getCode",
        writer =>
        {
            writer.WriteStringValue(contract.ToString());
            writer.WriteStringValue("latest");
        },
        static result => RpcJson.Bytes(result, "code"),
        cancellation);

    /// <summary>The code that a creation gives.</summary>
    public Task<byte[]> RunCreationAsync(ReadOnlyMemory<byte> initCode, CancellationToken cancellation) => client.CallAsync(
        "eth_call",
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("data", Hex.Of(initCode.Span));
            writer.WriteEndObject();
            writer.WriteStringValue("latest");
        },
        static result => RpcJson.Bytes(result, "result"),
        cancellation);

    public Task<ulong> EstimateAsync(Address from, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => client.CallAsync(
        "eth_estimateGas",
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from", from.ToString());
            writer.WriteString("to", ExecutorDeployment.Proxy.ToString());
            writer.WriteString("data", Hex.Of(payload.Span));
            writer.WriteEndObject();
        },
        static result => RpcJson.Quantity64(result, "gas"),
        cancellation);

    public Task<JsonElement> SendAsync(SignedTransaction signed, CancellationToken cancellation) => client.CallAsync(
        "eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Of(signed.Raw.Span)), cancellation);
}
