using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>Which of the contract's answers a probe recorded.</summary>
public enum ProbeCall
{
    /// <summary>Its quote function (<c>get_dy</c>, <c>getAmountOut</c>).</summary>
    View = 0,

    /// <summary>A simulated swap: what it paid.</summary>
    Swap,
}

/// <summary>One question put to a pool's contract, and its answer.</summary>
/// <param name="Call">What was asked.</param>
/// <param name="TokenIn">Index of the token paid.</param>
/// <param name="TokenOut">Index of the token received.</param>
/// <param name="AmountIn">Raw units paid.</param>
/// <param name="AmountOut">What the contract answered; null when it reverted.</param>
public sealed record PoolProbe(ProbeCall Call, int TokenIn, int TokenOut, UInt256 AmountIn, UInt256? AmountOut);

/// <summary>Probes of one pool, all at one block.</summary>
/// <param name="Block">Hash of that block.</param>
/// <param name="Probes">The probes.</param>
public sealed record PoolProbes(Hash256 Block, ImmutableArray<PoolProbe> Probes);
