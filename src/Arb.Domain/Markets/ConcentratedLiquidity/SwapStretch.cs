using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>The way between two stops of a swap: the sums at both, as far as they are of the usual size, and a short form of its step.</summary>
internal readonly struct SwapStretch
{
    private readonly VirtualReserves _reserves;

    private SwapStretch(
        UInt128 paidFrom, UInt128 paidTo, UInt128 receivedFrom, UInt128 receivedTo, in VirtualReserves reserves)
    {
        PaidFrom = paidFrom;
        PaidTo = paidTo;
        ReceivedFrom = receivedFrom;
        ReceivedTo = receivedTo;
        _reserves = reserves;
    }

    /// <summary>Paid up to its start; 2^127 when it is more.</summary>
    public UInt128 PaidFrom { get; }

    /// <summary>Paid up to its end; 2^127 when it is more.</summary>
    public UInt128 PaidTo { get; }

    /// <summary>Received up to its start; 2^127 when it is more.</summary>
    public UInt128 ReceivedFrom { get; }

    /// <summary>Received up to its end; 2^127 when it is more.</summary>
    public UInt128 ReceivedTo { get; }

    /// <summary>That from one stop to the next.</summary>
    public static SwapStretch Between(bool zeroForOne, in SwapStop start, in SwapStop end)
    {
        return new SwapStretch(
            Held(start.Paid),
            Held(end.Paid),
            Held(start.Received),
            Held(end.Received),
            VirtualReserves.Of(zeroForOne, start.Price, start.Liquidity, end.Paid - start.Paid, end.Received - start.Received));
    }

    /// <summary>Received for a sum paid, both counted as the stretch's; false when the sum does not end on it or is not of the usual size.</summary>
    /// <param name="zeroForOne">Whether the price falls.</param>
    /// <param name="start">The stop where it begins.</param>
    /// <param name="paid">More than is paid up to there.</param>
    /// <param name="fee">Of the pool.</param>
    /// <param name="received">Up to 2^128, and with what came before the stretch.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceived(bool zeroForOne, in SwapStop start, UInt128 paid, in FeeDeduction fee, out UInt128 received)
    {
        if (paid >= PaidTo || paid >= AmountBound || ReceivedTo >= AmountBound)
        {
            received = default;
            return false;
        }

        UInt128 afterFee = fee.After(paid - PaidFrom);
        if (!_reserves.TryReceived(afterFee, out UInt128 part) && !TryExactly(zeroForOne, start, afterFee, out part))
        {
            received = default;
            return false;
        }

        received = ReceivedFrom + part;
        return true;
    }

    /// <summary>By the contract's own formulas: the amount ends before the stretch does, and so the price.</summary>
    private static bool TryExactly(bool zeroForOne, in SwapStop start, UInt128 afterFee, out UInt128 received)
    {
        received = default;
        if (start.Liquidity == 0
            || !SwapStep.TryExactInWithin(zeroForOne, start.Price, start.Liquidity, afterFee, out _, out UInt256 exactly))
        {
            return false;
        }

        received = (UInt128)exactly;
        return true;
    }

    private static UInt128 AmountBound => (UInt128)1 << 127;

    private static UInt128 Held(in UInt256 sum) => sum.BitLength > 127 ? AmountBound : (UInt128)sum;
}
