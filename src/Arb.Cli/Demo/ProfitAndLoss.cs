using System.Globalization;
using System.Numerics;
using Arb.Engine;

namespace Arb.Cli.Demo;

/// <summary>The books at one moment.</summary>
/// <param name="Included">Arbitrages landed.</param>
/// <param name="Missed">Submitted, never included.</param>
/// <param name="Other">Refused, reverted, superseded, expired.</param>
/// <param name="NetWei">Recorded net profit, wei.</param>
internal sealed record ProfitAndLoss(int Included, int Missed, int Other, BigInteger NetWei)
{
    public static ProfitAndLoss Of(IReadOnlyCollection<Outcome> outcomes)
    {
        int included = outcomes.Count(o => o.Kind == OutcomeKind.Included);
        int missed = outcomes.Count(o => o.Kind == OutcomeKind.Missed);
        return new ProfitAndLoss(included, missed, outcomes.Count - included - missed, Reconciliation.RecordedNetWei(outcomes));
    }

    /// <summary>Wei as ether with eight digits, for people only.</summary>
    public static string Ether(BigInteger wei)
    {
        BigInteger unit = BigInteger.Pow(10, 10);
        BigInteger rounded = BigInteger.Abs(wei) / unit;
        (BigInteger whole, BigInteger part) = BigInteger.DivRem(rounded, 100_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{(wei.Sign < 0 ? "-" : string.Empty)}{whole}.{(long)part:D8} ETH");
    }
}
