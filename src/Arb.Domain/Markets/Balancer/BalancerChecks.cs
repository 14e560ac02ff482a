using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>What a Balancer pool's state must be before it is quoted; messages name list, index and value.</summary>
internal static class BalancerChecks
{
    /// <summary>A pool has so many tokens.</summary>
    public static void Tokens(ImmutableArray<UInt256> balances, int min, int max, string name)
    {
        int count = balances.IsDefault ? 0 : balances.Length;
        if (count < min || count > max)
        {
            throw new ArgumentException($"Such a pool has {min} to {max} tokens; {name} lists {count}.", name);
        }
    }

    /// <summary>A list has one value per token.</summary>
    public static void Length<T>(ImmutableArray<T> list, int tokens, string name)
    {
        int count = list.IsDefault ? 0 : list.Length;
        if (count != tokens)
        {
            throw new ArgumentException($"The pool has {tokens} tokens, but {name} lists {count} values.", name);
        }
    }

    /// <summary>Balances fit the Vault.</summary>
    public static void Balances(ImmutableArray<UInt256> balances, string name)
    {
        for (int i = 0; i < balances.Length; i++)
        {
            if (balances[i] > BalancerVault.BalanceMax)
            {
                throw new ArgumentOutOfRangeException(
                    name, $"The Vault holds balances below 2^112; {name}[{i}] is {balances[i]}.");
            }
        }
    }

    /// <summary>A fee is a fraction.</summary>
    public static void Fee(in UInt256 feeX18, string name)
    {
        if (feeX18 >= BalancerArithmetic.One)
        {
            throw new ArgumentOutOfRangeException(name, $"A swap fee is below 10^18, the whole amount; {name} is {feeX18}.");
        }
    }

    /// <summary>Decimals that Balancer accepts.</summary>
    public static void Decimals(int decimals, int token, string name)
    {
        if (decimals is < 0 or > 18)
        {
            throw new ArgumentOutOfRangeException(
                name, $"Balancer takes tokens of 0 to 18 decimals; {name}[{token}] is {decimals}.");
        }
    }

    /// <summary>Both indices name tokens of the pool.</summary>
    public static void Indices(int tokenIn, int tokenOut, int tokens)
    {
        if ((uint)tokenIn >= (uint)tokens)
        {
            ThrowIndex(nameof(tokenIn), tokenIn, tokens);
        }

        if ((uint)tokenOut >= (uint)tokens)
        {
            ThrowIndex(nameof(tokenOut), tokenOut, tokens);
        }
    }

    [DoesNotReturn]
    private static void ThrowIndex(string name, int index, int tokens) =>
        throw new ArgumentOutOfRangeException(name, index, $"The pool has {tokens} tokens.");
}
