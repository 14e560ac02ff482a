using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Arb.Cli.App;

/// <summary>The Functions app as an operator sees it: over HTTP.</summary>
internal sealed class AppClient : IDisposable
{
    // Long enough for a machine that is busy with other things; a dead app is seen by its exit, not by this.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int PageSize = 100;

    private readonly HttpClient _http;

    public AppClient(Uri address, string masterKey)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = Patience };
        _http.DefaultRequestHeaders.Add("x-functions-key", masterKey);
    }

    /// <summary>The newest orchestrations of those created since a moment, newest first.</summary>
    /// <remarks>Durable lists by instance id, which is a hash here: without the moment a page would be any instances at all.</remarks>
    public async Task<IReadOnlyList<OrchestrationView>> GetNewestAsync(int most, DateTimeOffset since, CancellationToken cancellation)
    {
        string from = Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        OrchestrationView[] recent = await ListAsync($"top={PageSize}&createdTimeFrom={from}", cancellation);
        return [.. recent.OrderByDescending(o => o.CreatedTime).ThenByDescending(o => o.LastUpdatedTime).Take(most)];
    }

    /// <summary>How many orchestrations have not ended, up to a page of them.</summary>
    public async Task<int> CountRunningAsync(CancellationToken cancellation) =>
        (await ListAsync($"top={PageSize}&runtimeStatus=Running,Pending", cancellation)).Length;

    /// <summary>Engages the kill switch: nothing new is published or submitted.</summary>
    public async Task StopTradingAsync(string reason, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await _http.PostAsync($"api/kill-switch?reason={Uri.EscapeDataString(reason)}", content: null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();

    private async Task<OrchestrationView[]> ListAsync(string query, CancellationToken cancellation) =>
        await _http.GetFromJsonAsync<OrchestrationView[]>(
            $"runtime/webhooks/durabletask/instances?{query}", JsonSerializerOptions.Web, cancellation) ?? [];
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
