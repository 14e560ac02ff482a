using System.Numerics;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>The three breakers every submission passes: gas price, profit, slippage. Pure.</summary>
public static class Breakers
{
    /// <summary>Basis points of a whole.</summary>
    public const int WholeBasisPoints = 10_000;

    /// <summary>Refuses a gas price above the limit.</summary>
    public static Verdict CheckGasPrice(UInt256 gasPriceWei, TradingPolicy policy) =>
        gasPriceWei <= policy.MaxGasPriceWei
            ? Verdict.Accept
            : Verdict.Refuse(RefusalReason.GasPriceAboveMaximum, $"{gasPriceWei} wei is above {policy.MaxGasPriceWei} wei");

    /// <summary>Judges a simulation against the quote it was built from.</summary>
    /// <param name="quotedGrossProfit">Gross profit the pools promised, start-token wei, before the coinbase payment.</param>
    /// <param name="simulation">What the exact transaction did.</param>
    /// <param name="policy">Limits.</param>
    public static Verdict CheckSimulation(UInt256 quotedGrossProfit, SimulationResult simulation, TradingPolicy policy)
    {
        if (!simulation.Succeeded)
        {
            return Verdict.Refuse(RefusalReason.SimulationReverted, simulation.RevertReason);
        }

        Verdict gasPrice = CheckGasPrice(simulation.GasPriceWei, policy);
        if (!gasPrice.Accepted)
        {
            return gasPrice;
        }

        BigInteger net = NetProfitWei(simulation);
        if (net < (BigInteger)policy.MinProfitWei)
        {
            return Verdict.Refuse(RefusalReason.BelowProfitFloor, $"{net} wei is below {policy.MinProfitWei} wei");
        }

        BigInteger realised = (BigInteger)simulation.ProfitToRecipient + (BigInteger)simulation.CoinbasePaymentWei;
        BigInteger allowed = (BigInteger)quotedGrossProfit * (WholeBasisPoints - policy.MaxSlippageBasisPoints);
        return realised * WholeBasisPoints >= allowed
            ? Verdict.Accept
            : Verdict.Refuse(
                RefusalReason.SlippageAboveMaximum,
                $"{realised} wei realised is more than {policy.MaxSlippageBasisPoints} basis points below {quotedGrossProfit} wei quoted");
    }

    /// <summary>Profit after gas of a simulated transaction, wei. The coinbase payment and the premium are already out.</summary>
    public static BigInteger NetProfitWei(SimulationResult simulation) =>
        (BigInteger)simulation.ProfitToRecipient - (simulation.GasUsed * (BigInteger)simulation.GasPriceWei);
}
