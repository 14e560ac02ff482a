using Arb.Engine;

namespace Arb.Tests.Engine;

public sealed class TokenJudgeTests
{
    private static readonly TokenTrip Good = new(
        TokenTripStep.Sold,
        BuyPromised: 1_001UL,
        Bought: 1_001UL,
        Lent: 500UL,
        LentArrived: 500UL,
        LentTaken: 500UL,
        Returned: 500UL,
        Sold: 1_001UL,
        SoldArrived: 1_001UL,
        SellPromised: 90UL,
        Proceeds: 90UL,
        Reason: string.Empty);

    public static TheoryData<TokenTrip, TokenRisk> Trips => new()
    {
        { Good, TokenRisk.None },
        { Good with { Bought = 1_000UL }, TokenRisk.BuyTaxed },
        { Good with { Bought = 1_002UL }, TokenRisk.BuyTaxed },
        { Good with { LentArrived = 499UL }, TokenRisk.TransferTaxed },
        { Good with { LentTaken = 501UL }, TokenRisk.TransferTaxed },
        { Good with { Returned = 499UL }, TokenRisk.TransferTaxed },
        { Good with { SoldArrived = 1_000UL }, TokenRisk.SaleTaxed },
        { Good with { Proceeds = 89UL }, TokenRisk.SaleTaxed },
        { Good with { Done = TokenTripStep.None, Reason = "no" }, TokenRisk.BuyRefused },
        { Good with { Done = TokenTripStep.Bought, Reason = "no" }, TokenRisk.TransferRefused },
        { Good with { Done = TokenTripStep.Lent, Reason = "no" }, TokenRisk.TransferRefused },
        { Good with { Done = TokenTripStep.Returned, Reason = "no" }, TokenRisk.SaleRefused },
    };

    [Theory]
    [MemberData(nameof(Trips))]
    public void One_raw_unit_off_or_one_step_short_is_a_risk(TokenTrip trip, TokenRisk risk)
    {
        (TokenRisk judged, string detail) = TokenJudge.Judge(trip);

        Assert.Equal(risk, judged);
        Assert.Equal(risk == TokenRisk.None, detail.Length == 0);
    }

    [Fact]
    public void A_pool_may_hold_more_than_its_reserve_but_not_less_and_time_changes_nothing()
    {
        Assert.Equal(TokenRisk.None, TokenJudge.JudgeHolding(100UL, 100UL, 100UL).Risk);
        Assert.Equal(TokenRisk.None, TokenJudge.JudgeHolding(100UL, 150UL, 150UL).Risk);
        Assert.Equal(TokenRisk.BalanceBelowReserve, TokenJudge.JudgeHolding(100UL, 99UL, 99UL).Risk);
        Assert.Equal(TokenRisk.RebasesWithTime, TokenJudge.JudgeHolding(100UL, 100UL, 101UL).Risk);
    }
}
