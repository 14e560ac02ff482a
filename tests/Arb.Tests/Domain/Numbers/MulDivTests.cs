using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Numbers;

public sealed class MulDivTests
{
    private static readonly Gen<UInt256> Short =
        Gen.Select(Words.Any, Gen.Int[0, 127]).Select((value, cut) => (value >> 128) >> cut);

    [Fact]
    public void Floor_and_ceiling_equal_BigInteger_on_every_triple_of_edges()
    {
        foreach (UInt256 a in Words.FewEdges)
        {
            foreach (UInt256 b in Words.FewEdges)
            {
                foreach (UInt256 c in Words.FewEdges)
                {
                    Agrees(a, b, c);
                }
            }
        }
    }

    [Fact]
    public void Floor_and_ceiling_equal_BigInteger_on_random_triples() =>
        Gen.Select(Words.Any, Words.Any, Words.Any).Sample((a, b, c) => Agrees(a, b, c), iter: 100_000);

    // The divisions of two limbs by one and two, of all lengths, and quotients that just fit or just do not.
    [Fact]
    public void Floor_and_ceiling_equal_BigInteger_on_short_operands() =>
        Gen.Select(Short, Short, Short).Sample(
            (a, b, c) =>
            {
                Agrees(a, b, c);
                if (!c.IsZero)
                {
                    UInt256 multiple = a - (a % c);
                    Agrees(multiple, b, c);
                    Agrees(multiple - UInt256.One, UInt256.One, c);
                }
            },
            iter: 100_000);

    [Fact]
    public void Overflow_and_division_by_zero_are_told_apart()
    {
        Assert.Throws<OverflowException>(() => MulDiv.Floor(UInt256.MaxValue, 2, UInt256.One));
        Assert.Throws<OverflowException>(() => MulDiv.Ceiling(UInt256.MaxValue, 2, UInt256.One));
        Assert.Throws<DivideByZeroException>(() => MulDiv.Floor(UInt256.MaxValue, 2, UInt256.Zero));
        Assert.Throws<DivideByZeroException>(() => MulDiv.Ceiling(1, 2, UInt256.Zero));
    }

    [Fact]
    public void Ceiling_overflows_where_only_the_rounding_does_not_fit()
    {
        // The quotient is 2^256 − 1 and a fraction.
        UInt256 a = UInt256.Parse("115792089237316185766689512756598618451987612113410409887407838126905655038511");
        UInt256 b = 1_738_641_298_192_849_507UL;
        UInt256 c = 1_738_641_298_192_849_362UL;
        Assert.Equal(UInt256.MaxValue, MulDiv.Floor(a, b, c));
        Assert.False(MulDiv.TryCeiling(a, b, c, out _));
        Assert.Throws<OverflowException>(() => MulDiv.Ceiling(a, b, c));
    }

    private static void Agrees(UInt256 a, UInt256 b, UInt256 c)
    {
        bool floored = MulDiv.TryFloor(a, b, c, out UInt256 floor);
        bool raised = MulDiv.TryCeiling(a, b, c, out UInt256 ceiling);
        if (c.IsZero)
        {
            Assert.False(floored || raised);
            return;
        }

        BigInteger quotient = BigInteger.DivRem((BigInteger)a * b, c, out BigInteger rest);
        BigInteger up = rest.IsZero ? quotient : quotient + 1;
        Assert.Equal(Words.Fits(quotient), floored);
        Assert.Equal(Words.Fits(up), raised);
        UInt256ArithmeticTests.Equal(floored ? quotient : 0, floor, a);
        UInt256ArithmeticTests.Equal(raised ? up : 0, ceiling, a);
    }
}
