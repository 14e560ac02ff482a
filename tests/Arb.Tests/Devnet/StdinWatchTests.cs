using System.IO.Pipes;
using Arb.Devnet.Processes;

namespace Arb.Tests.Devnet;

public sealed class StdinWatchTests
{
    [Fact]
    public async Task Only_the_end_of_the_input_cancels()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        StdinWatch watch = StdinWatch.Start(reader);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = watch.Ended.Register(ended.SetResult);

        writer.Write("chatter that means nothing\n"u8);
        writer.Flush();
        Assert.False(watch.Ended.IsCancellationRequested);

        writer.Dispose();
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_a_lease_stdin_means_nothing()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable(StdinWatch.EnvironmentVariable) is null,
            "This test run is itself a leased child.");

        Assert.False(StdinWatch.Start().Ended.CanBeCanceled);
    }
}
