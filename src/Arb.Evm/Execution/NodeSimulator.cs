using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Simulates by <c>eth_simulateV1</c> on top of a head given by hash, with validation on: only then is
/// <c>tx.gasprice</c> the real one, which the executor's profit guard multiplies with gas.
/// </summary>
/// <remarks>
/// Probes run before and after the transaction in the same simulated block; a node whose block number, time, base
/// fee or gas price differs from what was asked is not believed. Whoever pays too low a fee, has a wrong nonce or too
/// little ether gets a failed <see cref="SimulationResult"/>, even from nodes that do not check (anvil 1.7.1).
/// </remarks>
public sealed class NodeSimulator : INodeSimulator
{
    private const string Method = "eth_simulateV1";
    private const int TransactionIndex = 2;
    private const int CallCount = 5;

    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    private readonly JsonRpcClient _client;
    private readonly NodeSimulatorOptions _options;

    /// <summary>Simulates through <paramref name="client"/>.</summary>
    public NodeSimulator(JsonRpcClient client, NodeSimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        _client = client;
        _options = options;
    }

    /// <inheritdoc/>
    public async Task<SimulationResult> SimulateAsync(
        BlockStamp head, UnsignedTransaction transaction, Address startToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(transaction);
        UInt256 baseFee = NextBaseFee.Of(head);
        if (transaction.MaxFeePerGasWei < baseFee)
        {
            return Refused(
                $"a fee limit of {transaction.MaxFeePerGasWei} wei per gas is below the base fee of {baseFee}", UInt256.Zero);
        }

        UInt256 headroom = transaction.MaxFeePerGasWei - baseFee;
        UInt256 tip = transaction.MaxPriorityFeePerGasWei < headroom ? transaction.MaxPriorityFeePerGasWei : headroom;
        IReadOnlyList<JsonRpcReply> replies = await _client.BatchAsync(
            [
                new JsonRpcRequest("eth_getTransactionCount", writer =>
                {
                    writer.WriteStringValue(transaction.From.ToString());
                    ChainCall.WriteBlock(writer, head.Hash);
                }),
                new JsonRpcRequest(Method, writer => WriteRequest(writer, head, transaction, startToken, baseFee)),
            ],
            cancellation);

        ulong nonce = _client.Read(
            "eth_getTransactionCount", replies[0], static result => RpcJson.Quantity64(result, "nonce"));
        if (nonce != transaction.Nonce)
        {
            return Refused($"nonce {transaction.Nonce} is not the next one of {transaction.From}, {nonce}", baseFee + tip);
        }

        return replies[1].Error is { } error && IsAboutTransaction(error)
            ? Refused(error.ErrorMessage, baseFee + tip)
            : _client.Read(Method, replies[1], result => ReadResult(result, head, startToken, baseFee, tip));
    }

    private void WriteRequest(
        Utf8JsonWriter writer, BlockStamp head, UnsignedTransaction transaction, Address startToken, UInt256 baseFee)
    {
        byte[] balanceOfRecipient = AbiWriter.Call(BalanceOf).Address(_options.Recipient).ToArray();

        writer.WriteStartObject();
        writer.WriteBoolean("validation", true);
        writer.WriteStartArray("blockStateCalls");
        writer.WriteStartObject();
        writer.WriteStartObject("blockOverrides");
        writer.WriteString("number", Hex.Quantity(head.Number + 1));
        writer.WriteString("time", Hex.Quantity(head.TimestampSeconds + _options.SlotSeconds));
        writer.WriteString("baseFeePerGas", Hex.Quantity(baseFee));
        writer.WriteString("feeRecipient", (_options.FeeRecipient ?? SimulationProbe.OwnFeeRecipient).ToString());
        writer.WriteEndObject();
        SimulationProbe.WriteStateOverrides(writer, withFeeRecipient: _options.FeeRecipient is null);
        writer.WriteStartArray("calls");
        SimulationProbe.WriteCall(writer, baseFee);
        SimulationProbe.WriteCall(writer, startToken, balanceOfRecipient, baseFee);
        WriteTransaction(writer, transaction);
        SimulationProbe.WriteCall(writer, baseFee);
        SimulationProbe.WriteCall(writer, startToken, balanceOfRecipient, baseFee);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        ChainCall.WriteBlock(writer, head.Hash);
    }

    private static void WriteTransaction(Utf8JsonWriter writer, UnsignedTransaction transaction)
    {
        writer.WriteStartObject();
        writer.WriteString("from", transaction.From.ToString());
        writer.WriteString("to", transaction.To.ToString());
        writer.WriteString("nonce", Hex.Quantity(transaction.Nonce));
        writer.WriteString("gas", Hex.Quantity(transaction.GasLimit));
        writer.WriteString("maxFeePerGas", Hex.Quantity(transaction.MaxFeePerGasWei));
        writer.WriteString("maxPriorityFeePerGas", Hex.Quantity(transaction.MaxPriorityFeePerGasWei));
        writer.WriteString("value", Hex.Quantity(transaction.ValueWei));
        writer.WriteString("input", Hex.Of(transaction.Payload.Span));
        writer.WriteEndObject();
    }

    private SimulationResult ReadResult(
        JsonElement result, BlockStamp head, Address startToken, UInt256 baseFee, UInt256 tip)
    {
        ImmutableArray<JsonElement> blocks = RpcJson.Array(result, "result", static (block, _) => block);
        if (blocks.Length != 1)
        {
            throw new FormatException($"one block was asked, {blocks.Length} came");
        }

        ImmutableArray<SimulatedCall> calls = RpcJson.Array(
            RpcJson.Member(blocks[0], "calls"), "calls", static (call, _) => SimulatedCall.Read(call));
        if (calls.Length != CallCount)
        {
            throw new FormatException($"{CallCount} calls were asked, {calls.Length} came");
        }

        SimulationProbe before = ReadProbe(calls[0], head, baseFee);
        SimulationProbe after = ReadProbe(calls[3], head, baseFee);
        UInt256 balanceBefore = ReadBalance(calls[1], startToken);
        UInt256 balanceAfter = ReadBalance(calls[4], startToken);

        SimulatedCall call = calls[TransactionIndex];
        if (!call.Succeeded)
        {
            return new SimulationResult(
                false, call.GasUsed, baseFee + tip, UInt256.Zero, UInt256.Zero, call.RevertReason());
        }

        UInt256 tips = tip * call.GasUsed;
        if (!UInt256.TrySubtract(after.CoinbaseBalanceWei, before.CoinbaseBalanceWei, out UInt256 difference)
            || !UInt256.TrySubtract(difference, tips, out UInt256 payment))
        {
            throw new FormatException(
                $"the coinbase has {before.CoinbaseBalanceWei} wei before and {after.CoinbaseBalanceWei} after "
                + $"a transaction that tips {tips}");
        }

        UInt256 profit = balanceAfter > balanceBefore ? balanceAfter - balanceBefore : UInt256.Zero;
        return new SimulationResult(true, call.GasUsed, baseFee + tip, profit, payment, null);
    }

    private SimulationProbe ReadProbe(SimulatedCall call, BlockStamp head, UInt256 baseFee)
    {
        if (!call.Succeeded)
        {
            throw new FormatException($"the probe of the block failed: {call.RevertReason()}");
        }

        SimulationProbe probe = SimulationProbe.Read(call.ReturnData);
        SimulationProbe expected = new(
            baseFee, head.Number + 1, head.TimestampSeconds + _options.SlotSeconds, baseFee, probe.CoinbaseBalanceWei);
        return probe == expected
            ? probe
            : throw new FormatException($"{expected} was asked, {probe} was simulated");
    }

    private static UInt256 ReadBalance(SimulatedCall call, Address token) =>
        call is { Succeeded: true, ReturnData.Length: 32 }
            ? UInt256.FromBigEndian(call.ReturnData)
            : throw new FormatException($"balanceOf(recipient) of {token} returned {call.ReturnData.Length} bytes: {call.RevertReason()}");

    // The execution API gives -38010 to -38025 to transactions that cannot be in the block; anvil has EIP-1474's -32003.
    private static bool IsAboutTransaction(JsonRpcException error) =>
        error.Code is -32003 || (error.Code <= -38010 && error.Code >= -38025);

    private static SimulationResult Refused(string reason, UInt256 gasPrice) =>
        new(false, 0, gasPrice, UInt256.Zero, UInt256.Zero, reason);

    /// <summary>One call of a simulated block.</summary>
    private sealed record SimulatedCall(bool Succeeded, ulong GasUsed, byte[] ReturnData, string? ErrorMessage)
    {
        public static SimulatedCall Read(JsonElement call)
        {
            ulong status = RpcJson.Quantity64(RpcJson.Member(call, "status"), "status");
            byte[] returned = RpcJson.Bytes(RpcJson.Member(call, "returnData"), "returnData");
            string? message = null;
            if (call.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
            {
                message = RpcJson.Text(RpcJson.Member(error, "message"), "message");

                // Some nodes give the revert data here, some as returnData, some in both places.
                if (returned.Length == 0
                    && error.TryGetProperty("data", out JsonElement data)
                    && data.ValueKind == JsonValueKind.String)
                {
                    returned = RpcJson.Bytes(data, "data");
                }
            }

            return status <= 1
                ? new SimulatedCall(
                    status == 1, RpcJson.Quantity64(RpcJson.Member(call, "gasUsed"), "gasUsed"), returned, message)
                : throw new FormatException($"'status' is {status}");
        }

        public string RevertReason() =>
            ReturnData.Length > 0 ? RevertReasons.Decode(ReturnData) : ErrorMessage ?? RevertReasons.Decode([]);
    }
}
