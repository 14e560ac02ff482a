using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Arb.Devnet.Processes;

/// <summary>
/// A program that cannot outlive this process, however this process ends. It runs in its own session under
/// <c>watcher.mjs</c>, which holds a pipe to us as a lease: when the pipe closes, it ends the program and everything
/// in the program's process group within <see cref="ChildProcessSpec.KillAfter"/>.
/// </summary>
/// <remarks>
/// Ctrl-C in the terminal does not reach the program, so the starter can drain while its children live. The program
/// finds <see cref="StdinWatch.EnvironmentVariable"/> set: our own programs then end with their stdin, which covers
/// the death of the watcher as well.
/// </remarks>
public sealed partial class ChildProcess : IAsyncDisposable
{
    /// <summary>How many of the last lines are kept for error messages.</summary>
    private const int RecentLinesMax = 200;

    private const char ControlMark = '\u0001';
    private const int ExitCodeOfSignal = 128;
    private const int ExitCodeOfKilled = ExitCodeOfSignal + 9;
    private const int ExitCodeOfTerminated = ExitCodeOfSignal + 15;

    private readonly ChildProcessSpec _spec;
    private readonly Process _watcher;
    private readonly TaskCompletionSource<int> _started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _exited =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<OutputLine> _recentLines = new();
    private readonly SemaphoreSlim _orders = new(1, 1);
    private Task _pump = Task.CompletedTask;
    private int? _exitCode;
    private string? _failure;
    private bool _disposed;

    private ChildProcess(ChildProcessSpec spec, Process watcher)
    {
        _spec = spec;
        _watcher = watcher;
    }

    /// <summary>Id of the program itself, not of its watcher; also the id of its process group.</summary>
    public int Pid { get; private set; }

    /// <summary>
    /// Completes when the program is gone and all its lines were handed over: its exit code, or 128 + the signal
    /// that ended it.
    /// </summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The last lines printed, oldest first.</summary>
    public IReadOnlyList<OutputLine> RecentLines
    {
        get
        {
            lock (_recentLines)
            {
                return [.. _recentLines];
            }
        }
    }

    /// <summary>Starts a program and returns as soon as it runs, whether or not it is ready for anything.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="cancellation">Gives up waiting for the start and ends what was started.</param>
    /// <returns>The running program; dispose it to end it.</returns>
    /// <exception cref="DevnetException">The program, its folder or Node does not exist.</exception>
    public static async Task<ChildProcess> StartAsync(ChildProcessSpec spec, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.WorkingDirectory is { } folder && !Directory.Exists(folder))
        {
            throw new DevnetException(
                $"Cannot start {spec.Name}: the folder {folder} does not exist. Create it and run again.");
        }

        Process watcher = StartWatcher(spec);
        ChildProcess child = new(spec, watcher);
        child._pump = child.PumpAsync();
        try
        {
            child.Pid = await child._started.Task.WaitAsync(cancellation);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }

        return child;
    }

    /// <summary>
    /// Asks the program to end: closes its stdin, sends SIGTERM after <see cref="ChildProcessSpec.TerminateAfter"/>,
    /// and SIGKILL to its process group when the patience is used up.
    /// </summary>
    /// <param name="patience">From now to SIGKILL.</param>
    /// <param name="cancellation">Gives up waiting; the program is still being ended.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan patience, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        await OrderAsync(string.Create(CultureInfo.InvariantCulture, $"stop {(long)patience.TotalMilliseconds}"));
        return await Exited.WaitAsync(cancellation);
    }

    /// <summary>Ends the program and its process group at once.</summary>
    /// <param name="cancellation">Gives up waiting; the program is still being ended.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> KillAsync(CancellationToken cancellation)
    {
        await OrderAsync("kill");
        return await Exited.WaitAsync(cancellation);
    }

    /// <summary>The last lines printed, as an indented block for an error message; without blank lines and stack frames.</summary>
    /// <param name="lines">How many lines at most.</param>
    /// <returns>The block, or a note that there was no output.</returns>
    public string DescribeOutput(int lines) => DescribeOutput(lines, static _ => true);

    /// <summary>How an ended program ended, as the rest of a sentence that begins with its name.</summary>
    /// <param name="lines">How many of its last lines are shown at most; none when it was killed, since it then says nothing of why.</param>
    /// <param name="isWorthShowing">Which lines may be shown; all when <see langword="null"/>.</param>
    /// <returns>For example "was killed (signal 9). Run again."</returns>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public string DescribeEnd(int lines, Func<OutputLine, bool>? isWorthShowing = null)
    {
        if (!Exited.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException($"{_spec.Name} still runs.");
        }

        return Exited.Result is ExitCodeOfKilled or ExitCodeOfTerminated
            ? $"was killed (signal {Exited.Result - ExitCodeOfSignal}). Run again."
            : $"ended with exit code {Exited.Result}. Its last lines:\n{DescribeOutput(lines, isWorthShowing ?? (static _ => true))}";
    }

    /// <summary>Ends the program as the death of this process would, and waits until it is gone.</summary>
    /// <returns>A task that ends with the program.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await ReleaseLeaseAsync();
        await _pump;
        _watcher.Dispose();
        _orders.Dispose();
    }

    private string DescribeOutput(int lines, Func<OutputLine, bool> isWorthShowing)
    {
        IEnumerable<string> shown = RecentLines
            .Where(line => isWorthShowing(line) && !StackFrame().IsMatch(line.Text) && !string.IsNullOrWhiteSpace(line.Text))
            .Select(line => $"  {line.Text}")
            .TakeLast(lines);
        string text = string.Join('\n', shown);
        return text.Length == 0 ? "  (it printed nothing)" : text;
    }

    // Of .NET and of Node: for whoever looks for a bug, who finds it in the program's log.
    [GeneratedRegex(@"^\s+at\s")]
    private static partial Regex StackFrame();

    private static Process StartWatcher(ChildProcessSpec spec)
    {
        ProcessStartInfo start = new(spec.NodePath)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            CreateNoWindow = true,
            WorkingDirectory = spec.WorkingDirectory ?? string.Empty,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Processes", "watcher.mjs"));
        start.ArgumentList.Add(Milliseconds(spec.TerminateAfter));
        start.ArgumentList.Add(Milliseconds(spec.KillAfter));
        start.ArgumentList.Add(spec.ScratchFolder ?? string.Empty);
        start.ArgumentList.Add(spec.FileName);
        foreach (string argument in spec.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[StdinWatch.EnvironmentVariable] = "1";
        foreach ((string name, string? value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DevnetException(
                $"Cannot start {spec.Name}: {spec.NodePath} did not start ({e.Message}). "
                + "Install Node.js 20 or newer so that 'node' is on the PATH and run again.",
                e);
        }
    }

    private static string Milliseconds(TimeSpan span) =>
        ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private async Task PumpAsync()
    {
        await Task.WhenAll(
            ReadAsync(_watcher.StandardOutput, isError: false),
            ReadAsync(_watcher.StandardError, isError: true));
        await _watcher.WaitForExitAsync();

        if (_exitCode is null && Pid != 0)
        {
            // The watcher was killed before it could report: the program's group has lost its guard.
            ProcessSignals.KillGroup(Pid);
        }

        _started.TrySetException(new DevnetException(
            $"Cannot start {_spec.Name}: {_failure ?? "its watcher ended at once"}. "
            + $"Check that {_spec.FileName} exists and may be executed, and run again."));
        // Nobody waits for the start any more: the exception above is seen only if it came too early.
        _ = _started.Task.Exception;
        _exited.TrySetResult(_exitCode ?? ExitCodeOfKilled);
    }

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            if (!isError && text.StartsWith(ControlMark))
            {
                ReadControl(text.AsSpan(1));
            }
            else
            {
                Hand(new OutputLine(text, isError));
            }
        }
    }

    private void ReadControl(ReadOnlySpan<char> control)
    {
        int space = control.IndexOf(' ');
        ReadOnlySpan<char> verb = space < 0 ? control : control[..space];
        ReadOnlySpan<char> value = control[(space + 1)..];
        switch (verb)
        {
            case "pid":
                Pid = int.Parse(value, CultureInfo.InvariantCulture);
                _started.TrySetResult(Pid);
                break;
            case "exit":
                _exitCode = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            default:
                _failure = value.ToString();
                break;
        }
    }

    private void Hand(OutputLine line)
    {
        lock (_recentLines)
        {
            if (_recentLines.Count == RecentLinesMax)
            {
                _recentLines.Dequeue();
            }

            _recentLines.Enqueue(line);
        }

        _spec.OnLine?.Invoke(line);
    }

    private async Task OrderAsync(string order)
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        await _orders.WaitAsync();
        try
        {
            await _watcher.StandardInput.WriteLineAsync(order);
            await _watcher.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The watcher is gone and with it the program: there is nobody left to obey.
            await Exited;
        }
        finally
        {
            _orders.Release();
        }
    }

    private async Task ReleaseLeaseAsync()
    {
        await _orders.WaitAsync();
        try
        {
            _watcher.StandardInput.Close();
        }
        catch (IOException)
        {
            // Closing flushes; a watcher that ended first has already ended the program.
            await _exited.Task;
        }
        finally
        {
            _orders.Release();
        }
    }
}
