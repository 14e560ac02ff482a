using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>Every initialised tick of a pool, ascending. Immutable.</summary>
public sealed class TickList : IEquatable<TickList>
{
    private readonly ImmutableArray<InitializedTick> _ticks;

    // What models made of these ticks share; no part of the list's value.
    private volatile TickTable? _table;

    private TickList(ImmutableArray<InitializedTick> ticks) => _ticks = ticks;

    /// <summary>No ticks.</summary>
    public static TickList Empty { get; } = new([]);

    /// <summary>The ticks, ascending.</summary>
    public ImmutableArray<InitializedTick> Ticks => _ticks;

    /// <summary>Takes ticks that are ascending and have liquidity.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static TickList Of(ImmutableArray<InitializedTick> ticks)
    {
        for (int i = 0; i < ticks.Length; i++)
        {
            if ((i > 0 && ticks[i].Index <= ticks[i - 1].Index) || ticks[i].LiquidityGross == UInt128.Zero)
            {
                throw new ArgumentException($"Tick {ticks[i].Index} is out of order or without liquidity.", nameof(ticks));
            }
        }

        return new TickList(ticks);
    }

    /// <summary>The ticks with their prices, made once and shared by all models until liquidity changes.</summary>
    /// <exception cref="ArgumentException">The ticks are not those of a pool with that spacing.</exception>
    public TickTable ToTable(int tickSpacing)
    {
        TickTable? table = _table;
        if (table is null || table.TickSpacing != tickSpacing)
        {
            _table = table = new TickTable(tickSpacing, _ticks);
        }

        return table;
    }

    /// <summary>Liquidity of the range that holds a tick: the sum of what was crossed from below.</summary>
    public Int128 LiquidityAt(int tick)
    {
        Int128 sum = 0;
        foreach (InitializedTick initialized in _ticks)
        {
            if (initialized.Index > tick)
            {
                break;
            }

            sum = unchecked(sum + initialized.LiquidityNet);
        }

        return sum;
    }

    /// <summary>
    /// The ticks after a position of [lower, upper) changed by <paramref name="delta"/>; false when no such change was possible.
    /// </summary>
    public bool TryChange(int lower, int upper, Int128 delta, out TickList after)
    {
        after = this;
        if (lower >= upper)
        {
            return false;
        }

        if (delta == 0)
        {
            return true;
        }

        ImmutableArray<InitializedTick>.Builder ticks = _ticks.ToBuilder();
        if (!TryChangeOne(ticks, lower, delta, delta) || !TryChangeOne(ticks, upper, delta, -delta))
        {
            return false;
        }

        after = new TickList(ticks.ToImmutable());
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TickList? other) => other is not null && _ticks.AsSpan().SequenceEqual(other._ticks.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TickList);

    /// <inheritdoc/>
    public override int GetHashCode() => _ticks.Length == 0 ? 0 : HashCode.Combine(_ticks.Length, _ticks[0], _ticks[^1]);

    private static bool TryChangeOne(
        ImmutableArray<InitializedTick>.Builder ticks, int index, Int128 gross, Int128 net)
    {
        int place = Find(ticks, index);
        if (place >= ticks.Count || ticks[place].Index != index)
        {
            if (Int128.IsNegative(gross))
            {
                return false;
            }

            ticks.Insert(place, new InitializedTick(index, net, (UInt128)gross));
            return true;
        }

        InitializedTick old = ticks[place];
        if (Int128.IsNegative(gross) && (UInt128)(-gross) > old.LiquidityGross)
        {
            return false;
        }

        // The contracts bound both sums (maxLiquidityPerTick), so neither wraps.
        UInt128 left = unchecked(old.LiquidityGross + (UInt128)gross);
        if (left == UInt128.Zero)
        {
            ticks.RemoveAt(place);
        }
        else
        {
            ticks[place] = new InitializedTick(index, unchecked(old.LiquidityNet + net), left);
        }

        return true;
    }

    /// <summary>Where a tick is, or belongs.</summary>
    private static int Find(ImmutableArray<InitializedTick>.Builder ticks, int index)
    {
        int low = 0;
        int high = ticks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ticks[middle].Index < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
