using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Reads pools of every family through the lens. How much one call is asked for adapts itself: what the node refuses, cannot
/// finish or cannot send is halved, what works is doubled again.
/// </summary>
public sealed class LensStateReader : IPoolStateReader
{
    /// <summary>Most steps of one call: some 40 million gas, and at most 1.6 MB of answer.</summary>
    internal const int BudgetMax = 12_000;

    /// <summary>No node refuses this little for its size: it is two pools.</summary>
    internal const int BudgetMin = 8;

    /// <summary>Silence is answered by asking less, this often; then the node counts as unreachable.</summary>
    private const int SilencesMax = 2;

    private readonly LensClient _lens;
    private int _budget = BudgetMax;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public LensStateReader(JsonRpcClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _lens = new LensClient(client);
    }

    /// <summary>What the next call will be asked for.</summary>
    internal int Budget => Volatile.Read(ref _budget);

    /// <inheritdoc/>
    public async Task<PoolReads> ReadAsync(BlockStamp block, IReadOnlyList<PoolListing> pools, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(pools);
        UInt256[] requests = new UInt256[2 * pools.Count];
        for (int i = 0; i < pools.Count; i++)
        {
            requests[2 * i] = Request(pools[i]);
            requests[(2 * i) + 1] = AsWord(pools[i].Family is PoolFamily.UniswapV4 ? pools[i].Key.Id : pools[i].VaultId);
        }

        PoolRecord[] records = new PoolRecord[pools.Count];
        for (int i = 0; i < records.Length; i++)
        {
            records[i] = new PoolRecord();
        }

        await FillAsync(block, requests, records, cancellation);
        return Assemble(pools, records);
    }

    internal static UInt256 AsWord(Address address)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        address.CopyTo(bytes);
        return UInt256.FromBigEndian(bytes);
    }

    private static UInt256 AsWord(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        return UInt256.FromBigEndian(bytes);
    }

    private static UInt256 Request(PoolListing pool) => pool.Family switch
    {
        PoolFamily.UniswapV2 => PairRecords.Request(pool),
        PoolFamily.UniswapV3 or PoolFamily.UniswapV4 => ConcentratedRecords.Request(pool),
        PoolFamily.BalancerWeighted or PoolFamily.BalancerStable => VaultRecords.Request(pool),
        _ => throw new ArgumentOutOfRangeException(nameof(pool), pool.Family, "No reader knows this family."),
    };

    private async Task FillAsync(BlockStamp block, UInt256[] requests, PoolRecord[] records, CancellationToken cancellation)
    {
        LensCursor cursor = LensCursor.First;
        int silences = 0;
        while (cursor.Index < records.Length)
        {
            int budget = Budget;
            try
            {
                LensAnswer answer = await _lens.ReadAsync(block, requests, cursor, budget, cancellation);
                Gather(answer.Words, records);
                if (answer.Next == cursor)
                {
                    throw new ChainUnavailableException(
                        $"eth_call at {_lens.Origin} gives too little gas to read a single pool; two million are needed.");
                }

                cursor = answer.Next;
                silences = 0;
                Volatile.Write(ref _budget, Math.Min(BudgetMax, budget * 2));
            }
            catch (JsonRpcException refused) when (budget > BudgetMin && !Multicall.IsAboutBlock(refused))
            {
                // Nodes word "too much gas", "too large" and "timeout" each in their own way: any refusal is answered by asking less.
                Volatile.Write(ref _budget, Math.Max(BudgetMin, budget / 2));
            }
            catch (JsonRpcException refused)
            {
                throw new ChainUnavailableException($"{refused.Message} (at block {block.Number}).", refused);
            }
            catch (ChainUnavailableException silent) when (
                silent.Fault == ChainFault.Unreachable && silences < SilencesMax && budget > BudgetMin && !cancellation.IsCancellationRequested)
            {
                // A time-out, or an answer larger than we take.
                silences++;
                Volatile.Write(ref _budget, Math.Max(BudgetMin, budget / 4));
            }
        }
    }

    private void Gather(ImmutableArray<UInt256> words, PoolRecord[] records)
    {
        for (int i = 0; i < words.Length;)
        {
            UInt256 head = words[i];
            int index = PoolRecord.IndexOf(head);
            int after = PoolRecord.WordsAfter(head);
            if (index >= records.Length || i + after >= words.Length)
            {
                throw new ChainUnavailableException($"eth_call at {_lens.Origin} failed: the lens's answer is cut off.")
                {
                    Fault = ChainFault.Contradiction,
                };
            }

            if (PoolRecord.KindOf(head) == PoolRecord.Tick)
            {
                records[index].Ticks.Add((ConcentratedRecords.SignExtend24((uint)(ulong)head & 0xffffff), words[i + 1]));
            }
            else
            {
                records[index].Head = head;
                records[index].Words.AddRange(words.AsSpan().Slice(i + 1, after));
            }

            i += after + 1;
        }
    }

    private static PoolReads Assemble(IReadOnlyList<PoolListing> pools, PoolRecord[] records)
    {
        ImmutableArray<PoolState>.Builder states = ImmutableArray.CreateBuilder<PoolState>(pools.Count);
        ImmutableArray<LostPool>.Builder unreadable = ImmutableArray.CreateBuilder<LostPool>();
        for (int i = 0; i < pools.Count; i++)
        {
            (PoolState? state, string? reason) = Read(pools[i], records[i]);
            reason ??= state!.FindContradiction();
            if (reason is null)
            {
                states.Add(state!);
            }
            else
            {
                unreadable.Add(new LostPool(pools[i].Key, reason));
            }
        }

        return new PoolReads(states.ToImmutable(), unreadable.ToImmutable());
    }

    private static (PoolState? State, string? Reason) Read(PoolListing pool, PoolRecord record)
    {
        if (record.Kind != (int)pool.Family)
        {
            return (null, (ulong)record.Head == 2
                ? $"a value is out of its range: no {pool.Family} pool is there"
                : $"it does not answer as a {pool.Family} pool does");
        }

        try
        {
            return (pool.Family switch
            {
                PoolFamily.UniswapV2 => PairRecords.Read(pool, record),
                PoolFamily.UniswapV3 or PoolFamily.UniswapV4 => ConcentratedRecords.Read(pool, record),
                _ => VaultRecords.Read(pool, record),
            }, null);
        }
        catch (ArgumentException wrong)
        {
            return (null, $"its ticks do not fit together: {wrong.Message}");
        }
    }
}
