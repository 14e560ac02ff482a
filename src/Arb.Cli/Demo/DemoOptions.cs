namespace Arb.Cli.Demo;

/// <summary>What <c>arb demo</c> was asked for.</summary>
/// <param name="Blocks">Blocks to trade.</param>
/// <param name="BlockTime">Time between blocks, whole seconds.</param>
/// <param name="Seed">Seed of everything random on the devnet.</param>
/// <param name="AppPort">Port of the Functions app; null for a free one.</param>
/// <param name="Json">File for the result; null for none.</param>
/// <param name="Logs">Folder for the children's output; null to drop it.</param>
/// <param name="Live">Draw the live view.</param>
/// <param name="Hostile">What the devnet does against the searcher, names with commas between them; null for nothing.</param>
internal sealed record DemoOptions(
    int Blocks,
    TimeSpan BlockTime,
    ulong Seed,
    int? AppPort,
    FileInfo? Json,
    DirectoryInfo? Logs,
    bool Live,
    string? Hostile);
