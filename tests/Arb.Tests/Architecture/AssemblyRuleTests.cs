using System.Diagnostics;
using System.Numerics;
using System.Reflection;
using Arb.Domain;
using Microsoft.Extensions.Logging;

namespace Arb.Tests.Architecture;

public sealed class AssemblyRuleTests
{
    private static readonly AssemblyRule[] Pure =
        [AssemblyRules.NoIo, AssemblyRules.NoClocks, AssemblyRules.NoAsync, AssemblyRules.NoHosting, AssemblyRules.NoAzure];

    private static readonly (string Assembly, AssemblyRule[] Rules)[] Rooms =
    [
        ("Arb.Domain", [.. Pure, AssemblyRules.NoFloatsShown]),
        ("Arb.Search", [AssemblyRules.NoAsyncButParallel, .. Pure.Where(rule => rule != AssemblyRules.NoAsync)]),
        ("Arb.Scoring", [AssemblyRules.NoAzure]),
        ("Arb.Engine", [AssemblyRules.NoAzure]),
        ("ArbFunctions", [AssemblyRules.NoArithmeticOnAmounts, AssemblyRules.NoDevnetOrCli]),
    ];

    private static readonly (AssemblyRule Rule, AssemblyMetadata Breaks, string Names)[] Fixtures =
    [
        (AssemblyRules.NoIo, FixtureAssembly.WithUseOf(typeof(File)), "System.IO.File"),
        (AssemblyRules.NoIo, FixtureAssembly.WithUseOf(typeof(HttpClient)), "System.Net.Http.HttpClient"),
        (AssemblyRules.NoIo, FixtureAssembly.WithUseOf(typeof(Console)), "System.Console"),
        (AssemblyRules.NoClocks, FixtureAssembly.WithSignature(typeof(DateTime)), "System.DateTime"),
        (AssemblyRules.NoClocks, FixtureAssembly.WithUseOf(typeof(Stopwatch)), "System.Diagnostics.Stopwatch"),
        (AssemblyRules.NoClocks, FixtureAssembly.WithUseOf(typeof(TimeProvider)), "System.TimeProvider"),
        (AssemblyRules.NoAsync, FixtureAssembly.WithSignature(typeof(Task)), "System.Threading.Tasks.Task"),
        (AssemblyRules.NoAsync, FixtureAssembly.WithSignature(typeof(ValueTask<int>)), "System.Threading.Tasks.ValueTask`1"),
        (AssemblyRules.NoAsyncButParallel, FixtureAssembly.WithSignature(typeof(Task)), "System.Threading.Tasks.Task"),
        (AssemblyRules.NoAsyncButParallel, FixtureAssembly.WithUseOf(typeof(Thread)), "System.Threading.Thread"),
        (
            AssemblyRules.NoAsync,
            FixtureAssembly.WithUseOf(typeof(System.Runtime.CompilerServices.AsyncTaskMethodBuilder)),
            "System.Runtime.CompilerServices.AsyncTaskMethodBuilder"),
        (AssemblyRules.NoHosting, FixtureAssembly.WithSignature(typeof(ILogger)), "Microsoft.Extensions.Logging.ILogger"),
        (AssemblyRules.NoHosting, FixtureAssembly.WithUseOf(typeof(IServiceProvider)), "System.IServiceProvider"),
        (AssemblyRules.NoAzure, FixtureAssembly.WithUseOf(typeof(Azure.Data.Tables.TableClient)), "Azure.Data.Tables.TableClient"),
        (AssemblyRules.NoFloatsShown, FixtureAssembly.WithSignature(typeof(double)), "Fixture.Offender.Offend"),
        (AssemblyRules.NoFloatsShown, FixtureAssembly.WithSignature(typeof(void), typeof(float[])), "Fixture.Offender.Offend"),
        (AssemblyRules.NoFloatsShown, FixtureAssembly.WithSignature(typeof(decimal?)), "Fixture.Offender.Offend"),
        (AssemblyRules.NoFloatsShown, FixtureAssembly.WithSignature(typeof(List<double>)), "Fixture.Offender.Offend"),
        (AssemblyRules.NoArithmeticOnAmounts, Calls<UInt256>("op_Addition"), "Arb.Domain.UInt256.op_Addition"),
        (AssemblyRules.NoArithmeticOnAmounts, Calls<UInt256>("op_CheckedMultiply"), "Arb.Domain.UInt256.op_CheckedMultiply"),
        (AssemblyRules.NoArithmeticOnAmounts, Calls<UInt256>("TrySubtract"), "Arb.Domain.UInt256.TrySubtract"),
        (AssemblyRules.NoArithmeticOnAmounts, Calls<BigInteger>("op_Division"), "System.Numerics.BigInteger.op_Division"),
        (
            AssemblyRules.NoArithmeticOnAmounts,
            FixtureAssembly.WithCallOf(typeof(MulDiv).GetMethod(nameof(MulDiv.Floor))!),
            "Arb.Domain.MulDiv.Floor"),
        (AssemblyRules.NoDevnetOrCli, FixtureAssembly.WithUseOf(FixtureAssembly.TypeFrom("Arb.Devnet")), "Arb.Devnet"),
        (AssemblyRules.NoDevnetOrCli, FixtureAssembly.WithUseOf(FixtureAssembly.TypeFrom("arb")), "arb"),
    ];

    public static TheoryData<string, string> RulesOfRooms =>
        [.. Rooms.SelectMany(room => room.Rules.Select(rule => (room.Assembly, rule.Name)))];

    public static TheoryData<int> FixtureNumbers => [.. Enumerable.Range(0, Fixtures.Length)];

    [Theory]
    [MemberData(nameof(RulesOfRooms))]
    public void Room_keeps_its_rules(string assembly, string ruleName)
    {
        AssemblyRule rule = Rooms.Single(r => r.Assembly == assembly).Rules.Single(r => r.Name == ruleName);
        Complaints.None(rule.Violations(AssemblyMetadata.OfBuilt(assembly)).Select(v => $"{assembly} breaks \"{rule.Name}\": {v}"));
    }

    [Theory]
    [MemberData(nameof(FixtureNumbers))]
    public void An_assembly_that_breaks_a_rule_is_named(int number)
    {
        (AssemblyRule rule, AssemblyMetadata breaks, string names) = Fixtures[number];
        Assert.Contains(names, rule.Violations(breaks));
    }

    [Fact]
    public void Every_rule_has_a_fixture_that_breaks_it() =>
        Assert.Empty(Rooms.SelectMany(r => r.Rules).Except(Fixtures.Select(f => f.Rule)));

    [Fact]
    public void Comparing_and_carrying_amounts_is_no_arithmetic()
    {
        Assert.Empty(AssemblyRules.NoArithmeticOnAmounts.Violations(Calls<UInt256>("op_LessThan")));
        Assert.Empty(AssemblyRules.NoArithmeticOnAmounts.Violations(Calls<UInt256>("op_Equality")));
    }

    [Fact]
    public void Built_assemblies_are_really_read()
    {
        AssemblyMetadata domain = AssemblyMetadata.OfBuilt("Arb.Domain");
        Assert.Contains("System.Numerics.BigInteger", domain.TypeReferences);
        Assert.Contains("Arb.Domain.UInt256.op_Explicit", domain.FloatingSignatures);
        Assert.Contains(("System.Math", "BigMul"), domain.MemberReferences);
        Assert.Contains("Arb.Domain", AssemblyMetadata.OfBuilt("ArbFunctions").AssemblyReferences);
    }

    private static AssemblyMetadata Calls<T>(string method) =>
        FixtureAssembly.WithCallOf(typeof(T).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .First(m => m.Name == method
                && (m.GetParameters()[0].ParameterType == typeof(T)
                    || m.GetParameters()[0].ParameterType == typeof(T).MakeByRefType())));
}
