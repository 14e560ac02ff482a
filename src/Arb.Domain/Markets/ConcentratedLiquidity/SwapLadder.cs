namespace Arb.Domain;

/// <summary>
/// The stops of a swap in one direction with running sums of the amounts between them. A step from stop to stop that is taken
/// in full takes the same whole numbers whatever the request, so that a quote may look its last full step up instead of
/// taking each anew. It grows as far as quotes have gone and may be read by several threads.
/// </summary>
/// <remarks>
/// A step is taken in full exactly when what is left suffices for it, in both kinds of swap. Received: the contract compares
/// just that. Paid: it compares ⌊left · (W − f) / W⌋ ≥ a, for fee f of W and a the amount that moves the price; a being
/// whole, that is left ≥ ⌈a · W / (W − f)⌉ = a + ⌈a · f / (W − f)⌉, the step's amount and its fee. So the steps
/// taken in full are those whose running sum fits the request.
/// </remarks>
internal sealed class SwapLadder
{
    /// <summary>Most stops kept: 250 kB. A swap that goes on takes its steps one by one.</summary>
    public const int StopsMax = 2_048;

    private readonly Lock _growth = new();
    private readonly uint _feePips;
    private readonly bool _zeroForOne;

    /// <summary>At the last stop; moves under the lock only.</summary>
    private SwapWalk _end;
    private volatile SwapStop[] _stops = new SwapStop[8];

    /// <summary>From each stop but the last to the next.</summary>
    private volatile SwapStretch[] _stretches = new SwapStretch[8];

    /// <summary>Written after the stops that it counts.</summary>
    private volatile int _count = 1;
    private volatile bool _isComplete;

    /// <summary>Begins at a stop.</summary>
    /// <param name="end">A walk without end that stands there.</param>
    /// <param name="zeroForOne">Its direction.</param>
    /// <param name="feePips">Its fee, below 100 %.</param>
    public SwapLadder(in SwapWalk end, bool zeroForOne, uint feePips)
    {
        _end = end;
        _zeroForOne = zeroForOne;
        _feePips = feePips;
        _stops[0] = end.AtStop();
    }

    /// <summary>Whether the stop is one of these: then every later one is the same, too.</summary>
    public bool TryFind(int tick, UInt128 liquidity, uint feePips, out int at)
    {
        at = 0;
        if (feePips != _feePips || IsAhead(_stops[0].Tick, tick))
        {
            return false;
        }

        while (IsAhead(tick, LastStop().Tick))
        {
            if (!TryGrow())
            {
                return false;
            }
        }

        // The last whose tick is not ahead of this one.
        int end = _count;
        SwapStop[] stops = _stops;
        while (end - at > 1)
        {
            int middle = (at + end) >> 1;
            if (IsAhead(stops[middle].Tick, tick))
            {
                end = middle;
            }
            else
            {
                at = middle;
            }
        }

        return stops[at].Tick == tick && stops[at].Liquidity == liquidity;
    }

    /// <summary>One of the stops.</summary>
    public ref readonly SwapStop this[int at] => ref _stops[at];

    /// <summary>The last stop that leaves something of an amount and is not beyond a price.</summary>
    /// <param name="from">The stop at which the swap stands.</param>
    /// <param name="exactIn">Whether the amount is what is paid.</param>
    /// <param name="remaining">What is left of the amount there; at least 1.</param>
    /// <param name="limit">Price at which the swap ends.</param>
    public int LastBefore(int from, bool exactIn, in UInt256 remaining, in UInt256 limit)
    {
        // Sums stay below 2^235: fewer than 2^21 steps of less than 2^193, at most a million times as much with the fee.
        UInt256 sum = remaining + SumAt(this[from], exactIn);
        while (SumAt(LastStop(), exactIn) < sum && !IsBeyond(LastStop().Price, limit) && TryGrow())
        {
        }

        int end = _count;
        SwapStop[] stops = _stops;
        int at = from;
        while (end - at > 1)
        {
            int middle = (at + end) >> 1;
            if (SumAt(stops[middle], exactIn) < sum && !IsBeyond(stops[middle].Price, limit))
            {
                at = middle;
            }
            else
            {
                end = middle;
            }
        }

        return at;
    }

    /// <summary>
    /// What an amount receives that is paid from a stop on and ends between two known ones; false when it does not, or when it is
    /// not of the usual size.
    /// </summary>
    /// <param name="from">The stop at which the swap stands.</param>
    /// <param name="amount">Fee included; more than 0 and below 2^127.</param>
    /// <param name="fee">The ladder's.</param>
    /// <param name="received">Raw units since that stop.</param>
    public bool TryReceived(int from, UInt128 amount, in FeeDeduction fee, out UInt128 received)
    {
        int end = _count - 2;
        SwapStretch[] stretches = _stretches;
        if (end < from)
        {
            received = default;
            return false;
        }

        // The first whose end is not reached with something left.
        ref readonly SwapStretch first = ref stretches[from];
        UInt128 sum = amount + first.PaidFrom;
        int at = from;
        while (at < end)
        {
            int middle = (at + end) >> 1;
            if (stretches[middle].PaidTo < sum)
            {
                at = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        ref readonly SwapStretch last = ref stretches[at];
        bool isWithin = last.TryReceived(_zeroForOne, _stops[at], sum, fee, out received);
        received -= first.ReceivedFrom;
        return isWithin;
    }

    private static UInt256 SumAt(in SwapStop stop, bool exactIn) => exactIn ? stop.Paid : stop.Received;

    private ref readonly SwapStop LastStop()
    {
        int count = _count;
        return ref _stops[count - 1];
    }

    private bool TryGrow()
    {
        if (_isComplete)
        {
            return false;
        }

        lock (_growth)
        {
            int count = _count;
            if (_isComplete || count == StopsMax || !_end.TryNextStop())
            {
                _isComplete = true;
                return false;
            }

            SwapStop[] stops = _stops;
            SwapStretch[] stretches = _stretches;
            if (count == stops.Length)
            {
                Array.Resize(ref stops, 2 * count);
                Array.Resize(ref stretches, 2 * count);
            }

            stops[count] = _end.AtStop();
            stretches[count - 1] = SwapStretch.Between(_zeroForOne, stops[count - 1], stops[count]);
            _stops = stops;
            _stretches = stretches;
            _count = count + 1;
            return true;
        }
    }

    private bool IsAhead(int tick, int other) => _zeroForOne ? tick < other : tick > other;

    private bool IsBeyond(in UInt256 price, in UInt256 limit) => _zeroForOne ? price < limit : price > limit;
}
