using Arb.Domain;

namespace Arb.Tests.State;

/// <summary>
/// A concentrated liquidity pool told from its positions alone: what state there is, is computed from all of them every time.
/// </summary>
internal sealed class PositionBook
{
    private readonly Dictionary<(int Lower, int Upper), ulong> _positions = [];
    private int _tick;

    public UInt256 Price { get; private set; } = 1_000UL;

    public int Tick => _tick;

    public UInt128 Liquidity => _positions
        .Where(entry => entry.Key.Lower <= _tick && _tick < entry.Key.Upper)
        .Aggregate(UInt128.Zero, static (sum, entry) => sum + entry.Value);

    public TickList Ticks
    {
        get
        {
            SortedDictionary<int, (UInt128 Gross, Int128 Net)> ticks = [];
            foreach (((int lower, int upper), ulong amount) in _positions)
            {
                ticks[lower] = (ticks.GetValueOrDefault(lower).Gross + amount, ticks.GetValueOrDefault(lower).Net + (Int128)amount);
                ticks[upper] = (ticks.GetValueOrDefault(upper).Gross + amount, ticks.GetValueOrDefault(upper).Net - (Int128)amount);
            }

            return TickList.Of(
            [
                .. ticks.Where(static tick => tick.Value.Gross != 0)
                    .Select(static tick => new InitializedTick(tick.Key, tick.Value.Gross, tick.Value.Net)),
            ]);
        }
    }

    public void Move(int tick)
    {
        _tick = tick;
        Price += 1UL;
    }

    public void Add(int lower, int upper, ulong amount) =>
        _positions[(lower, upper)] = _positions.GetValueOrDefault((lower, upper)) + amount;

    /// <summary>Takes at most what is there; returns how much.</summary>
    public ulong Remove(int lower, int upper, ulong amount)
    {
        ulong taken = Math.Min(amount, _positions.GetValueOrDefault((lower, upper)));
        _positions[(lower, upper)] = _positions.GetValueOrDefault((lower, upper)) - taken;
        return taken;
    }
}
