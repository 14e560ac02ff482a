namespace Arb.Domain;

/// <summary>A swap on its way through a pool's ticks (UniswapV3Pool.swap, Pool.swap of V4).</summary>
internal struct SwapWalk
{
    private readonly TickTable _ticks;
    private readonly bool _zeroForOne;
    private readonly bool _exactIn;
    private readonly uint _feePips;
    private readonly UInt256 _limit;

    /// <summary>In <see cref="_ticks"/>: the next tick in the direction of the swap; outside when there is none.</summary>
    private int _next;
    private bool _priceHasTick;

    /// <summary>Whether the last step ended at a stop.</summary>
    private bool _isAtStop;

    /// <summary>Starts at a pool's state.</summary>
    public SwapWalk(ConcentratedLiquidityPool pool, bool zeroForOne, bool exactIn, in UInt256 amount, in UInt256 limit)
    {
        _ticks = pool.Ticks;
        _zeroForOne = zeroForOne;
        _exactIn = exactIn;
        _feePips = (uint)pool.SwapFeePips(zeroForOne);
        _limit = limit;
        _next = zeroForOne ? pool.TicksAtOrBelow - 1 : pool.TicksAtOrBelow;
        _priceHasTick = true;
        Remaining = amount;
        Price = pool.SqrtPriceX96;
        Tick = pool.Tick;
        Liquidity = pool.Liquidity;
    }

    /// <summary>Starts at a pool's state, taking out without end.</summary>
    public SwapWalk(ConcentratedLiquidityPool pool, bool zeroForOne)
        : this(pool, zeroForOne, exactIn: false, UInt256.MaxValue, LimitOf(zeroForOne))
    {
    }

    /// <summary>From a stop on, taking out without end: what a ladder is made of.</summary>
    private SwapWalk(in SwapWalk walk)
    {
        this = walk;
        _exactIn = false;
        _limit = LimitOf(_zeroForOne);
        Remaining = UInt256.MaxValue;
        Calculated = UInt256.Zero;
    }

    /// <summary>The limits of routers that want none: the contract takes no others that are further.</summary>
    public static UInt256 LimitOf(bool zeroForOne) =>
        zeroForOne ? TickMath.SqrtPriceMin + UInt256.One : TickMath.SqrtPriceMax - UInt256.One;

    /// <summary>What is left of the amount.</summary>
    public UInt256 Remaining { get; private set; }

    /// <summary>The other side: received when the amount is paid, paid when it is received.</summary>
    public UInt256 Calculated { get; private set; }

    /// <summary>Price reached.</summary>
    public UInt256 Price { get; private set; }

    /// <summary>Liquidity at it.</summary>
    public UInt128 Liquidity { get; private set; }

    /// <summary>Tick of the last stop; the price's own when <see cref="TickReached"/> says so.</summary>
    private int Tick { get; set; }

    /// <summary>Goes until the amount is used up or the limit is reached; false when liquidity leaves its range on the way.</summary>
    public bool Run()
    {
        // At a fee of 100 % nothing moves the price, and steps have no price of their own.
        bool mayJump = _feePips != FeePips.Whole;
        while (!Remaining.IsZero && Price != _limit)
        {
            if (mayJump && _isAtStop)
            {
                mayJump = false;
                Jump();
                continue;
            }

            if (!TryAdvance())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes on to the next stop; false when there is none.</summary>
    public bool TryNextStop()
    {
        _isAtStop = false;
        return Price != _limit && TryAdvance() && _isAtStop;
    }

    /// <summary>The stop at which a walk without end stands.</summary>
    public readonly SwapStop AtStop() => new(Calculated, UInt256.MaxValue - Remaining, Price, Liquidity, Tick, _next);

    /// <summary>
    /// The tick the pool stores. At a stop it is the stop's, less 1 when the price fell to it, although the price is the stop's;
    /// otherwise the price's own.
    /// </summary>
    public readonly int TickReached() => _priceHasTick ? Tick : TickMath.TickAtSqrtPrice(Price);

    private bool TryAdvance() => Liquidity == 0 ? TrySkip() : TryStep();

    /// <summary>A ladder with the stop at which this walk stands, and where it is there.</summary>
    public readonly (SwapLadder Ladder, int At) Ladder()
    {
        SwapLadder? ladder = _ticks.Ladder(_zeroForOne);
        if (ladder is null || !ladder.TryFind(Tick, Liquidity, _feePips, out int at))
        {
            ladder = new SwapLadder(new SwapWalk(this), _zeroForOne, _feePips);
            at = 0;
            _ticks.KeepLadder(_zeroForOne, ladder);
        }

        return (ladder, at);
    }

    /// <summary>From one stop to the last that the amount reaches with something left; the step after it is taken as any other.</summary>
    private void Jump()
    {
        (SwapLadder ladder, int from) = Ladder();
        int to = ladder.LastBefore(from, _exactIn, Remaining, _limit);
        if (to == from)
        {
            return;
        }

        ref readonly SwapStop start = ref ladder[from];
        ref readonly SwapStop end = ref ladder[to];
        UInt256 paid = end.Paid - start.Paid;
        UInt256 received = end.Received - start.Received;
        Remaining -= _exactIn ? paid : received;
        Calculated += _exactIn ? received : paid;
        Price = end.Price;
        Liquidity = end.Liquidity;
        Tick = end.Tick;
        _next = end.Next;
    }

    private bool TryStep()
    {
        WordBoundaries words = _ticks.Boundaries;
        bool initialized;
        int stop;
        UInt256 stopPrice;
        if (_zeroForOne)
        {
            int word = words.WordOf(Tick);
            int edge = words.LowestTick(word);
            initialized = _next >= 0 && _ticks.Indices[_next] >= edge;
            stop = initialized ? _ticks.Indices[_next] : edge;
            stopPrice = initialized ? _ticks.Prices[_next] : words.LowestPrice(word);
        }
        else
        {
            int word = words.WordAbove(Tick);
            int edge = words.HighestTick(word);
            initialized = _next < _ticks.Indices.Length && _ticks.Indices[_next] <= edge;
            stop = initialized ? _ticks.Indices[_next] : edge;
            stopPrice = initialized ? _ticks.Prices[_next] : words.HighestPrice(word);
        }

        UInt256 start = Price;
        UInt256 price = start;
        UInt256 remaining = Remaining;
        UInt256 target = IsBeyondLimit(stopPrice) ? _limit : stopPrice;
        Calculated += _exactIn
            ? SwapStep.ExactIn(_zeroForOne, ref price, target, Liquidity, _feePips, ref remaining)
            : SwapStep.ExactOut(_zeroForOne, ref price, target, Liquidity, _feePips, ref remaining);
        Price = price;
        Remaining = remaining;
        if (price == stopPrice)
        {
            return TryArrive(stop, initialized);
        }

        // A pool whose tick lies one below its price keeps it while the price stays.
        _priceHasTick &= price == start;
        return true;
    }

    /// <summary>Without liquidity nothing is paid or received: straight to the next tick or to the limit, whatever words lie between.</summary>
    private bool TrySkip()
    {
        if (_next >= 0 && _next < _ticks.Indices.Length && !IsBeyondLimit(_ticks.Prices[_next]))
        {
            Price = _ticks.Prices[_next];
            return TryArrive(_ticks.Indices[_next], initialized: true);
        }

        Price = _limit;
        Tick = TickMath.TickAtSqrtPrice(_limit);
        _priceHasTick = true;
        if (_zeroForOne && _ticks.Boundaries.IsLowestTick(Tick) && TickMath.SqrtPriceAtTick(Tick) == _limit)
        {
            // The limit is the edge of a word, where the contract stops as at any other.
            Tick--;
        }

        return true;
    }

    private bool TryArrive(int stop, bool initialized)
    {
        Tick = _zeroForOne ? stop - 1 : stop;
        _priceHasTick = true;
        _isAtStop = true;
        if (!initialized)
        {
            return true;
        }

        Int128 net = _ticks.Ticks[_next].LiquidityNet;
        _next += _zeroForOne ? -1 : 1;
        UInt128 liquidity = Liquidity;
        if (_zeroForOne == (net < 0))
        {
            // The magnitude of −2^127 survives the two's complement negation.
            UInt128 gain = (UInt128)(net < 0 ? -net : net);
            Liquidity = liquidity + gain;
            return liquidity + gain >= liquidity;
        }

        UInt128 loss = (UInt128)(net < 0 ? -net : net);
        Liquidity = liquidity - loss;
        return loss <= liquidity;
    }

    private readonly bool IsBeyondLimit(in UInt256 price) => _zeroForOne ? price < _limit : price > _limit;
}
