namespace Arb.Domain;

/// <summary>
/// What all quotes of one state in one direction share: its first stretch, from its price to a stop, and the ladder from there on.
/// It costs as much as a few quotes and is made when a state is quoted again.
/// </summary>
internal sealed class QuoteStart
{
    /// <summary>Stands for a state that was quoted once.</summary>
    public static readonly QuoteStart QuotedOnce = new();

    private readonly bool _zeroForOne;
    private readonly FeeDeduction _fee;
    private readonly SwapStop _start;
    private readonly SwapStretch _first;
    private readonly UInt128 _firstReceived;
    private readonly SwapLadder? _ladder;
    private readonly int _from;

    private QuoteStart()
    {
    }

    private QuoteStart(ConcentratedLiquidityPool pool, bool zeroForOne)
    {
        SwapWalk walk = new(pool, zeroForOne);
        _zeroForOne = zeroForOne;
        _start = walk.AtStop();
        if (!walk.TryNextStop())
        {
            return;
        }

        SwapStop end = walk.AtStop();
        _fee = new FeeDeduction((uint)pool.SwapFeePips(zeroForOne));
        _first = SwapStretch.Between(zeroForOne, _start, end);
        if (end.Received.BitLength <= 127)
        {
            _firstReceived = (UInt128)end.Received;
            (_ladder, _from) = walk.Ladder();
        }
    }

    /// <summary>That of a state; one that tells nothing where nothing moves the price.</summary>
    public static QuoteStart Of(ConcentratedLiquidityPool pool, bool zeroForOne) =>
        pool.Liquidity == 0 || pool.SwapFeePips(zeroForOne) == FeePips.Whole || pool.SqrtPriceX96 == SwapWalk.LimitOf(zeroForOne)
            ? new QuoteStart()
            : new QuoteStart(pool, zeroForOne);

    /// <summary>What an amount receives; false when it is not of the usual size or reaches stops not looked at yet.</summary>
    /// <param name="amount">Fee included; more than 0 and below 2^127.</param>
    /// <param name="received">Raw units.</param>
    public bool TryReceived(UInt128 amount, out UInt128 received)
    {
        if (amount <= _first.PaidTo)
        {
            return _first.TryReceived(_zeroForOne, _start, amount, _fee, out received);
        }

        if (_ladder is null)
        {
            received = default;
            return false;
        }

        bool isTold = _ladder.TryReceived(_from, amount - _first.PaidTo, _fee, out received);
        received += _firstReceived;
        return isTold;
    }
}
