using System.Globalization;
using System.Security.Cryptography;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;

namespace Arb.Cli.App;

/// <summary>The Functions app as a child process in the embedded runtime.</summary>
internal sealed class AppChild : IAsyncDisposable
{
    private const string ErrorPrefix = "error: ";
    private const string ListeningOn = "Listening on ";

    // In-flight functions may finish; an orchestration that does not is resumed by whoever starts the app next.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> _warn;
    private readonly ChildLog _log;
    private ChildProcess? _process;

    private AppChild(Action<string> warn, ChildLog log)
    {
        _warn = warn;
        _log = log;
    }

    public AppClient Client { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public Task<int> Exited => _process!.Exited;

    /// <summary>What became of it, as a sentence: its own one-line error if it printed one.</summary>
    /// <param name="what">What happened, for example "The Functions app ended".</param>
    public string DescribeEnd(string what) =>
        _process!.RecentLines.LastOrDefault(IsOwnError) is { Text: { } text }
            ? $"{what}: {text[ErrorPrefix.Length..]}"
            : $"The Functions app {_process!.DescribeEnd(6)}";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="settings">App settings, as environment variables.</param>
    /// <param name="port">Its port; null for a free one.</param>
    /// <param name="tools">For the watcher.</param>
    /// <param name="warn">Told what it prints on standard error.</param>
    /// <param name="log">Takes all it prints; owned from here on.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DevnetException">It did not start; the message is its own.</exception>
    public static async Task<AppChild> StartAsync(
        IReadOnlyDictionary<string, string?> settings,
        int? port,
        NpmTools tools,
        Action<string> warn,
        ChildLog log,
        CancellationToken cancellation)
    {
        AppChild app = new(warn, log);
        string masterKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        app._process = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the Functions app",
                FileName = Executables.DotNet,
                Arguments =
                [
                    Executables.Dll("ArbFunctions"),
                    "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port ?? 0}"),
                    "--exit-with-stdin",
                ],
                NodePath = tools.NodePath,
                WorkingDirectory = Path.GetDirectoryName(Executables.Dll("ArbFunctions")),
                Environment = new Dictionary<string, string?>(settings) { ["FunctionsHost__MasterKey"] = masterKey },
                OnLine = app.OnLine,
            },
            cancellation);
        Task first = await Task.WhenAny(app._listening.Task, app._process.Exited).WaitAsync(cancellation);
        if (first != app._listening.Task)
        {
            string error = app.DescribeEnd("The Functions app did not start");
            await app.DisposeAsync();
            throw new DevnetException(error);
        }

        app.Address = await app._listening.Task;
        app.Client = new AppClient(app.Address, masterKey);
        return app;
    }

    /// <summary>Stops it gracefully: no new work, running functions finish.</summary>
    public Task<int> StopAsync(CancellationToken cancellation) => _process!.StopAsync(DrainPatience, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Client?.Dispose();
        _log.Dispose();
    }

    private static bool IsOwnError(OutputLine line) =>
        line.IsError && line.Text is { } text && text.StartsWith(ErrorPrefix, StringComparison.Ordinal);

    private void OnLine(OutputLine line)
    {
        // Its own error is told once, by whoever learns that it did not start.
        if (!_log.IsShown || !IsOwnError(line))
        {
            _log.Write(line);
        }

        int at = line.Text.IndexOf(ListeningOn, StringComparison.Ordinal);
        if (at >= 0 && Uri.TryCreate(line.Text[(at + ListeningOn.Length)..].Trim(), UriKind.Absolute, out Uri? address))
        {
            _listening.TrySetResult(address);
        }
        else if (line.IsError && _listening.Task.IsCompleted)
        {
            _warn(line.Text);
        }
    }
}
