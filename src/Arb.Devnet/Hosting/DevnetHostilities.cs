using Arb.Devnet.Hostile;

namespace Arb.Devnet.Hosting;

/// <summary>What the devnet can be told to do against the searcher on it, as its command line has it.</summary>
public static class DevnetHostilities
{
    /// <summary>All names.</summary>
    public static string Names => Hostilities.Names;

    /// <summary>The first of some names, with commas between them, that is none; null when all are.</summary>
    public static string? FindUnknown(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Hostilities.TryParse(names, out _, out string wrong) ? null : wrong;
    }
}
