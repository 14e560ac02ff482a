using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.TestHost;

/// <summary>An app small enough to be killed at any step and still be understood.</summary>
public sealed class Functions(Evidence evidence, ServiceBusClient bus, TimeProvider time)
{
    public const string Queue = "work";

    /// <summary>Activity, then a slow activity, then a timer, then an activity.</summary>
    [Function(nameof(Steps))]
    public static async Task<string> Steps([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string id = context.InstanceId;
        context.SetCustomStatus("first");
        string first = await context.CallActivityAsync<string>(nameof(First), id);
        context.SetCustomStatus("slow");
        string slow = await context.CallActivityAsync<string>(nameof(Slow), id);
        context.SetCustomStatus("waiting");
        await context.CreateTimer(TimeSpan.FromSeconds(3), CancellationToken.None);
        context.SetCustomStatus("last");
        string last = await context.CallActivityAsync<string>(nameof(Last), id);
        return $"{first} {slow} {last}";
    }

    /// <summary>
    /// Twice, by continuing as new: activity, timer, fan-out, sub-orchestration, an event to itself, activity.
    /// </summary>
    [Function(nameof(Everything))]
    public static async Task<string> Everything([OrchestrationTrigger] TaskOrchestrationContext context, int round)
    {
        List<string> done = [await DoAsync(context, $"{round}A")];
        context.SetCustomStatus("timer");
        await context.CreateTimer(TimeSpan.FromMilliseconds(30), CancellationToken.None);
        done.AddRange(await Task.WhenAll(DoAsync(context, $"{round}B"), DoAsync(context, $"{round}C")));
        done.Add(await context.CallSubOrchestratorAsync<string>(
            nameof(Child), $"{round}D", new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child-{round}")));
        context.SendEvent(context.InstanceId, "self", $"{round}E");
        done.Add(await context.WaitForExternalEvent<string>("self"));
        done.Add(await DoAsync(context, $"{round}F"));
        string letters = string.Join(' ', done.Select(what => what[^1]));
        if (round == 0)
        {
            context.ContinueAsNew(1);
            return string.Empty;
        }

        return letters;
    }

    [Function(nameof(Child))]
    public static Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context, string what) =>
        DoAsync(context, what);

    [Function(nameof(Do))]
    public async Task<string> Do([ActivityTrigger] Errand errand, CancellationToken cancellation)
    {
        await evidence.AddAsync(errand.Instance, errand.What, cancellation);
        return errand.What;
    }

    public sealed record Errand(string Instance, string What);

    private static Task<string> DoAsync(TaskOrchestrationContext context, string what) =>
        context.CallActivityAsync<string>(nameof(Do), new Errand(context.InstanceId.Split("-child-")[0], what));

    [Function(nameof(StartEverything))]
    public static async Task<IActionResult> StartEverything(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "everything/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Everything), 0, new StartOrchestrationOptions(id), request.HttpContext.RequestAborted);
        return new OkObjectResult(new { id });
    }

    [Function(nameof(First))]
    public Task<string> First([ActivityTrigger] string id, CancellationToken cancellation) =>
        LeaveAsync(nameof(First), id, cancellation);

    [Function(nameof(Slow))]
    public async Task<string> Slow([ActivityTrigger] string id, CancellationToken cancellation)
    {
        await evidence.AddAsync("SlowStarted", id, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(5), time, cancellation);
        return await LeaveAsync(nameof(Slow), id, cancellation);
    }

    [Function(nameof(Last))]
    public Task<string> Last([ActivityTrigger] string id, CancellationToken cancellation) =>
        LeaveAsync(nameof(Last), id, cancellation);

    [Function(nameof(Tick))]
    public Task Tick([TimerTrigger("* * * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        evidence.AddAsync(nameof(Tick), timer.ScheduleStatus!.Next.ToString("o"), cancellation);

    [Function(nameof(Work))]
    public Task Work([ServiceBusTrigger(Queue)] ServiceBusReceivedMessage message, CancellationToken cancellation) =>
        evidence.AddAsync(nameof(Work), message.Body.ToString(), cancellation);

    [Function(nameof(Send))]
    public async Task<IActionResult> Send(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "send/{id}")] HttpRequest request, string id)
    {
        await bus.CreateSender(Queue).SendMessageAsync(
            new ServiceBusMessage(id) { MessageId = id }, request.HttpContext.RequestAborted);
        return new AcceptedResult();
    }

    [Function(nameof(Start))]
    public async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "start/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Steps), null, new StartOrchestrationOptions(id), request.HttpContext.RequestAborted);
        return new OkObjectResult(new { id });
    }

    private async Task<string> LeaveAsync(string what, string id, CancellationToken cancellation)
    {
        await evidence.AddAsync(what, id, cancellation);
        return what;
    }
}
