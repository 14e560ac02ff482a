namespace Arb.Domain;

/// <summary>What a lender offers for one token at one block, read from chain.</summary>
/// <param name="Token">Token lent.</param>
/// <param name="Available">Raw units it can lend.</param>
/// <param name="PremiumX18">
/// Premium as a fraction of the loan, scaled by 10^18 (Balancer V2's scale). Where the lender's own fraction is not a whole number of it, it
/// is rounded up: a premium may then be stated one raw unit too high for each 10^18 borrowed, never too low.
/// </param>
public sealed record FlashLoanTerms(Address Token, UInt256 Available, UInt256 PremiumX18)
{
    private const ulong PipsWhole = FeePips.Whole;

    /// <summary>10^18.</summary>
    public static UInt256 Whole => 1_000_000_000_000_000_000UL;

    /// <summary>What kind of lender it is.</summary>
    public Lender Lender { get; init; } = Lender.BalancerV2;

    /// <summary>Contract that is asked; zero for <see cref="Lender.FirstPool"/>.</summary>
    public Address Contract { get; init; }

    /// <summary>Fee of the pool that lends, pips; 0 for lenders that are no pools.</summary>
    public FeePips PoolFee { get; init; }

    /// <summary>The token is token0 of the pool that lends; false for lenders that are no pools.</summary>
    public bool IsToken0 { get; init; }

    /// <summary>Gas that borrowing and repaying adds to a route's own.</summary>
    public ulong Gas { get; init; }

    /// <summary>No loan: the first pool is paid last.</summary>
    public static FlashLoanTerms Nested(Address token) => new(token, UInt256.MaxValue, UInt256.Zero) { Lender = Lender.FirstPool };

    /// <summary>Premium of a Uniswap V3 flash loan (UniswapV3Pool.flash): the fee on what is lent, rounded up.</summary>
    public static UInt256 PremiumOfV3Flash(FeePips fee) => Whole * (ulong)fee.Value / PipsWhole;

    /// <summary>
    /// Premium of a Uniswap V2 pair that is repaid in the token it lent: it takes its fee of what comes in, so x is repaid by
    /// x · 10^6/(10^6 − fee) (UniswapV2Pair.swap).
    /// </summary>
    public static UInt256 PremiumOfV2Swap(FeePips fee) => MulDiv.Ceiling(Whole, (ulong)fee.Value, PipsWhole - (ulong)fee.Value);

    /// <summary>Premium for a loan, raw units, rounded up as Balancer V2's <c>FlashLoans</c> rounds it.</summary>
    public UInt256 PremiumOf(UInt256 loan) => MulDiv.Ceiling(loan, PremiumX18, Whole);

    /// <summary>
    /// Why this lender cannot lend for a route, or null when it can. A pool that lends or pays first is locked until it is repaid; a vault
    /// with one lock for loans and swaps does not swap while it lends.
    /// </summary>
    /// <param name="route">The route.</param>
    public string? ConflictWith(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (route.StartToken != Token)
        {
            return $"it lends {Token}, the route starts from {route.StartToken}";
        }

        PoolListing[] pools = [.. route.Hops.Select(static hop => hop.Pool)];
        if (CanServe(pools))
        {
            return null;
        }

        return Lender switch
        {
            Lender.FirstPool => "neither the first nor the last pool pays before it is paid",
            Lender.BalancerV2 => $"its lock is closed while it lends, and {pools.First(pool => pool.Vault == Contract).Key} swaps through it",
            _ => "the pool is on the route and locked while it lends",
        };
    }

    /// <summary>Whether this lender can lend for a cycle from <see cref="Token"/> through pools; see <see cref="ConflictWith"/>.</summary>
    /// <param name="pools">The pools, in order.</param>
    public bool CanServe(ReadOnlySpan<PoolListing> pools)
    {
        switch (Lender)
        {
            case Lender.FirstPool:
                return CanRunNested(pools);
            case Lender.BalancerV2 or Lender.UniswapV3 or Lender.UniswapV2:
                foreach (PoolListing pool in pools)
                {
                    if ((Lender == Lender.BalancerV2 ? pool.Vault : pool.Key.Contract) == Contract && !Contract.IsZero)
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>
    /// Without a loan: the first pool pays before it is paid (Uniswap V4's manager nets what it is owed); or the last one does, whose input
    /// is known from the quotes; or all swaps are one batch in Balancer's vault.
    /// </summary>
    private static bool CanRunNested(ReadOnlySpan<PoolListing> pools)
    {
        if (PaysFirst(pools[0].Family) || pools[0].Family == PoolFamily.UniswapV4 || PaysFirst(pools[^1].Family))
        {
            return true;
        }

        foreach (PoolListing pool in pools)
        {
            if (pool.Family is not (PoolFamily.BalancerWeighted or PoolFamily.BalancerStable))
            {
                return false;
            }
        }

        return true;
    }

    private static bool PaysFirst(PoolFamily family) =>
        family is PoolFamily.UniswapV2 or PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile or PoolFamily.UniswapV3;
}
