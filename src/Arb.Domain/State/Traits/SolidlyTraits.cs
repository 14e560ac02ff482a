namespace Arb.Domain;

/// <summary>Where a Solidly pair's fee comes from. The numbers are those of the lens.</summary>
public enum SolidlyFee : byte
{
    /// <summary>A constant of its code: the listing's.</summary>
    Fixed = 0,

    /// <summary><c>getFee(bool stable)</c> of the factory, which may change it without a log.</summary>
    FactoryByKind = 1,

    /// <summary><c>getFee(address pool, bool stable)</c> of the factory, which may change it without a log.</summary>
    FactoryByPool = 2,
}

/// <summary>A Solidly pair's fixed part.</summary>
/// <param name="Variant">Whose rules it follows.</param>
/// <param name="Fee">Where its fee comes from.</param>
/// <param name="Factory">The factory asked for it; zero where it is fixed.</param>
public sealed record SolidlyTraits(SolidlyVariant Variant, SolidlyFee Fee, Address Factory) : PoolTraits
{
    /// <inheritdoc/>
    public override string Text => $"solidly/{Variant.Name}/{Fee}/{Factory}";
}
