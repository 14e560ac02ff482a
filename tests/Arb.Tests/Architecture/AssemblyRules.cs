using System.Collections.Frozen;

namespace Arb.Tests.Architecture;

/// <summary>One rule about what an assembly may refer to.</summary>
/// <param name="Name">The rule as a sentence.</param>
/// <param name="Violations">What breaks it, in words.</param>
internal sealed record AssemblyRule(string Name, Func<AssemblyMetadata, IEnumerable<string>> Violations)
{
    public override string ToString() => Name;
}

/// <summary>The rules of the rooms that metadata can show.</summary>
internal static class AssemblyRules
{
    private static readonly FrozenSet<string> Arithmetic = new[]
    {
        "op_Addition", "op_Subtraction", "op_Multiply", "op_Division", "op_Modulus", "op_Increment", "op_Decrement",
        "op_UnaryNegation", "op_LeftShift", "op_RightShift",
        "op_CheckedAddition", "op_CheckedSubtraction", "op_CheckedMultiply", "op_CheckedDivision", "op_CheckedIncrement",
        "op_CheckedDecrement", "op_CheckedUnaryNegation",
        "Add", "Subtract", "Multiply", "Divide", "Remainder", "Negate", "Pow", "ModPow", "DivRem", "Sqrt",
        "TryAdd", "TrySubtract", "TryMultiply", "TryDivRem",
    }.ToFrozenSet();

    public static AssemblyRule NoIo { get; } = BanTypes(
        "No files, network, processes or console",
        "System.IO.", "System.Net.", "System.Diagnostics.Process", "System.Console", "System.Environment", "System.Data.");

    public static AssemblyRule NoClocks { get; } = BanTypes(
        "No clocks, timers or chance",
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.TimeZoneInfo",
        "System.Threading.Timer", "System.Threading.PeriodicTimer", "System.Random", "System.Guid",
        "System.Security.Cryptography.RandomNumberGenerator");

    public static AssemblyRule NoAsync { get; } = BanTypes(
        "No tasks, threads or async",
        "System.Threading.Tasks.", "System.Threading.Thread", "System.Runtime.CompilerServices.Async",
        "System.Collections.Generic.IAsync", "System.Threading.Channels.");

    /// <summary>A computation may be shared out and waited for (decision 15); nothing may be left running or come back later.</summary>
    public static AssemblyRule NoAsyncButParallel { get; } = new(
        "No tasks, threads or async, but for one computation shared out",
        assembly => NoAsync.Violations(assembly)
            .Where(type => type is not ("System.Threading.Tasks.Parallel" or "System.Threading.Tasks.ParallelLoopResult")));

    public static AssemblyRule NoHosting { get; } = BanTypes(
        "No logging, dependency injection or configuration",
        "Microsoft.Extensions.", "Microsoft.AspNetCore.", "System.Diagnostics.Activity", "System.Diagnostics.Trace",
        "System.Diagnostics.Metrics.", "System.IServiceProvider");

    public static AssemblyRule NoAzure { get; } = BanTypes(
        "No Azure types",
        "Azure.", "Microsoft.Azure.", "Microsoft.DurableTask.", "Microsoft.WindowsAzure.");

    public static AssemblyRule NoFloatsShown { get; } = new(
        "No floats in visible signatures, but for the one conversion that ranking needs",
        assembly => assembly.FloatingSignatures.Where(s => s != "Arb.Domain.UInt256.op_Explicit"));

    public static AssemblyRule NoArithmeticOnAmounts { get; } = new(
        "No arithmetic on amounts",
        assembly => assembly.MemberReferences
            .Where(m => m.Type == "Arb.Domain.MulDiv"
                || (m.Type is "Arb.Domain.UInt256" or "System.Numerics.BigInteger" && Arithmetic.Contains(m.Member)))
            .Select(m => $"{m.Type}.{m.Member}"));

    public static AssemblyRule NoDevnetOrCli { get; } = new(
        "No reference to the devnet or the command line",
        assembly => assembly.AssemblyReferences.Where(a => a is "Arb.Devnet" or "Arb.Cli" or "arb"));

    /// <summary>A ban of types by the beginning of their full name; a name without a final point bans that type and those it nests.</summary>
    private static AssemblyRule BanTypes(string name, params string[] banned) => new(
        name,
        assembly => assembly.TypeReferences.Where(type => banned.Any(ban => IsBanned(type, ban))));

    private static bool IsBanned(string type, string ban) =>
        type.StartsWith(ban, StringComparison.Ordinal)
        && (ban[^1] == '.'
            || type.Length == ban.Length
            || type[ban.Length] == '.'
            || ban.EndsWith("Async", StringComparison.Ordinal));
}
