using System.Diagnostics;
using System.Reflection;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions.LocalRuntime.Hosting.Http;

/// <summary>The part of the host's admin API that operators and tests use; master key only.</summary>
internal sealed class AdminApi(FunctionCatalog functions, HostKeys keys, HostOptions options, FunctionsRuntime runtime)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/host/status", Guarded(StatusAsync));
        endpoints.MapGet("/admin/functions", Guarded(ListAsync));
        endpoints.MapPost("/admin/functions/{name}", Guarded(RunAsync));
    }

    private RequestDelegate Guarded(RequestDelegate inner) => async context =>
    {
        if (keys.Allows(context.Request, AuthorizationLevel.Admin))
        {
            await inner(context).ConfigureAwait(false);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    };

    private Task StatusAsync(HttpContext context)
    {
        using Process process = Process.GetCurrentProcess();
        string version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";
        return context.Response.WriteAsJsonAsync(new
        {
            id = options.HostId,
            state = runtime.IsRunning ? "Running" : "Initialized",
            version,
            versionDetails = $"{version}-local",
            platformVersion = string.Empty,
            instanceId = Environment.MachineName,
            computerName = Environment.MachineName,
            processUptime = (long)(DateTimeOffset.FromUnixTimeMilliseconds(
                runtime.Time.GetUtcNow().ToUnixTimeMilliseconds()) - process.StartTime.ToUniversalTime()).TotalMilliseconds,
            functionAppContentEditingState = "NotAllowed",
        });
    }

    private Task ListAsync(HttpContext context) => context.Response.WriteAsJsonAsync(
        functions.All.OrderBy(function => function.Name, StringComparer.Ordinal).Select(function => new
        {
            name = function.Name,
            entry_point = function.EntryPoint,
            trigger = function.Trigger.GetType().Name.Replace("Attribute", string.Empty, StringComparison.Ordinal),
        }));

    private Task RunAsync(HttpContext context)
    {
        string name = (string)context.Request.RouteValues["name"]!;
        context.Response.StatusCode = runtime.TryRunTimer(name)
            ? StatusCodes.Status202Accepted
            : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
