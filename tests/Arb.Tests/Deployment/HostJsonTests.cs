using System.Text.Json;
using System.Text.RegularExpressions;
using Arb.Tests.Architecture;

namespace Arb.Tests.Deployment;

/// <summary>The host ignores a key it does not know, so a misspelt or misplaced one would cost its default without a word.</summary>
public sealed partial class HostJsonTests
{
    // https://learn.microsoft.com/azure/azure-functions/functions-host-json and the pages of its extensions:
    // functions-bindings-service-bus (5.x) and durable-functions-host-json-settings (3.x).
    private static readonly HashSet<string> KnownKeys =
    [
        "version", "telemetryMode", "functionTimeout",
        "logging.logLevel.*",
        "singleton.listenerLockPeriod", "singleton.listenerLockRecoveryPollingInterval",
        "extensions.http.routePrefix",
        "extensions.serviceBus.maxConcurrentCalls", "extensions.serviceBus.prefetchCount",
        "extensions.serviceBus.autoCompleteMessages", "extensions.serviceBus.maxAutoLockRenewalDuration",
        "extensions.durableTask.hubName",
        "extensions.durableTask.defaultVersion", "extensions.durableTask.versionMatchStrategy", "extensions.durableTask.versionFailureStrategy",
        "extensions.durableTask.maxConcurrentActivityFunctions", "extensions.durableTask.maxConcurrentOrchestratorFunctions",
        "extensions.durableTask.storageProvider.type", "extensions.durableTask.storageProvider.partitionCount",
        "extensions.durableTask.storageProvider.maxQueuePollingInterval",
    ];

    private static readonly Dictionary<string, JsonElement> Values = Leaves(
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json"))).RootElement, string.Empty).ToDictionary();

    [Fact]
    public void Every_key_is_one_the_host_reads() => Assert.Empty(Values.Keys.Select(General).Except(KnownKeys));

    [Fact]
    public void Every_key_has_its_reason()
    {
        string decision = File.ReadAllText(Path.Combine(Repository.Root, "src", "decisions", "0005-host-json.md"));
        string[] names = [.. Values.Keys.Select(General).Where(k => k != "version").Select(k => k.Replace(".*", string.Empty, StringComparison.Ordinal))];
        Assert.All(names, name => Assert.Contains($"{name[(name.LastIndexOf('.') + 1)..]}`", decision, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_are_ones_the_host_accepts()
    {
        Assert.Equal("2.0", Text("version"));
        Assert.Equal("OpenTelemetry", Text("telemetryMode"));
        Assert.Matches(HubName(), Text("extensions.durableTask.hubName"));
        Assert.Equal("AzureStorage", Text("extensions.durableTask.storageProvider.type"));
        Assert.InRange(Values["extensions.durableTask.storageProvider.partitionCount"].GetInt32(), 1, 16);
        Assert.Matches("^(None|Strict|CurrentOrOlder)$", Text("extensions.durableTask.versionMatchStrategy"));
        Assert.Matches("^(Reject|Fail)$", Text("extensions.durableTask.versionFailureStrategy"));
        Assert.InRange(Span("singleton.listenerLockPeriod"), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));
        Assert.InRange(Span("singleton.listenerLockRecoveryPollingInterval"), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));
        Assert.InRange(Span("functionTimeout"), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public void Messages_are_settled_by_the_function_and_polls_are_faster_than_slots()
    {
        Assert.False(Values["extensions.serviceBus.autoCompleteMessages"].GetBoolean());
        Assert.True(Span("extensions.durableTask.storageProvider.maxQueuePollingInterval") <= TimeSpan.FromSeconds(2));
    }

    private static string Text(string key) => Values[key].GetString()!;

    private static TimeSpan Span(string key) => TimeSpan.ParseExact(Text(key), "c", null);

    private static string General(string key) => key.StartsWith("logging.logLevel.", StringComparison.Ordinal) ? "logging.logLevel.*" : key;

    private static IEnumerable<KeyValuePair<string, JsonElement>> Leaves(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(p => Leaves(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}"))
            : [KeyValuePair.Create(path, element)];

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubName();
}
