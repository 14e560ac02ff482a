using System.Buffers.Binary;
using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>A swap asked for; tokens are the model's indices.</summary>
internal sealed record BalancerRequest(int Pool, int TokenIn, int TokenOut, bool ExactOut, UInt256 Amount)
{
    /// <summary>Writes it as <c>BalancerSwapper.run</c> reads it, with the Vault's indices.</summary>
    public void Pack(ImmutableArray<BalancerPool> pools, Span<byte> step)
    {
        step[0] = (byte)Pool;
        step[1] = (byte)pools[Pool].Indices[TokenIn];
        step[2] = (byte)pools[Pool].Indices[TokenOut];
        step[3] = ExactOut ? (byte)1 : (byte)0;
        Amount.WriteBigEndian(step[4..]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{TokenIn} to {TokenOut}, exact {(ExactOut ? "out" : "in")} {Amount}";
}

/// <summary>A request and what the model made of it.</summary>
internal sealed record BalancerStep(
    BalancerRequest Request, IPoolModel Before, SwapRefusal Refusal, UInt256 Calculated, ImmutableArray<UInt256> BalancesAfter)
{
    /// <summary>Whether the contract did the same.</summary>
    public bool Equals(BalancerOutcome outcome)
    {
        bool sameDecision = outcome.Error is { } error
            ? BalancerReverts.Agree(error, Refusal)
            : Refusal == SwapRefusal.None && outcome.Calculated == Calculated;
        return sameDecision
            && outcome.BalanceIn == BalancesAfter[Request.TokenIn]
            && outcome.BalanceOut == BalancesAfter[Request.TokenOut];
    }

    /// <inheritdoc/>
    public override string ToString() => Refusal == SwapRefusal.None
        ? $"{Calculated}, then {BalancesAfter[Request.TokenIn]} and {BalancesAfter[Request.TokenOut]}"
        : Refusal.ToString();
}

/// <summary>What the contract made of a request.</summary>
internal sealed record BalancerOutcome(int? Error, UInt256 Calculated, UInt256 BalanceIn, UInt256 BalanceOut)
{
    /// <summary>Reads four words of <c>BalancerSwapper.run</c>.</summary>
    public static BalancerOutcome Read(ReadOnlySpan<byte> words)
    {
        int status = BinaryPrimitives.ReadInt32BigEndian(words[28..]);
        return new BalancerOutcome(
            status == 0 ? null : status - 1,
            UInt256.FromBigEndian(words.Slice(32, 32)),
            UInt256.FromBigEndian(words.Slice(64, 32)),
            UInt256.FromBigEndian(words.Slice(96, 32)));
    }

    /// <inheritdoc/>
    public override string ToString() => Error is null
        ? $"{Calculated}, then {BalanceIn} and {BalanceOut}"
        : $"BAL#{Error:000}, balances {BalanceIn} and {BalanceOut}";
}
