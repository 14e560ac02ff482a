using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Arb.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace ArbFunctions.LocalRuntime.Tests.Http;

/// <summary>HTTP functions, keys, the admin API and Durable's management API.</summary>
public sealed class HttpTests(AzuriteFixture azurite)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_answers_only_who_shows_a_key_that_is_good_enough()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        (string? Key, string Path, HttpStatusCode Status)[] expected =
        [
            (null, "/api/open", HttpStatusCode.OK),
            (null, "/api/guarded", HttpStatusCode.Unauthorized),
            ("wrong", "/api/guarded", HttpStatusCode.Unauthorized),
            (TestApp.SystemKey, "/api/guarded", HttpStatusCode.Unauthorized),
            (TestApp.FunctionKey, "/api/guarded", HttpStatusCode.OK),
            (TestApp.MasterKey, "/api/guarded", HttpStatusCode.OK),
            (TestApp.FunctionKey, "/api/admin-only", HttpStatusCode.Unauthorized),
            (TestApp.MasterKey, "/api/admin-only", HttpStatusCode.OK),
            (TestApp.FunctionKey, "/admin/host/status", HttpStatusCode.Unauthorized),
            (TestApp.MasterKey, "/admin/host/status", HttpStatusCode.OK),
            (TestApp.FunctionKey, Instances, HttpStatusCode.Unauthorized),
            (TestApp.SystemKey, Instances, HttpStatusCode.OK),
            (null, "/api/nowhere", HttpStatusCode.NotFound),
        ];
        foreach ((string? key, string path, HttpStatusCode status) in expected)
        {
            using HttpClient http = app.Http(key);
            using HttpResponseMessage response = await http.GetAsync(path, Cancellation);
            Assert.Equal((path, key, status), (path, key, response.StatusCode));
        }

        using HttpClient plain = app.Http();
        using HttpResponseMessage byQuery = await plain.GetAsync($"/api/guarded?code={TestApp.FunctionKey}", Cancellation);
        Assert.Equal(HttpStatusCode.OK, byQuery.StatusCode);
    }

    [Fact]
    public async Task Routes_methods_bodies_and_results_are_bound()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.FunctionKey);
        Assert.Equal("7 of x", await http.GetStringAsync("/api/things/x/7", Cancellation));
        using HttpResponseMessage bad = await http.GetAsync("/api/things/x/seven", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using HttpResponseMessage method = await http.PostAsync("/api/things/x/7", null, Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
        using HttpResponseMessage echoed = await http.PostAsJsonAsync("/api/echo", new { name = "n" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, echoed.StatusCode);
        Assert.Equal("""{"name":"n","count":1}""", await echoed.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("""{"Name":"poco","Count":2}""", await http.GetStringAsync("/api/poco", Cancellation));
        using HttpResponseMessage thrown = await http.GetAsync("/api/throws", Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, thrown.StatusCode);
        Assert.Empty(await thrown.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task The_status_of_an_instance_is_durables_json()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.SystemKey);
        using HttpResponseMessage missing = await http.GetAsync($"{Instances}/none", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);

        using HttpResponseMessage started = await http.PostAsJsonAsync(
            "/runtime/webhooks/durabletask/orchestrators/Waits/one", new { a = 1 }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        JsonElement links = await started.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("one", links.GetProperty("id").GetString());
        string statusUri = links.GetProperty("statusQueryGetUri").GetString()!;

        JsonElement status = default;
        await Patience.UntilAsync(async () =>
        {
            using HttpClient anyone = new();
            using HttpResponseMessage response = await anyone.GetAsync(statusUri, Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            status = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            return status.GetProperty("runtimeStatus").GetString() == "Running";
        });
        Assert.Equal(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"],
            status.EnumerateObject().Select(property => property.Name));
        Assert.Equal("Waits", status.GetProperty("name").GetString());
        Assert.Equal(1, status.GetProperty("input").GetProperty("a").GetInt32());
        Assert.Equal("waiting", status.GetProperty("customStatus").GetString());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("output").ValueKind);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", status.GetProperty("createdTime").GetString());

        using HttpResponseMessage raised = await http.PostAsJsonAsync($"{Instances}/one/raiseEvent/go", "on", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        await app.EndOfAsync("one");
        using HttpResponseMessage ended = await http.GetAsync($"{Instances}/one", Cancellation);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        status = await ended.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal("went on", status.GetProperty("output").GetString());

        using HttpResponseMessage gone = await http.PostAsJsonAsync($"{Instances}/one/raiseEvent/go", "on", Cancellation);
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        using HttpResponseMessage purged = await http.DeleteAsync($"{Instances}/one", Cancellation);
        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync(Cancellation));
        using HttpResponseMessage again = await http.DeleteAsync($"{Instances}/one", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Instances_are_listed_with_top_token_and_status_and_can_be_terminated()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.SystemKey);
        for (int i = 0; i < 5; i++)
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(App.Waits), null, new StartOrchestrationOptions($"i{i}"), Cancellation);
        }

        using HttpResponseMessage terminated = await http.PostAsync($"{Instances}/i0/terminate?reason=enough", null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, terminated.StatusCode);
        await app.EndOfAsync("i0");
        JsonElement only = Assert.Single((await http.GetFromJsonAsync<JsonElement[]>(
            $"{Instances}?runtimeStatus=Terminated", Cancellation))!);
        Assert.Equal("enough", only.GetProperty("output").GetString());

        List<string> ids = [];
        string? token = null;
        do
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"{Instances}?top=2&runtimeStatus=Running,Pending");
            if (token is not null)
            {
                request.Headers.Add("x-ms-continuation-token", token);
            }

            using HttpResponseMessage response = await http.SendAsync(request, Cancellation);
            JsonElement[] page = (await response.Content.ReadFromJsonAsync<JsonElement[]>(Cancellation))!;
            Assert.InRange(page.Length, 0, 2);
            ids.AddRange(page.Select(instance => instance.GetProperty("instanceId").GetString()!));
            token = response.Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? values)
                ? values.Single()
                : null;
        }
        while (token is not null);
        Assert.Equal(["i1", "i2", "i3", "i4"], ids.Order());
    }

    [Fact]
    public async Task The_history_of_an_instance_is_shown_as_durable_shows_it()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.SystemKey);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Steps), "in", new StartOrchestrationOptions("history"), Cancellation);
        await app.EndOfAsync("history");
        JsonElement plain = await http.GetFromJsonAsync<JsonElement>($"{Instances}/history", Cancellation);
        Assert.False(plain.TryGetProperty("historyEvents", out _));
        JsonElement[] events =
        [
            .. (await http.GetFromJsonAsync<JsonElement>(
                $"{Instances}/history?showHistory=true&showHistoryOutput=true", Cancellation))
                .GetProperty("historyEvents").EnumerateArray(),
        ];
        Assert.Equal(
            [
                "ExecutionStarted Steps", "TaskCompleted Twice", "SubOrchestrationInstanceCompleted Leaf",
                "TimerCreated", "TimerFired", "TaskFailed Fail", "ExecutionCompleted",
            ],
            events.Select(e => e.TryGetProperty("FunctionName", out JsonElement function)
                ? $"{e.GetProperty("EventType")} {function}"
                : e.GetProperty("EventType").GetString()));
        Assert.Equal("inin", events[1].GetProperty("Result").GetString());
        Assert.True(events[1].TryGetProperty("ScheduledTime", out _));
        Assert.Equal("\"in\"", events[1].GetProperty("Input").GetString());
        Assert.Equal("broken", events[5].GetProperty("Reason").GetString());
        Assert.Equal("Completed", events[6].GetProperty("OrchestrationStatus").GetString());

        JsonElement without = await http.GetFromJsonAsync<JsonElement>(
            $"{Instances}/history?showHistory=true&showInput=false", Cancellation);
        Assert.Equal(JsonValueKind.Null, without.GetProperty("input").ValueKind);
        Assert.All(without.GetProperty("historyEvents").EnumerateArray(), e =>
        {
            Assert.False(e.TryGetProperty("Result", out _));
            Assert.False(e.TryGetProperty("Input", out JsonElement input) && input.ValueKind != JsonValueKind.Null);
        });
    }

    [Fact]
    public async Task A_start_over_http_gets_the_default_version_unless_it_names_one()
    {
        Dictionary<string, string?> versioned = new()
        {
            ["AzureFunctionsJobHost:extensions:durableTask:defaultVersion"] = "1.5",
        };
        await using TestApp app = await TestApp.StartAsync(azurite, UniqueName.Next("hub"), versioned, typeof(App));
        using HttpClient http = app.Http(TestApp.SystemKey);
        (string Query, string Id, string Version)[] starts = [("", "v-a", "1.5"), ("?version=1.4", "v-b", "1.4")];
        foreach ((string query, string id, string version) in starts)
        {
            using HttpResponseMessage started = await http.PostAsync(
                $"/runtime/webhooks/durabletask/orchestrators/Leaf/{id}{query}", null, Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            await app.EndOfAsync(id);
            JsonElement status = await http.GetFromJsonAsync<JsonElement>($"{Instances}/{id}", Cancellation);
            Assert.Equal(version, status.GetProperty("version").GetString());
        }
    }

    [Fact]
    public async Task Requests_that_do_not_fit_the_state_get_the_extensions_status_codes()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.SystemKey);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Waits), new StartOrchestrationOptions("open"), Cancellation);
        await app.Client.WaitForInstanceStartAsync("open", Patience.Token);
        await app.RunAsync(nameof(App.Leaf), null, "done");
        await app.RunAsync(nameof(App.Breaks), null, "broken");
        const string Starts = "/runtime/webhooks/durabletask/orchestrators";
        (string Method, string Path, int Status)[] expected =
        [
            ("GET", $"{Instances}/none", 404),
            ("GET", $"{Instances}/open", 202),
            ("GET", $"{Instances}/done", 200),
            ("GET", $"{Instances}/broken", 200),
            ("GET", $"{Instances}/broken?returnInternalServerErrorOnFailure=true", 500),
            ("POST", $"{Instances}/none/terminate", 404),
            ("POST", $"{Instances}/done/terminate", 410),
            ("POST", $"{Instances}/none/suspend", 404),
            ("POST", $"{Instances}/done/suspend", 410),
            ("POST", $"{Instances}/done/resume", 410),
            ("POST", $"{Instances}/none/raiseEvent/x", 404),
            ("POST", $"{Instances}/done/raiseEvent/x", 410),
            ("POST", $"{Instances}/open/raiseEvent/x", 400),
            ("POST", $"{Instances}/open/rewind", 412),
            ("POST", $"{Instances}/none/rewind", 404),
            ("POST", $"{Instances}/broken/rewind", 501),
            ("POST", $"{Instances}/none/restart", 400),
            ("POST", $"{Instances}/open/restart?restartWithNewInstanceId=false", 409),
            ("POST", $"{Instances}/done/restart", 202),
            ("POST", $"{Starts}/Nowhere", 400),
            ("POST", $"{Starts}/Waits/open", 409),
            ("DELETE", $"{Instances}/none", 404),
            ("DELETE", $"{Instances}/open", 412),
            ("DELETE", Instances, 400),
            ("DELETE", $"{Instances}?createdTimeFrom=2999-01-01", 404),
            ("POST", $"{Instances}/open/suspend?reason=hold", 202),
            ("POST", $"{Instances}/open/resume?reason=on", 202),
            ("DELETE", $"{Instances}/done", 200),
        ];
        foreach ((string method, string path, int status) in expected)
        {
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            using HttpResponseMessage response = await http.SendAsync(request, Cancellation);
            Assert.Equal((method, path, status), (method, path, (int)response.StatusCode));
        }

        JsonElement broken = await http.GetFromJsonAsync<JsonElement>($"{Instances}/broken", Cancellation);
        Assert.Equal("broken", broken.GetProperty("output").GetString());
        using HttpResponseMessage waited = await http.PostAsync(
            $"{Starts}/Leaf?timeout=30&pollingInterval=1", null, Cancellation);
        Assert.Equal((HttpStatusCode.OK, "\"leaf\""), (waited.StatusCode, await waited.Content.ReadAsStringAsync(Cancellation)));
    }

    [Fact]
    public async Task Keys_that_are_not_configured_are_made_once_and_kept()
    {
        string hub = UniqueName.Next("hub");
        Dictionary<string, string?> noKeys = new()
        {
            ["FunctionsHost:MasterKey"] = null,
            ["FunctionsHost:FunctionKey"] = null,
            ["FunctionsHost:SystemKey"] = null,
        };
        string key;
        await using (TestApp first = await TestApp.StartAsync(azurite, hub, noKeys, typeof(App)))
        {
            key = ((ArbFunctions.LocalRuntime.Hosting.Http.HostKeys)first.Services.GetService(
                typeof(ArbFunctions.LocalRuntime.Hosting.Http.HostKeys))!).SystemKey;
            Assert.True(key.Length > 40);
        }

        await using TestApp second = await TestApp.StartAsync(azurite, hub, noKeys, typeof(App));
        using HttpClient http = second.Http(key);
        using HttpResponseMessage response = await http.GetAsync(Instances, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_admin_api_runs_a_timer_now()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        using HttpClient http = app.Http(TestApp.MasterKey);
        using HttpResponseMessage ran = await http.PostAsync("/admin/functions/Yearly", null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, ran.StatusCode);
        await Patience.UntilAsync(() => app.Probe.Count("Yearly") == 1);
        using HttpResponseMessage missing = await http.PostAsync("/admin/functions/Never", null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        public sealed record Thing(string Name, int Count);

        [Function(nameof(Open))]
        public static IActionResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequest request) =>
            new OkResult();

        [Function(nameof(Guarded))]
        public static IActionResult Guarded([HttpTrigger(AuthorizationLevel.Function, Route = "guarded")] HttpRequest request) =>
            new OkResult();

        [Function(nameof(AdminOnly))]
        public static IActionResult AdminOnly([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "admin-only")] HttpRequest request) =>
            new OkResult();

        [Function(nameof(Things))]
        public static string Things(
            [HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/{name}/{count}")] HttpRequest request,
            string name,
            int count)
            => $"{count} of {name}";

        [Function(nameof(Echo))]
        public static IActionResult Echo(
            [HttpTrigger(AuthorizationLevel.Function, "post", Route = "echo")] HttpRequest request, [FromBody] Thing thing) =>
            new ObjectResult(thing with { Count = thing.Count + 1 }) { StatusCode = StatusCodes.Status201Created };

        [Function(nameof(Poco))]
        public static Thing Poco([HttpTrigger(AuthorizationLevel.Function, "get", Route = "poco")] HttpRequest request) =>
            new("poco", 2);

        [Function(nameof(Throws))]
        public static Task<IActionResult> Throws([HttpTrigger(AuthorizationLevel.Function, "get", Route = "throws")] HttpRequest request) =>
            throw new InvalidOperationException("secret");

        [Function(nameof(Waits))]
        public static async Task<string> Waits([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("waiting");
            return $"went {await context.WaitForExternalEvent<string>("go")}";
        }

        [Function(nameof(Steps))]
        public static async Task<string> Steps([OrchestrationTrigger] TaskOrchestrationContext context, string text)
        {
            await context.CallActivityAsync<string>(nameof(Twice), text);
            await context.CallSubOrchestratorAsync<string>(nameof(Leaf));
            await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            try
            {
                await context.CallActivityAsync(nameof(Fail));
            }
            catch (TaskFailedException)
            {
                return "caught";
            }

            return "not caught";
        }

        [Function(nameof(Leaf))]
        public static string Leaf([OrchestrationTrigger] TaskOrchestrationContext context) => "leaf";

        [Function(nameof(Breaks))]
        public static Task Breaks([OrchestrationTrigger] TaskOrchestrationContext context) =>
            throw new FormatException("broken");

        [Function(nameof(Twice))]
        public static string Twice([ActivityTrigger] string text) => text + text;

        [Function(nameof(Fail))]
        public static void Fail([ActivityTrigger] object? input) => throw new FormatException("broken");

        [Function(nameof(Yearly))]
        public void Yearly([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => _probe.Leave("Yearly");
    }
}
