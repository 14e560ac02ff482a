using Arb.Domain;

namespace Arb.Search;

/// <summary>What became of an amount on its way.</summary>
internal enum Passage
{
    /// <summary>It came through.</summary>
    Through,

    /// <summary>It was too small to be paid for somewhere.</summary>
    TooLittle,

    /// <summary>A pool could not take or deliver that much.</summary>
    TooMuch,
}

/// <summary>
/// Exact amounts along one route, from the models themselves. Position k is the token before hop k: 0 is the notional, the number of
/// hops what comes back. Made once and loaded with one route after another, so that sizing allocates nothing.
/// </summary>
internal sealed class CycleQuotes
{
    private readonly IPoolModel[] _models = new IPoolModel[SearchTerms.HopsLimit];
    private readonly int[] _tokensIn = new int[SearchTerms.HopsLimit];
    private readonly int[] _tokensOut = new int[SearchTerms.HopsLimit];
    private readonly MobiusBound[] _bounds = new MobiusBound[SearchTerms.HopsLimit];

    public int Hops { get; private set; }

    /// <summary>Every pool's bound is what it pays but for rounding, and its exact-out quote is the least that pays.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The upper bound of the whole route.</summary>
    public MobiusBound Bound { get; private set; }

    public void Clear()
    {
        Hops = 0;
        IsExact = true;
    }

    public void Add(IPoolModel model, int tokenIn, int tokenOut, in MobiusBound bound)
    {
        _models[Hops] = model;
        _tokensIn[Hops] = tokenIn;
        _tokensOut[Hops] = tokenOut;
        _bounds[Hops] = bound;
        Bound = Hops == 0 ? bound : Bound.Then(bound);
        IsExact &= PoolBounds.IsExact(model);
        Hops++;
    }

    /// <summary>Marginal rate of one hop.</summary>
    public double RateOf(int hop) => _bounds[hop].Rate;

    /// <summary>The upper bound from one position to a later one.</summary>
    public MobiusBound BoundOf(int from, int to)
    {
        MobiusBound bound = new(1, 0);
        for (int i = from; i < to; i++)
        {
            bound = bound.Then(_bounds[i]);
        }

        return bound;
    }

    /// <summary>Marginal rate from a position to the end.</summary>
    public double RateFrom(int at)
    {
        double rate = 1;
        for (int i = at; i < Hops; i++)
        {
            rate *= _bounds[i].Rate;
        }

        return rate;
    }

    /// <summary>A map to begin the search for the optimum with.</summary>
    public MobiusBound Near()
    {
        MobiusBound map = new(1, 0);
        for (int i = 0; i < Hops; i++)
        {
            map = map.Then(PoolBounds.Near(_models[i], _tokensIn[i], _tokensOut[i]));
        }

        return map;
    }

    /// <summary>What an amount at one position becomes at a later one.</summary>
    public Passage Forward(int from, int to, in UInt256 amount, out UInt256 result)
    {
        result = amount;
        for (int i = from; i < to; i++)
        {
            UInt256 paid = result;
            SwapRefusal refusal = _models[i].QuoteExactIn(_tokensIn[i], _tokensOut[i], paid, out result);
            if (refusal != SwapRefusal.None)
            {
                // Zero in is what a pool left of nearly nothing; other refusals come from amounts too great.
                return refusal is SwapRefusal.ZeroOutput or SwapRefusal.InvariantFalls or SwapRefusal.InvalidRequest
                    ? Passage.TooLittle
                    : Passage.TooMuch;
            }
        }

        return result.IsZero ? Passage.TooLittle : Passage.Through;
    }

    /// <summary>The least notional that becomes at least an amount at a position; false when none was found.</summary>
    public bool TryLeastNotional(int at, in UInt256 amount, out UInt256 notional)
    {
        notional = amount;
        for (int i = at - 1; i >= 0; i--)
        {
            UInt256 wanted = notional;
            if (_models[i].QuoteExactOut(_tokensIn[i], _tokensOut[i], wanted, out notional) != SwapRefusal.None)
            {
                return false;
            }
        }

        return at == 0 || IsExact || TryTrim(at, amount, ref notional);
    }

    /// <summary>
    /// Contracts may ask more for an exact amount out than exact-in swaps need, or a unit less: from there to the least that exact-in
    /// swaps turn into the amount.
    /// </summary>
    public bool TryTrim(int at, in UInt256 amount, ref UInt256 notional)
    {
        UInt256 enough = notional;
        UInt256 step = UInt256.One;
        while (!Suffices(at, enough, amount))
        {
            if (step.BitLength > enough.BitLength || !UInt256.TryAdd(enough, step, out enough))
            {
                return false;
            }

            step <<= 1;
        }

        UInt256 tooLittle = UInt256.Zero;
        step = UInt256.One;
        while (UInt256.TrySubtract(enough, step, out UInt256 less) && !less.IsZero)
        {
            if (!Suffices(at, less, amount))
            {
                tooLittle = less;
                break;
            }

            enough = less;
            step <<= 1;
        }

        while (enough - tooLittle > UInt256.One)
        {
            UInt256 middle = tooLittle + ((enough - tooLittle) >> 1);
            if (Suffices(at, middle, amount))
            {
                enough = middle;
            }
            else
            {
                tooLittle = middle;
            }
        }

        notional = enough;
        return true;
    }

    private bool Suffices(int at, in UInt256 notional, in UInt256 amount) =>
        Forward(0, at, notional, out UInt256 result) == Passage.Through && result >= amount;
}
