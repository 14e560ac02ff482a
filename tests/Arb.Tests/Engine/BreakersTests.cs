using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using CsCheck;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class BreakersTests
{
    private static readonly UInt256 GasPrice = 2_000_000_000UL;

    private static SimulationResult Simulated(UInt256 profit, UInt256 payment, ulong gas = 200_000) =>
        new(true, gas, GasPrice, profit, payment, null);

    [Fact]
    public void A_gas_price_at_the_limit_passes_and_one_wei_more_does_not()
    {
        Assert.True(Breakers.CheckGasPrice(Policy.MaxGasPriceWei, Policy).Accepted);
        Verdict above = Breakers.CheckGasPrice(Policy.MaxGasPriceWei + UInt256.One, Policy);
        Assert.Equal(RefusalReason.GasPriceAboveMaximum, above.Reason);
    }

    [Fact]
    public void Profit_at_the_floor_after_gas_passes_and_one_wei_less_does_not()
    {
        UInt256 gasCost = GasPrice * 200_000UL;
        UInt256 atFloor = Policy.MinProfitWei + gasCost;
        Assert.True(Breakers.CheckSimulation(atFloor, Simulated(atFloor, UInt256.Zero), Policy).Accepted);
        Verdict below = Breakers.CheckSimulation(atFloor, Simulated(atFloor - UInt256.One, UInt256.Zero), Policy);
        Assert.Equal(RefusalReason.BelowProfitFloor, below.Reason);
    }

    [Fact]
    public void Slippage_at_the_limit_passes_and_one_wei_more_does_not()
    {
        // 100 basis points below one ether is 0.99 ether, split between the recipient and the coinbase payment.
        UInt256 allowed = Ether(1) * 99UL / 100UL;
        UInt256 payment = Ether(1) / 4UL;
        Assert.True(Breakers.CheckSimulation(Ether(1), Simulated(allowed - payment, payment), Policy).Accepted);
        Verdict worse = Breakers.CheckSimulation(Ether(1), Simulated(allowed - payment - UInt256.One, payment), Policy);
        Assert.Equal(RefusalReason.SlippageAboveMaximum, worse.Reason);
    }

    [Fact]
    public void A_reverted_simulation_is_refused_with_its_reason()
    {
        SimulationResult reverted = Simulated(Ether(5), UInt256.Zero) with { Succeeded = false, RevertReason = "ProfitBelowFloor" };
        Verdict verdict = Breakers.CheckSimulation(UInt256.One, reverted, Policy);
        Assert.Equal(RefusalReason.SimulationReverted, verdict.Reason);
        Assert.Equal("ProfitBelowFloor", verdict.Detail);
    }

    [Fact]
    public void Nothing_that_loses_after_gas_is_ever_accepted() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.UInt, Gen.ULong[0, 100_000_000_000]).Sample((profit, payment, gas, price) =>
        {
            SimulationResult simulation = new(true, gas, price, profit, payment, null);
            Verdict verdict = Breakers.CheckSimulation(UInt256.Zero, simulation, Policy);
            BigInteger net = profit - ((BigInteger)gas * price);
            Assert.Equal(net >= (BigInteger)Policy.MinProfitWei, verdict.Accepted);
        });
}
