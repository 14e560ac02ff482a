using System.Runtime.InteropServices;
using Arb.Devnet.Processes;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Hosting;

/// <summary>
/// The devnet as a program: runs until its stdin ends, its starter is gone, a signal says so, or something it needs has
/// died. Speaks <see cref="DevnetMessage"/> on stdout.
/// </summary>
internal static class DevnetProcess
{
    /// <summary>Runs it.</summary>
    /// <returns>0 when it was told to end, 1 when it could not go on.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TimeProvider time)
    {
        MessageWriter messages = new(output);
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        StdinWatch stdin = StdinWatch.Start();
        await using ParentWatch parent = ParentWatch.Start(time);
        using CancellationTokenSource signalled = new();
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, signalled);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, signalled);
        using CancellationTokenSource stop =
            CancellationTokenSource.CreateLinkedTokenSource(stdin.Ended, parent.ParentGone, signalled.Token);
        try
        {
            DevnetArguments parsed = DevnetArguments.Parse(arguments);
            await using DevnetHost host = await DevnetHost.StartAsync(parsed, messages, logging, time, stop.Token);
            await host.RunAsync(stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
#pragma warning disable CA1031 // The last line of defence: whatever it was, the starter learns of it by one line.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            messages.Write(new DevnetError(failed is DevnetException ? failed.Message : Describe(failed)));
            return 1;
        }
    }

    private static string Describe(Exception failed) => $"{failed.GetType().Name}: {failed.Message}";

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource signalled) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Else the runtime would end the process before its children are.
            context.Cancel = true;
            signalled.Cancel();
        });
}
