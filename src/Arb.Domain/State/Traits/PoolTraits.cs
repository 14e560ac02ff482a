using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Arb.Domain;

/// <summary>
/// What never changes about a pool whose family has variants that only its listing can name: by whose rules it swaps, and what its
/// reader must ask. Without them such a pool is neither read nor traded.
/// </summary>
public abstract record PoolTraits
{
    private protected PoolTraits()
    {
    }

    /// <summary>All of it as one line: how it is stored, and what an admission of the pool is bound to.</summary>
    public abstract string Text { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    /// <exception cref="FormatException">It did not.</exception>
    public static PoolTraits Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        PoolTraits? traits = parts[0] switch
        {
            "curve" when parts.Length == 6
                && CurveVariant.TryFind(parts[1], out CurveVariant? variant)
                && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int precision)
                && TryName(parts[3], out CurveRates rates) => new CurveTraits(variant, precision, rates)
                {
                    BasePool = Address.Parse(parts[4]),
                    BalancesMove = parts[5] == "balances-move",
                },
            "solidly" when parts.Length == 4
                && SolidlyVariant.TryFind(parts[1], out SolidlyVariant? variant)
                && TryName(parts[2], out SolidlyFee fee) => new SolidlyTraits(variant, fee, Address.Parse(parts[3])),
            _ => null,
        };
        return traits is not null && traits.Text == text
            ? traits
            : throw new FormatException($"'{text}' names no traits of a pool.");
    }

    private protected static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool TryName<T>(string text, [NotNullWhen(true)] out T value)
        where T : struct, Enum => Enum.TryParse(text, ignoreCase: false, out value) && Enum.IsDefined(value);
}
