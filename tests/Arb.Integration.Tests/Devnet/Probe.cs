using System.Threading.Channels;
using Arb.Devnet.Processes;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>
/// A running Arb.ProcessProbe, whose every descendant carries a mark. It runs in a process group of its own, so that
/// a test can do to it what a terminal does.
/// </summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(1000);

    private Probe(string mark)
    {
        Mark = mark;
    }

    public string Mark { get; }

    public ChildProcess Process { get; private set; } = null!;

    public static async Task<Probe> StartAsync(CancellationToken cancellation, params string[] arguments)
    {
        Probe probe = new($"{Environment.ProcessId}-{UniqueName.Next("probe")}");
        string program = Path.Combine(AppContext.BaseDirectory, "Arb.ProcessProbe");
        probe.Process = await ChildProcess.StartAsync(probe.Spec(program, arguments), cancellation);
        return probe;
    }

    /// <summary>
    /// Starts it under another program and in a session of its own, where nobody but itself would end it.
    /// </summary>
    public static async Task<Probe> StartUnderAnotherAsync(CancellationToken cancellation, params string[] arguments)
    {
        Probe probe = new($"{Environment.ProcessId}-{UniqueName.Next("probe")}");
        string program = Path.Combine(AppContext.BaseDirectory, "Arb.ProcessProbe");
        const string Script =
            "require('child_process').spawn(process.argv[1], process.argv.slice(2), "
            + "{ detached: true, stdio: ['ignore', 'inherit', 'inherit'] })";
        ChildProcessSpec spec = probe.Spec("node", ["-e", Script, program, .. arguments]);
        probe.Process = await ChildProcess.StartAsync(spec, cancellation);
        return probe;
    }

    /// <summary>The next line that begins so, without that beginning.</summary>
    public async Task<string> LineAsync(string beginning, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        await foreach (string line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line[beginning.Length..].Trim();
            }
        }

        throw new InvalidOperationException($"No line '{beginning}'; it said:\n{Process.DescribeOutput(20)}");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private ChildProcessSpec Spec(string program, IReadOnlyList<string> arguments) => new()
    {
        Name = "probe",
        FileName = program,
        Arguments = arguments,
        Environment = new Dictionary<string, string?> { [ProcessTable.MarkVariable] = Mark },
        OnLine = line => _lines.Writer.TryWrite(line.Text),
    };
}
