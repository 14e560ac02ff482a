using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>What of a market may be traded.</summary>
/// <param name="Snapshot">The market without the pools refused, which it names among the unreadable ones.</param>
/// <param name="Refused">Pools refused, counted by the name of the reason.</param>
public sealed record AdmittedMarket(MarketSnapshot Snapshot, ImmutableSortedDictionary<string, int> Refused);

/// <summary>
/// Keeps pools out of Live whose arithmetic is not proven against bytecode until their own contracts have answered probes at the pinned
/// block to the wei. What probes came to is remembered by pool for a while, and only for the variant and kind of state they were of.
/// </summary>
public sealed class PoolAdmission(IQuoteProbe probe, IProofBook book, TradingPolicy policy, TimeProvider time) : IDisposable
{
    /// <summary>Pools probed in one round; the others wait their turn outside.</summary>
    public const int PoolsMax = 64;

    /// <summary>Asked beyond what must agree, for those that the contract cannot answer.</summary>
    private const int SpareProbes = 2;

    private static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly TimedCache<ulong, ImmutableDictionary<PoolKey, ProofRecord>> _records = new(WarmFor, 1, time);

    /// <summary>The market as far as it may be traded; all of it in dry-run.</summary>
    public async Task<AdmittedMarket> AdmitAsync(MarketSnapshot snapshot, MarketState state, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(state);
        ImmutableArray<Candidate> unproven = policy.Mode == ExecutionMode.Live
            ? [.. snapshot.Pools
                .Where(static pool => PoolProofs.Of(pool.Model) != PoolProof.Bytecode)
                .Select(pool => new Candidate(pool, state.Pools[pool.Listing.Key]))]
            : [];
        if (unproven.IsEmpty)
        {
            return new AdmittedMarket(snapshot, ImmutableSortedDictionary<string, int>.Empty);
        }

        ImmutableDictionary<PoolKey, ProofRecord> known = await _records.GetAsync(
            policy.ChainId, token => book.GetAsync(policy.ChainId, token), cancellation);
        ImmutableArray<ProofRecord> found = await ProbeAsync(snapshot.Block, Due(unproven, known, snapshot.Block.Number), cancellation);
        if (!found.IsEmpty)
        {
            await book.PutAsync(policy.ChainId, found, cancellation);
            _records.Clear();
        }

        return Judge(snapshot, unproven, known.SetItems(found.Select(static r => KeyValuePair.Create(r.Pool, r))));
    }

    /// <inheritdoc/>
    public void Dispose() => _records.Dispose();

    private AdmittedMarket Judge(
        MarketSnapshot snapshot, ImmutableArray<Candidate> unproven, ImmutableDictionary<PoolKey, ProofRecord> records)
    {
        Dictionary<PoolKey, LostPool> refused = [];
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (Candidate pool in unproven)
        {
            ProofRecord? record = records.GetValueOrDefault(pool.Key);
            bool speaks = record is not null && Speaks(record, pool, snapshot.Block.Number);
            if (speaks && record!.Reason == LiveReason.ProbesAgree)
            {
                continue;
            }

            bool differs = speaks && record!.Reason == LiveReason.Disagrees;
            string reason = (differs ? RefusalReason.PoolModelDisagrees : RefusalReason.PoolNotProven).ToString();
            counts[reason] = counts.GetValueOrDefault(reason) + 1;
            refused[pool.Key] = new LostPool(pool.Key, speaks ? $"{reason}: {record!.Reason} {record.Detail}".TrimEnd() : reason);
        }

        return new AdmittedMarket(
            refused.Count == 0
                ? snapshot
                : snapshot with
                {
                    Pools = snapshot.Pools.RemoveAll(pool => refused.ContainsKey(pool.Listing.Key)),
                    Unreadable = [.. snapshot.Unreadable, .. refused.Values],
                },
            counts.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>Those about which nothing valid is known: never probed first, then those probed longest ago.</summary>
    private Candidate[] Due(
        ImmutableArray<Candidate> unproven, ImmutableDictionary<PoolKey, ProofRecord> known, ulong block) =>
    [
        .. unproven
            .Where(pool => !(known.TryGetValue(pool.Key, out ProofRecord? record) && Speaks(record, pool, block)))
            .OrderBy(pool => known.TryGetValue(pool.Key, out ProofRecord? record) ? record.BlockNumber : 0)
            .ThenBy(static pool => pool.Key)
            .Take(PoolsMax),
    ];

    /// <summary>A record of this variant and kind of state, not too old, and not of a block that a reorganisation has taken away.</summary>
    private bool Speaks(ProofRecord record, Candidate pool, ulong block) =>
        record.Subject == pool.Subject
        && record.BlockNumber <= block
        && block - record.BlockNumber < (record.Reason == LiveReason.TooFewProbes ? 1 : policy.ProofBlocks);

    private async Task<ImmutableArray<ProofRecord>> ProbeAsync(BlockStamp block, Candidate[] due, CancellationToken cancellation)
    {
        if (due.Length == 0)
        {
            return [];
        }

        try
        {
            ImmutableArray<PoolProbes> answers = await probe.AskAsync(
                block, [.. due.Select(pool => new ProbeRequest(pool.Pool.Listing, Questions(pool, block.Number)))], cancellation);
            return [.. due.Select((pool, i) => Conclude(block, pool, answers[i]))];
        }
        catch (ChainUnavailableException)
        {
            // Nothing was learned. The market itself is sound: what is proven goes on without these.
            return [];
        }
    }

    private ImmutableArray<ProbeQuestion> Questions(Candidate pool, ulong block)
    {
        ImmutableArray<UInt256> balances = ProbeAmounts.Balances(pool.State);
        ImmutableArray<ProbeQuestion>.Builder questions = ImmutableArray.CreateBuilder<ProbeQuestion>();
        foreach ((int tokenIn, int tokenOut) in Directions(balances.Length))
        {
            foreach (UInt256 amount in ProbeAmounts.Of(balances[tokenIn], block, policy.ProbesMin + SpareProbes))
            {
                questions.Add(new ProbeQuestion(tokenIn, tokenOut, amount));
            }
        }

        return questions.ToImmutable();
    }

    private ProofRecord Conclude(BlockStamp block, Candidate pool, PoolProbes probes)
    {
        LiveReason reason = LiveReason.NotProbed;
        string detail = string.Empty;
        foreach ((int tokenIn, int tokenOut) in Directions(pool.Pool.Model.TokenCount))
        {
            LiveAdmission one = LiveAdmission.Judge(pool.Pool.Model, tokenIn, tokenOut, block.Hash, probes, policy.ProbesMin);
            reason = one.Reason;
            detail = one.Disagreement is { } differs
                ? $"for {differs.AmountIn} of token {differs.TokenIn} its contract gives "
                    + $"{differs.AmountOut?.ToString() ?? "nothing"} of token {differs.TokenOut}, the model something else"
                : one.IsAllowed ? string.Empty : $"token {tokenIn} for token {tokenOut}";
            if (!one.IsAllowed)
            {
                break;
            }
        }

        return new ProofRecord(pool.Key, pool.Subject, reason, detail, block.Number);
    }

    private static IEnumerable<(int TokenIn, int TokenOut)> Directions(int tokens) =>
        from tokenIn in Enumerable.Range(0, tokens)
        from tokenOut in Enumerable.Range(0, tokens)
        where tokenIn != tokenOut
        select (tokenIn, tokenOut);

    private sealed record Candidate(SnapshotPool Pool, PoolState State)
    {
        public PoolKey Key => Pool.Listing.Key;

        public string Subject { get; } = ProofSubject.Of(Pool.Listing, State);
    }
}
