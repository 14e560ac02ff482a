using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique per invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Stable id of the function.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The W3C trace this invocation belongs to.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>Data the trigger offers to bindings, such as route values.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Which attempt this is, where the trigger retries.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of this invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function being run.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>A bag that lives as long as the invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Cancelled when the host cannot wait any longer for the function.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}

/// <summary>A function as the host knows it.</summary>
public abstract class FunctionDefinition
{
    /// <summary>Path of the assembly that holds the function.</summary>
    public abstract string PathToAssembly { get; }

    /// <summary>Full name of the method.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>Stable id of the function.</summary>
    public abstract string Id { get; }

    /// <summary>The name given by <see cref="FunctionAttribute"/>.</summary>
    public abstract string Name { get; }
}

/// <summary>Data the trigger offers to bindings.</summary>
public abstract class BindingContext
{
    /// <summary>Values by name, for example route parameters or message properties.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}

/// <summary>Which attempt an invocation is.</summary>
public abstract class RetryContext
{
    /// <summary>Retries so far; 0 on the first attempt.</summary>
    public abstract int RetryCount { get; }

    /// <summary>Retries the host will make at most.</summary>
    public abstract int MaxRetryCount { get; }
}

/// <summary>W3C trace context of an invocation.</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c> value.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c> value.</summary>
    public abstract string TraceState { get; }

    /// <summary>Further attributes; empty here.</summary>
    public virtual IReadOnlyDictionary<string, string> Attributes => ImmutableDictionary<string, string>.Empty;
}

/// <summary>Loggers from an invocation.</summary>
public static class FunctionContextLoggerExtensions
{
    /// <summary>Gets a logger named after a type.</summary>
    /// <typeparam name="T">The category.</typeparam>
    /// <param name="context">The invocation.</param>
    public static ILogger<T> GetLogger<T>(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.InstanceServices.GetRequiredService<ILogger<T>>();
    }

    /// <summary>Gets a logger by category.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="categoryName">The category.</param>
    public static ILogger GetLogger(this FunctionContext context, string categoryName)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
    }
}
