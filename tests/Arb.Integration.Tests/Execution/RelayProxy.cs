using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Arb.Evm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Arb.Integration.Tests.Execution;

/// <summary>
/// Stands between a searcher and the real bundle relay: counts requests by method, and cuts the connection of one method after the
/// bundle relay has taken the request, before its answer gets through.
/// </summary>
internal sealed class RelayProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly HttpClient _http = new();
    private readonly Uri _target;
    private readonly string? _cutMethod;
    private WebApplication _web = null!;

    private RelayProxy(Uri target, string? cutMethod)
    {
        _target = target;
        _cutMethod = cutMethod;
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<RelayProxy> StartAsync(Uri target, string? cutMethod, CancellationToken cancellation)
    {
        RelayProxy proxy = new(target, cutMethod);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        proxy._web = builder.Build();
        proxy._web.Run(proxy.HandleAsync);
        await proxy._web.StartAsync(cancellation);
        proxy.Url = new Uri(
            proxy._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return proxy;
    }

    public int Requests(string method) => _requests.GetValueOrDefault(method);

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using JsonDocument request = JsonDocument.Parse(body.ToArray());
        string method = request.RootElement.GetProperty("method").GetString()!;
        _requests.AddOrUpdate(method, 1, static (_, count) => count + 1);
        using HttpRequestMessage onward = new(HttpMethod.Post, _target) { Content = new ByteArrayContent(body.ToArray()) };
        onward.Content.Headers.ContentType = new("application/json");
        onward.Headers.TryAddWithoutValidation(
            FlashbotsSignature.HeaderName, context.Request.Headers[FlashbotsSignature.HeaderName].ToString());
        using HttpResponseMessage answer = await _http.SendAsync(onward, context.RequestAborted);
        byte[] content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (method == _cutMethod)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}
