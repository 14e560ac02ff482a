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

    /// <summary>The node's head lies behind what was already read, or behind a second endpoint.</summary>
    NodeLags,

    /// <summary>The node does not know a block between its head and what was already read.</summary>
    ChainGap,

    /// <summary>The node answered about another block than it was asked about.</summary>
    WrongBlock,

    /// <summary>The node's answers do not fit together.</summary>
    NodeContradictsItself,

    /// <summary>A second endpoint has another block at the head's height, or other logs in the same block.</summary>
    NodesDisagree,

    /// <summary>The node did not answer.</summary>
    NodeUnreachable,
}

/// <summary>What a round came to.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Summary">What it did, when it scanned a block.</param>
/// <param name="Detail">For people.</param>
public sealed record RoundResult(RoundEnd End, RoundSummary? Summary, string? Detail);
