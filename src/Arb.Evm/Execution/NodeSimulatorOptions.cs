using Arb.Domain;

namespace Arb.Evm;

/// <summary>What a simulated block looks like where the head does not say.</summary>
/// <param name="Recipient">Account whose start-token balance tells the profit.</param>
/// <param name="SlotSeconds">Seconds from a block's timestamp to the next one's: 12 on mainnet.</param>
public sealed record NodeSimulatorOptions(Address Recipient, ulong SlotSeconds)
{
    /// <summary>
    /// Coinbase of the simulated block; null for an account of the simulation's own that exists and has no code. A
    /// coinbase that has never had ether costs the first one to pay it 25,000 gas more.
    /// </summary>
    public Address? FeeRecipient { get; init; }
}
