using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

public sealed class FeeDeductionTests
{
    private static readonly Gen<uint> Fee = Gen.Frequency(
        (1, Gen.OneOf(0U, 1U, 100U, 500U, 2_500U, 3_000U, 10_000U, 999_999U, 1_000_000U)), (1, Gen.UInt[0, 1_000_000]));

    private static readonly Gen<ulong> Limb = Gen.Frequency((1, Gen.OneOf(0UL, 1UL, 1UL << 63, ulong.MaxValue)), (4, Gen.ULong));

    private static readonly Gen<UInt128> Amount =
        Gen.Select(Limb, Limb, Gen.Int[0, 127]).Select(static (high, low, cut) => new UInt128(high, low) >> cut);

    [Fact]
    public void What_is_left_is_the_quotient_of_BigInteger() =>
        Gen.Select(Fee, Amount).Sample(static (fee, amount) => Agrees(fee, amount), iter: 200_000);

    // Where the product is a whole number of millions, or one short of it: an approximate factor errs there first.
    [Fact]
    public void What_is_left_is_exact_next_to_whole_quotients() =>
        Gen.Select(Fee, Amount).Sample(
            static (fee, amount) =>
            {
                UInt128 whole = amount - (amount % FeePips.Whole);
                Agrees(fee, whole);
                Agrees(fee, whole + 1);
                Agrees(fee, whole == 0 ? UInt128.MaxValue : whole - 1);
            },
            iter: 100_000);

    private static void Agrees(uint fee, UInt128 amount) =>
        Assert.Equal((BigInteger)amount * (FeePips.Whole - fee) / FeePips.Whole, (BigInteger)new FeeDeduction(fee).After(amount));
}
