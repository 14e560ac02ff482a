namespace Arb.Engine;

/// <summary>How long lanes and routes are held without a release.</summary>
public static class LaneHold
{
    /// <summary>
    /// Blocks a hold stands after it was last renewed: the target block, one block to see it, one to record it. A holder that died is
    /// taken over after that, when none of its transactions can pay any more (each has its target block as deadline).
    /// </summary>
    public const ulong Blocks = 3;
}
