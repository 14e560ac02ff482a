using Arb.Devnet.Relay;
using Arb.Devnet.Trading;

namespace Arb.Devnet.Hostile;

/// <summary>
/// What befalls each slot: a function of the seed and the slot's count. Every slot draws the same numbers whatever is switched on,
/// so one hostility more does not move the others.
/// </summary>
internal sealed class HostileSchedule(ulong seed, Hostility hostility) : ISlotSchedule
{
    /// <summary>Slots at the start in which nothing happens: the searcher finds its feet.</summary>
    public const int CalmSlots = 4;

    /// <summary>Deepest reorganisation; mainnet has seen seven blocks since the merge and nearly always one.</summary>
    public const int ReorgDepthMax = 3;

    private const ulong StreamOfSlots = 5;
    private const int MissedOneIn = 10;
    private const int EmptyOneIn = 9;
    private const int LateOneIn = 6;
    private const int ReorgOneIn = 8;
    private const int LatePermilleMin = 200;
    private const int LatePermilleMax = 900;

    private readonly SplitMix64 _random = new(seed, StreamOfSlots);
    private int _slots;

    /// <inheritdoc/>
    public SlotPlan Next()
    {
        bool missed = OneIn(MissedOneIn);
        bool empty = OneIn(EmptyOneIn);
        bool late = OneIn(LateOneIn);
        bool reorg = OneIn(ReorgOneIn);
        int latePermille = _random.Between(LatePermilleMin, LatePermilleMax);
        int depth = _random.Between(1, ReorgDepthMax);
        bool keeps = OneIn(2);
        if (_slots < CalmSlots)
        {
            _slots++;
            return default;
        }

        return new SlotPlan(
            missed && Has(Hostility.Missed),
            empty && Has(Hostility.Empty),
            late && Has(Hostility.Late) ? latePermille : 0,
            reorg && Has(Hostility.Reorgs) ? depth : 0,
            keeps);
    }

    private bool Has(Hostility one) => hostility.HasFlag(one);

    private bool OneIn(int count) => _random.Between(1, count) == 1;
}
