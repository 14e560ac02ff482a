namespace Arb.Domain;

/// <summary>What a model's exactness rests on.</summary>
public enum PoolProof
{
    /// <summary>A specification and recorded answers. Refused in Live until probes of the pool itself agree to the wei.</summary>
    NeedsProbes = 0,

    /// <summary>Held against the family's real bytecode over thousands of quotes with every run of the tests.</summary>
    Bytecode,
}

/// <summary>Which families are proven. The list is short and by hand: a family that is not on it, a new one above all, needs probes.</summary>
public static class PoolProofs
{
    /// <summary>What a pool's model rests on.</summary>
    public static PoolProof Of(IPoolModel model) => model switch
    {
        ConstantProductPool or ConcentratedLiquidityPool or BalancerWeightedPool or BalancerStablePool => PoolProof.Bytecode,
        _ => PoolProof.NeedsProbes,
    };
}
