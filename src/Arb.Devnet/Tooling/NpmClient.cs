using Arb.Devnet.Processes;

namespace Arb.Devnet.Tooling;

/// <summary>Runs npm so that it ends with us, retries it once, and explains its failures.</summary>
internal sealed class NpmClient(NodeRuntime node, TimeProvider time)
{
    private const int Attempts = 2;
    private const int LinesShown = 12;

    // npm's own repetitions wait for 10 and 60 s: a registry that is not there would be found out after minutes.
    private static readonly string[] Switches =
    [
        "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=warn",
        "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000",
    ];

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);

    /// <summary>Runs one npm command to its end.</summary>
    /// <param name="step">Name of the set-up step, for progress.</param>
    /// <param name="arguments">npm's arguments.</param>
    /// <param name="workingDirectory">Where npm runs.</param>
    /// <param name="progress">Told every few seconds that npm is still at work.</param>
    /// <param name="cancellation">Ends npm.</param>
    /// <returns>A task that ends with npm's success.</returns>
    /// <exception cref="DevnetException">npm failed twice.</exception>
    public async Task RunAsync(
        string step,
        IReadOnlyList<string> arguments,
        string workingDirectory,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            (int exitCode, string output) =
                await RunOnceAsync(step, arguments, workingDirectory, progress, cancellation);
            if (exitCode == 0)
            {
                return;
            }

            if (attempt == Attempts)
            {
                throw new DevnetException(
                    $"'npm {string.Join(' ', arguments)}' failed {Attempts} times (exit code {exitCode}). "
                    + $"npm's last lines:\n{output}\n"
                    + "Check that this machine reaches its npm registry ('npm ping') and has disk space, and run again.");
            }

            progress?.Report(new SetupProgress(
                step, $"'npm {string.Join(' ', arguments)}' failed (exit code {exitCode}), trying once more"));
            await Task.Delay(RetryAfter, time, cancellation);
        }
    }

    /// <summary>npm says what went wrong first and its usage afterwards: of the error lines, the first are shown.</summary>
    internal static string Describe(IReadOnlyList<OutputLine> lines)
    {
        const string Mark = "npm error";
        List<string> errors =
        [
            .. lines.Select(line => line.Text.Trim())
                .Where(text => text.StartsWith(Mark, StringComparison.Ordinal) && IsWorthShowing(text[Mark.Length..]))
                .Take(LinesShown),
        ];
        IEnumerable<string> shown = errors.Count > 0 ? errors : lines.TakeLast(LinesShown).Select(line => line.Text);
        string text = string.Join('\n', shown.Select(line => $"  {line}"));
        return text.Length > 0 ? text : "  (it printed nothing)";
    }

    /// <summary>Neither an empty line nor a frame of npm's stack nor what its error object holds besides the message.</summary>
    private static bool IsWorthShowing(string text)
    {
        string trimmed = text.TrimStart();
        return trimmed.Length > 1 && !trimmed.StartsWith("at ", StringComparison.Ordinal) && text.Length - trimmed.Length < 3;
    }

    private async Task<(int ExitCode, string Output)> RunOnceAsync(
        string step,
        IReadOnlyList<string> arguments,
        string workingDirectory,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        (string fileName, string[] prefix) = node.NpmCommand();
        long start = time.GetTimestamp();
        await using ChildProcess npm = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "npm",
                FileName = fileName,
                Arguments = [.. prefix, .. arguments, .. Switches],
                NodePath = node.NodePath,
                WorkingDirectory = workingDirectory,
                // npm does nothing with its stdin.
                TerminateAfter = TimeSpan.Zero,
            },
            cancellation);

        while (true)
        {
            try
            {
                int exitCode = await npm.Exited.WaitAsync(ReportEvery, time, cancellation);
                return (exitCode, Describe(npm.RecentLines));
            }
            catch (TimeoutException)
            {
                progress?.Report(
                    new SetupProgress(step, $"'npm {string.Join(' ', arguments)}' is at work ({time.GetElapsedTime(start).TotalSeconds:F0} s)"));
            }
        }
    }
}
