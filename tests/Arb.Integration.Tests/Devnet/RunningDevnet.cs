using System.Threading.Channels;
using Arb.Devnet.Hosting;
using Arb.Devnet.Processes;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The devnet's process, started as the CLI starts it; all it starts carries a mark.</summary>
internal sealed class RunningDevnet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Channel<DevnetMessage> _messages = Channel.CreateBounded<DevnetMessage>(1_000);
    private readonly Lock _gate = new();
    private readonly List<string> _otherLines = [];

    private RunningDevnet(string mark)
    {
        Mark = mark;
    }

    public string Mark { get; }

    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Lines on stdout that are not messages.</summary>
    public IReadOnlyList<string> OtherLines
    {
        get
        {
            lock (_gate)
            {
                return [.. _otherLines];
            }
        }
    }

    public static async Task<RunningDevnet> StartAsync(CancellationToken cancellation, params string[] arguments)
    {
        await TestTools.AllAsync();
        RunningDevnet devnet = new($"{Environment.ProcessId}-{UniqueName.Next("devnet")}");
        devnet.Process = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the devnet",
                FileName = Path.Combine(AppContext.BaseDirectory, "Arb.Devnet"),
                Arguments = arguments,
                Environment = new Dictionary<string, string?> { [ProcessTable.MarkVariable] = devnet.Mark },
                TerminateAfter = TimeSpan.FromSeconds(10),
                KillAfter = TimeSpan.FromSeconds(15),
                OnLine = devnet.Take,
            },
            cancellation);
        // All its lines have come when it counts as ended.
        _ = devnet.Process.Exited.ContinueWith(
            _ => devnet._messages.Writer.TryComplete(), TaskScheduler.Default);
        return devnet;
    }

    /// <summary>The next message of a kind; others before it are skipped.</summary>
    public async Task<T> NextAsync<T>(CancellationToken cancellation)
        where T : DevnetMessage
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        await foreach (DevnetMessage message in _messages.Reader.ReadAllAsync(patience.Token))
        {
            if (message is T wanted)
            {
                return wanted;
            }

            if (message is DevnetError error)
            {
                Assert.Fail(error.Message);
            }
        }

        throw new InvalidOperationException($"It ended without it; it said:\n{Process.DescribeOutput(20)}");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private void Take(OutputLine line)
    {
        if (line.IsError)
        {
            return;
        }

        if (DevnetMessage.TryParse(line.Text, out DevnetMessage? message))
        {
            _messages.Writer.TryWrite(message);
            return;
        }

        lock (_gate)
        {
            _otherLines.Add(line.Text);
        }
    }
}
