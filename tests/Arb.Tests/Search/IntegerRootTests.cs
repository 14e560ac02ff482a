using System.Numerics;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

public sealed class IntegerRootTests
{
    [Fact]
    public void Floor_and_ceiling_enclose_the_root_of_any_length() =>
        Gen.Byte.Array[1, 200].Sample(bytes =>
        {
            BigInteger any = new(bytes, isUnsigned: true);
            foreach (BigInteger value in new[] { any, any * any, (any * any) + 1, BigInteger.Max(0, (any * any) - 1) })
            {
                BigInteger floor = IntegerRoot.Floor(value);
                BigInteger ceiling = IntegerRoot.Ceiling(value);
                Assert.True(floor * floor <= value && (floor + 1) * (floor + 1) > value);
                Assert.Equal(floor * floor == value ? floor : floor + 1, ceiling);
            }
        });

    [Fact]
    public void A_negative_value_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerRoot.Floor(-1));
}
