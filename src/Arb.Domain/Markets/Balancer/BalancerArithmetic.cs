namespace Arb.Domain;

/// <summary>
/// Balancer V2's checked 256-bit arithmetic (<c>Math</c> and <c>FixedPoint</c> of its solidity-utils): numbers of 18 decimals where a
/// method says so, the rounding in the name. The first operation that the contracts would revert in leaves its reason in
/// <see cref="Refusal"/>; results after it mean nothing, so formulas read as the contracts' and are judged once at their end.
/// </summary>
internal struct BalancerArithmetic
{
    /// <summary>1 in 18 decimals.</summary>
    public static readonly UInt256 One = 1_000_000_000_000_000_000UL;

    private static readonly UInt256 Two = 2_000_000_000_000_000_000UL;
    private static readonly UInt256 Four = 4_000_000_000_000_000_000UL;

    // MAX_POW_RELATIVE_ERROR: 10^-14, by which a power is rounded up beyond what the logarithms gave.
    private static readonly UInt256 PowerError = 10_000UL;

    /// <summary>Why the contracts would have reverted by now.</summary>
    public SwapRefusal Refusal { get; private set; }

    /// <summary>An operation was refused.</summary>
    public readonly bool Failed => Refusal != SwapRefusal.None;

    /// <summary>Keeps the first reason.</summary>
    public void Refuse(SwapRefusal refusal)
    {
        if (Refusal == SwapRefusal.None)
        {
            Refusal = refusal;
        }
    }

    /// <summary>a + b.</summary>
    public UInt256 Add(in UInt256 a, in UInt256 b)
    {
        if (!UInt256.TryAdd(a, b, out UInt256 sum))
        {
            Refuse(SwapRefusal.MathOverflow);
        }

        return sum;
    }

    /// <summary>a − b; the contracts' one error for a negative result means different things, so the caller says which.</summary>
    public UInt256 Subtract(in UInt256 a, in UInt256 b, SwapRefusal whenNegative)
    {
        if (!UInt256.TrySubtract(a, b, out UInt256 difference))
        {
            Refuse(whenNegative);
        }

        return difference;
    }

    /// <summary>a · b.</summary>
    public UInt256 Multiply(in UInt256 a, in UInt256 b)
    {
        if (!UInt256.TryMultiply(a, b, out UInt256 product))
        {
            Refuse(SwapRefusal.MathOverflow);
        }

        return product;
    }

    /// <summary>⌊a / b⌋; only an empty balance makes a divisor 0.</summary>
    public UInt256 DivideDown(in UInt256 a, in UInt256 b)
    {
        if (!UInt256.TryDivRem(a, b, out UInt256 quotient, out _))
        {
            Refuse(SwapRefusal.NoLiquidity);
        }

        return quotient;
    }

    /// <summary>⌈a / b⌉.</summary>
    public UInt256 DivideUp(in UInt256 a, in UInt256 b)
    {
        if (!UInt256.TryDivRem(a, b, out UInt256 quotient, out UInt256 rest))
        {
            Refuse(SwapRefusal.NoLiquidity);
        }

        return rest.IsZero ? quotient : quotient + UInt256.One;
    }

    /// <summary>⌊a · b⌋ of 18 decimals.</summary>
    public UInt256 MultiplyX18Down(in UInt256 a, in UInt256 b) => DivideDown(Multiply(a, b), One);

    /// <summary>⌈a · b⌉ of 18 decimals.</summary>
    public UInt256 MultiplyX18Up(in UInt256 a, in UInt256 b) => DivideUp(Multiply(a, b), One);

    /// <summary>⌊a / b⌋ of 18 decimals.</summary>
    public UInt256 DivideX18Down(in UInt256 a, in UInt256 b) => DivideDown(Inflate(a, b), b);

    /// <summary>⌈a / b⌉ of 18 decimals.</summary>
    public UInt256 DivideX18Up(in UInt256 a, in UInt256 b) => DivideUp(Inflate(a, b), b);

    /// <summary>x^y of 18 decimals, not below the true value.</summary>
    /// <param name="x">Base.</param>
    /// <param name="y">Exponent.</param>
    /// <param name="shortcuts">Exponents 1, 2 and 4 are multiplied out, as FixedPoint does since January 2022.</param>
    public UInt256 PowerX18Up(in UInt256 x, in UInt256 y, bool shortcuts)
    {
        if (shortcuts)
        {
            if (y == One)
            {
                return x;
            }

            if (y == Two)
            {
                return MultiplyX18Up(x, x);
            }

            if (y == Four)
            {
                UInt256 square = MultiplyX18Up(x, x);
                return MultiplyX18Up(square, square);
            }
        }

        if (!BalancerLogExp.TryPower(x, y, out UInt256 raw))
        {
            Refuse(SwapRefusal.MathOverflow);
        }

        return Add(raw, Add(MultiplyX18Up(raw, PowerError), UInt256.One));
    }

    private UInt256 Inflate(in UInt256 a, in UInt256 divisor)
    {
        // The contracts test the divisor first.
        if (divisor.IsZero)
        {
            Refuse(SwapRefusal.NoLiquidity);
        }

        return Multiply(a, One);
    }
}
