using System.Reflection;
using ArbFunctions;
using Microsoft.Azure.Functions.Worker;

namespace Arb.Tests.Deployment;

/// <summary>The app's functions, as the host would find them.</summary>
internal static class AppFunctions
{
    public static IReadOnlyList<MethodInfo> Methods { get; } =
    [
        .. typeof(HandleOpportunity).Assembly.GetTypes().SelectMany(t => t.GetMethods()).Where(m => m.GetCustomAttribute<FunctionAttribute>() is not null),
    ];

    public static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;
}
