namespace Arb.Domain;

/// <summary>Balancer V2's <c>StableMath</c> for swaps, by generation. Balances and invariant have 18 decimals.</summary>
internal static class BalancerStableMath
{
    /// <summary>AMP_PRECISION: the amplification parameter is scaled by 1,000.</summary>
    public const ulong AmpPrecision = 1_000;

    private const int StepsMax = 255;

    /// <summary>The invariant D; 0 for an empty pool.</summary>
    public static UInt256 Invariant(
        ref BalancerArithmetic math, in UInt256 amp, ReadOnlySpan<UInt256> balances, BalancerStableVariant variant)
    {
        UInt256 sum = default;
        foreach (ref readonly UInt256 balance in balances)
        {
            sum = math.Add(sum, balance);
        }

        UInt256 ampTimesTokens = amp * (ulong)balances.Length;
        UInt256 invariant = sum;
        if (sum.IsZero)
        {
            return sum;
        }

        for (int i = 0; i < StepsMax && !math.Failed; i++)
        {
            UInt256 next = variant == BalancerStableVariant.V1
                ? StepUp(ref math, ampTimesTokens, sum, balances, invariant)
                : StepDown(ref math, ampTimesTokens, sum, balances, invariant);
            if (Settled(invariant, next))
            {
                return next;
            }

            invariant = next;
        }

        math.Refuse(SwapRefusal.NotConverged);
        return default;
    }

    /// <summary>
    /// The balance of one token that keeps the invariant, given all others; rounded up. The token's own balance enters only to be
    /// divided out again, and stays in the rounding.
    /// </summary>
    public static UInt256 BalanceGivenOthers(
        ref BalancerArithmetic math, in UInt256 amp, ReadOnlySpan<UInt256> balances, in UInt256 invariant, int token)
    {
        UInt256 tokens = (ulong)balances.Length;
        UInt256 ampTimesTokens = amp * tokens;
        UInt256 sum = balances[0];
        UInt256 product = balances[0] * tokens;
        for (int j = 1; j < balances.Length; j++)
        {
            product = math.DivideDown(math.Multiply(math.Multiply(product, balances[j]), tokens), invariant);
            sum = math.Add(sum, balances[j]);
        }

        UInt256 square = math.Multiply(invariant, invariant);
        UInt256 c = math.Multiply(
            math.Multiply(math.DivideUp(square, math.Multiply(ampTimesTokens, product)), AmpPrecision), balances[token]);
        UInt256 b = math.Add(sum - balances[token], math.Multiply(math.DivideDown(invariant, ampTimesTokens), AmpPrecision));
        UInt256 balance = math.DivideUp(math.Add(square, c), math.Add(invariant, b));
        for (int i = 0; i < StepsMax && !math.Failed; i++)
        {
            UInt256 next = math.DivideUp(
                math.Add(math.Multiply(balance, balance), c),
                math.Subtract(math.Add(math.Multiply(balance, 2UL), b), invariant, SwapRefusal.MathOverflow));
            if (Settled(balance, next))
            {
                return next;
            }

            balance = next;
        }

        math.Refuse(SwapRefusal.NotConverged);
        return default;
    }

    /// <summary>One Newton step as of 2021, with P = n^n · Π balances / D^(n-1): every rounding makes the invariant greater.</summary>
    private static UInt256 StepUp(
        ref BalancerArithmetic math, in UInt256 ampTimesTokens, in UInt256 sum, ReadOnlySpan<UInt256> balances, in UInt256 invariant)
    {
        UInt256 tokens = (ulong)balances.Length;
        UInt256 product = balances[0] * tokens;
        for (int j = 1; j < balances.Length; j++)
        {
            product = math.DivideUp(math.Multiply(math.Multiply(product, balances[j]), tokens), invariant);
        }

        UInt256 numerator = math.Add(
            math.Multiply(math.Multiply(tokens, invariant), invariant),
            math.DivideUp(math.Multiply(math.Multiply(ampTimesTokens, sum), product), AmpPrecision));
        UInt256 denominator = math.Add(
            math.Multiply(tokens + UInt256.One, invariant),
            math.DivideDown(math.Multiply(ampTimesTokens - AmpPrecision, product), AmpPrecision));
        return math.DivideUp(numerator, denominator);
    }

    /// <summary>One Newton step since 2022, Curve's, with D_P = D^(n+1) / (n^n · Π balances): every division truncates.</summary>
    private static UInt256 StepDown(
        ref BalancerArithmetic math, in UInt256 ampTimesTokens, in UInt256 sum, ReadOnlySpan<UInt256> balances, in UInt256 invariant)
    {
        UInt256 tokens = (ulong)balances.Length;
        UInt256 power = invariant;
        for (int j = 0; j < balances.Length; j++)
        {
            power = math.DivideDown(math.Multiply(power, invariant), math.Multiply(balances[j], tokens));
        }

        UInt256 numerator = math.Multiply(
            math.Add(
                math.DivideDown(math.Multiply(ampTimesTokens, sum), AmpPrecision),
                math.Multiply(power, tokens)),
            invariant);
        UInt256 denominator = math.Add(
            math.DivideDown(math.Multiply(ampTimesTokens - AmpPrecision, invariant), AmpPrecision),
            math.Multiply(tokens + UInt256.One, power));
        return math.DivideDown(numerator, denominator);
    }

    private static bool Settled(in UInt256 before, in UInt256 next) =>
        (next > before ? next - before : before - next) <= UInt256.One;
}
