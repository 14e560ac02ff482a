using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>A pool as the registry knows it.</summary>
/// <param name="Listing">The pool.</param>
/// <param name="Excluded">Why it is not traded; null when it is.</param>
public sealed record RegisteredPool(PoolListing Listing, string? Excluded);

/// <summary>How far the creation events of one factory have been read.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Factory">Factory contract.</param>
/// <param name="NextBlock">First block not read yet.</param>
/// <param name="HeadBlock">Head when it was last moved, for progress.</param>
/// <param name="Pools">Pools found up to here.</param>
public sealed record DiscoveryCursor(ulong ChainId, Address Factory, ulong NextBlock, ulong HeadBlock, int Pools);

/// <summary>Pools known, by chain.</summary>
public interface IPoolRegistry
{
    /// <summary>Every pool of the chain, ordered by key.</summary>
    Task<ImmutableArray<RegisteredPool>> GetPoolsAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Adds pools; ones already there stay as they are.</summary>
    Task AddPoolsAsync(ulong chainId, IReadOnlyCollection<PoolListing> pools, CancellationToken cancellation);

    /// <summary>Sets why pools are not traded, or null to trade them; unknown pools are passed over. Thousands at once are fine.</summary>
    Task SetExclusionsAsync(ulong chainId, IReadOnlyDictionary<PoolKey, string?> reasons, CancellationToken cancellation);

    /// <summary>How far a factory was read; null before the first time.</summary>
    Task<DiscoveryCursor?> GetCursorAsync(ulong chainId, Address factory, CancellationToken cancellation);

    /// <summary>Moves a cursor forward; one that is already further stays.</summary>
    Task MoveCursorAsync(DiscoveryCursor cursor, CancellationToken cancellation);
}

/// <summary>Opportunities, attempts and outcomes. Writing the same thing twice is writing it once.</summary>
public interface IOpportunityBank
{
    /// <summary>Writes opportunity rows; the same id again changes nothing.</summary>
    Task AddOpportunitiesAsync(IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellation);

    /// <summary>The opportunity, or null when there is none by that key.</summary>
    Task<Opportunity?> GetOpportunityAsync(OpportunityKey key, CancellationToken cancellation);

    /// <summary>Inserts an attempt; false when that number is there already (which then stays as it is).</summary>
    Task<bool> TryAddAttemptAsync(Attempt attempt, CancellationToken cancellation);

    /// <summary>Moves an attempt on: stage, latency and reason. A report of an earlier stage than the stored one changes nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no such attempt, or it is about another transaction.</exception>
    Task UpdateAttemptAsync(Attempt attempt, CancellationToken cancellation);

    /// <summary>All attempts of an opportunity, by number.</summary>
    Task<ImmutableArray<Attempt>> GetAttemptsAsync(OpportunityKey key, CancellationToken cancellation);

    /// <summary>
    /// Writes the outcome; an earlier one of the same opportunity is corrected in place, except that expired and superseded
    /// ("it never ran") do not correct the verdict of a run.
    /// </summary>
    Task PutOutcomeAsync(Outcome outcome, CancellationToken cancellation);

    /// <summary>The outcome, or null when the opportunity has not ended.</summary>
    Task<Outcome?> GetOutcomeAsync(OpportunityKey key, CancellationToken cancellation);

    /// <summary>Outcomes of a chain whose target timestamp lies in the range (Unix seconds, both ends included), newest first.</summary>
    IAsyncEnumerable<Outcome> QueryOutcomesAsync(ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation);

    /// <summary>Attempts in the range, newest first.</summary>
    IAsyncEnumerable<Attempt> QueryAttemptsAsync(ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation);

    /// <summary>Keys of all opportunities in the range, newest first.</summary>
    IAsyncEnumerable<OpportunityKey> QueryOpportunitiesAsync(ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation);
}

/// <summary>Claims: who took up an opportunity, and which opportunity holds a route. They outlive orchestrations.</summary>
public interface IClaimBook
{
    /// <summary>Inserts the claim as claimed, or returns the state of the one that is there.</summary>
    Task<(bool Inserted, ClaimState State)> ClaimAsync(OpportunityKey key, CancellationToken cancellation);

    /// <summary>Marks the claim started.</summary>
    Task MarkStartedAsync(OpportunityKey key, CancellationToken cancellation);

    /// <summary>
    /// Takes a route for an opportunity until <see cref="ReleaseRouteAsync"/> or until the chain is past
    /// <paramref name="untilBlock"/>. False when another opportunity holds it at <paramref name="headBlock"/>.
    /// </summary>
    Task<bool> TryHoldRouteAsync(string routeId, OpportunityKey holder, ulong headBlock, ulong untilBlock, CancellationToken cancellation);

    /// <summary>Gives the route back, if this opportunity still holds it.</summary>
    Task ReleaseRouteAsync(string routeId, OpportunityKey holder, CancellationToken cancellation);
}

/// <summary>One operator key held by one opportunity: at most one live nonce.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="HolderId">Opportunity that holds it.</param>
/// <param name="UntilBlock">Last block for which the hold stands without release.</param>
public sealed record LaneLease(Address Operator, string HolderId, ulong UntilBlock);

/// <summary>Lanes.</summary>
public interface ILaneBook
{
    /// <summary>
    /// Leases a free lane (never used, released, or held only to a block before <paramref name="headBlock"/>), or renews the one the
    /// opportunity already holds; null when all are taken. Atomic across processes.
    /// </summary>
    Task<LaneLease?> TryLeaseAsync(
        ulong chainId,
        IReadOnlyList<Address> operators,
        OpportunityKey holder,
        ulong headBlock,
        ulong untilBlock,
        CancellationToken cancellation);

    /// <summary>Gives the lane back, if this opportunity still holds it.</summary>
    Task ReleaseAsync(ulong chainId, OpportunityKey holder, CancellationToken cancellation);
}

/// <summary>Rounds scanned.</summary>
public interface IRoundBook
{
    /// <summary>The newest round of the chain, or null before the first.</summary>
    Task<RoundSummary?> GetLatestAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Records a round; the newest-round pointer moves only to a later block. The same block again replaces nothing.</summary>
    Task RecordAsync(RoundSummary round, CancellationToken cancellation);

    /// <summary>Rounds whose block timestamp lies in the range (Unix seconds, both ends included), newest first.</summary>
    IAsyncEnumerable<RoundSummary> QueryAsync(ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation);
}

/// <summary>Where opportunities are published for execution.</summary>
public interface IOpportunityPublisher
{
    /// <summary>Publishes keys with their id as message id (duplicates are dropped by the queue) and a time to live.</summary>
    Task PublishAsync(IReadOnlyCollection<OpportunityKey> keys, TimeSpan timeToLive, CancellationToken cancellation);
}

/// <summary>Stops all submissions of a chain, everywhere, until it is released.</summary>
public interface IKillSwitch
{
    /// <summary>Why it is engaged, or null when it is not. Read before every submission; never cached.</summary>
    Task<string?> GetReasonAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Engages it; engaged again, the first reason stays.</summary>
    Task EngageAsync(ulong chainId, string reason, CancellationToken cancellation);

    /// <summary>Releases it.</summary>
    Task ReleaseAsync(ulong chainId, CancellationToken cancellation);
}
