using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Hosting.Functions;

/// <summary>All functions of the app, found by reflection and checked before anything runs.</summary>
internal sealed partial class FunctionCatalog
{
    private FunctionCatalog(List<FunctionDescriptor> all)
    {
        All = all;
        Orchestrators = ByTaskName<OrchestrationTriggerAttribute>(all);
        Activities = ByTaskName<ActivityTriggerAttribute>(all);
    }

    public IReadOnlyList<FunctionDescriptor> All { get; }

    public IReadOnlyDictionary<string, FunctionDescriptor> Orchestrators { get; }

    public IReadOnlyDictionary<string, FunctionDescriptor> Activities { get; }

    /// <summary>Finds the functions of an assembly.</summary>
    /// <exception cref="HostStartException">Functions are malformed; the message names every one of them.</exception>
    public static FunctionCatalog Discover(IEnumerable<Type> types)
    {
        List<FunctionDescriptor> functions = [];
        List<string> problems = [];
        const BindingFlags Methods = BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (Type type in types)
        {
            foreach (MethodInfo method in type.GetMethods(Methods))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
                {
                    Describe(type, method, attribute.Name, functions, problems);
                }
            }
        }

        foreach (IGrouping<string, FunctionDescriptor> same in functions
            .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            problems.Add(
                $"{string.Join(" and ", same.Select(function => function.EntryPoint))} share the name '{same.Key}'; "
                + "names must be unique.");
        }

        return problems.Count == 0
            ? new FunctionCatalog(functions)
            : throw new HostStartException(
                "The app's functions are not valid: " + string.Join(" | ", problems.Order(StringComparer.Ordinal)));
    }

    private static void Describe(
        Type type, MethodInfo method, string name, List<FunctionDescriptor> functions, List<string> problems)
    {
        string where = $"{type.FullName}.{method.Name}";
        List<string> found = [];
        if (!NamePattern().IsMatch(name))
        {
            found.Add($"the name '{name}' must be a letter followed by letters, digits, _ or -");
        }

        if (!method.IsPublic || !type.IsVisible)
        {
            found.Add("method and class must be public");
        }

        if (!method.IsStatic && (type.IsAbstract || type.ContainsGenericParameters))
        {
            found.Add("an instance method needs a class that can be created");
        }

        if (method.ContainsGenericParameters)
        {
            found.Add("a function cannot be generic");
        }

        if (method.ReturnType == typeof(void) && method
            .GetCustomAttribute<System.Runtime.CompilerServices.AsyncStateMachineAttribute>() is not null)
        {
            found.Add("async void cannot be awaited; return Task");
        }

        ParameterInfo[] triggers =
            [.. method.GetParameters().Where(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null)];
        if (triggers.Length != 1)
        {
            found.Add($"exactly one parameter must carry a trigger attribute, but {triggers.Length} do");
        }
        else
        {
            TriggerBindingAttribute trigger = triggers[0].GetCustomAttribute<TriggerBindingAttribute>()!;
            CheckTrigger(method, triggers[0], trigger, found);
            functions.Add(new FunctionDescriptor
            {
                Name = name,
                Method = method,
                Trigger = trigger,
                TriggerParameter = triggers[0],
                Parameters = [.. method.GetParameters().Select(p => Bind(method, p, trigger, found))],
            });
        }

        if (found.Count > 0)
        {
            problems.Add($"{where}: {string.Join("; ", found)}.");
        }
    }

    private static void CheckTrigger(
        MethodInfo method, ParameterInfo parameter, TriggerBindingAttribute trigger, List<string> found)
    {
        switch (trigger)
        {
            case TimerTriggerAttribute when parameter.ParameterType != typeof(TimerInfo):
                found.Add($"a timer trigger binds TimerInfo, not {parameter.ParameterType.Name}");
                break;
            case OrchestrationTriggerAttribute when parameter.ParameterType != typeof(TaskOrchestrationContext):
                found.Add($"an orchestration trigger binds TaskOrchestrationContext, not {parameter.ParameterType.Name}");
                break;
            case OrchestrationTriggerAttribute when method.ReturnType == typeof(ValueTask)
                || (method.ReturnType.IsGenericType
                    && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)):
                found.Add("an orchestrator returns Task, not ValueTask");
                break;
            case HttpTriggerAttribute http:
                if (parameter.ParameterType != typeof(HttpRequest))
                {
                    found.Add($"an HTTP trigger binds Microsoft.AspNetCore.Http.HttpRequest, not {parameter.ParameterType.Name}");
                }

                if (http.AuthLevel == AuthorizationLevel.User)
                {
                    found.Add("AuthorizationLevel.User is not offered by the host");
                }

                break;
            case ServiceBusTriggerAttribute bus:
                if (bus.QueueName is null)
                {
                    found.Add("topics and subscriptions are not served by the local runtime; use a queue");
                }

                if (bus.IsSessionsEnabled)
                {
                    found.Add("sessions are not served by the local runtime");
                }

                if (bus.IsBatched != (parameter.ParameterType == typeof(ServiceBusReceivedMessage[])))
                {
                    found.Add("IsBatched = true goes with ServiceBusReceivedMessage[], and only with it");
                }

                break;
            default:
                break;
        }
    }

    private static ParameterBinding Bind(
        MethodInfo method, ParameterInfo parameter, TriggerBindingAttribute trigger, List<string> found)
    {
        if (parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null)
        {
            return new ParameterBinding(parameter, ParameterSource.Trigger);
        }

        if (parameter.GetCustomAttribute<DurableClientAttribute>() is { } client)
        {
            if (parameter.ParameterType != typeof(DurableTaskClient))
            {
                found.Add($"[DurableClient] binds DurableTaskClient, not {parameter.ParameterType.Name}");
            }

            if (client.TaskHub is not null || client.ConnectionName is not null)
            {
                found.Add("the local runtime has one task hub; leave TaskHub and ConnectionName of [DurableClient] unset");
            }

            return new ParameterBinding(parameter, ParameterSource.DurableClient);
        }

        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return new ParameterBinding(parameter, ParameterSource.FunctionContext);
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return new ParameterBinding(parameter, ParameterSource.CancellationToken);
        }

        switch (trigger)
        {
            case OrchestrationTriggerAttribute when FirstPlain(method) == parameter:
                return new ParameterBinding(parameter, ParameterSource.OrchestrationInput);
            case ServiceBusTriggerAttribute when parameter.ParameterType == typeof(ServiceBusMessageActions):
                return new ParameterBinding(parameter, ParameterSource.MessageActions);
            case HttpTriggerAttribute when parameter.GetCustomAttribute<FromBodyAttribute>() is not null:
                return new ParameterBinding(parameter, ParameterSource.RequestBody);
            case HttpTriggerAttribute:
                return new ParameterBinding(parameter, ParameterSource.RouteValue);
            default:
                found.Add($"nothing binds parameter '{parameter.Name}' of type {parameter.ParameterType.Name}");
                return new ParameterBinding(parameter, ParameterSource.Trigger);
        }
    }

    // As in the extension: the first parameter without any binding takes the orchestration's input.
    private static ParameterInfo? FirstPlain(MethodInfo method) => method.GetParameters().FirstOrDefault(
        parameter => parameter.GetCustomAttribute<BindingAttribute>() is null
            && parameter.ParameterType != typeof(FunctionContext)
            && parameter.ParameterType != typeof(CancellationToken));

    private static Dictionary<string, FunctionDescriptor> ByTaskName<TTrigger>(List<FunctionDescriptor> all)
        where TTrigger : TriggerBindingAttribute
    {
        Dictionary<string, FunctionDescriptor> byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (FunctionDescriptor function in all.Where(function => function.Trigger is TTrigger))
        {
            if (!byName.TryAdd(function.TaskName, function))
            {
                throw new HostStartException(
                    $"The app's functions are not valid: {byName[function.TaskName].EntryPoint} and "
                    + $"{function.EntryPoint} share the task name '{function.TaskName}'.");
            }
        }

        return byName;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,126}$")]
    private static partial Regex NamePattern();
}
