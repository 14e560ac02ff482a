using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.Exact;

/// <summary>Pool models against the contracts they model. Longer runs: <c>exact</c> of Arb.Benchmarks.</summary>
[Collection(nameof(Exact))]
public sealed class BytecodeTests(ITestOutputHelper output)
{
    private const int Quotes = 20_000;

    /// <summary>Set to repeat a run; otherwise every run is another.</summary>
    private const string SeedVariable = "ARB_EXACT_SEED";

    public static TheoryData<string> Families => [.. ExactFamilies.All.Select(family => family.Name)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Families))]
    public async Task Model_equals_bytecode(string family)
    {
        ulong seed = ulong.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out ulong given)
            ? given
            : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"{family}: seed {seed} (repeat with {SeedVariable}={seed})");
        ExactSummary summary = await ExactRun.RunAsync(
            ExactFamilies.Named(family), seed, Quotes, output.WriteLine, TestContext.Current.CancellationToken);
        output.WriteLine(summary.ToString());
        Assert.True(summary.Mismatches == 0, $"{summary}; repeat with {SeedVariable}={seed}.");
        Assert.InRange(summary.Quotes, Quotes, int.MaxValue);
        // Both sides of the contract's decisions were seen.
        Assert.InRange(summary.Refusals, 1, summary.Quotes - 1);
    }
}

/// <summary>One anvil at a time: each run uses a core of its own.</summary>
[CollectionDefinition(nameof(Exact), DisableParallelization = true)]
public sealed class Exact;
