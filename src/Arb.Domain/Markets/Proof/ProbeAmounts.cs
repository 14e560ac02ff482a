using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>What to ask a pool's contract so that its answers say something: pure, and other amounts at every block.</summary>
public static class ProbeAmounts
{
    /// <summary>Largest amount asked: this part of what the pool holds of the token paid.</summary>
    private const int LargestShift = 2;

    /// <summary>From one amount to the next smaller one, bits.</summary>
    private const int StepBits = 3;

    /// <summary>
    /// Different amounts of one token to pay, from a quarter of the pool's balance downwards, each with other low digits at every block.
    /// Fewer when the pool holds too little of it.
    /// </summary>
    /// <param name="balance">What the pool holds of the token, raw units.</param>
    /// <param name="blockNumber">The block.</param>
    /// <param name="count">Most amounts.</param>
    public static ImmutableArray<UInt256> Of(UInt256 balance, ulong blockNumber, int count)
    {
        ImmutableArray<UInt256>.Builder amounts = ImmutableArray.CreateBuilder<UInt256>(count);
        for (int i = 0; i < count; i++)
        {
            UInt256 most = balance >> (LargestShift + (StepBits * i));
            if (most.BitLength <= StepBits)
            {
                break;
            }

            // Knuth's multiplicative hash: rounding is tried at other remainders every time.
            UInt256 spread = (ulong)unchecked((uint)((blockNumber + (ulong)i) * 2_654_435_761));
            amounts.Add(most - MulDiv.Floor(most >> 1, spread, (UInt256)(ulong)uint.MaxValue));
        }

        return amounts.ToImmutable();
    }

    /// <summary>What a pool holds, in its own order; empty for families that need no probes.</summary>
    public static ImmutableArray<UInt256> Balances(PoolState state) => state switch
    {
        CurveStableSwapState curve => curve.Balances,
        SolidlyState solidly => [solidly.Reserve0, solidly.Reserve1],
        _ => [],
    };
}
