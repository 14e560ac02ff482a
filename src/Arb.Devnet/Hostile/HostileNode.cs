using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Arb.Devnet.Hostile;

/// <summary>
/// A JSON-RPC node in front of the real one that is behind the chain now and then, or says what is not so. What is asked of it is
/// asked of the real node; only the answers differ.
/// </summary>
internal sealed class HostileNode : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly WebApplication _web;

    private HostileNode(HttpClient http, WebApplication web, Uri url)
    {
        _http = http;
        _web = web;
        Url = url;
    }

    /// <summary>Its endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Starts on a free port of the loopback interface.</summary>
    public static async Task<HostileNode> StartAsync(Uri node, NodeFaults faults, CancellationToken cancellation)
    {
        HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        WebApplication web = builder.Build();
        web.Run(context => HandleAsync(context, new NodeLink(http, node), faults));
        try
        {
            await web.StartAsync(cancellation);
            IServerAddressesFeature addresses =
                web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            return new HostileNode(http, web, new Uri(addresses.Addresses.First()));
        }
        catch
        {
            await web.DisposeAsync();
            http.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _http.Dispose();
    }

    private static async Task HandleAsync(HttpContext context, NodeLink link, NodeFaults faults)
    {
        CancellationToken cancellation = context.RequestAborted;
        JsonNode? request;
        try
        {
            request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancellation);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        try
        {
            HostileView view = await HostileView.AtHeadAsync(link, faults, cancellation);
            JsonNode? answer = request is JsonArray batch
                ? new JsonArray([.. await view.AnswerAsync([.. batch.OfType<JsonObject>()], cancellation)])
                : (await view.AnswerAsync([(JsonObject)request!], cancellation))[0];
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer!.ToJsonString(), cancellation);
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException or InvalidOperationException or InvalidCastException)
        {
            // As a gateway whose node is gone.
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    /// <summary>The devnet decides when it ends.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
