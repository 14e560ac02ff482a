using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class LimbDivisionTests
{
    private const ulong LeadingBit = 1UL << 63;
    private static readonly BigInteger Base = BigInteger.One << 64;
    private static readonly Gen<ulong> Limb = Gen.Frequency((1, Gen.OneOf(0UL, 1UL, LeadingBit, ulong.MaxValue)), (4, Gen.ULong));

    [Fact]
    public void Reciprocal_of_one_limb_is_exact() =>
        Limb.Sample(
            limb =>
            {
                ulong d = limb | LeadingBit;
                Assert.Equal((((Base * Base) - 1) / d) - Base, LimbDivision.Reciprocal(d));
            },
            iter: 100_000);

    [Fact]
    public void Reciprocal_of_two_limbs_is_exact() =>
        Gen.Select(Limb, Limb).Sample((high, low) => IsExact(high | LeadingBit, low), iter: 100_000);

    // Found by solving for it: the second correction hangs on the lowest limb, which chance meets once in 2^64.
    [Theory]
    [InlineData(0x8067dba858989008, 0x8428e29cf42b8b29)]
    [InlineData(0x8067dba858989008, 0xc490e867cab4dc3f)]
    [InlineData(0x90b8fe223c116549, 0xe3f35e6d98b8b5c3)]
    public void Reciprocal_of_two_limbs_is_exact_where_the_leading_limbs_are_equal(ulong high, ulong low) => IsExact(high, low);

    private static void IsExact(ulong high, ulong low)
    {
        BigInteger divisor = (high * Base) + low;
        Assert.Equal((((Base * Base * Base) - 1) / divisor) - Base, LimbDivision.Reciprocal(high, low));
    }
}
