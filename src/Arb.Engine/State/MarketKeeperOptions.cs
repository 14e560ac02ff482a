namespace Arb.Engine;

/// <summary>Limits of <see cref="MarketKeeper"/>.</summary>
public sealed record MarketKeeperOptions
{
    /// <summary>Most blocks followed by their logs; from further behind everything is read anew, which is then cheaper.</summary>
    public int CatchUpBlocksMax { get; init; } = 256;

    /// <summary>Pools read anew at every round and compared with what the logs made of them.</summary>
    public int SamplePools { get; init; } = 8;

    /// <summary>Blocks a pool stays out after a comparison failed.</summary>
    public ulong QuarantineBlocks { get; init; } = 64;

    /// <summary>Longest a round waits for fresh reads of an exchange; what came by then is kept, and the rest is read next time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Pools of one exchange read at a time; each such part is kept even when the next one is too slow.</summary>
    public int PartPools { get; init; } = 500;

    /// <summary>Blocks between two stored copies.</summary>
    public ulong StoreEveryBlocks { get; init; } = 8;

    /// <summary>A second endpoint that must have the same blocks; null for none.</summary>
    public IChainReader? Witness { get; init; }

    /// <summary>The same endpoint's logs, which must be those of the first; null for none.</summary>
    public IBlockLogReader? WitnessLogs { get; init; }
}
