using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Where the lens stopped: the first pool not finished, and the bitmap word to go on from within it.</summary>
/// <param name="Index">Index of the pool.</param>
/// <param name="Position">Bitmap word, as a signed word; <see cref="Start"/> for a pool not begun.</param>
internal readonly record struct LensCursor(int Index, UInt256 Position)
{
    /// <summary>The least signed word: <c>Records.START</c>.</summary>
    public static UInt256 Start => UInt256.One << 255;

    /// <summary>Before the first pool.</summary>
    public static LensCursor First => new(0, Start);
}

/// <summary>One answer of the lens.</summary>
/// <param name="Next">Where it stopped.</param>
/// <param name="Words">Its records.</param>
internal readonly record struct LensAnswer(LensCursor Next, ImmutableArray<UInt256> Words);

/// <summary>Calls the lens once, at exactly one block.</summary>
internal sealed class LensClient(JsonRpcClient client)
{
    private const string Method = "eth_call";
    private const int HeaderWords = 5;
    private static readonly uint Read = Keccak.Selector("read(uint256[],uint256,int256,uint256)");

    public string Origin => client.Origin;

    /// <summary>Reads from a cursor on, as far as budget and gas go.</summary>
    /// <param name="block">The block whose state is read.</param>
    /// <param name="timestamp">Unix seconds at which it is read; the block's own needs no override.</param>
    /// <param name="requests">Two words a pool.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="budget">Most steps.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="JsonRpcException">The node refused.</exception>
    /// <exception cref="ChainUnavailableException">There was no answer, or it cannot be right.</exception>
    public async Task<LensAnswer> ReadAsync(
        BlockStamp block,
        ulong timestamp,
        IReadOnlyList<UInt256> requests,
        LensCursor from,
        int budget,
        CancellationToken cancellation)
    {
        byte[] payload = AbiWriter.Call(Read)
            .Numbers(requests).Number((ulong)from.Index).Number(from.Position).Number((ulong)budget)
            .ToArray();
        byte[] answer = await client.CallAsync(
            Method,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", LensCode.Address.ToString());
                writer.WriteString("data", Hex.Of(payload));
                writer.WriteEndObject();
                ChainCall.WriteBlock(writer, block.Hash);
                writer.WriteStartObject();
                writer.WriteStartObject(LensCode.Address.ToString());
                writer.WriteString("code", LensCode.Hex);
                writer.WriteEndObject();
                writer.WriteEndObject();
                if (timestamp != block.TimestampSeconds)
                {
                    ChainCall.WriteTime(writer, block, timestamp);
                }
            },
            static result => RpcJson.Bytes(result, "result"),
            cancellation);
        return Parse(block, timestamp, answer, requests.Count / 2);
    }

    private LensAnswer Parse(BlockStamp block, ulong timestamp, byte[] answer, int pools)
    {
        int words = answer.Length / UInt256.Size;
        if (answer.Length % UInt256.Size != 0 || words < HeaderWords)
        {
            throw client.WrongShape(
                Method, $"the lens gave {answer.Length} bytes; a node that takes no state override of code cannot be read through");
        }

        // The EVM's own word on which block this state follows, for nodes that take the hash and use their head.
        if (Word(answer, 0) != AsWord(block.ParentHash) || Word(answer, 1) != (UInt256)block.Number)
        {
            throw new ChainUnavailableException(
                $"{Method} at {Origin} failed: the answer is not from block {block.Number} {block.Hash}.")
            {
                Fault = ChainFault.WrongBlock,
            };
        }

        if (Word(answer, 2) != (UInt256)timestamp)
        {
            throw client.WrongShape(
                Method, $"it was to run at {timestamp} and ran at {Word(answer, 2)}: a node that takes no block override of the time cannot be read through");
        }

        UInt256 index = Word(answer, 3);
        if (index > (UInt256)(ulong)pools)
        {
            throw client.WrongShape(Method, $"the lens stopped at pool {index} of {pools}");
        }

        ImmutableArray<UInt256>.Builder records = ImmutableArray.CreateBuilder<UInt256>(words - HeaderWords);
        for (int i = HeaderWords; i < words; i++)
        {
            records.Add(Word(answer, i));
        }

        return new LensAnswer(new LensCursor((int)(ulong)index, Word(answer, 4)), records.MoveToImmutable());
    }

    private static UInt256 Word(byte[] answer, int index) =>
        UInt256.FromBigEndian(answer.AsSpan(index * UInt256.Size, UInt256.Size));

    private static UInt256 AsWord(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        return UInt256.FromBigEndian(bytes);
    }
}
