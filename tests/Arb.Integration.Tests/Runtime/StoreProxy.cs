using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Arb.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Arb.Integration.Tests.Runtime;

/// <summary>
/// Stands between a host and the table service, counts the host's writes to its task hub and kills its process at the
/// chosen one: before the store has seen the write, or after the store has it and before the host knows.
/// </summary>
internal sealed partial class StoreProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly string _hub;
    private WebApplication _web = null!;
    private Uri _target = null!;
    private TaskCompletionSource _killed = new();
    private int _writes;
    private int _write;
    private bool _afterWrite;
    private int _pid;

    private StoreProxy(string hub) => _hub = hub;

    /// <summary>The store's connection string with the tables behind this proxy.</summary>
    public string Storage { get; private set; } = null!;

    /// <summary>Ends once the process was killed.</summary>
    public Task Killed => _killed.Task;

    public static async Task<StoreProxy> StartAsync(RuntimeStage stage, CancellationToken cancellation)
    {
        StoreProxy proxy = new(stage.Hub + "Hub");
        Match tables = TableEndpoint().Match(stage.Storage);
        Uri target = new(tables.Groups[1].Value);
        proxy._target = new Uri(target.GetLeftPart(UriPartial.Authority));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        proxy._web = builder.Build();
        proxy._web.Run(proxy.HandleAsync);
        await proxy._web.StartAsync(cancellation);
        string address = proxy._web.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First();
        proxy.Storage = TableEndpoint().Replace(stage.Storage, $"TableEndpoint={address}{target.AbsolutePath};");
        return proxy;
    }

    /// <summary>From now on writes count.</summary>
    public void Arm(int write, bool afterWrite, int pid)
    {
        _killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writes = 0;
        _afterWrite = afterWrite;
        _pid = pid;
        Volatile.Write(ref _write, write);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _http.Dispose();
        _one.Dispose();
    }

    [GeneratedRegex("TableEndpoint=([^;]+);")]
    private static partial Regex TableEndpoint();

    private async Task HandleAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        byte[] bytes = body.ToArray();
        if (!IsStep(context.Request, bytes))
        {
            await ForwardAsync(context, bytes);
            return;
        }

        // One write at a time, or the process could complete another while it is being killed at this one.
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            if (Killed.IsCompleted)
            {
                context.Abort();
                return;
            }

            bool isChosen = ++_writes == _write;
            if (isChosen && !_afterWrite)
            {
                Kill(context);
                return;
            }

            await ForwardAsync(context, bytes, isChosen ? () => Kill(context) : null);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether the request changes an orchestration: leases, signals and queues do not count.</summary>
    private bool IsStep(HttpRequest request, byte[] body)
    {
        if (Volatile.Read(ref _write) == 0 || HttpMethods.IsGet(request.Method))
        {
            return false;
        }

        string text = request.Path + "\n" + System.Text.Encoding.UTF8.GetString(body);
        return text.Contains(_hub, StringComparison.Ordinal) && !text.Contains("control", StringComparison.Ordinal);
    }

    private void Kill(HttpContext context)
    {
        PosixSignals.Kill(_pid);
        _write = 0;
        _killed.TrySetResult();
        context.Abort();
    }

    private async Task ForwardAsync(HttpContext context, byte[] body, Action? instead = null)
    {
        // The raw target: a signed request must arrive letter by letter.
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using HttpRequestMessage request = new(
            new HttpMethod(context.Request.Method),
            new Uri(_target.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = new ByteArrayContent(body);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (name is "Host" or "Content-Length" or "Transfer-Encoding" or "Connection" or "Expect")
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request, CancellationToken.None);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (instead is not null)
        {
            instead();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in Headers(response))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive" or "Content-Length"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (answer.Length > 0)
        {
            await context.Response.Body.WriteAsync(answer, CancellationToken.None);
        }
    }

    private static IEnumerable<KeyValuePair<string, IEnumerable<string>>> Headers(HttpResponseMessage response)
    {
        HttpContentHeaders content = response.Content.Headers;
        return response.Headers.Concat(content);
    }
}
