using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>
/// Runs transactions at the top of a block that does not exist yet. Between them it asks Multicall3 for the
/// coinbase's balance, so that each one's payment is known to the wei.
/// </summary>
internal sealed class BundleSimulator(AnvilRpc rpc, Address multicall3)
{
    // A probe takes 22,000; without a limit of its own it would ask for the whole block's.
    private const ulong ProbeGasLimit = 100_000;

    // Pays the base fee of the probes, which goes to nobody.
    private static readonly Address Prober = Address.Parse("0x00000000000000000000000000000070726f6265");
    private static readonly UInt256 ProberBalance = UInt256.One << 128;

    /// <summary>Runs them in order. <see cref="BundleRules"/> must hold for them, because anvil does not
    /// check.</summary>
    public async Task<SimulationRun> RunAsync(
        NextBlock block, IReadOnlyList<BundleTransaction> transactions, CancellationToken cancellation)
    {
        ImmutableArray<Call> calls;
        try
        {
            calls = await rpc.CallAsync(
                "eth_simulateV1",
                writer => WriteSimulation(writer, block, transactions),
                result => ReadCalls(result, (transactions.Count * 2) + 1),
                cancellation);
        }
        catch (JsonRpcException refused)
        {
            // One transaction that cannot even start (no funds, too little gas) fails the whole simulation.
            return new SimulationRun([], $"err: {refused.ErrorMessage}");
        }

        ImmutableArray<SimulatedTransaction>.Builder ran = ImmutableArray.CreateBuilder<SimulatedTransaction>();
        BigInteger gasBefore = 0;
        for (int i = 0; i < transactions.Count; i++)
        {
            BundleTransaction transaction = transactions[i];
            Call call = calls[(i * 2) + 1];
            if (gasBefore + transaction.Envelope.GasLimit > block.Parent.GasLimit)
            {
                return new SimulationRun([], $"err: gas limit reached; txhash {transaction.Hash}");
            }

            gasBefore += call.GasUsed;
            ran.Add(new SimulatedTransaction(
                transaction,
                call.Succeeded,
                call.GasUsed,
                call.ReturnData,
                calls[(i * 2) + 2].Balance - calls[i * 2].Balance,
                checked(transaction.EffectiveTip(block.BaseFeePerGasWei) * call.GasUsed)));
        }

        return new SimulationRun(ran.ToImmutable(), null);
    }

    /// <summary>
    /// Revert data of a transaction that is the first of its block; empty when there is none. <c>eth_simulateV1</c>
    /// of anvil 1.7.1 loses it, and for a later transaction the state before it can be had by no call.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> GetRevertDataAsync(
        NextBlock block, BundleTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            await rpc.CallAsync(
                "eth_call",
                writer =>
                {
                    writer.WriteStartObject();
                    transaction.WriteCall(writer);
                    writer.WriteEndObject();
                    writer.WriteStringValue(Hex.Quantity(block.Parent.Number));
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                    writer.WriteStartObject();
                    writer.WriteString("number", Hex.Quantity(block.Number));
                    writer.WriteString("time", Hex.Quantity(block.TimestampSeconds));
                    writer.WriteString("coinbase", block.Coinbase.ToString());
                    writer.WriteString("baseFee", Hex.Quantity(block.BaseFeePerGasWei));
                    writer.WriteEndObject();
                },
                static result => result,
                cancellation);
            return ReadOnlyMemory<byte>.Empty;
        }
        catch (JsonRpcException reverted)
        {
            return Hex.TryParse(reverted.ErrorData, out byte[] data) ? data : ReadOnlyMemory<byte>.Empty;
        }
    }

    private void WriteSimulation(Utf8JsonWriter writer, NextBlock block, IReadOnlyList<BundleTransaction> transactions)
    {
        writer.WriteStartObject();

        // Without validation tx.gasprice reads 0, and a contract that weighs its gas passes here and fails in the block.
        writer.WriteBoolean("validation", true);
        writer.WriteStartArray("blockStateCalls");
        writer.WriteStartObject();

        // Without number and time anvil 1.7.1 simulates the head again instead of its successor.
        writer.WriteStartObject("blockOverrides");
        writer.WriteString("number", Hex.Quantity(block.Number));
        writer.WriteString("time", Hex.Quantity(block.TimestampSeconds));
        writer.WriteString("feeRecipient", block.Coinbase.ToString());
        writer.WriteString("baseFeePerGas", Hex.Quantity(block.BaseFeePerGasWei));
        writer.WriteString("gasLimit", Hex.Quantity(block.Parent.GasLimit));
        writer.WriteEndObject();

        writer.WriteStartObject("stateOverrides");
        writer.WriteStartObject(Prober.ToString());
        writer.WriteString("balance", Hex.Quantity(ProberBalance));
        writer.WriteEndObject();
        writer.WriteEndObject();

        writer.WriteStartArray("calls");
        WriteProbe(writer, block);
        foreach (BundleTransaction transaction in transactions)
        {
            writer.WriteStartObject();
            transaction.WriteCall(writer);
            writer.WriteEndObject();
            WriteProbe(writer, block);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStringValue(Hex.Quantity(block.Parent.Number));
    }

    private void WriteProbe(Utf8JsonWriter writer, NextBlock block)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Prober.ToString());
        writer.WriteString("to", multicall3.ToString());
        writer.WriteString("gas", Hex.Quantity(ProbeGasLimit));
        writer.WriteString("maxFeePerGas", Hex.Quantity(block.BaseFeePerGasWei));
        writer.WriteString("maxPriorityFeePerGas", "0x0");
        writer.WriteString("input", Hex.Of(AbiWriter.Call("getEthBalance(address)").Address(block.Coinbase).ToArray()));
        writer.WriteEndObject();
    }

    private static ImmutableArray<Call> ReadCalls(JsonElement result, int count)
    {
        JsonElement block = result.ValueKind == JsonValueKind.Array && result.GetArrayLength() == 1
            ? result[0]
            : throw new FormatException("the answer is not one block");
        ImmutableArray<Call> calls = RpcJson.Array(
            RpcJson.Member(block, "calls"),
            "calls",
            static (call, _) => new Call(
                RpcJson.Quantity64(RpcJson.Member(call, "status"), "status") == 1,
                RpcJson.Quantity64(RpcJson.Member(call, "gasUsed"), "gasUsed"),
                RpcJson.Bytes(RpcJson.Member(call, "returnData"), "returnData")));
        return calls.Length == count
            ? calls
            : throw new FormatException($"'calls' has {calls.Length} items, not {count}");
    }

    private sealed record Call(bool Succeeded, ulong GasUsed, byte[] ReturnData)
    {
        public BigInteger Balance => Succeeded && ReturnData.Length == UInt256.Size
            ? UInt256.FromBigEndian(ReturnData)
            : throw new FormatException("Multicall3 did not answer a balance: is it deployed at the address given?");
    }
}
