namespace Arb.Domain;

/// <summary>
/// Names a pool: the contract whose storage it is in and, where one contract holds many (Uniswap V4's manager), its id there.
/// </summary>
/// <param name="Contract">The pool, or the contract that holds it. For Balancer the pool's own address, which its id begins with.</param>
/// <param name="Id">Id within the contract; zero for a contract of its own.</param>
public readonly record struct PoolKey(Address Contract, Hash256 Id = default) : IComparable<PoolKey>
{
    /// <summary>Order of contracts, then of ids.</summary>
    public int CompareTo(PoolKey other)
    {
        int order = Contract.CompareTo(other.Contract);
        return order != 0 ? order : string.CompareOrdinal(Id.ToString(), other.Id.ToString());
    }

    /// <summary>The contract, and the id behind a colon where there is one.</summary>
    public override string ToString() => Id.IsZero ? Contract.ToString() : $"{Contract}:{Id}";

    /// <summary>Order of contracts, then of ids.</summary>
    public static bool operator <(PoolKey left, PoolKey right) => left.CompareTo(right) < 0;

    /// <summary>Order of contracts, then of ids.</summary>
    public static bool operator >(PoolKey left, PoolKey right) => left.CompareTo(right) > 0;

    /// <summary>Order of contracts, then of ids.</summary>
    public static bool operator <=(PoolKey left, PoolKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order of contracts, then of ids.</summary>
    public static bool operator >=(PoolKey left, PoolKey right) => left.CompareTo(right) >= 0;
}
