using Arb.Domain;

namespace Arb.Search;

/// <summary>The exact size of a candidate.</summary>
/// <param name="Notional">Start token put in.</param>
/// <param name="AmountOut">What comes back.</param>
/// <param name="Profit">Out − in − premium.</param>
/// <param name="Lender">Which of the start token's lenders.</param>
internal readonly record struct SizedCandidate(UInt256 Notional, UInt256 AmountOut, UInt256 Profit, int Lender);

/// <summary>Sizes in numbered slots that are used again.</summary>
internal sealed class SizedTable
{
    private SizedCandidate[] _slots = new SizedCandidate[256];
    private int[] _free = new int[256];
    private int _freeCount;
    private int _used;

    public ref SizedCandidate this[int slot] => ref _slots[slot];

    public void Clear() => (_freeCount, _used) = (0, 0);

    /// <summary>Makes room for so many more.</summary>
    public void Reserve(int more)
    {
        int capacity = _used + more;
        if (capacity > _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(capacity, 2 * _slots.Length));
            Array.Resize(ref _free, _slots.Length);
        }
    }

    public int Take()
    {
        if (_freeCount > 0)
        {
            return _free[--_freeCount];
        }

        Reserve(1);
        return _used++;
    }

    public void Free(int slot) => _free[_freeCount++] = slot;
}
