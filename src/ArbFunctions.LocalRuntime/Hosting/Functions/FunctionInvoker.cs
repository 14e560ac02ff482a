using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Functions;

/// <summary>What a trigger gives to an invocation.</summary>
internal sealed record InvocationInput(Func<ParameterBinding, object?> Value)
{
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } =
        ImmutableDictionary<string, object?>.Empty;

    public int RetryCount { get; init; }
}

/// <summary>Runs functions: one scope of services per invocation, the class created from it.</summary>
internal sealed class FunctionInvoker(
    IServiceProvider services, Lazy<DurableTaskClient> client, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<Type, ObjectFactory> _factories = new();
    private readonly ILogger _log = loggers.CreateLogger("Function");

    /// <summary>Runs a function to its end and returns its result.</summary>
    public async Task<object?> InvokeAsync(
        FunctionDescriptor function, InvocationInput input, CancellationToken cancellation)
    {
        AsyncServiceScope scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            LocalFunctionContext context = Context(function, input, scope.ServiceProvider, cancellation);
            using IDisposable? logScope = _log.BeginScope(
                new Dictionary<string, object> { ["FunctionName"] = function.Name, ["InvocationId"] = context.InvocationId });
            object? returned = Call(function, input, context);
            return await AwaitAsync(returned).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs an orchestrator as far as it goes on the calling thread. The returned task stays open when the
    /// orchestrator waits; the scope is the caller's to dispose after the turn.
    /// </summary>
    public Task<object?> StartOrchestrator(FunctionDescriptor function, InvocationInput input, IServiceScope scope)
    {
        LocalFunctionContext context = Context(function, input, scope.ServiceProvider, CancellationToken.None);
        object? returned = Call(function, input, context);

        // No ConfigureAwait(false) on this path: the turn's scheduler must run every continuation.
        return AwaitInTurnAsync(returned);
    }

    private static async Task<object?> AwaitInTurnAsync(object? returned)
    {
        if (returned is Task task)
        {
            await task;
            return ResultOf(task);
        }

        return returned;
    }

    private static async Task<object?> AwaitAsync(object? returned)
    {
        switch (returned)
        {
            case null:
                return null;
            case Task task:
                await task.ConfigureAwait(false);
                return ResultOf(task);
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            default:
                Type type = returned.GetType();
                if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(ValueTask<>))
                {
                    return returned;
                }

                Task converted = (Task)type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(returned, null)!;
                await converted.ConfigureAwait(false);
                return ResultOf(converted);
        }
    }

    private static object? ResultOf(Task task)
    {
        // A method declared as Task may return a Task<VoidTaskResult>; that is no result.
        PropertyInfo? result = task.GetType().GetProperty(nameof(Task<int>.Result));
        return result is null || result.PropertyType.Name == "VoidTaskResult" ? null : result.GetValue(task);
    }

    private LocalFunctionContext Context(
        FunctionDescriptor function,
        InvocationInput input,
        IServiceProvider scoped,
        CancellationToken cancellation) =>
        new(
            function,
            Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            scoped,
            input.BindingData,
            input.RetryCount,
            cancellation);

    private object? Call(FunctionDescriptor function, InvocationInput input, LocalFunctionContext context)
    {
        object?[] arguments = new object?[function.Parameters.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            ParameterBinding binding = function.Parameters[i];
            arguments[i] = binding.Source switch
            {
                ParameterSource.FunctionContext => context,
                ParameterSource.CancellationToken => context.CancellationToken,
                ParameterSource.DurableClient => client.Value,
                _ => input.Value(binding),
            };
        }

        object? target = function.Method.IsStatic
            ? null
            : _factories.GetOrAdd(
                function.Method.DeclaringType!, static type => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes))(
                context.InstanceServices, null);
        return function.Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
