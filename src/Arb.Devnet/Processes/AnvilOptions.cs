namespace Arb.Devnet.Processes;

/// <summary>How anvil is started; the defaults suit a chain whose blocks the devnet's builder makes.</summary>
public sealed record AnvilOptions
{
    /// <summary>Chain id.</summary>
    public long ChainId { get; init; } = 31337;

    /// <summary>Whether blocks are made only by <c>evm_mine</c>; otherwise each transaction makes one.</summary>
    public bool NoMining { get; init; } = true;

    /// <summary>
    /// <c>fifo</c> keeps the order in which transactions were sent, which a builder needs; <c>fees</c> sorts by tip.
    /// </summary>
    public string Order { get; init; } = "fifo";

    /// <summary>Port on the loopback interface; <see langword="null"/> lets the system pick a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Base fee of the first block in wei; anvil's own (1 gwei) when <see langword="null"/>.</summary>
    public long? BaseFeePerGasWei { get; init; }

    /// <summary>Block gas limit; anvil's own when <see langword="null"/>.</summary>
    public long? GasLimit { get; init; }

    /// <summary>How many of the well-known dev accounts are funded.</summary>
    public int Accounts { get; init; } = 10;

    /// <summary>Balance of each dev account in whole ETH.</summary>
    public long BalanceEth { get; init; } = 10_000;

    /// <summary>Further arguments as anvil takes them, for example <c>--timestamp</c> with its value.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
}
