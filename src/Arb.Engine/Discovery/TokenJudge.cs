using Arb.Domain;

namespace Arb.Engine;

/// <summary>Judges what was observed of a token. Pure. Exact amounts are the measure: one raw unit off is a tax.</summary>
public static class TokenJudge
{
    /// <summary>Judges a round trip.</summary>
    public static (TokenRisk Risk, string Detail) Judge(TokenTrip trip)
    {
        ArgumentNullException.ThrowIfNull(trip);
        if (trip.Done < TokenTripStep.Bought)
        {
            return (TokenRisk.BuyRefused, trip.Reason);
        }

        if (trip.Bought != trip.BuyPromised)
        {
            return (TokenRisk.BuyTaxed, $"the pool paid {trip.BuyPromised}, {trip.Bought} came");
        }

        if (trip.Done < TokenTripStep.Lent)
        {
            return (TokenRisk.TransferRefused, trip.Reason);
        }

        if (trip.LentArrived != trip.Lent || trip.LentTaken != trip.Lent)
        {
            return (TokenRisk.TransferTaxed, $"{trip.Lent} were sent, {trip.LentTaken} were taken, {trip.LentArrived} came");
        }

        if (trip.Done < TokenTripStep.Returned)
        {
            return (TokenRisk.TransferRefused, trip.Reason);
        }

        if (trip.Returned != trip.Lent)
        {
            return (TokenRisk.TransferTaxed, $"{trip.Lent} were sent back, {trip.Returned} came");
        }

        if (trip.Done < TokenTripStep.Sold)
        {
            return (TokenRisk.SaleRefused, trip.Reason);
        }

        return trip.SoldArrived == trip.Sold && trip.Proceeds == trip.SellPromised
            ? (TokenRisk.None, string.Empty)
            : (TokenRisk.SaleTaxed, $"{trip.Sold} were sold, {trip.SoldArrived} came; the pool paid {trip.SellPromised}, {trip.Proceeds} came");
    }

    /// <summary>Judges what a pool holds against its reserve and against the same balance a day later.</summary>
    public static (TokenRisk Risk, string Detail) JudgeHolding(UInt256 reserve, UInt256 now, UInt256 later)
    {
        if (now < reserve)
        {
            return (TokenRisk.BalanceBelowReserve, $"a pool's reserve is {reserve}, it holds {now}");
        }

        return later == now
            ? (TokenRisk.None, string.Empty)
            : (TokenRisk.RebasesWithTime, $"a pool's {now} would be {later} a day later with no transfer");
    }
}
