using System.Globalization;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>Nothing that the devnet starts outlives its starter, however that one ends.</summary>
public sealed class LifetimeTests
{
    /// <summary>The promise is five seconds; a loaded build machine gets more before the test calls it broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_left_after_sigkill(bool wholeGroup)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process table is read from /proc.");
        await TestTools.NpmAsync();
        await using Probe probe = await Probe.StartAsync(Cancellation, "keep-children");
        await probe.LineAsync("ready", Cancellation);
        // Itself and its watchers, anvil, Azurite and a shell that ignores signals, with its own child.
        Assert.InRange(ProcessTable.Marked(probe.Mark).Count, 8, 20);

        if (wholeGroup)
        {
            PosixSignals.KillGroup(probe.Process.Pid);
        }
        else
        {
            PosixSignals.Kill(probe.Process.Pid);
        }

        Assert.Empty(await ProcessTable.LeftAfterAsync(probe.Mark, Patience, Cancellation));
        Assert.Equal(137, await probe.Process.Exited);
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_children_to_a_starter_that_drains()
    {
        await using Probe probe = await Probe.StartAsync(Cancellation, "drain-on-interrupt");
        await probe.LineAsync("ready", Cancellation);

        PosixSignals.InterruptGroup(probe.Process.Pid);

        Assert.Equal("alive", await probe.LineAsync("child", Cancellation));
        Assert.Equal("by itself with 0", await probe.LineAsync("child ended", Cancellation));
        Assert.Equal(0, await probe.Process.Exited);
    }

    [Fact]
    public async Task A_program_learns_that_its_parent_was_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process table is read from /proc.");
        await using Probe probe = await Probe.StartUnderAnotherAsync(Cancellation, "watch-parent");
        int pid = int.Parse(await probe.LineAsync("ready", Cancellation), CultureInfo.InvariantCulture);
        Assert.NotEqual(probe.Process.Pid, pid);

        PosixSignals.Kill(probe.Process.Pid);

        Assert.Empty(await ProcessTable.LeftAfterAsync(probe.Mark, Patience, Cancellation));
    }
}
