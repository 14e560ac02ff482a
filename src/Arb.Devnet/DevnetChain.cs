using Arb.Domain;

namespace Arb.Devnet;

/// <summary>Constants of the devnet's chain.</summary>
public static class DevnetChain
{
    /// <summary>EIP-155 chain id: the one that every tool knows as a local chain.</summary>
    public const ulong ChainId = 31337;

    /// <summary>Block gas limit. Its half is the gas target (EIP-1559), which <see cref="Trading.BackgroundLoad"/> fills.</summary>
    public const ulong BlockGasLimit = 16_000_000;

    /// <summary>Base fee of the first block and the one the chain returns to, wei per gas: 3 gwei.</summary>
    public const ulong ReferenceBaseFeePerGasWei = 3_000_000_000;

    /// <summary>Balance of the funded accounts at the start, whole ether: enough to wrap all the liquidity there is.</summary>
    public const long AccountBalanceEther = 1_000_000;

    /// <summary>One ether in wei.</summary>
    public static UInt256 OneEther => 1_000_000_000_000_000_000UL;
}
