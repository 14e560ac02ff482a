namespace Arb.Engine;

/// <summary>Why something was refused. Names are stable: they are stored, counted and shown.</summary>
public enum RefusalReason
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>Net profit is below the profit floor.</summary>
    BelowProfitFloor,

    /// <summary>Gas price is above its limit.</summary>
    GasPriceAboveMaximum,

    /// <summary>Simulated profit is further below the quoted one than allowed.</summary>
    SlippageAboveMaximum,

    /// <summary>The simulation reverted.</summary>
    SimulationReverted,

    /// <summary>The bundle relay gave no verdict on the simulation.</summary>
    SimulationMissing,

    /// <summary>On the newest head the cycle no longer pays.</summary>
    NoLongerProfitable,

    /// <summary>Every lane is in use.</summary>
    NoFreeLane,

    /// <summary>The lane cannot pay for the gas limit.</summary>
    LaneFundsTooLow,

    /// <summary>The head changed faster than it could be simulated.</summary>
    HeadMoved,

    /// <summary>Dry-run: nothing is sent.</summary>
    DryRun,

    /// <summary>The kill switch is engaged.</summary>
    KillSwitch,

    /// <summary>A pool of the route could not be read.</summary>
    PoolUnreadable,

    /// <summary>Its target block has passed.</summary>
    TargetBlockPassed,

    /// <summary>Gas needed exceeds what one transaction may use (EIP-7825).</summary>
    GasLimitTooHigh,

    /// <summary>The lender cannot lend that much.</summary>
    LoanUnavailable,

    /// <summary>Another opportunity of the round uses one of its pools.</summary>
    SharesPoolWithBetter,

    /// <summary>The round publishes only its best K.</summary>
    BeyondPublishLimit,

    /// <summary>The swap would move a pool's price too far.</summary>
    PriceImpactAboveMaximum,

    /// <summary>A token of the pool is not known to be safe; counted by pool.</summary>
    TokenNotSafe,

    /// <summary>Live: the pool's arithmetic is not proven and its probes have not agreed (yet); counted by pool.</summary>
    PoolNotProven,

    /// <summary>Live: the pool's own contract answers otherwise than its model; counted by pool.</summary>
    PoolModelDisagrees,

    /// <summary>A cycle pays at no size, but its gas costs more than any size brings.</summary>
    GasAboveProfit,

    /// <summary>A cycle pays at no size, but rounding or the loan premium leaves no size that does.</summary>
    NoProfitableSize,

    /// <summary>No pool says what the start token is worth in ether.</summary>
    NoEtherPrice,

    /// <summary>More candidates than the search keeps; those with the least upper bounds of profit are left out.</summary>
    BeyondSearchMemory,

    /// <summary>The cycle's marginal rate is not far enough above 1.</summary>
    SpreadBelowMinimum,

    /// <summary>The pool holds less than the liquidity floor; counted by pool.</summary>
    LiquidityBelowFloor,

    /// <summary>What is known of the pool did not agree with the chain; counted by pool.</summary>
    PoolQuarantined,
}

/// <summary>Accept, or refuse with a reason.</summary>
/// <param name="Reason"><see cref="RefusalReason.None"/> when accepted.</param>
/// <param name="Detail">The values that decided, for people.</param>
public readonly record struct Verdict(RefusalReason Reason, string? Detail)
{
    /// <summary>Accepted.</summary>
    public static Verdict Accept => default;

    /// <summary>True when accepted.</summary>
    public bool Accepted => Reason == RefusalReason.None;

    /// <summary>Refused.</summary>
    public static Verdict Refuse(RefusalReason reason, string? detail = null) => new(reason, detail);

    /// <summary>The reason, and the detail if there is one.</summary>
    public override string ToString() => Detail is null ? Reason.ToString() : $"{Reason}: {Detail}";
}
