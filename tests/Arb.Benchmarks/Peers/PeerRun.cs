using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.TestKit;

namespace Arb.Benchmarks.Peers;

/// <summary>What the peers said and how long they took.</summary>
internal sealed record PeerAnswers(string Node, PairAnswers V2, ImmutableArray<PoolAnswer> V3)
{
    /// <summary>The faster times of two rounds.</summary>
    public static PeerAnswers Faster(PeerAnswers one, PeerAnswers other) => one with
    {
        V2 = one.V2 with
        {
            SdkNs = Math.Min(one.V2.SdkNs, other.V2.SdkNs),
            FormulaNs = Math.Min(one.V2.FormulaNs, other.V2.FormulaNs),
        },
        V3 = [.. one.V3.Zip(other.V3, static (a, b) => a.Ns <= b.Ns ? a : b)],
    };
}

/// <summary>The pairs: nanoseconds per quote, and every amount.</summary>
internal sealed record PairAnswers(
    double SdkNs, double FormulaNs, ImmutableArray<string> SdkAmounts, ImmutableArray<string> FormulaAmounts);

/// <summary>One quote of a recorded pool.</summary>
internal sealed record PoolAnswer(string AmountOut, double Ns);

/// <summary>Runs <c>peers.mjs</c> on our questions, with the packages that <c>package.json</c> pins.</summary>
internal static class PeerRun
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<PeerAnswers> AskAsync(
        ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> pairs,
        ImmutableArray<RecordedPool> pools,
        CancellationToken cancellation)
    {
        ToolSetupOptions options = ToolSetupOptions.ForThisClone();
        string here = Path.Combine(options.RepositoryRoot, "tests", "Arb.Benchmarks");
        NpmTools tools = await TestTools.NpmAsync();
        NpmFolderSpec spec = new(
            "benchmark-peers",
            here,
            ["node_modules/@uniswap/v2-sdk/package.json", "node_modules/@uniswap/v3-sdk/package.json"]);
        string packages = await ToolSetup.EnsureNpmFolderAsync(spec, options, new ConsoleProgress(), cancellation);
        string folder = Directory.CreateTempSubdirectory("arb-peers-").FullName;
        try
        {
            string questions = Path.Combine(folder, "questions.json");
            string answers = Path.Combine(folder, "answers.json");
            await File.WriteAllTextAsync(questions, Questions(pairs, pools), cancellation);
            using Process node = Process.Start(new ProcessStartInfo(
                tools.NodePath, [Path.Combine(here, "Peers", "peers.mjs"), packages, questions, answers]))
                ?? throw new InvalidOperationException("node did not start.");
            await node.WaitForExitAsync(cancellation);
            if (node.ExitCode != 0)
            {
                throw new InvalidOperationException($"peers.mjs ended with {node.ExitCode}; its messages are above.");
            }

            await using FileStream stream = File.OpenRead(answers);
            return await JsonSerializer.DeserializeAsync<PeerAnswers>(stream, Json, cancellation)
                ?? throw new FormatException("peers.mjs wrote null.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Questions(
        ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> pairs, ImmutableArray<RecordedPool> pools) =>
        JsonSerializer.Serialize(
            new
            {
                v2 = pairs.Select(quote => new
                {
                    reserveIn = quote.Pool.Reserve0.ToString(),
                    reserveOut = quote.Pool.Reserve1.ToString(),
                    amountIn = quote.AmountIn.ToString(),
                }),
                v3 = pools.Select(pool => new
                {
                    feePips = pool.FeePips,
                    sqrtPriceX96 = pool.Model.SqrtPriceX96.ToString(),
                    liquidity = ((UInt256)pool.Model.Liquidity).ToString(),
                    tick = pool.Model.Tick,
                    ticks = pool.Ticks.Select(tick => new object[] { tick.Index, tick.LiquidityNet }),
                    amounts = pool.Amounts.Select(amount => amount.ToString()),
                }),
            },
            Json);

    private sealed class ConsoleProgress : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => Console.Error.WriteLine(value);
    }
}
