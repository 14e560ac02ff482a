using Arb.Domain;

namespace Arb.Engine;

/// <summary>How much of the realised profit is offered to the block's builder. Pure.</summary>
public static class BidSchedule
{
    /// <summary>Bid of a submission, basis points of realised gross profit: a first bid, raised by a step, up to a limit.</summary>
    /// <param name="submission">1 for the first.</param>
    /// <param name="policy">Limits.</param>
    public static int BasisPoints(int submission, TradingPolicy policy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(submission, 1);
        long bid = policy.BidBasisPoints + ((long)(submission - 1) * policy.BidStepBasisPoints);
        return (int)Math.Min(bid, policy.BidMaxBasisPoints);
    }

    /// <summary>Coinbase payment for a gross profit, wei, rounded down as the executor rounds it.</summary>
    public static UInt256 PaymentWei(UInt256 grossProfit, int basisPoints, TradingPolicy policy)
    {
        UInt256 payment = MulDiv.Floor(grossProfit, (ulong)basisPoints, Breakers.WholeBasisPoints);
        return payment < policy.BidCapWei ? payment : policy.BidCapWei;
    }
}
