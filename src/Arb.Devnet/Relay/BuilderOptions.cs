using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>What the devnet's block builder and bundle relay work with.</summary>
public sealed record BuilderOptions
{
    /// <summary>JSON-RPC of an anvil that was started with <c>--no-mining --order fifo</c>.</summary>
    public required Uri Rpc { get; init; }

    /// <summary>Deployed Multicall3: its <c>getEthBalance</c> reads the coinbase between simulated
    /// transactions.</summary>
    public required Address Multicall3 { get; init; }

    /// <summary>
    /// Fee recipient of every block. It is funded at start if it is empty: paying an account that does not exist yet
    /// costs 25,000 gas more (EIP-161), and no mainnet builder is such an account.
    /// </summary>
    public required Address Coinbase { get; init; }

    /// <summary>Time between blocks: a whole number of seconds, at least one, because block timestamps are
    /// seconds.</summary>
    public required TimeSpan BlockTime { get; init; }

    /// <summary>Port of the bundle relay on the loopback interface; 0 lets the system pick a free one.</summary>
    public int Port { get; init; }

    /// <summary>Transactions per bundle at most; the public bundle relay's limit.</summary>
    public int BundleTransactionsMax { get; init; } = 100;

    /// <summary>Bytes of raw transactions per bundle at most; the public bundle relay's limit.</summary>
    public int BundleBytesMax { get; init; } = 300_000;

    /// <summary>Bundles waiting for their blocks at most; later ones are refused until a block has passed.</summary>
    public int WaitingBundlesMax { get; init; } = 4096;

    /// <summary>How many blocks ahead of the head a bundle may target.</summary>
    public int BlocksAheadMax { get; init; } = 64;

    /// <summary>How many blocks a private transaction is tried for that names no last block; the public bundle relay's number.</summary>
    public int PrivateBlocks { get; init; } = 25;

    /// <summary>What befalls the slots; null leaves every slot its block.</summary>
    internal ISlotSchedule? Schedule { get; init; }

    /// <summary>
    /// Longest time spent on simulating bundles for one block, so that a flood of them cannot stop the chain. Bundles
    /// that were not reached miss the block.
    /// </summary>
    public TimeSpan SelectionTimeMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Block time in whole seconds.</summary>
    internal ulong BlockSeconds => (ulong)BlockTime.TotalSeconds;

    internal void Validate()
    {
        if (BlockTime < TimeSpan.FromSeconds(1) || BlockTime.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new DevnetException(
                $"A block time of {BlockTime.TotalSeconds:0.###} s cannot be kept: block timestamps are whole seconds. "
                + "Give 1 s or another whole number of seconds.");
        }

        if (Port is < 0 or > 65535)
        {
            throw new DevnetException($"{Port} is not a port. Give 1 to 65535, or 0 for a free one.");
        }
    }
}
