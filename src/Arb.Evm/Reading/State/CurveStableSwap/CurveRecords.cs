using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Curve StableSwap pools: balances, rates where they are not plain, amplification with a flag for a running ramp, fees.</summary>
internal static class CurveRecords
{
    private const int Precise = 1;
    private const int DynamicFee = 8;
    private const int RatesShift = 1;

    /// <summary>Amplification, fee, admin fee, off-peg multiplier.</summary>
    private const int Terms = 4;

    private static readonly UInt256 One = 1_000_000_000_000_000_000UL;

    public static UInt256 Request(PoolListing pool)
    {
        CurveTraits traits = Traits(pool);
        int flags = (traits.AmpPrecision > 1 ? Precise : 0)
            | ((int)traits.Rates << RatesShift)
            | (traits.Variant.DynamicFee ? DynamicFee : 0);
        return (UInt256)(ulong)PoolFamily.CurveStableSwap << 184
            | (UInt256)(ulong)(pool.Tokens.Length | (flags << 8)) << 160
            | LensStateReader.AsWord(pool.Key.Contract);
    }

    /// <summary>The pool behind a rate.</summary>
    public static UInt256 Companion(PoolListing pool) => LensStateReader.AsWord(Traits(pool).BasePool);

    public static int WordsAfter(UInt256 head) => Count(head) + RateCount(head) + Terms;

    public static CurveStableSwapState Read(PoolListing pool, PoolRecord record)
    {
        CurveTraits traits = Traits(pool);
        int count = Count(record.Head);
        int told = RateCount(record.Head);
        ImmutableArray<UInt256>.Builder rates = ImmutableArray.CreateBuilder<UInt256>(count);
        for (int i = 0; i < count; i++)
        {
            // What the pool tells stands at the end: all of them, or the base pool's share alone.
            int place = i - (count - told);
            rates.Add(place >= 0 ? record.Words[count + place] : One * PowerOfTen(18 - pool.Decimals[i]));
        }

        List<UInt256> terms = record.Words[(count + told)..];
        return new CurveStableSwapState(
            pool.Key,
            [.. record.Words.Take(count)],
            rates.MoveToImmutable(),
            terms[0] >> 1,
            terms[1],
            terms[2],
            terms[3],
            ((ulong)terms[0] & 1) != 0,
            traits.Rates != CurveRates.Plain || traits.BalancesMove);
    }

    private static CurveTraits Traits(PoolListing pool) =>
        pool.Traits as CurveTraits ?? throw new ArgumentException($"The listing of {pool.Key} does not say which StableSwap it is.", nameof(pool));

    private static int Count(UInt256 head) => (int)((ulong)head & 0xff);

    private static int RateCount(UInt256 head) => (int)(((ulong)head >> 8) & 0xff);

    private static UInt256 PowerOfTen(int exponent)
    {
        UInt256 power = UInt256.One;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10u;
        }

        return power;
    }
}
