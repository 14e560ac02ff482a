using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace ArbFunctions.LocalRuntime.Hosting.Functions;

/// <summary>A function of the app: its method, its trigger and where each parameter comes from.</summary>
internal sealed class FunctionDescriptor
{
    public required string Name { get; init; }

    public required MethodInfo Method { get; init; }

    public required TriggerBindingAttribute Trigger { get; init; }

    public required ParameterInfo TriggerParameter { get; init; }

    public required IReadOnlyList<ParameterBinding> Parameters { get; init; }

    public string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    /// <summary>The name orchestrations and activities are called by.</summary>
    public string TaskName => Trigger switch
    {
        OrchestrationTriggerAttribute { Orchestration: { Length: > 0 } name } => name,
        ActivityTriggerAttribute { Activity: { Length: > 0 } name } => name,
        _ => Name,
    };

    /// <summary>What the method returns once awaited; null for nothing.</summary>
    public Type? ResultType
    {
        get
        {
            Type type = Method.ReturnType;
            if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            {
                return null;
            }

            return type.IsGenericType
                && (type.GetGenericTypeDefinition() == typeof(Task<>)
                    || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
                ? type.GetGenericArguments()[0]
                : type;
        }
    }
}

/// <summary>Where a parameter's value comes from.</summary>
internal enum ParameterSource
{
    Trigger,
    FunctionContext,
    CancellationToken,
    DurableClient,
    OrchestrationInput,
    MessageActions,
    RouteValue,
    RequestBody,
}

/// <summary>A parameter and the source of its value.</summary>
internal sealed record ParameterBinding(ParameterInfo Parameter, ParameterSource Source);
