using System.Net.Http.Json;
using System.Text.Json;

namespace Arb.Cli.App;

/// <summary>The Functions app as an operator sees it: over HTTP.</summary>
internal sealed class AppClient : IDisposable
{
    private readonly HttpClient _http;

    public AppClient(Uri address, string masterKey)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Add("x-functions-key", masterKey);
    }

    /// <summary>Orchestrations, newest first, in the given states (Durable's names); all states when none is given.</summary>
    public async Task<IReadOnlyList<OrchestrationView>> GetOrchestrationsAsync(int top, string? states, CancellationToken cancellation)
    {
        string query = $"runtime/webhooks/durabletask/instances?top={top}{(states is null ? string.Empty : $"&runtimeStatus={states}")}";
        OrchestrationView[]? page = await _http.GetFromJsonAsync<OrchestrationView[]>(query, JsonSerializerOptions.Web, cancellation);
        return page ?? [];
    }

    /// <summary>Engages the kill switch: nothing new is published or submitted.</summary>
    public async Task StopTradingAsync(string reason, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await _http.PostAsync($"api/kill-switch?reason={Uri.EscapeDataString(reason)}", content: null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>One orchestration in Durable's JSON.</summary>
internal sealed record OrchestrationView(
    string InstanceId,
    string RuntimeStatus,
    JsonElement? CustomStatus,
    DateTimeOffset CreatedTime,
    DateTimeOffset LastUpdatedTime)
{
    /// <summary>The custom status in one line.</summary>
    public string Step
    {
        get
        {
            if (CustomStatus is not { ValueKind: JsonValueKind.Object } status)
            {
                return string.Empty;
            }

            string step = Text(status, "step");
            string submission = Text(status, "submission");
            string target = Text(status, "targetBlock");
            string detail = Text(status, "detail");
            return $"{step}{(submission is "" or "0" ? string.Empty : $" #{submission}")}"
                + $"{(target.Length == 0 ? string.Empty : $" → block {target}")}{(detail.Length == 0 ? string.Empty : $" ({detail})")}";
        }
    }

    private static string Text(JsonElement status, string name)
    {
        // Data converters differ in case between layers.
        foreach (JsonProperty property in status.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value.ValueKind == JsonValueKind.Null ? string.Empty : property.Value.ToString();
            }
        }

        return string.Empty;
    }
}
