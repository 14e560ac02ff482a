using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>
/// The host the app's Program.cs runs. Order matters: functions are checked and the store is reached before the port
/// is opened, and nothing runs before it is; so every start that fails, fails without having done anything.
/// </summary>
internal sealed class LocalFunctionsHost(WebApplication app, HostOptions options, StartFailure failure)
    : IHost, IAsyncDisposable
{
    private readonly FunctionsRuntime _runtime = app.Services.GetRequiredService<FunctionsRuntime>();

    public IServiceProvider Services => app.Services;

    /// <summary>Addresses the server listens on, with the ports it was given.</summary>
    public IReadOnlyCollection<string> Addresses =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _runtime.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            failure.Report(error, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Host"));
            throw;
        }

        _runtime.Start();
        foreach (string address in Addresses)
        {
            await Console.Out.WriteLineAsync($"Listening on {address}").ConfigureAwait(false);
        }

        await Console.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (options.ExitWithStandardInput)
        {
            _ = Task.Factory.StartNew(
                StopWhenInputEnds, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _runtime.StopAsync().ConfigureAwait(false);
        await app.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await _runtime.StopAsync().ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
    }

    private void StopWhenInputEnds()
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
            continue;
        }

        app.Lifetime.StopApplication();
    }
}

/// <summary>
/// Turns a failed start into one line and an exit code. The stack trace is logged at debug level: it is for whoever
/// looks for a bug, not for whoever mistyped a setting.
/// </summary>
internal sealed partial class StartFailure(Action<string> report)
{
    /// <summary>For the app's own process: writes the line and leaves.</summary>
    public static StartFailure ExitProcess { get; } = new(message =>
    {
        Console.Error.WriteLine($"error: {message}");
        Console.Error.Flush();
        Environment.Exit(1);
    });

    public void Report(Exception error, ILogger? logger = null)
    {
        if (logger is not null)
        {
            LogTrace(logger, error);
        }

        report(Explain(error).ReplaceLineEndings(" "));
    }

    private static string Explain(Exception error) => error switch
    {
        HostStartException known => known.Message,
        OptionsValidationException invalid => $"The settings are not valid: {string.Join(" | ", invalid.Failures.Select(InOurWords))}",
        AggregateException many => string.Join(" | ", many.InnerExceptions.Select(Explain)),
        IOException { InnerException: AddressInUseException } inUse =>
            $"{inUse.Message.TrimEnd('.')}. Choose another with --urls, or port 0 for any free one.",
        _ => $"The app cannot start: {Chain(error)}",
    };

    /// <summary>Data annotations wrap the message of the attribute, which says it all, into the names of types and members.</summary>
    private static string InOurWords(string failure) =>
        Annotation().Match(failure) is { Success: true } match ? match.Groups["message"].Value : failure;

    [GeneratedRegex("^DataAnnotation validation failed for '.*' members: '.*' with the error: '(?<message>.*)'\\.$")]
    private static partial Regex Annotation();

    private static string Chain(Exception error) =>
        error.InnerException is { } inner && !error.Message.Contains(inner.Message, StringComparison.Ordinal)
        ? $"{error.Message.TrimEnd('.')}: {Chain(inner)}"
        : error.Message;

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "The start failed")]
    private static partial void LogTrace(ILogger logger, Exception error);
}
