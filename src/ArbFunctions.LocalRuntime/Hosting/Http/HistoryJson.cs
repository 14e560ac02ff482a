using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ArbFunctions.LocalRuntime.Hosting.Durable;

namespace ArbFunctions.LocalRuntime.Hosting.Http;

/// <summary>
/// The history as Durable's HTTP API shows it (DurableClient.GetDurableOrchestrationStatusAsync): one entry per
/// finished thing that also tells when it was scheduled, no entries for the turns themselves.
/// </summary>
internal static class HistoryJson
{
    public static JsonArray Of(
        InstanceRecord record, IEnumerable<HistoryEvent> history, bool showInput, bool showOutput)
    {
        Dictionary<int, (HistoryEvent Action, DateTime At)> scheduled = [];
        List<(int Action, JsonObject Entry)> entries = [];
        DateTime turnAt = record.CreatedAt;
        foreach (HistoryEvent recorded in history)
        {
            turnAt = recorded.Kind == EventKind.TurnStarted ? recorded.At!.Value : turnAt;
            JsonObject? entry = recorded.Kind switch
            {
                EventKind.ExecutionStarted => Started(record, showInput),
                EventKind.TaskScheduled => Action("TaskScheduled", recorded, showInput),
                EventKind.SubOrchestrationCreated =>
                    Action("SubOrchestrationInstanceCreated", recorded, showInput),
                EventKind.TimerCreated =>
                    new JsonObject { ["EventType"] = "TimerCreated", ["FireAt"] = Time(recorded.FireAt!.Value) },
                EventKind.TimerFired => new JsonObject
                {
                    ["EventType"] = "TimerFired",
                    ["FireAt"] = Time(scheduled[recorded.Id].Action.FireAt!.Value),
                },
                EventKind.EventRaised => new JsonObject
                {
                    ["EventType"] = "EventRaised",
                    ["Name"] = recorded.Name,
                    ["Input"] = showInput ? recorded.Data : null,
                },
                EventKind.EventSent => new JsonObject
                {
                    ["EventType"] = "EventSent",
                    ["InstanceId"] = recorded.InstanceId,
                    ["Name"] = recorded.Name,
                    ["Input"] = showInput ? recorded.Data : null,
                },
                EventKind.TaskCompleted or EventKind.TaskFailed
                    or EventKind.SubOrchestrationCompleted or EventKind.SubOrchestrationFailed =>
                    Answer(recorded, scheduled[recorded.Id], showInput, showOutput),
                _ => null,
            };
            if (entry is null)
            {
                continue;
            }

            entry["Timestamp"] = Time(turnAt);
            if (recorded.Kind is EventKind.TaskScheduled or EventKind.SubOrchestrationCreated or EventKind.TimerCreated)
            {
                scheduled[recorded.Id] = (recorded, turnAt);
            }
            else if (recorded.Kind != EventKind.TimerFired && scheduled.ContainsKey(recorded.Id))
            {
                // The answer tells all the order did.
                entries.RemoveAll(earlier => earlier.Action == recorded.Id);
            }

            bool isOrder = recorded.Kind is EventKind.TaskScheduled or EventKind.SubOrchestrationCreated;
            entries.Add((isOrder ? recorded.Id : -1, entry));
        }

        if (record.IsEnded)
        {
            JsonObject ended = new()
            {
                ["EventType"] = "ExecutionCompleted",
                ["OrchestrationStatus"] = record.Status.ToString(),
                ["Timestamp"] = Time(record.UpdatedAt),
            };
            if (showOutput)
            {
                ended["Result"] = Payload(record.Output);
            }

            entries.Add((-1, ended));
        }

        return new JsonArray([.. entries.Select(entry => (JsonNode)entry.Entry)]);
    }

    /// <summary>Payloads are JSON; what is not (a failure's message) is shown as text.</summary>
    public static JsonNode? Payload(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonObject Started(InstanceRecord record, bool showInput)
    {
        JsonObject entry = new() { ["EventType"] = "ExecutionStarted", ["FunctionName"] = record.Name };
        if (showInput)
        {
            entry["Input"] = record.Input;
        }

        return entry;
    }

    private static JsonObject Action(string kind, HistoryEvent action, bool showInput)
    {
        JsonObject entry = new() { ["EventType"] = kind, ["Name"] = action.Name };
        if (action.InstanceId is not null)
        {
            entry["InstanceId"] = action.InstanceId;
        }

        if (showInput)
        {
            entry["Input"] = action.Data;
        }

        return entry;
    }

    private static JsonObject Answer(
        HistoryEvent answer, (HistoryEvent Action, DateTime At) order, bool showInput, bool showOutput)
    {
        JsonObject entry = new()
        {
            ["EventType"] = answer.Kind switch
            {
                EventKind.TaskCompleted => "TaskCompleted",
                EventKind.TaskFailed => "TaskFailed",
                EventKind.SubOrchestrationCompleted => "SubOrchestrationInstanceCompleted",
                _ => "SubOrchestrationInstanceFailed",
            },
        };
        if (answer.Failure is { } failure)
        {
            entry["Reason"] = failure.ErrorMessage;
            entry["FailureDetails"] = new JsonObject
            {
                ["ErrorType"] = failure.ErrorType,
                ["ErrorMessage"] = failure.ErrorMessage,
            };
        }
        else if (showOutput)
        {
            entry["Result"] = Payload(answer.Data);
        }

        entry["ScheduledTime"] = Time(order.At);
        entry["FunctionName"] = order.Action.Name;
        if (order.Action.InstanceId is { } child)
        {
            entry["InstanceId"] = child;
        }

        if (showInput)
        {
            entry["Input"] = order.Action.Data;
        }

        return entry;
    }

    private static string Time(DateTime time) =>
        DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString("o", CultureInfo.InvariantCulture);
}
