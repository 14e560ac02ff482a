using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Http;

/// <summary>Durable's HTTP management API: the same routes, status codes and JSON; system or master key.</summary>
internal sealed class DurableHttpApi(
    LocalDurableTaskClient client, HostKeys keys, HostOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private const string Root = "/runtime/webhooks/durabletask";
    private const string Continuation = "x-ms-continuation-token";

    private readonly ILogger _log = loggers.CreateLogger("Http");

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Root + "/instances", Guarded(ListAsync));
        endpoints.MapDelete(Root + "/instances", Guarded(PurgeManyAsync));
        endpoints.MapGet(Root + "/instances/{instanceId}", Guarded(GetAsync));
        endpoints.MapDelete(Root + "/instances/{instanceId}", Guarded(PurgeAsync));
        endpoints.MapPost(Root + "/instances/{instanceId}/terminate", Guarded(context => SteerAsync(
            context, (id, reason) => client.TerminateInstanceAsync(id, (object?)reason, context.RequestAborted))));
        endpoints.MapPost(Root + "/instances/{instanceId}/suspend", Guarded(context => SteerAsync(
            context, (id, reason) => client.SuspendInstanceAsync(id, reason, context.RequestAborted))));
        endpoints.MapPost(Root + "/instances/{instanceId}/resume", Guarded(context => SteerAsync(
            context, (id, reason) => client.ResumeInstanceAsync(id, reason, context.RequestAborted))));
        endpoints.MapPost(Root + "/instances/{instanceId}/restart", Guarded(RestartAsync));
        endpoints.MapPost(Root + "/instances/{instanceId}/rewind", Guarded(RewindAsync));
        endpoints.MapPost(Root + "/instances/{instanceId}/raiseEvent/{eventName}", Guarded(RaiseAsync));
        endpoints.MapPost(Root + "/orchestrators/{functionName}/{instanceId?}", Guarded(StartAsync));
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["instanceId"]!;

    private static bool Flag(HttpContext context, string name, bool fallback) =>
        bool.TryParse(context.Request.Query[name], out bool value) ? value : fallback;

    private static DateTimeOffset? Moment(HttpContext context, string name) => DateTimeOffset.TryParse(
        context.Request.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset value)
        ? value
        : null;

    private static OrchestrationRuntimeStatus[]? Statuses(HttpContext context)
    {
        OrchestrationRuntimeStatus[] statuses =
        [
            .. context.Request.Query["runtimeStatus"].SelectMany(text => (text ?? string.Empty).Split(','))
                .Select(text => Enum.TryParse(text.Trim(), true, out OrchestrationRuntimeStatus status)
                    ? status
                    : (OrchestrationRuntimeStatus?)null)
                .Where(status => status is not null)
                .Select(status => status!.Value),
        ];
        return statuses.Length == 0 ? null : statuses;
    }

    private static string Time(DateTime time) => time.ToString("s", CultureInfo.InvariantCulture) + "Z";

    private static JsonObject Describe(InstanceRecord instance, bool showInput)
    {
        JsonObject status = new() { ["name"] = instance.Name };
        if (instance.Version.Length > 0)
        {
            status["version"] = instance.Version;
        }

        status["instanceId"] = instance.InstanceId;
        if (instance.Parent is { } parent)
        {
            status["parentInstanceId"] = parent.InstanceId;
        }

        status["runtimeStatus"] = instance.Status.ToString();
        status["input"] = showInput ? HistoryJson.Payload(instance.Input) : null;
        status["customStatus"] = HistoryJson.Payload(instance.CustomStatus);
        status["output"] = HistoryJson.Payload(instance.Output);
        status["createdTime"] = Time(instance.CreatedAt);
        status["lastUpdatedTime"] = Time(instance.UpdatedAt);
        return status;
    }

    private static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private RequestDelegate Guarded(Func<HttpContext, Task> inner) => async context =>
    {
        if (!keys.Allows(context.Request, AuthorizationLevel.System))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            await inner(context).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException error)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, error.Message).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ArgumentException or JsonException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, error.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // A failed request is a 500, never a failed host.
        catch (Exception error)
#pragma warning restore CA1031
        {
            HttpLog.ApiFailed(_log, error, context.Request.Method, context.Request.Path);
            await RefuseAsync(
                context,
                StatusCodes.Status500InternalServerError,
                "Something went wrong while processing your request").ConfigureAwait(false);
        }
    };

    private async Task GetAsync(HttpContext context)
    {
        if (await client.ReadAsync(IdOf(context), context.RequestAborted).ConfigureAwait(false) is { } instance)
        {
            await WriteStatusAsync(context, instance).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task WriteStatusAsync(HttpContext context, InstanceRecord instance)
    {
        int status = StatusCodes.Status200OK;
        if (!instance.IsEnded)
        {
            status = StatusCodes.Status202Accepted;
            HttpRequest request = context.Request;
            context.Response.Headers.Location =
                $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}";
            context.Response.Headers.RetryAfter = "5";
        }
        else if (instance.Status == OrchestrationRuntimeStatus.Failed
            && Flag(context, "returnInternalServerErrorOnFailure", false))
        {
            status = StatusCodes.Status500InternalServerError;
        }

        bool showInput = Flag(context, "showInput", true);
        JsonObject body = Describe(instance, showInput);
        if (Flag(context, "showHistory", false) && instance.Status != OrchestrationRuntimeStatus.Pending)
        {
            body["historyEvents"] = HistoryJson.Of(
                instance,
                await client.ReadHistoryAsync(instance, context.RequestAborted).ConfigureAwait(false),
                showInput,
                Flag(context, "showHistoryOutput", false));
        }

        await WriteAsync(context, status, body).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context)
    {
        OrchestrationQuery query = new(
            Moment(context, "createdTimeFrom"),
            Moment(context, "createdTimeTo"),
            Statuses(context),
            InstanceIdPrefix: context.Request.Query["instanceIdPrefix"],
            PageSize: int.TryParse(context.Request.Query["top"], CultureInfo.InvariantCulture, out int top) && top > 0
                ? top
                : OrchestrationQuery.DefaultPageSize,
            FetchInputsAndOutputs: true,
            ContinuationToken: context.Request.Headers[Continuation].FirstOrDefault());
        await foreach (Page<InstanceRecord> page in client.ListAsync(query, context.RequestAborted).ConfigureAwait(false))
        {
            if (page.ContinuationToken is not null)
            {
                context.Response.Headers[Continuation] = page.ContinuationToken;
            }

            bool showInput = Flag(context, "showInput", true);
            await WriteAsync(
                context,
                StatusCodes.Status200OK,
                new JsonArray([.. page.Values.Select(instance => (JsonNode)Describe(instance, showInput))])).ConfigureAwait(false);
            return;
        }
    }

    private async Task PurgeAsync(HttpContext context)
    {
        if (await client.GetInstanceAsync(IdOf(context), context.RequestAborted).ConfigureAwait(false)
            is { IsCompleted: false } open)
        {
            await WriteAsync(
                context,
                StatusCodes.Status412PreconditionFailed,
                JsonValue.Create(LocalDurableTaskClient.PurgeRefusal(open.InstanceId, open.RuntimeStatus))).ConfigureAwait(false);
            return;
        }

        PurgeResult result =
            await client.PurgeInstanceAsync(IdOf(context), context.RequestAborted).ConfigureAwait(false);
        await WritePurgedAsync(context, result).ConfigureAwait(false);
    }

    private async Task PurgeManyAsync(HttpContext context)
    {
        if (Moment(context, "createdTimeFrom") is not { } from)
        {
            throw new ArgumentException("Please provide value for 'createdTimeFrom' parameter.");
        }

        PurgeResult result = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(from, Moment(context, "createdTimeTo"), Statuses(context)),
            context.RequestAborted).ConfigureAwait(false);
        await WritePurgedAsync(context, result).ConfigureAwait(false);
    }

    private static Task WritePurgedAsync(HttpContext context, PurgeResult result)
    {
        if (result.PurgedInstanceCount == 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return WriteAsync(
            context, StatusCodes.Status200OK, new JsonObject { ["instancesDeleted"] = result.PurgedInstanceCount });
    }

    private async Task SteerAsync(HttpContext context, Func<string, string?, Task> act)
    {
        if (await IsOpenAsync(context).ConfigureAwait(false))
        {
            await act(IdOf(context), context.Request.Query["reason"].FirstOrDefault()).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    /// <summary>Whether the instance still takes messages; if not, the answer is set.</summary>
    private async Task<bool> IsOpenAsync(HttpContext context)
    {
        OrchestrationMetadata? instance =
            await client.GetInstanceAsync(IdOf(context), context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = instance is null ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone;
        return instance is { IsCompleted: false };
    }

    private async Task RaiseAsync(HttpContext context)
    {
        if (!await IsOpenAsync(context).ConfigureAwait(false))
        {
            return;
        }

        if (!context.Request.HasJsonContentType())
        {
            throw new ArgumentException("Only application/json request content is supported");
        }

        string payload = await ReadJsonAsync(context).ConfigureAwait(false) ?? "null";
        await client.RaiseRawAsync(
            IdOf(context), (string)context.Request.RouteValues["eventName"]!, payload, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task RestartAsync(HttpContext context)
    {
        string id;
        try
        {
            id = await client.RestartAsync(
                IdOf(context), Flag(context, "restartWithNewInstanceId", true), context.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            await RefuseAsync(
                context,
                StatusCodes.Status400BadRequest,
                "InstanceId does not match a valid orchestration instance.").ConfigureAwait(false);
            return;
        }
        catch (InvalidOperationException)
        {
            await RefuseAsync(
                context,
                StatusCodes.Status409Conflict,
                "A non-terminal instance with this instance ID already exists.").ConfigureAwait(false);
            return;
        }

        await AnswerStartAsync(context, id).ConfigureAwait(false);
    }

    /// <summary>As the extension answers on a storage provider that cannot rewind.</summary>
    private async Task RewindAsync(HttpContext context)
    {
        OrchestrationMetadata? instance =
            await client.GetInstanceAsync(IdOf(context), context.RequestAborted).ConfigureAwait(false);
        if (instance is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (instance.RuntimeStatus != OrchestrationRuntimeStatus.Failed)
        {
            await WriteAsync(
                context,
                StatusCodes.Status412PreconditionFailed,
                JsonValue.Create(
                    $"This orchestration has status {instance.RuntimeStatus}, but only orchestrations in the "
                    + "\"Failed\" state can be rewound.")).ConfigureAwait(false);
        }
        else
        {
            await RefuseAsync(
                context,
                StatusCodes.Status501NotImplemented,
                "Rewind is not supported by the underlying storage provider.").ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string message) =>
        WriteAsync(context, status, new JsonObject { ["Message"] = message });

    private async Task StartAsync(HttpContext context)
    {
        string? input = await ReadJsonAsync(context).ConfigureAwait(false);
        string name = (string)context.Request.RouteValues["functionName"]!;
        if (client.ProblemWith(name) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        StartOrchestrationOptions start = new((string?)context.Request.RouteValues["instanceId"])
        {
            // The cast matters: a bare null would become "unversioned" by way of the conversion from text.
            Version = context.Request.Query["version"].FirstOrDefault() is { } version ? version : (TaskVersion?)null,
        };
        string id = await client.ScheduleRawAsync(name, input, start, context.RequestAborted).ConfigureAwait(false);
        await AnswerStartAsync(context, id).ConfigureAwait(false);
    }

    private async Task AnswerStartAsync(HttpContext context, string id)
    {
        if (double.TryParse(context.Request.Query["timeout"], CultureInfo.InvariantCulture, out double seconds))
        {
            using CancellationTokenSource expired = new(TimeSpan.FromSeconds(seconds), time);
            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(expired.Token, context.RequestAborted);
            try
            {
                InstanceRecord ended =
                    await client.WaitForEndAsync(id, either.Token).ConfigureAwait(false);
                await (ended.Status == OrchestrationRuntimeStatus.Completed
                    ? WriteAsync(
                        context,
                        StatusCodes.Status200OK,
                        HistoryJson.Payload(ended.Output) ?? JsonValue.Create(string.Empty))
                    : WriteStatusAsync(context, ended)).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (expired.IsCancellationRequested)
            {
                // Not ended in time: answer as if nobody had wanted to wait.
            }
        }

        string instance = $"{context.Request.Scheme}://{context.Request.Host}{Root}/instances/{Uri.EscapeDataString(id)}";
        string query = $"taskHub={options.HubName}&connection=Storage&code={keys.SystemKey}";
        context.Response.Headers.Location = $"{instance}?{query}";
        context.Response.Headers.RetryAfter = "10";
        await WriteAsync(context, StatusCodes.Status202Accepted, new JsonObject
        {
            ["id"] = id,
            ["statusQueryGetUri"] = $"{instance}?{query}",
            ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{query}",
            ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{query}",
            ["rewindPostUri"] = $"{instance}/rewind?reason={{text}}&{query}",
            ["purgeHistoryDeleteUri"] = $"{instance}?{query}",
            ["restartPostUri"] = $"{instance}/restart?{query}",
            ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{query}",
            ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{query}",
        }).ConfigureAwait(false);
    }

    private static async Task<string?> ReadJsonAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string text = await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text)?.ToJsonString();
    }
}
