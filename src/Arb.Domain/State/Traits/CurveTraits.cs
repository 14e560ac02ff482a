namespace Arb.Domain;

/// <summary>Where a StableSwap pool's rates come from. The numbers are those of the lens.</summary>
public enum CurveRates : byte
{
    /// <summary>10^(36 − decimals) for ever.</summary>
    Plain = 0,

    /// <summary><c>stored_rates()</c>: the pool asks oracles or wrapped tokens, so they move without logs.</summary>
    Stored = 1,

    /// <summary>The last token is another pool's share, worth that pool's <c>get_virtual_price()</c>; the others are plain.</summary>
    BasePool = 2,
}

/// <summary>A Curve StableSwap pool's fixed part.</summary>
/// <param name="Variant">Whose rules it follows.</param>
/// <param name="AmpPrecision">Precision of the amplification: 1 (<c>A()</c>) or 100 (<c>A_precise()</c>).</param>
/// <param name="Rates">Where its rates come from.</param>
public sealed record CurveTraits(CurveVariant Variant, int AmpPrecision, CurveRates Rates) : PoolTraits
{
    /// <summary>The pool behind the last token's rate; zero elsewhere.</summary>
    public Address BasePool { get; init; }

    /// <summary>Balances change without a log (tokens that rebase, pools that count what they hold): it is read at every block.</summary>
    public bool BalancesMove { get; init; }

    /// <inheritdoc/>
    public override string Text =>
        $"curve/{Variant.Name}/{Number(AmpPrecision)}/{Rates}/{BasePool}/{(BalancesMove ? "balances-move" : "balances-stay")}";
}
