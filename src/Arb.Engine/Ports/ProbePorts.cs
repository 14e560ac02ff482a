using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>A question to a pool's own quote function.</summary>
/// <param name="TokenIn">Index of the token paid.</param>
/// <param name="TokenOut">Index of the token received.</param>
/// <param name="AmountIn">Raw units paid.</param>
public readonly record struct ProbeQuestion(int TokenIn, int TokenOut, UInt256 AmountIn);

/// <summary>All questions to one pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Questions">The questions.</param>
public sealed record ProbeRequest(PoolListing Pool, ImmutableArray<ProbeQuestion> Questions);

/// <summary>Asks pools' own quote functions.</summary>
public interface IQuoteProbe
{
    /// <summary>
    /// Answers in the order of the requests, all at exactly one block and at the time for which pools are read; a family without a quote
    /// function gets none.
    /// </summary>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered nonsense.</exception>
    Task<ImmutableArray<PoolProbes>> AskAsync(BlockStamp block, IReadOnlyList<ProbeRequest> requests, CancellationToken cancellation);
}

/// <summary>What a pool's probes came to.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Subject">What they speak for (<see cref="ProofSubject"/>).</param>
/// <param name="Reason">Whether it may be traded Live.</param>
/// <param name="Detail">The probe that decided, for people; empty when they agree.</param>
/// <param name="BlockNumber">Block they were made at.</param>
public sealed record ProofRecord(PoolKey Pool, string Subject, LiveReason Reason, string Detail, ulong BlockNumber);

/// <summary>What probes came to, by pool.</summary>
public interface IProofBook
{
    /// <summary>All records of a chain.</summary>
    Task<ImmutableDictionary<PoolKey, ProofRecord>> GetAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Writes records; one about an earlier block than the stored one changes nothing.</summary>
    Task PutAsync(ulong chainId, IReadOnlyCollection<ProofRecord> records, CancellationToken cancellation);
}
