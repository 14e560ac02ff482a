namespace Arb.Domain;

/// <summary>
/// Arithmetic that reverts where Solidity 0.8 and Vyper revert: past 256 bits, below zero, on division by zero. The first failure is
/// remembered, so a formula reads as the contract writes it and is judged once, at its end; what it gave after a failure means nothing.
/// </summary>
internal struct EvmArithmetic
{
    /// <summary>An operation left the range: the contract would have reverted.</summary>
    public bool Reverted { get; private set; }

    public UInt256 Add(UInt256 left, UInt256 right)
    {
        Reverted |= !UInt256.TryAdd(left, right, out UInt256 sum);
        return sum;
    }

    public UInt256 Subtract(UInt256 left, UInt256 right)
    {
        Reverted |= !UInt256.TrySubtract(left, right, out UInt256 difference);
        return difference;
    }

    public UInt256 Multiply(UInt256 left, UInt256 right)
    {
        Reverted |= !UInt256.TryMultiply(left, right, out UInt256 product);
        return product;
    }

    /// <summary>Rounded down.</summary>
    public UInt256 Divide(UInt256 left, UInt256 right)
    {
        Reverted |= !UInt256.TryDivRem(left, right, out UInt256 quotient, out _);
        return quotient;
    }

    /// <summary>⌊left · right / divisor⌋ with a product of 256 bits, as the contracts compute it: no 512-bit intermediate.</summary>
    public UInt256 MultiplyDivide(UInt256 left, UInt256 right, UInt256 divisor) => Divide(Multiply(left, right), divisor);
}
