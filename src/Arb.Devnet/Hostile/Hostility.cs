namespace Arb.Devnet.Hostile;

/// <summary>What a devnet does against the searcher on it.</summary>
[Flags]
internal enum Hostility
{
    /// <summary>Nothing: a friendly chain.</summary>
    None = 0,

    /// <summary>Other searchers bid for the same arbitrage.</summary>
    Rivals = 1,

    /// <summary>Blocks come late in their slots.</summary>
    Late = 2,

    /// <summary>Blocks without transactions.</summary>
    Empty = 4,

    /// <summary>Slots without blocks.</summary>
    Missed = 8,

    /// <summary>Blocks are replaced by others.</summary>
    Reorgs = 16,

    /// <summary>The node lags behind the chain.</summary>
    Lagging = 32,

    /// <summary>The node tells lies.</summary>
    Lying = 64,

    /// <summary>All of it.</summary>
    All = Rivals | Late | Empty | Missed | Reorgs | Lagging | Lying,
}

/// <summary>Reads and writes hostilities as the command line has them.</summary>
internal static class Hostilities
{
    /// <summary>Names that <see cref="TryParse"/> takes.</summary>
    public static string Names { get; } = string.Join(
        ", ", Enum.GetValues<Hostility>().Where(one => one != Hostility.None).Select(Name));

    /// <summary>Reads names between commas.</summary>
    /// <returns>False when one of them is none; <paramref name="wrong"/> is it.</returns>
    public static bool TryParse(string text, out Hostility hostility, out string wrong)
    {
        hostility = Hostility.None;
        wrong = string.Empty;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            Hostility found = Enum.GetValues<Hostility>().FirstOrDefault(one => one != Hostility.None && Name(one) == part);
            if (found == Hostility.None)
            {
                wrong = part;
                return false;
            }

            hostility |= found;
        }

        return true;
    }

#pragma warning disable CA1308 // Names on a command line are in lower case.
    private static string Name(Hostility one) => one.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
