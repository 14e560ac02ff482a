namespace Arb.Domain;

/// <summary>A swap fee in pips: 1/1,000,000 of the amount in.</summary>
public readonly record struct FeePips
{
    /// <summary>Pips of the whole amount.</summary>
    public const int Whole = 1_000_000;

    /// <summary>Takes a fee in pips.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fee is negative, or not less than the whole amount.</exception>
    public FeePips(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Whole);
        Value = value;
    }

    /// <summary>Pips, 0 to 999,999.</summary>
    public int Value { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Value} pips";
}
