namespace Arb.Engine;

/// <summary>Named ends of a scan round.</summary>
public enum RoundEnd
{
    /// <summary>A new block was scanned.</summary>
    Scanned,

    /// <summary>No block newer than the last one scanned came in time.</summary>
    NoNewBlock,

    /// <summary>The newest block is too old to trade on.</summary>
    StaleHead,

    /// <summary>The node answers for another chain.</summary>
    WrongChain,

    /// <summary>The kill switch is engaged: nothing is published.</summary>
    KillSwitch,

    /// <summary>No pools are known and none were found.</summary>
    NoPools,
}

/// <summary>What a round came to.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Summary">What it did, when it scanned a block.</param>
/// <param name="Detail">For people.</param>
public sealed record RoundResult(RoundEnd End, RoundSummary? Summary, string? Detail);
