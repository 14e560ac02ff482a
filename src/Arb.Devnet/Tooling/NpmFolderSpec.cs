namespace Arb.Devnet.Tooling;

/// <summary>One set of npm packages, as its committed manifest and lock file say.</summary>
/// <param name="Name">Short name; the first part of the folder's name.</param>
/// <param name="ManifestFolder">Absolute path of the folder with <c>package.json</c> and its lock file.</param>
/// <param name="Expected">
/// Files that must be there after the installation, relative to the folder, with forward slashes.
/// </param>
public sealed record NpmFolderSpec(string Name, string ManifestFolder, IReadOnlyList<string> Expected);
