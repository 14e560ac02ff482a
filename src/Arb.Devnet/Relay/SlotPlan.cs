namespace Arb.Devnet.Relay;

/// <summary>What happens in one slot; the default is an ordinary block.</summary>
/// <param name="IsMissed">There is no block.</param>
/// <param name="IsEmpty">The block has no transactions.</param>
/// <param name="LatePermille">By how much of a slot the block comes late, thousandths.</param>
/// <param name="ReorgDepth">How many blocks are replaced before it; 0 for none.</param>
/// <param name="ReorgKeepsBundles">The replacing blocks have the same bundles.</param>
internal readonly record struct SlotPlan(
    bool IsMissed, bool IsEmpty, int LatePermille, int ReorgDepth, bool ReorgKeepsBundles);

/// <summary>Says slot by slot what happens.</summary>
internal interface ISlotSchedule
{
    /// <summary>The next slot's plan.</summary>
    SlotPlan Next();
}

/// <summary>Kinds of things that befall a chain.</summary>
internal enum DisturbanceKind
{
    /// <summary>A slot without a block.</summary>
    MissedSlot,

    /// <summary>A block that comes late.</summary>
    LateBlock,

    /// <summary>A block without transactions.</summary>
    EmptyBlock,

    /// <summary>Blocks were replaced.</summary>
    Reorganisation,
}

/// <summary>Something that befell a slot.</summary>
/// <param name="Kind">What.</param>
/// <param name="SlotSeconds">When, Unix seconds.</param>
/// <param name="Block">Number of the block concerned, or of the first of them; 0 when there is none.</param>
/// <param name="Detail">For people.</param>
internal readonly record struct Disturbance(DisturbanceKind Kind, ulong SlotSeconds, ulong Block, string Detail);
