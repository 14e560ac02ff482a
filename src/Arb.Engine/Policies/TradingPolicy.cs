using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Whether bundles are sent.</summary>
public enum ExecutionMode
{
    /// <summary>Everything but signing and sending. The default.</summary>
    DryRun,

    /// <summary>Bundles are sent.</summary>
    Live,
}

/// <summary>The limits one deployment trades under. Immutable; a round and a bundle see one version of it.</summary>
public sealed record TradingPolicy
{
    /// <summary>EIP-155 chain id the deployment is meant for.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Seconds between blocks.</summary>
    public required TimeSpan SlotLength { get; init; }

    /// <summary>Tokens cycles start from. Profits are counted in them; the first is wrapped ether.</summary>
    public required ImmutableArray<Address> StartTokens { get; init; }

    /// <summary>Dry-run or live.</summary>
    public ExecutionMode Mode { get; init; }

    /// <summary>Most hops of a cycle.</summary>
    public int HopsMax { get; init; } = 3;

    /// <summary>Most opportunities one round publishes.</summary>
    public int PublishMax { get; init; } = 4;

    /// <summary>Profit floor: least net profit accepted, wei.</summary>
    public required UInt256 MinProfitWei { get; init; }

    /// <summary>Highest gas price (base fee + tip) accepted, wei.</summary>
    public required UInt256 MaxGasPriceWei { get; init; }

    /// <summary>Furthest the simulated profit may lie below the quoted one, basis points.</summary>
    public required int MaxSlippageBasisPoints { get; init; }

    /// <summary>Greatest price impact of one swap: how far its price may lie below that of the first unit, basis points.</summary>
    public int MaxPriceImpactBasisPoints { get; init; } = 2_000;

    /// <summary>Least a cycle's marginal rate must lie above 1, basis points.</summary>
    public int MinSpreadBasisPoints { get; init; }

    /// <summary>Tip per gas, wei: a small minimum to be included at all.</summary>
    public required UInt256 PriorityFeePerGasWei { get; init; }

    /// <summary>Highest tip per gas, wei, up to which what other transactions tip is followed; at or below the least tip it never is.</summary>
    public UInt256 PriorityFeeMaxPerGasWei { get; init; }

    /// <summary>How many different amounts each way a pool without bytecode proof must answer as its model does before it is traded Live.</summary>
    public int ProbesMin { get; init; } = 4;

    /// <summary>Blocks for which such answers are remembered.</summary>
    public ulong ProofBlocks { get; init; } = 300;

    /// <summary>Least that a pool must hold on its lesser side to be traded, wei; 0 trades all.</summary>
    public UInt256 LiquidityFloorWei { get; init; }

    /// <summary>Bid of the first attempt, basis points of realised gross profit.</summary>
    public required int BidBasisPoints { get; init; }

    /// <summary>Added to the bid at every further attempt, basis points.</summary>
    public required int BidStepBasisPoints { get; init; }

    /// <summary>Highest bid, basis points.</summary>
    public required int BidMaxBasisPoints { get; init; }

    /// <summary>Highest coinbase payment, wei.</summary>
    public required UInt256 BidCapWei { get; init; }

    /// <summary>Most submissions of one opportunity.</summary>
    public int SubmissionsMax { get; init; } = 3;

    /// <summary>Blocks after which an unclaimed opportunity is stale.</summary>
    public int OpportunityAgeMaxBlocks { get; init; } = 2;

    /// <summary>Wall-clock seconds by which a head may lag before it counts as stale.</summary>
    public TimeSpan HeadStaleAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Wrapped ether.</summary>
    public Address WrappedEther => StartTokens[0];
}
