namespace ArbFunctions;

/// <summary>
/// Tells "this instance exists" from other failures, by name: newer Durable extensions throw DurableTask.Core's
/// OrchestrationAlreadyExistsException, older ones a gRPC status, and the app references neither package itself.
/// </summary>
internal static class InstanceConflict
{
    public static bool IsAlreadyExists(Exception exception) => exception.GetType().Name switch
    {
        "OrchestrationAlreadyExistsException" => true,
        "RpcException" => exception.Message.Contains("AlreadyExists", StringComparison.Ordinal),
        _ => false,
    };
}
