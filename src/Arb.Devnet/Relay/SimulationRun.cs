using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>What became of transactions run one after the other at the top of a block.</summary>
/// <param name="Transactions">Each of them; empty when <paramref name="Error"/> is set.</param>
/// <param name="Error">Why they cannot be in the block at all; null when they ran, whatever they did then.</param>
internal sealed record SimulationRun(ImmutableArray<SimulatedTransaction> Transactions, string? Error);

/// <summary>One transaction of a run.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Succeeded">It did not revert.</param>
/// <param name="GasUsed">Gas it used.</param>
/// <param name="ReturnData">What it returned.</param>
/// <param name="CoinbaseDifferenceWei">What the coinbase gained by it, wei: tips and payments; negative when it
/// lost.</param>
/// <param name="TipWei">The part of that which is tips: tip per gas × gas used, wei.</param>
internal sealed record SimulatedTransaction(
    BundleTransaction Transaction,
    bool Succeeded,
    ulong GasUsed,
    ReadOnlyMemory<byte> ReturnData,
    BigInteger CoinbaseDifferenceWei,
    UInt256 TipWei)
{
    /// <summary>Ether sent to the coinbase by the transaction itself, wei.</summary>
    public BigInteger EthSentToCoinbaseWei => CoinbaseDifferenceWei - TipWei;
}
