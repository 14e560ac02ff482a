using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions.LocalRuntime.Hosting.Functions;

/// <summary>One invocation as the app sees it.</summary>
internal sealed class LocalFunctionContext(
    FunctionDescriptor function,
    string invocationId,
    IServiceProvider services,
    IReadOnlyDictionary<string, object?> bindingData,
    int retryCount,
    CancellationToken cancellation) : FunctionContext
{
    public override string InvocationId => invocationId;

    public override string FunctionId => function.Name;

    public override TraceContext TraceContext { get; } = new LocalTrace();

    public override BindingContext BindingContext { get; } = new LocalBinding(bindingData);

    public override RetryContext RetryContext { get; } = new LocalRetry(retryCount);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition { get; } = new LocalDefinition(function);

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken => cancellation;

    private sealed class LocalDefinition(FunctionDescriptor function) : FunctionDefinition
    {
        public override string PathToAssembly => function.Method.Module.FullyQualifiedName;

        public override string EntryPoint => function.EntryPoint;

        public override string Id => function.Name;

        public override string Name => function.Name;
    }

    private sealed class LocalBinding(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class LocalRetry(int count) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => 0;
    }

    private sealed class LocalTrace : TraceContext
    {
        public override string TraceParent { get; } = Activity.Current?.Id ?? string.Empty;

        public override string TraceState { get; } = Activity.Current?.TraceStateString ?? string.Empty;
    }
}
