using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Domain;

namespace Arb.Devnet.Trading;

/// <summary>
/// What the traders do, block by block: a function of the seed and the number of blocks traded before, and of
/// nothing else, so the same seed always trades the same.
/// </summary>
/// <remarks>
/// Every pool has a displacement from its reference price that the traders want: it is pulled back towards 0 and
/// pushed at random, within bounds. A swap moves the pool from the last displacement to the next one. The traders'
/// net flow into a pool is therefore bounded for ever, and prices cannot drift away.
/// </remarks>
internal sealed class TradePlan
{
    /// <summary>Furthest a pool is moved from its reference price, pips.</summary>
    public const int DisplacementPipsMax = 25_000;

    /// <summary>Least a swap moves a price, pips.</summary>
    public const int StepPipsMin = 5_000;

    /// <summary>Most swaps of one block.</summary>
    public const int SwapsMax = 6;

    /// <summary>Sequence of the trades in pairs.</summary>
    public const ulong StreamOfPairs = 2;

    /// <summary>Sequence of the trades in the pools of other families.</summary>
    public const ulong StreamOfOthers = 3;

    private const int SwapsMin = 3;
    private const int PushPipsMax = 18_000;
    private const int KeptTenths = 6;
    private const ulong PriorityFeeStepWei = 10_000_000;
    private const int PriorityFeeStepsMax = 200;

    private readonly SplitMix64 _random;
    private readonly ImmutableArray<ReferencePool> _pools;
    private readonly int _traders;
    private readonly int[] _displacementPips;
    private readonly int[] _order;

    /// <summary>Begins at the first block that is traded.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="pools">Pools at their reference depth.</param>
    /// <param name="traders">How many traders there are.</param>
    /// <param name="stream">Sequence of the seed's random numbers.</param>
    public TradePlan(ulong seed, ImmutableArray<ReferencePool> pools, int traders, ulong stream = StreamOfPairs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pools.Length, SwapsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(traders, 1);
        _random = new SplitMix64(seed, stream);
        _pools = pools;
        _traders = traders;
        _displacementPips = new int[pools.Length];
        _order = [.. Enumerable.Range(0, pools.Length)];
    }

    /// <summary>Swaps of the next block, at most one per pool.</summary>
    public ImmutableArray<PlannedSwap> Next()
    {
        int count = _random.Between(SwapsMin, SwapsMax);
        ImmutableArray<PlannedSwap>.Builder swaps = ImmutableArray.CreateBuilder<PlannedSwap>(count);
        for (int i = 0; i < count; i++)
        {
            // A partial shuffle: no pool twice.
            int other = _random.Between(i, _order.Length - 1);
            (_order[i], _order[other]) = (_order[other], _order[i]);
            swaps.Add(NextSwap(_order[i]));
        }

        return swaps.MoveToImmutable();
    }

    private PlannedSwap NextSwap(int pool)
    {
        int step = NextStepPips(_displacementPips[pool]);
        _displacementPips[pool] += step;

        // A price moves by twice the share by which a reserve moves: the product of the reserves stays.
        UInt256 amount = MulDiv.Floor(_pools[pool].BaseReserve, (ulong)Math.Abs(step), 2 * FeePips.Whole);
        int trader = _random.Between(0, _traders - 1);
        ulong priorityFee = PriorityFeeStepWei * (ulong)_random.Between(1, PriorityFeeStepsMax);
        return new PlannedSwap(trader, pool, SellsBase: step < 0, amount, priorityFee);
    }

    private int NextStepPips(int displacement)
    {
        int wanted = (displacement * KeptTenths / 10) + _random.Between(-PushPipsMax, PushPipsMax);
        int step = Math.Clamp(wanted, -DisplacementPipsMax, DisplacementPipsMax) - displacement;
        if (Math.Abs(step) >= StepPipsMin)
        {
            return step;
        }

        step = step < 0 ? -StepPipsMin : StepPipsMin;
        return Math.Abs(displacement + step) <= DisplacementPipsMax ? step : -step;
    }
}
