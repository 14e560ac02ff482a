using System.Collections.Concurrent;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_and_exit_code_are_the_programs_own()
    {
        ConcurrentQueue<OutputLine> lines = new();
        await using ChildProcess child = await ChildProcess.StartAsync(
            Shell("echo out; echo err >&2; printf 'no line break'; exit 7") with { OnLine = lines.Enqueue },
            Cancellation);

        Assert.Equal(7, await child.Exited.WaitAsync(Cancellation));
        Assert.Equal(
            [new("err", true), new("no line break", false), new("out", false)],
            lines.OrderBy(line => line.Text, StringComparer.Ordinal));
        Assert.Contains("no line break", child.DescribeOutput(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_a_program_is_told_with_its_last_words_and_without_stack_frames()
    {
        await using ChildProcess child = await ChildProcess.StartAsync(
            Shell("echo first; echo; echo 'Error: last' >&2; echo '    at frame (file.js:1:2)' >&2; exit 7"), Cancellation);
        await child.Exited.WaitAsync(Cancellation);

        Assert.Equal("ended with exit code 7. Its last lines:\n  Error: last", child.DescribeEnd(5, line => line.IsError));
        Assert.Equal("ended with exit code 7. Its last lines:\n  (it printed nothing)", child.DescribeEnd(5, _ => false));
        Assert.DoesNotContain("frame", child.DescribeOutput(5), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_program_was_killed_is_said_instead_of_what_it_printed_last()
    {
        await using ChildProcess child = await ChildProcess.StartAsync(Shell("echo at work; sleep 600"), Cancellation);
        Assert.Throws<InvalidOperationException>(() => child.DescribeEnd(5));

        await child.KillAsync(Cancellation);

        Assert.Equal("was killed (signal 9). Run again.", child.DescribeEnd(5));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ChildProcess.StartAsync(
            new ChildProcessSpec { Name = "nothing", FileName = "/no/such/program" }, Cancellation));

        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_node_is_named_with_the_remedy()
    {
        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ChildProcess.StartAsync(
            Shell("exit 0") with { NodePath = "/no/such/node" }, Cancellation));

        Assert.Contains("/no/such/node", error.Message, StringComparison.Ordinal);
        Assert.Contains("Install Node.js 20", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_may_end_with_its_stdin_before_any_signal()
    {
        await using ChildProcess child = await ChildProcess.StartAsync(
            Shell("cat; echo drained; exit 5") with { TerminateAfter = TimeSpan.FromMinutes(1) }, Cancellation);

        Assert.Equal(5, await child.StopAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal("drained", child.RecentLines[^1].Text);
    }

    [Fact]
    public async Task A_program_that_ignores_its_stdin_gets_sigterm()
    {
        await using ChildProcess child = await StartReadyAsync("trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");

        Assert.Equal(9, await child.StopAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task A_program_that_ignores_everything_is_killed()
    {
        await using ChildProcess child = await StartReadyAsync("trap '' TERM; echo ready; while :; do sleep 0.1; done");

        Assert.Equal(137, await child.StopAsync(TimeSpan.FromSeconds(0.2), Cancellation));
    }

    [Fact]
    public async Task Kill_does_not_wait_for_manners()
    {
        await using ChildProcess child = await ChildProcess.StartAsync(
            Shell("trap '' TERM; cat; sleep 600") with { TerminateAfter = TimeSpan.FromMinutes(1) }, Cancellation);

        Assert.Equal(137, await child.KillAsync(Cancellation));
        Assert.Equal(137, await child.StopAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task What_a_program_leaves_in_its_group_goes_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process table is read from /proc.");
        string mark = $"{Environment.ProcessId}-{UniqueName.Next("left")}";
        await using ChildProcess child = await ChildProcess.StartAsync(
            Marked(Shell("trap '' HUP; sleep 600 & exit 0"), mark), Cancellation);

        Assert.Equal(0, await child.Exited.WaitAsync(Cancellation));
        Assert.Empty(await ProcessTable.LeftAfterAsync(mark, Patience, Cancellation));
    }

    [Fact]
    public async Task A_killed_watcher_takes_the_program_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process table is read from /proc.");
        string mark = $"{Environment.ProcessId}-{UniqueName.Next("watcher")}";
        await using ChildProcess child = await ChildProcess.StartAsync(
            Marked(Shell("trap '' TERM; while :; do sleep 0.1; done"), mark), Cancellation);

        (int watcher, _) = Assert.Single(
            ProcessTable.Marked(mark), entry => entry.CommandLine.Contains("--watch", StringComparison.Ordinal));
        PosixSignals.Kill(watcher);

        Assert.Equal(137, await child.Exited.WaitAsync(Cancellation));
        Assert.Empty(await ProcessTable.LeftAfterAsync(mark, Patience, Cancellation));
    }

    [Fact]
    public async Task The_scratch_folder_goes_even_when_the_program_is_killed()
    {
        using TempFolder temp = new();
        string scratch = temp.At("scratch");
        Directory.CreateDirectory(scratch);
        ChildProcessSpec spec = Shell("echo data > file; echo ready; sleep 600");
        await using ChildProcess child = await ChildProcess.StartAsync(
            spec with { WorkingDirectory = scratch, ScratchFolder = scratch }, Cancellation);

        await child.KillAsync(Cancellation);

        Assert.False(Directory.Exists(scratch));
    }

    /// <summary>Started, and past its traps: a signal that comes before them does what signals do.</summary>
    private static async Task<ChildProcess> StartReadyAsync(string script)
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ChildProcess child = await ChildProcess.StartAsync(
            Shell(script) with
            {
                OnLine = line =>
                {
                    if (line.Text == "ready")
                    {
                        ready.TrySetResult();
                    }
                },
            },
            Cancellation);
        await Task.WhenAny(ready.Task, child.Exited).WaitAsync(Cancellation);
        return child;
    }

    private static ChildProcessSpec Shell(string script) => new()
    {
        Name = "shell",
        FileName = "/bin/sh",
        Arguments = ["-c", script],
        TerminateAfter = TimeSpan.Zero,
    };

    private static ChildProcessSpec Marked(ChildProcessSpec spec, string mark) =>
        spec with { Environment = new Dictionary<string, string?> { [ProcessTable.MarkVariable] = mark } };
}
