using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>One swap of a route.</summary>
/// <param name="Pool">Pool it goes through.</param>
/// <param name="TokenIn">Token paid; the wrapped token where the pool trades the native currency.</param>
/// <param name="TokenOut">Token received, likewise.</param>
public sealed record Hop(PoolListing Pool, Address TokenIn, Address TokenOut)
{
    /// <summary>Index of the token paid in the pool's own order; -1 when it does not trade it.</summary>
    public int IndexIn => Pool.IndexOf(TokenIn);

    /// <summary>Index of the token received in the pool's own order; -1 when it does not trade it.</summary>
    public int IndexOut => Pool.IndexOf(TokenOut);

    /// <summary>Direction of a swap in a pool of two tokens: token0 in, token1 out.</summary>
    public bool ZeroForOne => IndexIn == 0;
}

/// <summary>A cycle: hops end to end that return to their first token; a pool occurs once.</summary>
public sealed class Route : IEquatable<Route>
{
    /// <summary>Takes hops that form a cycle.</summary>
    /// <exception cref="ArgumentException">The hops are fewer than two, not end to end, not closed, use a pool twice, or name a token that their pool does not trade.</exception>
    public Route(ImmutableArray<Hop> hops)
    {
        if (hops.Length < 2)
        {
            throw new ArgumentException($"A cycle has at least two hops, not {hops.Length}.", nameof(hops));
        }

        HashSet<PoolKey> seen = [];
        for (int i = 0; i < hops.Length; i++)
        {
            if (hops[i].TokenOut != hops[(i + 1) % hops.Length].TokenIn)
            {
                throw new ArgumentException($"Hop {i} ends in {hops[i].TokenOut}, where the next does not begin.", nameof(hops));
            }

            if (hops[i].IndexIn < 0 || hops[i].IndexOut < 0 || hops[i].IndexIn == hops[i].IndexOut)
            {
                throw new ArgumentException(
                    $"Pool {hops[i].Pool.Key} does not trade {hops[i].TokenIn} for {hops[i].TokenOut} (hop {i}).", nameof(hops));
            }

            if (!seen.Add(hops[i].Pool.Key))
            {
                throw new ArgumentException($"Pool {hops[i].Pool.Key} occurs twice.", nameof(hops));
            }
        }

        Hops = hops;
    }

    /// <summary>The swaps, in order.</summary>
    public ImmutableArray<Hop> Hops { get; }

    /// <summary>Token it starts from and returns to.</summary>
    public Address StartToken => Hops[0].TokenIn;

    /// <inheritdoc/>
    public bool Equals(Route? other) => other is not null && Hops.SequenceEqual(other.Hops);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Route);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Hop hop in Hops)
        {
            hash.Add(hop);
        }

        return hash.ToHashCode();
    }

    /// <summary>Start token and pools, for people and for hashing: <c>token|pool>token|pool>…</c>.</summary>
    public override string ToString() => $"{StartToken}{string.Concat(Hops.Select(h => $"|{h.Pool.Key}>{h.TokenOut}"))}";
}
