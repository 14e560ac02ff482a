using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Many reads at one block in one <c>eth_call</c>, through Multicall3's <c>aggregate3</c>. What is too much for the
/// node is halved until it is not, and the size that worked is kept.
/// </summary>
internal sealed class Multicall
{
    /// <summary>Most calls tried at once: at about 8,000 gas each, half of the 50 million gas nodes allow a call.</summary>
    internal const int CallsMax = 3_000;

    private const string Method = "eth_call";
    private static readonly uint Aggregate3 = Keccak.Selector("aggregate3((address,bool,bytes)[])");
    private static readonly byte[] GetTimestamp = AbiWriter.Call("getCurrentBlockTimestamp()").ToArray();
    private static readonly byte[] GetLastBlockHash = AbiWriter.Call("getLastBlockHash()").ToArray();

    private readonly JsonRpcClient _client;
    private readonly Address _multicall3;
    private readonly int _most;
    private int _callsMax;

    /// <param name="client">Node client.</param>
    /// <param name="multicall3">Multicall3.</param>
    /// <param name="most">Most calls tried at once; fewer where one costs much.</param>
    public Multicall(JsonRpcClient client, Address multicall3, int most = CallsMax)
    {
        _most = _callsMax = most;
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _multicall3 = multicall3;
    }

    public string Origin => _client.Origin;

    /// <summary>Makes all calls at exactly one block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="time">Unix seconds at which they run; 0 for the block's own.</param>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered inconsistently.</exception>
    public async Task<ContractReply[]> CallAsync(
        BlockStamp block, IReadOnlyList<ContractCall> calls, CancellationToken cancellation, ulong time = 0)
    {
        time = time == 0 ? block.TimestampSeconds : time;
        ContractReply[] replies = new ContractReply[calls.Count];
        int[] all = new int[calls.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }

        await FillAsync(block, time, calls, all, replies, cancellation);

        // A call that ran out of what gas the others left looks like one that reverted without data: ask those again.
        int[] suspects = [.. all.Where(i => !replies[i].Succeeded && replies[i].Data.Length == 0)];
        if (suspects.Length > 0 && suspects.Length < all.Length)
        {
            await FillAsync(block, time, calls, suspects, replies, cancellation);
        }

        return replies;
    }

    private async Task FillAsync(
        BlockStamp block,
        ulong time,
        IReadOnlyList<ContractCall> calls,
        int[] indices,
        ContractReply[] replies,
        CancellationToken cancellation)
    {
        int done = 0;
        while (done < indices.Length)
        {
            int size = Math.Min(_callsMax, indices.Length - done);
            ArraySegment<int> part = new(indices, done, size);
            try
            {
                await CallOnceAsync(block, time, calls, part, replies, cancellation);
                done += size;
            }
            catch (JsonRpcException refused) when (size > 1 && !IsAboutBlock(refused))
            {
                // Nodes word "too much gas", "too large" and "timeout" each in their own way, so any refusal of more
                // than one call is answered by asking less; a refusal of a single one is final.
                _callsMax = (size + 1) / 2;
            }
            catch (JsonRpcException refused)
            {
                _callsMax = _most;
                throw new ChainUnavailableException($"{refused.Message} (at block {block.Number}).", refused);
            }
        }
    }

    /// <summary>The node refuses the block, not the size of the question.</summary>
    internal static bool IsAboutBlock(JsonRpcException refused) =>
        refused.Code == -32001
        || refused.ErrorMessage.Contains("not found", StringComparison.OrdinalIgnoreCase)
        || refused.ErrorMessage.Contains("canonical", StringComparison.OrdinalIgnoreCase);

    private async Task CallOnceAsync(
        BlockStamp block,
        ulong time,
        IReadOnlyList<ContractCall> calls,
        ArraySegment<int> part,
        ContractReply[] replies,
        CancellationToken cancellation)
    {
        ContractCall last = new(_multicall3, GetLastBlockHash);
        ContractCall clock = new(_multicall3, GetTimestamp);
        byte[] payload = AbiWriter.Call(Aggregate3)
            .Array([.. part.Select(i => calls[i]), last, clock], static (writer, call) => writer.Tuple(tuple => tuple
                .Address(call.Target).Bool(true).Bytes(call.Payload)))
            .ToArray();
        byte[] answer = await _client.CallAsync(
            Method,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", _multicall3.ToString());
                writer.WriteString("data", Hex.Of(payload));
                writer.WriteEndObject();
                ChainCall.WriteBlock(writer, block.Hash);
                if (time != block.TimestampSeconds)
                {
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                    ChainCall.WriteTime(writer, block, time);
                }
            },
            static result => RpcJson.Bytes(result, "result"),
            cancellation);
        try
        {
            Read(answer, block, time, part, replies);
        }
        catch (FormatException wrong)
        {
            throw _client.WrongShape($"{Method} of Multicall3 {_multicall3}", wrong.Message, wrong);
        }
    }

    private static void Read(byte[] answer, BlockStamp block, ulong time, ArraySegment<int> part, ContractReply[] replies)
    {
        if (answer.Length == 0)
        {
            throw new FormatException("it is empty, so there is no contract at that address");
        }

        AbiReader results = new AbiReader(answer).ReadArray(out int count);
        if (count != part.Count + 2)
        {
            throw new FormatException($"{part.Count + 2} calls were made, {count} answers came");
        }

        foreach (int index in part)
        {
            replies[index] = ReadReply(ref results);
        }

        // The EVM's own word on which block this state follows, for nodes that take the hash and use their head.
        ContractReply parent = ReadReply(ref results);
        if (!parent.Succeeded || new AbiReader(parent.Data).ReadBytes32() != block.ParentHash)
        {
            throw new FormatException($"it is not from block {block.Number} {block.Hash}");
        }

        ContractReply clock = ReadReply(ref results);
        if (!clock.Succeeded || new AbiReader(clock.Data).ReadNumber() != (UInt256)time)
        {
            throw new FormatException($"it was to run at {time} and did not: block overrides are not supported");
        }
    }

    private static ContractReply ReadReply(ref AbiReader results)
    {
        AbiReader result = results.ReadTuple();
        return new ContractReply(result.ReadBool(), result.ReadBytes().ToArray());
    }
}
