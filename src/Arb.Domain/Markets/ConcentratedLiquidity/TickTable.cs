using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>A pool's initialised ticks in order, with the price at each: immutable, shared by the states between two changes of liquidity.</summary>
public sealed class TickTable : IEquatable<TickTable>
{
    /// <summary>Greatest tick spacing any pool can have (Uniswap V4; V3 ends at 16,383).</summary>
    public const int TickSpacingMax = 32_767;

    private readonly int[] _indices;
    private readonly UInt256[] _prices;
    private readonly ImmutableArray<InitializedTick> _ticks;

    // What quotes have found out about the ticks; no part of the table's value.
    private volatile SwapLadder? _falling;
    private volatile SwapLadder? _rising;

    /// <summary>Takes ticks in ascending order.</summary>
    /// <param name="tickSpacing">The pool's tick spacing.</param>
    /// <param name="ticks">Its initialised ticks, those with a net liquidity of 0 included.</param>
    /// <exception cref="ArgumentException">
    /// The spacing is out of range, or a tick is out of range, no multiple of the spacing, or not above the one before.
    /// </exception>
    public TickTable(int tickSpacing, ImmutableArray<InitializedTick> ticks)
        : this(tickSpacing, ticks, null)
    {
    }

    private TickTable(int tickSpacing, ImmutableArray<InitializedTick> ticks, TickTable? known)
    {
        if (tickSpacing is < 1 or > TickSpacingMax)
        {
            ThrowSpacing(tickSpacing);
        }

        TickSpacing = tickSpacing;
        Boundaries = WordBoundaries.Of(tickSpacing);
        _ticks = ticks;
        _indices = new int[ticks.Length];
        _prices = new UInt256[ticks.Length];
        int previous = int.MinValue;
        for (int i = 0; i < ticks.Length; i++)
        {
            int index = ticks[i].Index;
            if (index is < TickMath.TickMin or > TickMath.TickMax || index % tickSpacing != 0 || index <= previous)
            {
                ThrowTick(index, tickSpacing, previous);
            }

            _indices[i] = previous = index;
            int at = known?.CountAtOrBelow(index) ?? 0;
            _prices[i] = at > 0 && known!._indices[at - 1] == index ? known._prices[at - 1] : TickMath.SqrtPriceAtTick(index);
        }
    }

    /// <summary>Every initialised tick is a multiple of it.</summary>
    public int TickSpacing { get; }

    /// <summary>The ticks, ascending.</summary>
    public ImmutableArray<InitializedTick> Ticks => _ticks;

    /// <summary>Where steps end between ticks.</summary>
    internal WordBoundaries Boundaries { get; }

    /// <summary>The ticks' indices, ascending.</summary>
    internal ReadOnlySpan<int> Indices => _indices;

    /// <summary>The price at each.</summary>
    internal ReadOnlySpan<UInt256> Prices => _prices;

    /// <summary>How many ticks are at or below a tick.</summary>
    public int CountAtOrBelow(int tick)
    {
        int at = Array.BinarySearch(_indices, tick);
        return at >= 0 ? at + 1 : ~at;
    }

    /// <summary>Active liquidity at a tick: the sum of net liquidity at or below it.</summary>
    /// <returns>The sum; negative when ticks are missing.</returns>
    public Int128 LiquidityAt(int tick)
    {
        Int128 sum = 0;
        for (int i = CountAtOrBelow(tick) - 1; i >= 0; i--)
        {
            sum += _ticks[i].LiquidityNet;
        }

        return sum;
    }

    /// <summary>The ticks after a position between two ticks grew or shrank (Tick.update, then clear when nothing is left).</summary>
    /// <param name="lower">Where the position begins.</param>
    /// <param name="upper">Where it ends.</param>
    /// <param name="liquidityDelta">By how much.</param>
    /// <exception cref="ArgumentException">
    /// The ticks do not suit the pool, or the position takes more than there is at one of them, or its gross liquidity is unknown.
    /// </exception>
    public TickTable WithLiquidity(int lower, int upper, Int128 liquidityDelta)
    {
        if (lower >= upper)
        {
            throw new ArgumentException($"A position's lower tick, {lower}, is below its upper one, {upper}.", nameof(lower));
        }

        ImmutableArray<InitializedTick>.Builder ticks = _ticks.ToBuilder();
        Update(ticks, lower, liquidityDelta, liquidityDelta);
        Update(ticks, upper, liquidityDelta, -liquidityDelta);
        return new TickTable(TickSpacing, ticks.ToImmutable(), this);
    }

    /// <inheritdoc/>
    public bool Equals(TickTable? other) =>
        other is not null && TickSpacing == other.TickSpacing && _ticks.AsSpan().SequenceEqual(other._ticks.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TickTable);

    /// <inheritdoc/>
    public override int GetHashCode() => _indices.Length == 0
        ? TickSpacing
        : HashCode.Combine(TickSpacing, _ticks.Length, _ticks[0], _ticks[^1]);

    /// <summary>Price of the first stop of a swap from a tick.</summary>
    internal UInt256 FirstStopPrice(int tick, int countAtOrBelow, bool zeroForOne)
    {
        if (zeroForOne)
        {
            int below = Boundaries.WordOf(tick);
            int next = countAtOrBelow - 1;
            return next >= 0 && _indices[next] >= Boundaries.LowestTick(below) ? _prices[next] : Boundaries.LowestPrice(below);
        }

        int above = Boundaries.WordAbove(tick);
        return countAtOrBelow < _indices.Length && _indices[countAtOrBelow] <= Boundaries.HighestTick(above)
            ? _prices[countAtOrBelow]
            : Boundaries.HighestPrice(above);
    }

    /// <summary>The last ladder made in a direction: that of the pool with these ticks, unless several share them.</summary>
    internal SwapLadder? Ladder(bool zeroForOne) => zeroForOne ? _falling : _rising;

    /// <summary>Keeps a ladder for later quotes.</summary>
    internal void KeepLadder(bool zeroForOne, SwapLadder ladder)
    {
        if (zeroForOne)
        {
            _falling = ladder;
        }
        else
        {
            _rising = ladder;
        }
    }

    private static void Update(
        ImmutableArray<InitializedTick>.Builder ticks, int index, Int128 grossDelta, Int128 netDelta)
    {
        if (grossDelta == 0)
        {
            return;
        }

        int at = 0;
        while (at < ticks.Count && ticks[at].Index < index)
        {
            at++;
        }

        InitializedTick tick = at < ticks.Count && ticks[at].Index == index ? ticks[at] : new InitializedTick(index, 0);
        bool exists = at < ticks.Count && ticks[at].Index == index;
        UInt128 change = grossDelta < 0 ? (UInt128)(-grossDelta) : (UInt128)grossDelta;
        if ((exists && tick.LiquidityGross == 0) || (grossDelta < 0 && change > tick.LiquidityGross))
        {
            throw new ArgumentException(
                $"Tick {index} has a gross liquidity of {tick.LiquidityGross} (0: not known); it cannot change by {grossDelta}.",
                nameof(index));
        }

        UInt128 gross = grossDelta < 0 ? tick.LiquidityGross - change : checked(tick.LiquidityGross + change);
        InitializedTick updated = new(index, checked(tick.LiquidityNet + netDelta), gross);
        if (!exists)
        {
            ticks.Insert(at, updated);
        }
        else if (gross == 0)
        {
            ticks.RemoveAt(at);
        }
        else
        {
            ticks[at] = updated;
        }
    }

    [DoesNotReturn]
    private static void ThrowSpacing(int tickSpacing) => throw new ArgumentException(
        $"A tick spacing is from 1 to {TickSpacingMax}; {tickSpacing} is not.", nameof(tickSpacing));

    [DoesNotReturn]
    private static void ThrowTick(int index, int tickSpacing, int previous) => throw new ArgumentException(
        $"Tick {index} is not a multiple of {tickSpacing} within ±{TickMath.TickMax} above {previous}, the tick before it.",
        nameof(index));
}
