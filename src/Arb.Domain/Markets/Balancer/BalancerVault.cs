using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Arb.Domain;

/// <summary>What Balancer V2's Vault itself does in a swap: it books amounts into balances of 112 bits.</summary>
/// <remarks>Balances are totals without an asset manager's share: what a manager holds prices swaps but cannot be paid out.</remarks>
internal static class BalancerVault
{
    /// <summary>Greatest balance: 2^112 − 1.</summary>
    public static UInt256 BalanceMax => new(ulong.MaxValue, (1UL << 48) - 1, 0, 0);

    /// <summary>Books a swap, or says why the Vault reverts (ADD_OVERFLOW, BALANCE_TOTAL_OVERFLOW, SUB_OVERFLOW, in this order).</summary>
    public static SwapRefusal Book(
        in UInt256 balanceIn, in UInt256 balanceOut, in UInt256 amountIn, in UInt256 amountOut, out UInt256 nextIn, out UInt256 nextOut)
    {
        nextOut = default;
        if (!UInt256.TryAdd(balanceIn, amountIn, out nextIn))
        {
            return SwapRefusal.MathOverflow;
        }

        if (nextIn > BalanceMax)
        {
            return SwapRefusal.ReserveOverflow;
        }

        return UInt256.TrySubtract(balanceOut, amountOut, out nextOut) ? SwapRefusal.None : SwapRefusal.InsufficientLiquidity;
    }

    /// <summary>Balances with two of them replaced.</summary>
    public static ImmutableArray<UInt256> Replace(
        ImmutableArray<UInt256> balances, int tokenIn, in UInt256 nextIn, int tokenOut, in UInt256 nextOut)
    {
        UInt256[] next = [.. balances];
        next[tokenIn] = nextIn;
        next[tokenOut] = nextOut;
        return ImmutableCollectionsMarshal.AsImmutableArray(next);
    }
}
