using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Arb.Devnet.Tooling;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary>A built program, <c>arb</c> or the app, as a user starts it: a process of its own in a process group of its own.</summary>
internal sealed class ArbProcess : IDisposable
{
    /// <summary>The one outer limit of every wait: without it a test that waits for what never comes hangs its run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _waiting = new();
    private readonly Task _reading;

    private ArbProcess(Process process, string mark)
    {
        _process = process;
        Mark = mark;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What everything it starts carries in its environment.</summary>
    public string Mark { get; }

    /// <summary>The <c>dotnet</c> that runs built programs.</summary>
    public static string DotNet =>
        Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : FindOnPath("dotnet");

    public int Pid => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts <c>arb</c>; <c>setsid</c> gives it a group, so that a test can press Ctrl-C.</summary>
    public static ArbProcess Start(IEnumerable<string> arguments, string? path = null) =>
        StartDotNet([Built("Arb.Cli", "arb.dll"), .. arguments], path is null ? [] : new() { ["PATH"] = path });

    /// <summary>Starts <c>arb</c> as a shell starts what a script puts into the background: with SIGINT ignored.</summary>
    public static ArbProcess StartWithoutInterrupt(IEnumerable<string> arguments) =>
        StartDotNet([Built("Arb.Cli", "arb.dll"), .. arguments], [], "trap '' INT; exec \"$@\"");

    /// <summary>Starts <c>arb</c> from its project, as the README says.</summary>
    public static ArbProcess StartProject(IEnumerable<string> arguments)
    {
        // …/bin/<mode>/<configuration>/<framework>/
        string configuration = Directory.GetParent(Built("Arb.Cli", "arb.dll"))!.Parent!.Name;
        string project = Path.Combine(RepositoryRoot.Find(), "src", "Arb.Cli");
        return StartDotNet(["run", "--no-build", "-c", configuration, "--project", project, "--", .. arguments], []);
    }

    /// <summary>Starts the Functions app with settings as an operator gives them: in the environment.</summary>
    public static ArbProcess StartApp(IReadOnlyDictionary<string, string?> settings, IEnumerable<string> arguments) =>
        StartDotNet([Built("ArbFunctions", "ArbFunctions.dll"), .. arguments], new(settings));

    public static string Built(string project, string file)
    {
        string root = RepositoryRoot.Find();
        string tail = Path.GetRelativePath(Path.Combine(root, "tests", "Arb.Integration.Tests"), AppContext.BaseDirectory);
        string dll = Path.Combine(root, "src", project, tail, file);
        Assert.True(File.Exists(dll), $"{dll} is not built");
        return dll;
    }

    private static ArbProcess StartDotNet(
        IEnumerable<string> arguments, Dictionary<string, string?> environment, string shell = "exec \"$@\"")
    {
        string mark = $"{UniqueName.Next("demo")}-{Environment.ProcessId}";
        ProcessStartInfo start = new("setsid") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(shell);
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(DotNet);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ProcessTable.MarkVariable] = mark;
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ArbProcess(Process.Start(start)!, mark);
    }

    /// <summary>The first line that contains a text, from now on or before.</summary>
    public async Task<string> LineAsync(string text, CancellationToken cancellation)
    {
        TaskCompletionSource<string> found = _waiting.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        foreach (string line in Output.Split('\n').Where(l => l.Contains(text, StringComparison.Ordinal)))
        {
            found.TrySetResult(line);
        }

        Task first = await WaitAsync(Task.WhenAny(found.Task, ExitAsync(cancellation)), $"printed '{text}'", cancellation);
        Assert.True(first == found.Task || found.Task.IsCompleted, $"It ended before it printed '{text}':\n{Output}");
        return await found.Task;
    }

    /// <summary>Its exit code, after all its output was read.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellation)
    {
        await WaitAsync(EndAsync(cancellation), "ended", cancellation);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<bool> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        await _reading.WaitAsync(cancellation);
        return true;
    }

    private async Task<T> WaitAsync<T>(Task<T> task, string what, CancellationToken cancellation)
    {
        try
        {
            return await task.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"It has not {what} after {Patience}:\n{Output}");
        }
    }

    private static string FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .First(File.Exists);

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            foreach ((string text, TaskCompletionSource<string> found) in _waiting)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    found.TrySetResult(line);
                }
            }
        }
    }
}
