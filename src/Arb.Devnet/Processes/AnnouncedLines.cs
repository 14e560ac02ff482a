namespace Arb.Devnet.Processes;

/// <summary>Collects the lines by which a server says that it listens, until there are as many as expected.</summary>
internal sealed class AnnouncedLines(int expected)
{
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<string[]> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the meaningful part of one such line.</summary>
    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            if (_lines.Count == expected)
            {
                _all.TrySetResult([.. _lines]);
            }
        }
    }

    /// <summary>Waits for all lines, or for the end of the process or of the patience, which are errors.</summary>
    public async Task<string[]> WaitAsync(
        ChildProcess process,
        string name,
        TimeSpan timeout,
        CancellationToken cancellation)
    {
        Task timedOut = Task.Delay(timeout, TimeProvider.System, cancellation);
        Task first = await Task.WhenAny(_all.Task, process.Exited, timedOut);
        if (first == _all.Task)
        {
            return await _all.Task;
        }

        cancellation.ThrowIfCancellationRequested();
        const int LinesShown = 15;
        throw new DevnetException(first == process.Exited
            ? $"{name} {process.DescribeEnd(LinesShown)}"
            : $"{name} did not listen within {timeout}. Its last lines:\n{process.DescribeOutput(LinesShown)}");
    }
}
