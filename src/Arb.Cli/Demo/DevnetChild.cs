using System.Globalization;
using System.Net.Http.Json;
using Arb.Cli.App;
using Arb.Cli.Views;
using Arb.Devnet;
using Arb.Devnet.Hosting;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;

namespace Arb.Cli.Demo;

/// <summary>The devnet as a child process: chain, storage, traders, builder and bundle relay.</summary>
internal sealed class DevnetChild : IAsyncDisposable
{
    private readonly TaskCompletionSource<DevnetReady> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly IDemoView _view;
    private readonly int _blocks;
    private readonly ChildLog _log;
    private ChildProcess? _process;
    private string? _error;
    private int _traded;

    private DevnetChild(IDemoView view, int blocks, ChildLog log)
    {
        _log = log;
        _view = view;
        _blocks = blocks;
    }

    /// <summary>What is deployed where.</summary>
    public DevnetReady Ready { get; private set; } = null!;

    /// <summary>Blocks with traders' swaps seen so far.</summary>
    public int TradedBlocks => Volatile.Read(ref _traded);

    /// <summary>Ends when the devnet ends, for whatever reason.</summary>
    public Task<int> Exited => _process!.Exited;

    /// <summary>What became of it, as a sentence: in its own words if it said any.</summary>
    public string DescribeEnd() => _error is { } error
        ? $"The devnet ended: {error}"
        : $"The devnet {_process!.DescribeEnd(6, line => line.IsError)}";

    public static async Task<DevnetChild> StartAsync(
        DemoOptions options, NpmTools tools, string workFolder, IDemoView view, CancellationToken cancellation)
    {
        DevnetChild devnet = new(view, options.Blocks, ChildLog.Open(options.Logs, "devnet.log"));
        List<string> arguments =
        [
            Executables.Dll("Arb.Devnet"),
            "--block-time", ((int)options.BlockTime.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
            "--work", workFolder,
        ];
        if (options.Hostile is { } hostile)
        {
            arguments.AddRange(["--hostile", hostile]);
        }

        devnet._process = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the devnet",
                FileName = Executables.DotNet,
                Arguments = arguments,
                NodePath = tools.NodePath,

                // Whoever is killed, the keys and the tables in it are not left behind.
                ScratchFolder = workFolder,
                OnLine = devnet.OnLine,
            },
            cancellation);
        Task first = await Task.WhenAny(devnet._ready.Task, devnet._process.Exited).WaitAsync(cancellation);
        if (first != devnet._ready.Task)
        {
            string error = devnet._error ?? devnet.DescribeEnd();
            await devnet.DisposeAsync();
            throw new DevnetException(error);
        }

        devnet.Ready = await devnet._ready.Task;
        return devnet;
    }

    public async Task TradeAsync(CancellationToken cancellation) =>
        await PostAsync(string.Create(CultureInfo.InvariantCulture, $"devnet/trade?blocks={_blocks}"), cancellation);

    /// <summary>Where the devnet is.</summary>
    public async Task<DevnetStatus> GetStatusAsync(CancellationToken cancellation) =>
        await _http.GetFromJsonAsync<DevnetStatus>(new Uri(new Uri(Ready.ControlUrl), "devnet/status"), cancellation)
            ?? throw new DevnetException("The devnet's status is empty.");

    public async Task StopTradingAsync(CancellationToken cancellation) => await PostAsync("devnet/stop-trading", cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
        _log.Dispose();
    }

    private async Task PostAsync(string path, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.PostAsync(new Uri(new Uri(Ready.ControlUrl), path), content: null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    private void OnLine(OutputLine line)
    {
        _log.Write(line);
        if (line.IsError || !DevnetMessage.TryParse(line.Text, out DevnetMessage? message))
        {
            return;
        }

        switch (message)
        {
            case DevnetProgress progress:
                _view.Step(progress.Message);
                break;
            case DevnetReady ready:
                _ready.TrySetResult(ready);
                break;
            case DevnetBlock block:
                if (block.Trades > 0)
                {
                    Interlocked.Increment(ref _traded);
                }

                _view.Block(block, TradedBlocks, _blocks);
                break;
            case DevnetDisturbance disturbance:
                _view.Step($"{disturbance.Kind}: {disturbance.Detail}");
                break;
            case DevnetError error:
                _error = error.Message;
                break;
        }
    }
}
