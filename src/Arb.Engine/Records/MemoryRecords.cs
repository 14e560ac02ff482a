using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Serialization;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// Where an opportunity's rows are. Carried by messages and orchestration inputs, so that a row is found by its key
/// and nobody needs a clock.
/// </summary>
/// <param name="Id">hash(chain id, route, block hash), 0x hex: message id, instance id and claim key.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="BlockNumber">Block it was seen at.</param>
/// <param name="TargetTimestampSeconds">Expected timestamp of the first target block, Unix seconds; orders and partitions the rows.</param>
public sealed record OpportunityKey(string Id, ulong ChainId, ulong BlockNumber, ulong TargetTimestampSeconds);

/// <summary>A cycle with notional and expected profit at one block.</summary>
/// <param name="Key">Where its rows are.</param>
/// <param name="RouteId">hash(chain id, route), 0x hex: one route in flight at a time.</param>
/// <param name="Block">Block it was seen at.</param>
/// <param name="Cycle">Route and amounts.</param>
/// <param name="GasEstimate">Gas expected for execution.</param>
/// <param name="GasCostWei">Gas estimate × next gas price, wei.</param>
/// <param name="BidWei">Coinbase payment of the first attempt, wei.</param>
/// <param name="NetProfitWei">Gross − gas − coinbase payment, wei; the premium is already out of gross.</param>
/// <param name="Score">What it was ranked by.</param>
public sealed record Opportunity(
    OpportunityKey Key,
    string RouteId,
    BlockStamp Block,
    SizedCycle Cycle,
    ulong GasEstimate,
    UInt256 GasCostWei,
    UInt256 BidWei,
    BigInteger NetProfitWei,
    double Score);

/// <summary>How far an attempt got. Each stage is written before the next begins.</summary>
public enum AttemptStage
{
    /// <summary>A signed transaction went to a bundle relay for simulation only.</summary>
    Simulated,

    /// <summary>Signed; the hash is known and nothing was sent yet.</summary>
    Persisted,

    /// <summary>The bundle relay accepted it.</summary>
    Submitted,

    /// <summary>The bundle relay refused it, or did not answer.</summary>
    NotAccepted,

    /// <summary>Refused by us before signing.</summary>
    Refused,
}

/// <summary>One try to land an opportunity. Every hash that left the process is in one of these before its first byte is sent.</summary>
/// <param name="Key">The opportunity.</param>
/// <param name="Number">0 for simulation, 1… for submissions.</param>
/// <param name="Stage">How far it got.</param>
/// <param name="Operator">Lane.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="TransactionHash">Hash of the signed transaction; null when refused before signing.</param>
/// <param name="HeadBlock">Head it was built on.</param>
/// <param name="TargetBlock">Target block.</param>
/// <param name="BidBasisPoints">Bid, basis points of realised gross profit.</param>
/// <param name="ExpectedProfit">Simulated start token to the recipient, raw units.</param>
/// <param name="CoinbasePaymentWei">Simulated coinbase payment, wei.</param>
/// <param name="GasUsed">Simulated gas.</param>
/// <param name="GasPriceWei">Gas price it was simulated with, wei.</param>
/// <param name="SubmittedAfterBlockMs">Milliseconds from the head block's timestamp to the bundle relay's acceptance.</param>
/// <param name="Reason">Why it ended where it did.</param>
public sealed record Attempt(
    OpportunityKey Key,
    int Number,
    AttemptStage Stage,
    Address Operator,
    ulong Nonce,
    Hash256? TransactionHash,
    ulong HeadBlock,
    ulong TargetBlock,
    int BidBasisPoints,
    UInt256 ExpectedProfit,
    UInt256 CoinbasePaymentWei,
    ulong GasUsed,
    UInt256 GasPriceWei,
    long? SubmittedAfterBlockMs,
    string? Reason);

/// <summary>How an opportunity ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutcomeKind>))]
public enum OutcomeKind
{
    /// <summary>Landed and paid.</summary>
    Included,

    /// <summary>Landed and reverted: its gas is the loss.</summary>
    Reverted,

    /// <summary>Submitted, never included.</summary>
    Missed,

    /// <summary>Never submitted: simulation, breaker or lane refused it.</summary>
    Refused,

    /// <summary>Another opportunity of the same route was in flight.</summary>
    Superseded,

    /// <summary>Its block passed before anyone took it up.</summary>
    Expired,
}

/// <summary>The one outcome of an opportunity.</summary>
/// <param name="Key">The opportunity.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Attempts">Submissions made.</param>
/// <param name="TransactionHash">The included transaction.</param>
/// <param name="BlockNumber">Block it is in.</param>
/// <param name="BlockHash">That block's hash.</param>
/// <param name="GasUsed">Gas used on chain, by every transaction of it that landed.</param>
/// <param name="GasCostWei">Gas used × effective price, wei.</param>
/// <param name="ProfitToRecipientWei">WETH that reached the recipient, wei.</param>
/// <param name="NetProfitWei">Profit to the recipient − gas cost, wei; the coinbase payment and premium are already out.</param>
public sealed record Outcome(
    OpportunityKey Key,
    OutcomeKind Kind,
    string Reason,
    int Attempts,
    Hash256? TransactionHash,
    ulong? BlockNumber,
    Hash256? BlockHash,
    ulong GasUsed,
    UInt256 GasCostWei,
    UInt256 ProfitToRecipientWei,
    BigInteger NetProfitWei);

/// <summary>State of a claim.</summary>
public enum ClaimState
{
    /// <summary>Taken up; its orchestration may or may not have been started.</summary>
    Claimed,

    /// <summary>Its orchestration was started.</summary>
    Started,
}

/// <summary>What one scan round did; the newest is the scan cursor.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="BlockNumber">Block scanned.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="BlockTimestampSeconds">Its timestamp, Unix seconds.</param>
/// <param name="Pools">Pools read.</param>
/// <param name="Candidates">Cycles found profitable before costs.</param>
/// <param name="Opportunities">Opportunities above the profit floor.</param>
/// <param name="Published">Opportunities published.</param>
/// <param name="Dropped">Candidates dropped, by reason.</param>
public sealed record RoundSummary(
    ulong ChainId,
    ulong BlockNumber,
    Hash256 BlockHash,
    ulong BlockTimestampSeconds,
    int Pools,
    int Candidates,
    int Opportunities,
    int Published,
    ImmutableSortedDictionary<string, int> Dropped)
{
    /// <summary>Nothing went wrong.</summary>
    public static ImmutableSortedDictionary<string, string> NoFaults { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Exchanges that were slow or failed, pools put in quarantine, and the like: what went wrong, by name.</summary>
    public ImmutableSortedDictionary<string, string> Faults { get; init; } = NoFaults;
}
