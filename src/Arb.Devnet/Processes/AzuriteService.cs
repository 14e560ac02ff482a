using System.Text.RegularExpressions;
using Arb.Devnet.Tooling;

namespace Arb.Devnet.Processes;

/// <summary>A running Azurite (blobs, queues and tables) that ends with this process.</summary>
public sealed partial class AzuriteService : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    /// <summary>
    /// The key of every Azure storage emulator, published by Microsoft; it opens nothing else.
    /// https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
    /// </summary>
    private const string WellKnownKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private AzuriteService(ChildProcess process, IEnumerable<string> announcements)
    {
        Process = process;
        Dictionary<string, string> urls = announcements
            .Select(text => Listening().Match(text))
            .ToDictionary(match => match.Groups["service"].Value, match => $"{match.Groups["url"].Value}/{Account}");
        BlobEndpoint = new Uri(urls["Blob"]);
        QueueEndpoint = new Uri(urls["Queue"]);
        TableEndpoint = new Uri(urls["Table"]);
        ConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={WellKnownKey};"
            + $"BlobEndpoint={BlobEndpoint};QueueEndpoint={QueueEndpoint};TableEndpoint={TableEndpoint};";
    }

    /// <summary>Connection string for all three services, with the emulator's public key.</summary>
    public string ConnectionString { get; }

    /// <summary>Blob service.</summary>
    public Uri BlobEndpoint { get; }

    /// <summary>Queue service.</summary>
    public Uri QueueEndpoint { get; }

    /// <summary>Table service.</summary>
    public Uri TableEndpoint { get; }

    /// <summary>The process, for its exit and its output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts Azurite on ports the system picks and returns when all three services listen.</summary>
    /// <param name="tools">Where Azurite is.</param>
    /// <param name="folder">
    /// Where it keeps its data, created when absent and left as it is afterwards; <see langword="null"/> for a
    /// temporary folder that goes with it.
    /// </param>
    /// <param name="cancellation">Gives up and ends it.</param>
    /// <returns>The service; dispose it to end it.</returns>
    /// <exception cref="DevnetException">It ended at once or did not listen in time.</exception>
    public static async Task<AzuriteService> StartAsync(
        NpmTools tools,
        string? folder,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tools);
        string location = folder ?? Directory.CreateTempSubdirectory("arb-azurite-").FullName;
        Directory.CreateDirectory(location);
        AnnouncedLines announced = new(3);
        ChildProcess process = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "Azurite",
                FileName = tools.NodePath,
                Arguments =
                [
                    tools.AzuriteScript, "--location", location, "--blobPort", "0", "--queuePort", "0",
                    "--tablePort", "0", "--skipApiVersionCheck", "--disableTelemetry", "--silent",
                ],
                NodePath = tools.NodePath,
                ScratchFolder = folder is null ? location : null,
                // It ignores its stdin.
                TerminateAfter = TimeSpan.Zero,
                KillAfter = TimeSpan.FromSeconds(1),
                OnLine = line =>
                {
                    if (Listening().IsMatch(line.Text))
                    {
                        announced.Add(line.Text);
                    }
                },
            },
            cancellation);
        try
        {
            return new AzuriteService(
                process, await announced.WaitAsync(process, "Azurite", StartTimeout, cancellation));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends Azurite; a temporary folder goes with it.</summary>
    /// <returns>A task that ends with the process.</returns>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<url>http://\S+)$")]
    private static partial Regex Listening();
}
