using System.Diagnostics;

namespace Arb.Integration.Tests.Cli;

/// <summary>A command that runs to its end by itself, its two outputs apart.</summary>
internal static class ArbRun
{
    public static async Task<(int Code, string Output, string Error)> ToEndAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(ArbProcess.DotNet)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(ArbProcess.Built("Arb.Cli", "arb.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
