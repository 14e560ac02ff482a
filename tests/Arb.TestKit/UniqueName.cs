using System.Globalization;

namespace Arb.TestKit;

/// <summary>
/// Names that no other test of this process gets, valid for tables, queues and blob containers alike (lower-case
/// letters and digits, at most 63).
/// </summary>
public static class UniqueName
{
    private static int _last;

    /// <summary>A fresh name that begins with a prefix.</summary>
    /// <param name="prefix">Lower-case letters and digits, beginning with a letter.</param>
    public static string Next(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}x{Interlocked.Increment(ref _last):d4}");
}
