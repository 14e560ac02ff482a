namespace Arb.Domain;

/// <summary>The part of an amount in that a pair prices, in lowest terms: 997/1000 for 3,000 pips.</summary>
/// <remarks>Floors and ceilings of quotients do not change when numerator and denominator lose a common factor.</remarks>
/// <param name="Kept">Numerator.</param>
/// <param name="Whole">Denominator.</param>
internal readonly record struct FeeFraction(uint Kept, uint Whole)
{
    /// <summary>Of a fee.</summary>
    public static FeeFraction Of(FeePips fee)
    {
        uint kept = (uint)(FeePips.Whole - fee.Value);
        uint a = FeePips.Whole;
        uint b = kept;
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return new FeeFraction(kept / a, FeePips.Whole / a);
    }
}
