using System.Globalization;
using System.Text.RegularExpressions;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>
/// Everything that can be set about the local host. <c>FunctionsHost:*</c> belongs to the local runtime;
/// <c>AzureFunctionsJobHost:*</c> is host.json, under the same keys the real host uses.
/// </summary>
internal sealed partial class HostOptions
{
    private const string HostJson = "AzureFunctionsJobHost:";
    private const string Local = "FunctionsHost:";

    /// <summary>Connection string of the store (Azurite).</summary>
    public required string StorageConnection { get; init; }

    /// <summary>Separates apps that share a store: names lock blobs.</summary>
    public required string HostId { get; init; }

    /// <summary>Separates orchestrations and queues of apps that share a store.</summary>
    public required string HubName { get; init; }

    /// <summary>Partitions of the task hub; fixed when the hub is created.</summary>
    public int PartitionCount { get; init; } = 4;

    /// <summary>Activities running at once in this process.</summary>
    public int ConcurrentActivitiesMax { get; init; } = 32;

    /// <summary>Orchestrator turns running at once in this process.</summary>
    public int ConcurrentOrchestratorsMax { get; init; } = 16;

    /// <summary>Version new instances get when the caller names none.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    /// <summary>Which versions of orchestrations this app runs.</summary>
    public VersionMatchStrategy VersionMatch { get; init; } = VersionMatchStrategy.CurrentOrOlder;

    /// <summary>What happens to an orchestration of another version.</summary>
    public VersionFailureStrategy VersionFailure { get; init; } = VersionFailureStrategy.Reject;

    /// <summary>Messages of one queue running at once in this process.</summary>
    public int ConcurrentMessagesMax { get; init; } = 16;

    /// <summary>Whether a successful return completes a message if the trigger does not say.</summary>
    public bool AutoCompleteMessages { get; init; } = true;

    /// <summary>Prefix of HTTP functions, without slashes; may be empty.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How long a process may be silent before another takes its partitions over.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long running functions may finish after the host was asked to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Key for everything; generated and kept in the store if not set.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Key for functions; generated and kept in the store if not set.</summary>
    public string? FunctionKey { get; init; }

    /// <summary>Key for Durable's HTTP API; generated and kept in the store if not set.</summary>
    public string? SystemKey { get; init; }

    /// <summary>Whether the host stops when its standard input ends.</summary>
    public bool ExitWithStandardInput { get; init; }

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="HostStartException">A setting is missing or out of range.</exception>
    public static HostOptions From(IConfiguration configuration, string appName)
    {
        string? storage = configuration["AzureWebJobsStorage"];
        if (string.IsNullOrWhiteSpace(storage))
        {
            throw new HostStartException(
                "AzureWebJobsStorage is not set. Set it to the connection string of Azurite, "
                + "for example UseDevelopmentStorage=true.");
        }

        string hub = configuration[HostJson + "extensions:durableTask:hubName"] ?? DefaultHub(appName);
        hub = SettingText.Resolve(configuration, hub, "extensions.durableTask.hubName in host.json");
        if (!HubNamePattern().IsMatch(hub))
        {
            throw new HostStartException(
                $"Task hub name '{hub}' (extensions.durableTask.hubName in host.json) is not valid: "
                + "3 to 45 letters and digits, beginning with a letter.");
        }

        string hostId = configuration[HostJson + "id"] ?? configuration[Local + "HostId"]
            ?? configuration["AzureFunctionsWebHost:hostid"] ?? DefaultHostId(appName);
        if (!HostIdPattern().IsMatch(hostId))
        {
            throw new HostStartException(
                $"Host id '{hostId}' is not valid: 1 to 32 lower-case letters, digits and single dashes.");
        }

        return new HostOptions
        {
            StorageConnection = storage,
            HostId = hostId,
            HubName = hub,
            PartitionCount = Int(configuration, HostJson + "extensions:durableTask:storageProvider:partitionCount", 4, 1, 16),
            ConcurrentActivitiesMax =
                Int(configuration, HostJson + "extensions:durableTask:maxConcurrentActivityFunctions", 32, 1, 1000),
            ConcurrentOrchestratorsMax =
                Int(configuration, HostJson + "extensions:durableTask:maxConcurrentOrchestratorFunctions", 16, 1, 1000),
            DefaultVersion = configuration[HostJson + "extensions:durableTask:defaultVersion"] ?? string.Empty,
            VersionMatch = Choice(
                configuration,
                HostJson + "extensions:durableTask:versionMatchStrategy",
                VersionMatchStrategy.CurrentOrOlder),
            VersionFailure = Choice(
                configuration, HostJson + "extensions:durableTask:versionFailureStrategy", VersionFailureStrategy.Reject),
            ConcurrentMessagesMax = Int(configuration, HostJson + "extensions:serviceBus:maxConcurrentCalls", 16, 1, 1000),
            AutoCompleteMessages = Bool(configuration, HostJson + "extensions:serviceBus:autoCompleteMessages", true),
            RoutePrefix = (configuration[HostJson + "extensions:http:routePrefix"] ?? "api").Trim('/'),
            LeaseDuration = Span(
                configuration, Local + "LeaseDuration", TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)),
            ShutdownTimeout = Span(
                configuration, Local + "ShutdownTimeout", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            MasterKey = NonEmpty(configuration[Local + "MasterKey"]),
            FunctionKey = NonEmpty(configuration[Local + "FunctionKey"]),
            SystemKey = NonEmpty(configuration[Local + "SystemKey"]),
            ExitWithStandardInput = configuration["exit-with-stdin"] is { } flag && flag is not ("0" or "false"),
        };
    }

    internal static int Int(IConfiguration configuration, string key, int fallback, int least, int most)
    {
        string? text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value)
            && value >= least && value <= most
            ? value
            : throw new HostStartException($"{key} is '{text}'; it must be a whole number from {least} to {most}.");
    }

    internal static bool Bool(IConfiguration configuration, string key, bool fallback)
    {
        string? text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        return bool.TryParse(text, out bool value)
            ? value
            : throw new HostStartException($"{key} is '{text}'; it must be true or false.");
    }

    internal static TimeSpan Span(
        IConfiguration configuration, string key, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        string? text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value) && value >= least && value <= most
            ? value
            : throw new HostStartException(
                $"{key} is '{text}'; it must be a time span (hh:mm:ss) from {least:c} to {most:c}.");
    }

    private static TChoice Choice<TChoice>(IConfiguration configuration, string key, TChoice fallback)
        where TChoice : struct, Enum
    {
        string? text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        return Enum.TryParse(text, ignoreCase: true, out TChoice value) && Enum.IsDefined(value)
            ? value
            : throw new HostStartException(
                $"{key} is '{text}'; it must be one of {string.Join(", ", Enum.GetNames<TChoice>())}.");
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string DefaultHub(string appName)
    {
        string letters = new([.. appName.Where(char.IsAsciiLetterOrDigit)]);
        string hub = letters.Length > 0 && char.IsAsciiLetter(letters[0]) ? letters : "Hub" + letters;
        return hub.Length > 45 ? hub[..45] : hub.PadRight(3, '0');
    }

    private static string DefaultHostId(string appName)
    {
        string id = NotHostId().Replace(appName.ToLowerInvariant(), "-").Trim('-');
        id = id.Length > 32 ? id[..32].Trim('-') : id;
        return id.Length == 0 ? "app" : id;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNamePattern();

    [GeneratedRegex("^(?!-)(?!.*--)[a-z0-9-]{1,32}(?<!-)$")]
    private static partial Regex HostIdPattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotHostId();
}
