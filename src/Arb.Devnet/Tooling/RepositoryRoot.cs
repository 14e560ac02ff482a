namespace Arb.Devnet.Tooling;

/// <summary>Finds the clone this program was built from: manifests are read there and downloads cached there.</summary>
public static class RepositoryRoot
{
    private const string Marker = "ArbFunctions.sln";

    /// <summary>Walks up from the folder of the running program.</summary>
    /// <returns>The folder that holds <c>ArbFunctions.sln</c>.</returns>
    /// <exception cref="DevnetException">The program does not run from inside a clone.</exception>
    public static string Find() => FindFrom(AppContext.BaseDirectory);

    /// <summary>Walks up from a folder.</summary>
    internal static string FindFrom(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new DevnetException(
            $"No {Marker} in {start} or above it: the devnet needs its repository. "
            + "Run it from a clone, for example with 'dotnet run --project src/Arb.Cli -- demo'.");
    }
}
