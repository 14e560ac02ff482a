using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Arb.Tests.BundleRelay;

/// <summary>A real HTTP server that answers whatever it is told and keeps what it was sent.</summary>
internal sealed class HostileRelay : IAsyncDisposable
{
    private readonly WebApplication _web;

    private HostileRelay(WebApplication web, Uri url)
    {
        _web = web;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Requests: signature header, content type and exact body.</summary>
    public ConcurrentQueue<(string? Signature, string? ContentType, byte[] Body)> Requests { get; } = [];

    /// <summary>Answers each request.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<HostileRelay> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication web = builder.Build();
        HostileRelay? relay = null;
        web.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            relay!.Requests.Enqueue((
                context.Request.Headers["X-Flashbots-Signature"], context.Request.ContentType, body.ToArray()));
            await relay.Answer(context);
        });
        await web.StartAsync();
        string address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        relay = new HostileRelay(web, new Uri(address));
        return relay;
    }

    /// <summary>Answers every request with a status and a body; <c>$id</c> becomes the id of the n-th
    /// request.</summary>
    public void AnswerWith(int status, string body)
    {
        Answer = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body.Replace("$id", $"{Requests.Count}", StringComparison.Ordinal));
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
    }
}
