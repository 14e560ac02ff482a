using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>The app has no such orchestrator or activity; trying again cannot help.</summary>
internal static class FunctionNotFound
{
    private const string ErrorType = "ArbFunctions.LocalRuntime.FunctionNotFound";

    public static TaskFailureDetails For(string kind, string name, IEnumerable<string> known) => new(
        ErrorType,
        $"The app has no {kind} named '{name}'. It has: {string.Join(", ", known.Order(StringComparer.Ordinal))}.",
        null,
        null,
        null);

    public static bool Is(TaskFailureDetails failure) => failure.ErrorType == ErrorType;
}
