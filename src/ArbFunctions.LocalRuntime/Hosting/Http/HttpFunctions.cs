using System.ComponentModel;
using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Http;

/// <summary>Serves the HTTP functions under the route prefix.</summary>
internal sealed class HttpFunctions(
    FunctionCatalog functions,
    FunctionInvoker invoker,
    HostKeys keys,
    HostOptions options,
    JsonSerializerOptions json,
    ILoggerFactory loggers)
{
    private readonly ILogger _log = loggers.CreateLogger("Http");

    /// <exception cref="HostStartException">A route is malformed.</exception>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (FunctionDescriptor function in functions.All.Where(f => f.Trigger is HttpTriggerAttribute))
        {
            HttpTriggerAttribute trigger = (HttpTriggerAttribute)function.Trigger;
            RoutePattern pattern = PatternOf(function, trigger);
            async Task Handle(HttpContext context) =>
                await HandleAsync(function, trigger, context).ConfigureAwait(false);

            IEndpointConventionBuilder endpoint = trigger.Methods is { Length: > 0 } methods
                ? endpoints.MapMethods(pattern.RawText!, methods.Select(m => m.ToUpperInvariant()), (RequestDelegate)Handle)
                : endpoints.Map(pattern, (RequestDelegate)Handle);
            endpoint.WithDisplayName(function.Name);
        }
    }

    private RoutePattern PatternOf(FunctionDescriptor function, HttpTriggerAttribute trigger)
    {
        string route = (trigger.Route ?? function.Name).Trim('/');
        string text = options.RoutePrefix.Length == 0 ? $"/{route}" : $"/{options.RoutePrefix}/{route}";
        RoutePattern pattern;
        try
        {
            pattern = RoutePatternFactory.Parse(text);
        }
        catch (RoutePatternException error)
        {
            throw new HostStartException($"HTTP function {function.Name} has the route '{route}': {error.Message}", error);
        }

        foreach (ParameterBinding binding in function.Parameters.Where(p => p.Source == ParameterSource.RouteValue))
        {
            if (pattern.GetParameter(binding.Parameter.Name!) is null)
            {
                throw new HostStartException(
                    $"HTTP function {function.Name}: nothing binds parameter '{binding.Parameter.Name}'; "
                    + $"the route '{route}' has no such value.");
            }
        }

        return pattern;
    }

    private async Task HandleAsync(FunctionDescriptor function, HttpTriggerAttribute trigger, HttpContext context)
    {
        if (!keys.Allows(context.Request, trigger.AuthLevel))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        Dictionary<string, object?> values;
        try
        {
            values = await BindAsync(function, context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or NotSupportedException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(error.Message, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        object? result;
        try
        {
            InvocationInput input = new(binding => binding.Source == ParameterSource.Trigger
                ? context.Request
                : values[binding.Parameter.Name!])
            {
                BindingData = context.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value),
            };
            result = await invoker.InvokeAsync(function, input, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // A failed function is a 500, never a failed host.
        catch (Exception error)
#pragma warning restore CA1031
        {
            HttpLog.FunctionFailed(_log, error, function.Name);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        await WriteAsync(context, function, result).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, object?>> BindAsync(FunctionDescriptor function, HttpContext context)
    {
        Dictionary<string, object?> values = [];
        foreach (ParameterBinding binding in function.Parameters)
        {
            Type type = binding.Parameter.ParameterType;
            switch (binding.Source)
            {
                case ParameterSource.RequestBody:
                    values[binding.Parameter.Name!] = await JsonSerializer.DeserializeAsync(
                        context.Request.Body, type, json, context.RequestAborted).ConfigureAwait(false);
                    break;
                case ParameterSource.RouteValue:
                    string? text = context.Request.RouteValues[binding.Parameter.Name!]?.ToString();
                    values[binding.Parameter.Name!] = text is null
                        ? (binding.Parameter.HasDefaultValue ? binding.Parameter.DefaultValue : null)
                        : type == typeof(string) ? text : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
                    break;
                default:
                    break;
            }
        }

        return values;
    }

    private async Task WriteAsync(HttpContext context, FunctionDescriptor function, object? result)
    {
        switch (result)
        {
            case null:
                if (function.ResultType is not null && !context.Response.HasStarted)
                {
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                }

                break;
            case IActionResult action:
                await action.ExecuteResultAsync(
                    new ActionContext(context, context.GetRouteData(), new ActionDescriptor())).ConfigureAwait(false);
                break;
            case IResult minimal:
                await minimal.ExecuteAsync(context).ConfigureAwait(false);
                break;
            case string text:
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
                break;
            default:
                await context.Response.WriteAsJsonAsync(
                    result, result.GetType(), json, "application/json; charset=utf-8", context.RequestAborted)
                    .ConfigureAwait(false);
                break;
        }
    }
}

/// <summary>Log messages of HTTP; ids 400-499.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(EventId = 400, Level = LogLevel.Error, Message = "HTTP function {Function} failed")]
    public static partial void FunctionFailed(ILogger logger, Exception error, string function);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "Durable HTTP API: {Method} {Path} failed")]
    public static partial void ApiFailed(ILogger logger, Exception error, string method, string path);
}
