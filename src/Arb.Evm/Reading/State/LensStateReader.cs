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
    private readonly ulong _slotSeconds;
    private int _budget = BudgetMax;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    /// <param name="client">Node client.</param>
    /// <param name="slot">
    /// What lies between a block and the one it is traded in: pools that change with time are read as they will be then. Zero reads
    /// them as they are at the block.
    /// </param>
    public LensStateReader(JsonRpcClient client, TimeSpan slot = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        _lens = new LensClient(client);
        _slotSeconds = (ulong)slot.TotalSeconds;
    }

    /// <summary>What the next call will be asked for.</summary>
    internal int Budget => Volatile.Read(ref _budget);

    /// <inheritdoc/>
    public async Task<PoolReads> ReadAsync(BlockStamp block, IReadOnlyList<PoolListing> pools, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(pools);
        PoolListing[] known = [.. pools.Where(IsKnown)];
        UInt256[] requests = new UInt256[2 * known.Length];
        PoolRecord[] records = new PoolRecord[known.Length];
        for (int i = 0; i < known.Length; i++)
        {
            requests[2 * i] = Request(known[i]);
            requests[(2 * i) + 1] = Companion(known[i]);
            records[i] = new PoolRecord();
        }

        ulong time = block.TimestampSeconds + (known.Any(static pool => ChangesWithTime(pool.Family)) ? _slotSeconds : 0);
        await FillAsync(block, time, requests, records, cancellation);
        PoolReads reads = Assemble(known, records);
        return known.Length == pools.Count
            ? reads
            : reads with
            {
                Unreadable =
                [
                    .. reads.Unreadable,
                    .. pools.Where(static pool => !IsKnown(pool)).Select(static pool =>
                        new LostPool(pool.Key, $"its listing does not say which {pool.Family} it is")),
                ],
            };
    }

    /// <summary>Pools of this family may be other ones when nothing but time has passed.</summary>
    internal static bool ChangesWithTime(PoolFamily family) => family is PoolFamily.BalancerStable or PoolFamily.CurveStableSwap;

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
        PoolFamily.CurveStableSwap => CurveRecords.Request(pool),
        PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile => SolidlyRecords.Request(pool),
        _ => throw new ArgumentOutOfRangeException(nameof(pool), pool.Family, "No reader knows this family."),
    };

    private static UInt256 Companion(PoolListing pool) => pool.Family switch
    {
        PoolFamily.UniswapV4 => AsWord(pool.Key.Id),
        PoolFamily.CurveStableSwap => CurveRecords.Companion(pool),
        PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile => SolidlyRecords.Companion(pool),
        _ => AsWord(pool.VaultId),
    };

    /// <summary>Whether the listing says enough to ask.</summary>
    private static bool IsKnown(PoolListing pool) => pool.Family switch
    {
        PoolFamily.CurveStableSwap => pool.Traits is CurveTraits && pool.Decimals.Length == pool.Tokens.Length
            && pool.Tokens.Length is >= 2 and <= CurveStableSwapPool.TokensMax
            && pool.Decimals.All(static decimals => decimals is >= 0 and <= 18),
        PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile => pool.Traits is SolidlyTraits && pool.Decimals.Length == 2,
        _ => true,
    };

    private async Task FillAsync(
        BlockStamp block, ulong time, UInt256[] requests, PoolRecord[] records, CancellationToken cancellation)
    {
        LensCursor cursor = LensCursor.First;
        int silences = 0;
        while (cursor.Index < records.Length)
        {
            int budget = Budget;
            try
            {
                // A pool takes a step at the least: no more of them are named than can be read, so that a small budget is a small request.
                int pools = Math.Min(budget, records.Length - cursor.Index);
                LensAnswer answer = await _lens.ReadAsync(
                    block,
                    time,
                    new ArraySegment<UInt256>(requests, 2 * cursor.Index, 2 * pools),
                    cursor with { Index = 0 },
                    budget,
                    cancellation);
                Gather(answer.Words, new ArraySegment<PoolRecord>(records, cursor.Index, pools));
                LensCursor next = answer.Next with { Index = cursor.Index + answer.Next.Index };
                if (next == cursor)
                {
                    throw new ChainUnavailableException(
                        $"eth_call at {_lens.Origin} gives too little gas to read a single pool; five million are needed.");
                }

                cursor = next;
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

    private void Gather(ImmutableArray<UInt256> words, ArraySegment<PoolRecord> records)
    {
        for (int i = 0; i < words.Length;)
        {
            UInt256 head = words[i];
            int index = PoolRecord.IndexOf(head);
            int after = PoolRecord.WordsAfter(head);
            if (index >= records.Count || i + after >= words.Length)
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

    private static PoolReads Assemble(PoolListing[] pools, PoolRecord[] records)
    {
        ImmutableArray<PoolState>.Builder states = ImmutableArray.CreateBuilder<PoolState>(pools.Length);
        ImmutableArray<LostPool>.Builder unreadable = ImmutableArray.CreateBuilder<LostPool>();
        for (int i = 0; i < pools.Length; i++)
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
                PoolFamily.CurveStableSwap => CurveRecords.Read(pool, record),
                PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile => SolidlyRecords.Read(pool, record),
                _ => VaultRecords.Read(pool, record),
            }, null);
        }
        catch (ArgumentException wrong)
        {
            return (null, $"its ticks do not fit together: {wrong.Message}");
        }
    }
}
