using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>What the bundle relay can do; each method writes its JSON-RPC result.</summary>
internal sealed class RelayMethods(
    BuilderOptions options, ulong chainId, AnvilRpc rpc, BundlePool bundles, BundleSimulator simulator)
{
    /// <summary>Runs a method.</summary>
    /// <exception cref="RelayError">The request is refused.</exception>
    public Task<Action<Utf8JsonWriter>> CallAsync(
        string method, JsonElement request, Address signer, CancellationToken cancellation) => method switch
        {
            "eth_sendBundle" => SendAsync(RelayParameters.Of(request), signer, cancellation),
            "eth_callBundle" => SimulateAsync(RelayParameters.Of(request), cancellation),
            "eth_cancelBundle" => Task.FromResult(Cancel(RelayParameters.Of(request), signer)),
            "eth_sendPrivateTransaction" => SendPrivateAsync(RelayParameters.Of(request), signer, cancellation),
            "eth_cancelPrivateTransaction" => Task.FromResult(CancelPrivate(RelayParameters.Of(request), signer)),
            "flashbots_getUserStats" or "flashbots_getUserStatsV2"
                or "flashbots_getBundleStats" or "flashbots_getBundleStatsV2" => throw RelayError.Deprecated(method),
            _ => throw RelayError.MethodNotFound(method),
        };

    private async Task<Action<Utf8JsonWriter>> SendAsync(
        RelayParameters parameters, Address signer, CancellationToken cancellation)
    {
        ImmutableArray<BundleTransaction> transactions =
            Decode(parameters.RawTransactions(), () => RelayError.Failed("unable to decode bundle"));
        ulong target = parameters.BlockNumber();
        ParentBlock head = await HeadAsync(cancellation);
        if (target > head.Number + (ulong)options.BlocksAheadMax)
        {
            throw RelayError.Failed($"blockNumber {target} is more than {options.BlocksAheadMax} blocks ahead of {head.Number}");
        }

        Hash256 hash = HashOf(transactions);
        WaitingBundle bundle = new(
            hash,
            signer,
            0,
            transactions,
            target,
            parameters.Seconds("minTimestamp") ?? 0,
            parameters.Seconds("maxTimestamp") ?? 0,
            parameters.Hashes("revertingTxHashes"),
            parameters.Uuid("replacementUuid"));

        // One for a block that has passed is taken and lands nowhere: on mainnet, too, silence is the answer.
        if (target > head.Number && !bundles.TryAdd(bundle))
        {
            throw RelayError.Failed("too many bundles are waiting");
        }

        return writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("bundleHash", hash.ToString());
            writer.WriteEndObject();
        };
    }

    private Action<Utf8JsonWriter> Cancel(RelayParameters parameters, Address signer)
    {
        Guid uuid = parameters.Uuid("replacementUuid") ?? throw RelayError.InvalidParams("replacementUuid is missing");
        ImmutableArray<Hash256> cancelled = bundles.Cancel(signer, uuid);
        return writer =>
        {
            writer.WriteStartArray();
            foreach (Hash256 hash in cancelled)
            {
                writer.WriteStringValue(hash.ToString());
            }

            writer.WriteEndArray();
        };
    }

    private async Task<Action<Utf8JsonWriter>> SendPrivateAsync(
        RelayParameters parameters, Address signer, CancellationToken cancellation)
    {
        BundleTransaction transaction =
            Decode([parameters.RawTransaction()], () => RelayError.Failed("unable to decode transaction"))[0];
        ulong head = (await HeadAsync(cancellation)).Number;
        ulong last = parameters.Number("maxBlockNumber") ?? head + (ulong)options.PrivateBlocks;
        if (last > head + (ulong)options.BlocksAheadMax)
        {
            throw RelayError.Failed($"maxBlockNumber {last} is more than {options.BlocksAheadMax} blocks ahead of {head}");
        }

        return bundles.TryAdd(new PrivateTransaction(signer, 0, transaction, last))
            ? writer => writer.WriteStringValue(transaction.Hash.ToString())
            : throw RelayError.Failed("too many private transactions are waiting");
    }

    private Action<Utf8JsonWriter> CancelPrivate(RelayParameters parameters, Address signer)
    {
        bool cancelled = bundles.CancelPrivate(signer, parameters.TransactionHash());
        return cancelled ? writer => writer.WriteBooleanValue(true) : throw RelayError.Failed("transaction is not pending");
    }

    private async Task<Action<Utf8JsonWriter>> SimulateAsync(RelayParameters parameters, CancellationToken cancellation)
    {
        ImmutableArray<BundleTransaction> transactions =
            Decode(parameters.RawTransactions(), () => RelayError.BareText(400, "unable to decode txs"));
        ulong number = parameters.BlockNumber();
        ParentBlock parent = parameters.StateBlockNumber() is { } state
            ? await rpc.GetBlockAsync(Hex.Quantity(state), cancellation) ?? throw RelayError.Failed("header not found")
            : await HeadAsync(cancellation);
        NextBlock block = new(
            chainId,
            parent,
            number,
            parameters.Seconds("timestamp") is { } given and not 0 ? given : parent.TimestampSeconds + options.BlockSeconds,
            parent.NextBaseFeePerGasWei,
            parameters.Account("coinbase") ?? options.Coinbase);

        ImmutableDictionary<Address, ulong> nonces = await rpc.GetNoncesAsync(
            [.. transactions.Select(transaction => transaction.From).Distinct()], parent.Number, cancellation);
        if (BundleRules.Check(transactions, block, ref nonces) is { } broken)
        {
            throw RelayError.Failed(broken);
        }

        SimulationRun run = await simulator.RunAsync(block, transactions, cancellation);
        if (run.Error is { } error)
        {
            throw RelayError.Failed(error);
        }

        ReadOnlyMemory<byte> firstRevert = run.Transactions[0].Succeeded
            ? ReadOnlyMemory<byte>.Empty
            : await simulator.GetRevertDataAsync(block, transactions[0], cancellation);
        return writer => WriteSimulation(writer, parent, run.Transactions, firstRevert);
    }

    private async Task<ParentBlock> HeadAsync(CancellationToken cancellation) =>
        await rpc.GetBlockAsync("latest", cancellation) ?? throw RelayError.Failed("header not found");

    private ImmutableArray<BundleTransaction> Decode(ImmutableArray<string> raws, Func<RelayError> undecodable)
    {
        if (raws.Length > options.BundleTransactionsMax)
        {
            throw RelayError.Failed($"bundle has {raws.Length} transactions, at most {options.BundleTransactionsMax} are allowed");
        }

        int bytes = raws.Sum(raw => Math.Max(raw.Length - 2, 0) / 2);
        if (bytes > options.BundleBytesMax)
        {
            throw RelayError.Failed($"bundle has {bytes} bytes, at most {options.BundleBytesMax} are allowed");
        }

        try
        {
            return [.. raws.Select(raw => BundleTransaction.Decode(Hex.Parse(raw)))];
        }
        catch (FormatException)
        {
            // The public bundle relay does not say which or why.
            throw undecodable();
        }
    }

    private static Hash256 HashOf(ImmutableArray<BundleTransaction> transactions)
    {
        byte[] hashes = new byte[transactions.Length * Hash256.Size];
        for (int i = 0; i < transactions.Length; i++)
        {
            transactions[i].Hash.CopyTo(hashes.AsSpan(i * Hash256.Size));
        }

        return Keccak.Hash256(hashes);
    }

    private static void WriteSimulation(
        Utf8JsonWriter writer,
        ParentBlock parent,
        ImmutableArray<SimulatedTransaction> ran,
        ReadOnlyMemory<byte> firstRevert)
    {
        BigInteger gas = 0;
        BigInteger difference = 0;
        BigInteger sent = 0;
        BigInteger tips = 0;
        foreach (SimulatedTransaction one in ran)
        {
            gas += one.GasUsed;
            difference += one.CoinbaseDifferenceWei;
            sent += one.EthSentToCoinbaseWei;
            tips += one.TipWei;
        }

        writer.WriteStartObject();
        writer.WriteString("bundleGasPrice", Text(difference / gas));
        writer.WriteString("bundleHash", HashOf([.. ran.Select(one => one.Transaction)]).ToString());
        writer.WriteString("coinbaseDiff", Text(difference));
        writer.WriteString("ethSentToCoinbase", Text(sent));
        writer.WriteString("gasFees", Text(tips));
        writer.WriteStartArray("results");
        for (int i = 0; i < ran.Length; i++)
        {
            WriteTransaction(writer, ran[i], i == 0 ? firstRevert : ReadOnlyMemory<byte>.Empty);
        }

        writer.WriteEndArray();
        writer.WriteNumber("stateBlockNumber", parent.Number);
        writer.WriteNumber("totalGasUsed", (ulong)gas);
        writer.WriteEndObject();
    }

    private static void WriteTransaction(Utf8JsonWriter writer, SimulatedTransaction one, ReadOnlyMemory<byte> revert)
    {
        var envelope = one.Transaction.Envelope;
        writer.WriteStartObject();
        writer.WriteString("coinbaseDiff", Text(one.CoinbaseDifferenceWei));
        writer.WriteString("ethSentToCoinbase", Text(one.EthSentToCoinbaseWei));
        writer.WriteString("fromAddress", envelope.From.ToString());
        writer.WriteString("gasFees", Text(one.TipWei));
        writer.WriteString("gasPrice", Text(one.CoinbaseDifferenceWei / one.GasUsed));
        writer.WriteNumber("gasUsed", one.GasUsed);
        writer.WriteString("toAddress", envelope.To!.Value.ToString());
        writer.WriteString("txHash", envelope.Hash.ToString());
        if (one.Succeeded)
        {
            writer.WriteString("value", Hex.Of(one.ReturnData.Span));
        }
        else
        {
            writer.WriteString("error", one.GasUsed == envelope.GasLimit ? "out of gas" : "execution reverted");
            if (!revert.IsEmpty)
            {
                // geth's fork puts the bytes into a string as they are; what is no UTF-8 is replaced.
                writer.WriteString("revert", Encoding.UTF8.GetString(revert.Span));
            }
        }

        writer.WriteEndObject();
    }

    private static string Text(BigInteger wei) => wei.ToString(CultureInfo.InvariantCulture);
}
