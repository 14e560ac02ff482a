using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>The app has no such orchestrator or activity; trying again cannot help.</summary>
internal static class FunctionNotFound
{
    // The error types are the worker's, the wording is the extension's.
    private const string NoActivity = "ActivityTaskNotFound";
    private const string NoOrchestrator = "OrchestratorTaskNotFound";

    public static TaskFailureDetails Activity(string name, IEnumerable<string> known) =>
        new(NoActivity, Message(name, "activity", known), null, null, null);

    public static TaskFailureDetails Orchestrator(string name, IEnumerable<string> known) =>
        new(NoOrchestrator, Message(name, "orchestrator", known), null, null, null);

    public static bool Is(TaskFailureDetails failure) => failure.ErrorType is NoActivity or NoOrchestrator;

    private static string Message(string name, string kind, IEnumerable<string> known)
    {
        string names = string.Join("', '", known.Order(StringComparer.Ordinal));
        return $"The function '{name}' doesn't exist, is disabled, or is not an {kind} function. Additional info: "
            + (names.Length == 0
                ? $"No {kind} functions are currently registered!"
                : $"The following are the known {kind} functions: '{names}'.");
    }
}
