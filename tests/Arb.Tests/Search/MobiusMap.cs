using System.Numerics;
using Arb.Domain;

namespace Arb.Tests.Search;

/// <summary>
/// The exact map that the search's doubles bound: x → a·x / (b + c·x): what constant-product pools do to an amount when nothing is rounded. Such maps compose to one of the same
/// form, so a whole cycle has a closed-form optimum.
/// </summary>
/// <param name="A">a, positive.</param>
/// <param name="B">b, positive.</param>
/// <param name="C">c, positive.</param>
internal readonly record struct MobiusMap(BigInteger A, BigInteger B, BigInteger C)
{
    /// <summary>The map of one swap. Reserves must not be 0.</summary>
    public static MobiusMap Of(ConstantProductPool pool, bool zeroForOne)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
        int kept = FeePips.Whole - pool.Info.Fee.Value;
        int shared = (int)BigInteger.GreatestCommonDivisor(kept, FeePips.Whole);
        ulong keptPart = (ulong)(kept / shared);
        ulong wholePart = (ulong)(FeePips.Whole / shared);
        return new MobiusMap(reserveOut * keptPart, reserveIn * wholePart, keptPart);
    }

    /// <summary>This map, then <paramref name="next"/>.</summary>
    public MobiusMap Then(MobiusMap next) => new(A * next.A, B * next.B, (next.B * C) + (next.C * A));

    /// <summary>The image, rounded down once.</summary>
    public BigInteger Floor(BigInteger x) => A * x / (B + (C * x));

    /// <summary>
    /// The x where the slope falls to <paramref name="numerator"/> / <paramref name="denominator"/>, rounded down; 0 when it is lower
    /// everywhere.
    /// </summary>
    public BigInteger WhereSlopeIs(BigInteger numerator, BigInteger denominator)
    {
        // a·b / (b + c·x)² = n/d  ⇔  x = (√(a·b·d/n) − b) / c.
        BigInteger root = Root(A * B * denominator / numerator);
        return root <= B ? BigInteger.Zero : (root - B) / C;
    }

    private static BigInteger Root(BigInteger value)
    {
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
