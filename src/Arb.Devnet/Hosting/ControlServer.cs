using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Hosting;

/// <summary>Lets whoever started the devnet turn trading on and off, over HTTP on the loopback interface.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControlServer(WebApplication app, Uri url)
    {
        _app = app;
        Url = url;
    }

    /// <summary>Base address.</summary>
    public Uri Url { get; }

    /// <summary>Starts on a free port.</summary>
    public static async Task<ControlServer> StartAsync(
        Traffic traffic, ILoggerFactory logging, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(logging);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        WebApplication app = builder.Build();
        ILogger logger = logging.CreateLogger<ControlServer>();
        app.MapPost("/devnet/trade", context => TradeAsync(context, traffic, logger));
        app.MapPost("/devnet/stop-trading", context => context.Response.WriteAsJsonAsync(traffic.Trade(0)));
        app.MapGet("/devnet/status", context => context.Response.WriteAsJsonAsync(traffic.Status));
        try
        {
            await app.StartAsync(cancellation);
            string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new ControlServer(app, new Uri(address));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task TradeAsync(HttpContext context, Traffic traffic, ILogger logger)
    {
        string text = context.Request.Query["blocks"].ToString();
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint blocks) || blocks == 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsJsonAsync(
                new { error = $"blocks='{text}' is not a number of blocks: give 1 to {uint.MaxValue}." });
        }

        HostLog.Trading(logger, blocks);
        return context.Response.WriteAsJsonAsync(traffic.Trade(blocks));
    }

    /// <summary>The process's own code decides when it ends; the host must not listen to signals as well.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
