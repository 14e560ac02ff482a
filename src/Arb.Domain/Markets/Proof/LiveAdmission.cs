namespace Arb.Domain;

/// <summary>Why a pool may, or may not, be traded through in Live.</summary>
public enum LiveReason
{
    /// <summary>Its family is proven against bytecode.</summary>
    FamilyProven = 0,

    /// <summary>Enough probes of this pool, this way, at this block, agree to the wei.</summary>
    ProbesAgree,

    /// <summary>It was not probed.</summary>
    NotProbed,

    /// <summary>Its probes are of another block than its state.</summary>
    OtherBlock,

    /// <summary>Too few probes of this direction got an amount.</summary>
    TooFewProbes,

    /// <summary>A probe and the model differ.</summary>
    Disagrees,
}

/// <summary>Whether a pool may be traded through in Live.</summary>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Disagreement">The probe that the model does not answer as the contract did.</param>
public readonly record struct LiveAdmission(LiveReason Reason, PoolProbe? Disagreement = null)
{
    /// <summary>It may.</summary>
    public bool IsAllowed => Reason is LiveReason.FamilyProven or LiveReason.ProbesAgree;

    /// <summary>
    /// Judges one hop. One probe that differs, in whichever direction, refuses the pool: its model is of another contract. A revert counts
    /// as agreement when the model refuses too, but not towards the number: a pool that only reverts has shown nothing.
    /// </summary>
    /// <param name="model">The pool.</param>
    /// <param name="tokenIn">Index of the token the hop pays.</param>
    /// <param name="tokenOut">Index of the token the hop receives.</param>
    /// <param name="stateBlock">Hash of the block the model's state is of.</param>
    /// <param name="probes">What its contract answered; null when it was not asked.</param>
    /// <param name="agreeingMin">How many different amounts of this direction must agree, at least 1.</param>
    public static LiveAdmission Judge(
        IPoolModel model, int tokenIn, int tokenOut, Hash256 stateBlock, PoolProbes? probes, int agreeingMin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(agreeingMin, 1);
        if (PoolProofs.Of(model) == PoolProof.Bytecode)
        {
            return new LiveAdmission(LiveReason.FamilyProven);
        }

        if (probes is null || probes.Probes.IsEmpty)
        {
            return new LiveAdmission(LiveReason.NotProbed);
        }

        if (probes.Block != stateBlock)
        {
            return new LiveAdmission(LiveReason.OtherBlock);
        }

        HashSet<UInt256> agreed = [];
        foreach (PoolProbe probe in probes.Probes)
        {
            if (!Agrees(model, probe))
            {
                return new LiveAdmission(LiveReason.Disagrees, probe);
            }

            if (probe.TokenIn == tokenIn && probe.TokenOut == tokenOut && probe.AmountOut is { IsZero: false })
            {
                agreed.Add(probe.AmountIn);
            }
        }

        return new LiveAdmission(agreed.Count >= agreeingMin ? LiveReason.ProbesAgree : LiveReason.TooFewProbes);
    }

    private static bool Agrees(IPoolModel model, PoolProbe probe)
    {
        SwapRefusal refusal = probe.Call == ProbeCall.View && model is IProbedPoolModel probed
            ? probed.QuoteView(probe.TokenIn, probe.TokenOut, probe.AmountIn, out UInt256 amountOut)
            : model.QuoteExactIn(probe.TokenIn, probe.TokenOut, probe.AmountIn, out amountOut);

        // Where a contract pays nothing without reverting, the model refuses: both give nothing.
        UInt256 chain = probe.AmountOut ?? UInt256.Zero;
        return refusal == SwapRefusal.None ? probe.AmountOut is not null && chain == amountOut : chain.IsZero;
    }
}
