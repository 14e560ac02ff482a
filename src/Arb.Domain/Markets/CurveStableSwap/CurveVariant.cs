using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>
/// One deployment's rules: StableSwap contracts share a formula and differ in its rounding. The rules were read from the sources that
/// Curve publishes (curvefi/curve-contract 574f440, curve-factory 5272fd2, stableswap-ng 2abe778); none is proven against bytecode here.
/// </summary>
public sealed class CurveVariant
{
    private CurveVariant(string name, string deployments)
    {
        Name = name;
        Deployments = deployments;
    }

    /// <summary>Compound, USDT, Y, BUSD and sUSD pools: nothing is subtracted for rounding, and the balances are rebuilt from the curve.</summary>
    public static CurveVariant Compound2019 { get; } = new("compound-2019", "Compound, USDT, Y, BUSD and sUSD pools, mainnet")
    {
        Product = CurveProduct.ScaledPlusOne,
        Balances = CurveBalances.FromCurve,
        ViewFee = CurveViewFee.AfterConversion,
    };

    /// <summary>PAX pool: its quote subtracts one unit, its swap does not.</summary>
    public static CurveVariant Pax2020 { get; } = new("pax-2020", "PAX pool, mainnet")
    {
        Balances = CurveBalances.FromCurve,
        ViewFee = CurveViewFee.AfterConversion,
        ViewKeepsUnit = true,
    };

    /// <summary>3pool, HBTC, REN and sBTC pools: the quote takes the fee after converting, the swap before.</summary>
    public static CurveVariant ThreePool2020 { get; } = new("3pool-2020", "3pool, HBTC, REN and sBTC pools, mainnet")
    {
        ViewFee = CurveViewFee.AfterConversion,
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
    };

    /// <summary>Metapools of 2020 (GUSD, HUSD, USDK, USDN, LinkUSD, MUSD, RSV, TBTC, DUSD, PBTC, BBTC, OBTC).</summary>
    public static CurveVariant Meta2020 { get; } = new("meta-2020", "GUSD, HUSD, USDK, USDN, LinkUSD, MUSD, RSV, TBTC, DUSD, PBTC, BBTC, OBTC")
    {
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
    };

    /// <summary>aDAI/aUSDC/aUSDT and sAAVE: the fee grows off the peg.</summary>
    public static CurveVariant Aave2020 { get; } = new("aave-2020", "Aave and sAAVE pools, mainnet")
    {
        Product = CurveProduct.ScaledPlusOne,
        RevertsUnconverged = true,
        ViewFee = CurveViewFee.AfterConversion,
        DynamicFee = true,
    };

    /// <summary>The template of rebasing pools (for example am3CRV on Polygon): as Aave, without the 1 in the product's divisor.</summary>
    public static CurveVariant TemplateA2021 { get; } = new("template-a-2021", "pools from SwapTemplateA, for example am3CRV on Polygon")
    {
        RevertsUnconverged = true,
        ViewFee = CurveViewFee.AfterConversion,
        DynamicFee = true,
    };

    /// <summary>ETH/stETH.</summary>
    public static CurveVariant Steth2021 { get; } = new("steth-2021", "ETH/stETH pool, mainnet")
    {
        Product = CurveProduct.ScaledPlusOne,
        RevertsUnconverged = true,
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
    };

    /// <summary>ankrETH and rETH: the quote subtracts nothing, the swap one unit, and the balances are rebuilt from the curve.</summary>
    public static CurveVariant Aeth2021 { get; } = new("aeth-2021", "ankrETH and rETH pools, mainnet")
    {
        RevertsUnconverged = true,
        Balances = CurveBalances.FromCurve,
        SwapKeepsUnit = true,
    };

    /// <summary>The base template of 2021 and what came from it: EURS, IB, LINK, sETH, USDP and UST, factory metapools, factory pools of 3 and 4.</summary>
    public static CurveVariant Base2021 { get; } = new("base-2021", "EURS, IB, LINK, sETH, USDP, UST; factory metapools; factory pools of 3 and 4 tokens")
    {
        RevertsUnconverged = true,
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
    };

    /// <summary>Factory pools of two tokens, whose product is divided by 4 at its end.</summary>
    public static CurveVariant FactoryPlain2 { get; } = new("factory-plain2-2021", "factory pools of 2 tokens (Plain2Basic, Balances, ETH, Optimized, EMA, Price)")
    {
        Product = CurveProduct.DividedAtEnd,
        RevertsUnconverged = true,
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
    };

    /// <summary>StableSwap NG: the product divided by n^n at its end, a fee that grows off the peg, a quote that cuts A to a whole number.</summary>
    public static CurveVariant StableSwapNg { get; } = new("stableswap-ng", "pools from the StableSwap NG factory, every chain")
    {
        Product = CurveProduct.DividedAtEnd,
        RevertsUnconverged = true,
        ViewKeepsUnit = true,
        SwapKeepsUnit = true,
        DynamicFee = true,
        ViewCutsAmp = true,
    };

    /// <summary>Every variant.</summary>
    public static ImmutableArray<CurveVariant> All { get; } =
    [
        Compound2019, Pax2020, ThreePool2020, Meta2020, Aave2020, TemplateA2021, Steth2021, Aeth2021, Base2021, FactoryPlain2, StableSwapNg,
    ];

    /// <summary>Name in files and messages.</summary>
    public string Name { get; }

    /// <summary>Which deployments it describes.</summary>
    public string Deployments { get; }

    /// <summary>The fee depends on how far the two balances are apart (<c>offpeg_fee_multiplier</c>).</summary>
    public bool DynamicFee { get; private init; }

    internal CurveProduct Product { get; private init; } = CurveProduct.Scaled;

    /// <summary>255 rounds without convergence revert; the older contracts go on with what they have.</summary>
    internal bool RevertsUnconverged { get; private init; }

    internal CurveBalances Balances { get; private init; } = CurveBalances.FromAmounts;

    internal CurveViewFee ViewFee { get; private init; } = CurveViewFee.BeforeConversion;

    /// <summary>The quote keeps one unit back "just in case there were some rounding errors".</summary>
    internal bool ViewKeepsUnit { get; private init; }

    /// <summary>The swap keeps one unit back.</summary>
    internal bool SwapKeepsUnit { get; private init; }

    /// <summary>The quote reads <c>A()</c>, which has lost what <c>A_precise()</c> has beyond a whole number.</summary>
    internal bool ViewCutsAmp { get; private init; }

    /// <summary>The variant of a name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out CurveVariant? variant)
    {
        variant = All.FirstOrDefault(v => string.Equals(v.Name, name, StringComparison.OrdinalIgnoreCase));
        return variant is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How <c>get_D</c> builds D^(n+1) / (n^n · ∏x).</summary>
internal enum CurveProduct
{
    /// <summary><c>D_P · D / (x · n)</c> for each x.</summary>
    Scaled,

    /// <summary><c>D_P · D / (x · n + 1)</c> for each x: no division by zero.</summary>
    ScaledPlusOne,

    /// <summary><c>D_P · D / x</c> for each x, then <c>/ n^n</c> once.</summary>
    DividedAtEnd,
}

/// <summary>How a swap writes the balances back.</summary>
internal enum CurveBalances
{
    /// <summary>Old balance plus what came, less what went and the admin's share.</summary>
    FromAmounts,

    /// <summary>Converted back from the points on the curve, which loses the dust of two divisions.</summary>
    FromCurve,
}

/// <summary>When the quote function takes the fee; swaps take it before converting.</summary>
internal enum CurveViewFee
{
    /// <summary>On the curve's scale, as the swap does.</summary>
    BeforeConversion,

    /// <summary>On the token's own scale, where less of it is cut away by rounding.</summary>
    AfterConversion,
}
