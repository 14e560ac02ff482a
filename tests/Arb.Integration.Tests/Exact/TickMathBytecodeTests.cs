using System.Globalization;
using System.Text;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.Exact;

/// <summary>
/// TickMath against v4-core's own test contract around its library (out/TickMathTest.sol of @uniswap/v4-core@1.0.2).
/// With ARB_WRITE_VECTORS=1 it writes what the contract said to tests/Arb.Tests/Domain/Markets/tick-math.csv.
/// </summary>
[Collection(nameof(Exact))]
public sealed class TickMathBytecodeTests(ITestOutputHelper output)
{
    private const int CallsPerRequest = 2_000;

    [Fact]
    public async Task Prices_at_ticks_and_ticks_at_prices_equal_the_contract()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ExactNode node = await ExactNode.StartAsync(cancellation);
        Address contract = await node.Chain.DeployAsync("UniswapV4TickMathTest", null, cancellation);
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");

        int[] golden = [.. GoldenTicks()];
        int[] ticks = [.. golden, .. RandomTicks(new Random(seed), 6_000)];
        UInt256[] prices = await CallAsync(
            node.Chain, contract, ticks, tick => AbiWriter.Call("getSqrtPriceAtTick(int24)").Number((UInt256)tick), cancellation);
        for (int i = 0; i < ticks.Length; i++)
        {
            Assert.Equal(prices[i], TickMath.SqrtPriceAtTick(ticks[i]));
        }

        // A unit around the price of each tick, and the price itself.
        UInt256[] around =
        [
            .. prices.SelectMany(price => (UInt256[])[price - UInt256.One, price, price + UInt256.One])
                .Where(price => price >= TickMath.SqrtPriceMin && price < TickMath.SqrtPriceMax),
        ];
        UInt256[] at = await CallAsync(
            node.Chain, contract, around, price => AbiWriter.Call("getTickAtSqrtPrice(uint160)").Number(price), cancellation);
        for (int i = 0; i < around.Length; i++)
        {
            Assert.Equal((int)(ulong)at[i], TickMath.TickAtSqrtPrice(around[i]));
        }

        if (Environment.GetEnvironmentVariable("ARB_WRITE_VECTORS") == "1")
        {
            await WriteAsync(golden.Select((tick, i) => (tick, prices[i])), cancellation);
        }
    }

    private static IEnumerable<int> GoldenTicks()
    {
        int[] positive =
        [
            .. Enumerable.Range(0, 20).SelectMany(bit => (int[])[(1 << bit) - 1, 1 << bit, (1 << bit) + 1]),
            .. Enumerable.Range(1, 60).Select(i => i * 14_783),
            TickMath.TickMax - 2, TickMath.TickMax - 1, TickMath.TickMax,
        ];
        return positive.Concat(positive.Select(tick => -tick)).Where(tick => Math.Abs(tick) <= TickMath.TickMax).Distinct().Order();
    }

    private static IEnumerable<int> RandomTicks(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => random.Next(TickMath.TickMin, TickMath.TickMax + 1));

    private static async Task<UInt256[]> CallAsync<T>(
        ExactChain chain, Address contract, T[] arguments, Func<T, AbiWriter> call, CancellationToken cancellation)
    {
        List<UInt256> results = [];
        foreach (T[] some in arguments.Chunk(CallsPerRequest))
        {
            IReadOnlyList<JsonRpcReply> replies = await chain.Node.BatchAsync(
                [
                    .. some.Select(argument => new JsonRpcRequest("eth_call", writer =>
                    {
                        writer.WriteStartObject();
                        writer.WriteString("to", contract.ToString());
                        writer.WriteString("input", Hex.Of(call(argument).ToArray()));
                        writer.WriteEndObject();
                        writer.WriteStringValue("latest");
                    })),
                ],
                cancellation);
            results.AddRange(replies.Select(reply =>
                UInt256.FromBigEndian(RpcJson.Bytes(reply.ResultOrThrow(), "result"))));
        }

        return [.. results];
    }

    private static async Task WriteAsync(IEnumerable<(int Tick, UInt256 Price)> vectors, CancellationToken cancellation)
    {
        StringBuilder text = new();
        text.Append("# getSqrtPriceAtTick of out/TickMathTest.sol in @uniswap/v4-core@1.0.2, asked on anvil 1.7.1 by\n");
        text.Append("# ARB_WRITE_VECTORS=1 dotnet test --project tests/Arb.Integration.Tests -- ");
        text.Append("--filter-class Arb.Integration.Tests.Exact.TickMathBytecodeTests\n");
        foreach ((int tick, UInt256 price) in vectors)
        {
            text.Append(CultureInfo.InvariantCulture, $"{tick},{price}\n");
        }

        string path = Path.Combine(
            RepositoryRoot.Find(), "tests", "Arb.Tests", "Domain", "Markets", "tick-math.csv");
        await File.WriteAllTextAsync(path, text.ToString(), cancellation);
    }
}
