using System.Globalization;
using System.Numerics;

namespace Arb.MemoryBank.Rows;

/// <summary>Values as column text. Amounts are decimal digits: a column of type double would lose wei.</summary>
internal static class ColumnText
{
    /// <summary>Longest text kept of a reason: it is for people, and must never cost the row it belongs to.</summary>
    public const int ReasonCharactersMax = 1024;

    private const string Cut = "…";

    /// <summary>Padded to 20 digits, so that text order is number order.</summary>
    public static string Ordered(ulong value) => value.ToString("D20", CultureInfo.InvariantCulture);

    public static string Plain(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Plain(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Shortest text that reads back as the same double.</summary>
    public static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>At most <see cref="ReasonCharactersMax"/> characters, cut with an ellipsis between whole characters.</summary>
    public static string Reason(string reason)
    {
        if (reason.Length <= ReasonCharactersMax)
        {
            return reason;
        }

        int length = ReasonCharactersMax - Cut.Length;
        length -= char.IsHighSurrogate(reason[length - 1]) ? 1 : 0;
        return reason[..length] + Cut;
    }
}
