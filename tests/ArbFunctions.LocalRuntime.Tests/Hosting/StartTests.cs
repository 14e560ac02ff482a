using System.Net;
using System.Net.Sockets;
using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.Tests.Hosting;

/// <summary>What is wrong is said in one line before anything runs.</summary>
public sealed class StartTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(typeof(NoTrigger), "exactly one parameter must carry a trigger attribute, but 0 do")]
    [InlineData(typeof(TwoTriggers), "but 2 do")]
    [InlineData(typeof(WrongTimer), "a timer trigger binds TimerInfo, not String")]
    [InlineData(typeof(WrongOrchestrator), "binds TaskOrchestrationContext, not String")]
    [InlineData(typeof(ValueTaskOrchestrator), "returns Task, not ValueTask")]
    [InlineData(typeof(WrongHttp), "binds Microsoft.AspNetCore.Http.HttpRequest, not String")]
    [InlineData(typeof(Topic), "topics and subscriptions are not served")]
    [InlineData(typeof(WrongBatch), "IsBatched = true goes with ServiceBusReceivedMessage[]")]
    [InlineData(typeof(WrongClient), "[DurableClient] binds DurableTaskClient, not String")]
    [InlineData(typeof(Unbound), "nothing binds parameter 'what' of type Int32")]
    [InlineData(typeof(BadName), "the name '1st function' must be a letter followed by")]
    [InlineData(typeof(AsyncVoid), "async void cannot be awaited")]
    [InlineData(typeof(Hidden), "method and class must be public")]
    [InlineData(typeof(SameName), "share the name 'Same'")]
    public void A_malformed_function_is_named_with_what_is_wrong(Type type, string problem)
    {
        HostStartException error = Assert.Throws<HostStartException>(() => FunctionCatalog.Discover([type]));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(type.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        HostStartException error = Assert.Throws<HostStartException>(() =>
            FunctionCatalog.Discover([typeof(NoTrigger), typeof(WrongTimer), typeof(BadName)]));
        Assert.Contains(nameof(NoTrigger), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WrongTimer), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(BadName), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_in_attributes_are_resolved_and_missing_ones_named()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Scan:Schedule", "* * * * * *"), new("Queue", "q")]).Build();
        Assert.Equal("* * * * * *", SettingText.Resolve(configuration, "%Scan__Schedule%", "here"));
        Assert.Equal("a-q-b", SettingText.Resolve(configuration, "a-%Queue%-b", "here"));
        Assert.Equal("100%", SettingText.Resolve(configuration, "100%", "here"));
        HostStartException error = Assert.Throws<HostStartException>(() =>
            SettingText.Resolve(configuration, "%Missing%", "Timer Scan"));
        Assert.Contains("Timer Scan refers to %Missing%", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_the_setting_is_named() => Assert.Contains(
        "AzureWebJobsStorage is not set", await TestApp.FailToStartAsync(string.Empty, []), StringComparison.Ordinal);

    [Fact]
    public async Task An_unreadable_connection_string_is_not_repeated()
    {
        string message = await TestApp.FailToStartAsync("AccountName=x;AccountKey=secret", []);
        Assert.Contains("not a storage connection string", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_store_is_named_without_its_key()
    {
        int port = FreePort();
        string message = await TestApp.FailToStartAsync(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;TableEndpoint=http://127.0.0.1:{port}/a;"
            + $"BlobEndpoint=http://127.0.0.1:{port}/a;",
            []);
        Assert.Contains($"http://127.0.0.1:{port}", message, StringComparison.Ordinal);
        Assert.Contains("Is Azurite running there?", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_remedy()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(Works));
        string message = await TestApp.FailToStartAsync(
            azurite.ConnectionString, new Dictionary<string, string?> { ["urls"] = app.Address.ToString() });
        Assert.Contains(app.Address.Authority, message, StringComparison.Ordinal);
        Assert.Contains("--urls", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:storageProvider:partitionCount", "17", "from 1 to 16")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:hubName", "no good", "Task hub name 'no good'")]
    [InlineData("FunctionsHost:LeaseDuration", "soon", "must be a time span")]
    [InlineData("FunctionsHost:HostId", "-x", "Host id '-x'")]
    public async Task A_setting_out_of_range_is_named_with_its_range(string key, string value, string expected)
    {
        string message = await TestApp.FailToStartAsync(
            azurite.ConnectionString, new Dictionary<string, string?> { [key] = value });
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_without_the_parameters_value_is_refused() => Assert.Contains(
        "the route 'things' has no such value",
        await TestApp.FailToStartAsync(azurite.ConnectionString, [], typeof(NoRouteValue)),
        StringComparison.Ordinal);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public sealed class Works
    {
        [Function("Works")]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class NoTrigger
    {
        [Function("F")]
        public static void Run(string input) => _ = input;
    }

    public sealed class TwoTriggers
    {
        [Function("F")]
        public static void Run([ActivityTrigger] string a, [ActivityTrigger] string b) => _ = a + b;
    }

    public sealed class WrongTimer
    {
        [Function("F")]
        public static void Run([TimerTrigger("* * * * * *")] string timer) => _ = timer;
    }

    public sealed class WrongOrchestrator
    {
        [Function("F")]
        public static void Run([OrchestrationTrigger] string context) => _ = context;
    }

    public sealed class ValueTaskOrchestrator
    {
        [Function("F")]
        public static ValueTask Run([OrchestrationTrigger] TaskOrchestrationContext context) => default;
    }

    public sealed class WrongHttp
    {
        [Function("F")]
        public static void Run([HttpTrigger] string request) => _ = request;
    }

    public sealed class Topic
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("t", "s")] string message) => _ = message;
    }

    public sealed class WrongBatch
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q", IsBatched = true)] ServiceBusReceivedMessage message) => _ = message;
    }

    public sealed class WrongClient
    {
        [Function("F")]
        public static void Run([TimerTrigger("* * * * * *")] TimerInfo timer, [DurableClient] string client) => _ = client;
    }

    public sealed class Unbound
    {
        [Function("F")]
        public static void Run([TimerTrigger("* * * * * *")] TimerInfo timer, int what) => _ = what;
    }

    public sealed class BadName
    {
        [Function("1st function")]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class AsyncVoid
    {
        [Function("F")]
        public static async void Run([ActivityTrigger] string input) => await Task.FromResult(input);
    }

    public sealed class Hidden
    {
        [Function("F")]
        internal static void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class SameName
    {
        [Function("Same")]
        public static void One([ActivityTrigger] string input) => _ = input;

        [Function("same")]
        public static void Two([ActivityTrigger] string input) => _ = input;
    }

    public sealed class NoRouteValue
    {
        [Function("F")]
        public static string Run([HttpTrigger("get", Route = "things")] HttpRequest request, string id) => id;
    }
}
