using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

/// <summary>256-bit values that break arithmetic: limb edges, powers of two and their neighbours, and random ones of every length.</summary>
internal static class Words
{
    public static readonly BigInteger Modulus = BigInteger.One << 256;

    private static readonly ulong[] LimbEdges = [0, 1, 1UL << 63, ulong.MaxValue];

    /// <summary>Every combination of edge limbs, and 2^n ± 1 around every limb and half-limb boundary.</summary>
    public static readonly ImmutableArray<UInt256> Edges = [.. MakeEdges()];

    /// <summary>Few enough for triples.</summary>
    public static readonly ImmutableArray<UInt256> FewEdges =
        [.. Edges.Where((_, i) => i % 9 == 0), UInt256.Zero, UInt256.One, UInt256.MaxValue];

    private static readonly Gen<ulong> Limb = Gen.Frequency((1, Gen.OneOf(LimbEdges)), (2, Gen.ULong));

    /// <summary>Random words; half of them shorter than four limbs.</summary>
    public static readonly Gen<UInt256> Any =
        Gen.Select(Limb, Limb, Limb, Limb, Gen.Int[0, 255])
            .Select((u0, u1, u2, u3, cut) => new UInt256(u0, u1, u2, u3) >> (cut < 128 ? 0 : (cut - 128) * 2));

    public static BigInteger Wrap(BigInteger value)
    {
        BigInteger rest = BigInteger.Remainder(value, Modulus);
        return rest.Sign < 0 ? rest + Modulus : rest;
    }

    public static bool Fits(BigInteger value) => value.Sign >= 0 && value < Modulus;

    private static IEnumerable<UInt256> MakeEdges()
    {
        foreach (ulong u0 in LimbEdges)
        {
            foreach (ulong u1 in LimbEdges)
            {
                foreach (ulong u2 in LimbEdges)
                {
                    foreach (ulong u3 in LimbEdges)
                    {
                        yield return new UInt256(u0, u1, u2, u3);
                    }
                }
            }
        }

        foreach (int bits in new[] { 31, 32, 33, 52, 53, 54, 112, 127, 160, 224, 255 })
        {
            UInt256 power = UInt256.One << bits;
            yield return power - UInt256.One;
            yield return power;
            yield return power + UInt256.One;
        }

        yield return 10_000_000_000_000_000_000UL;
        yield return 9_999_999_999_999_999_999UL;
    }
}
