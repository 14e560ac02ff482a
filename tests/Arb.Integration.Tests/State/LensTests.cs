using System.Net;
using System.Text;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.State;

public sealed class LensTests(StateWorld world) : IClassFixture<StateWorld>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embedded_lens_is_what_the_sources_compile_to()
    {
        byte[] creation = (await TestTools.HarnessAsync()).Contracts.Load("PoolLens").CreationBytecode.ToArray();
        Assert.EndsWith(LensCode.Hex[2..], Convert.ToHexStringLower(creation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lens_reads_what_the_contracts_own_getters_say()
    {
        await world.MineAsync(new Random(3), 300);
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolReads reads = await new LensStateReader(world.Node).ReadAsync(head, world.Pools, Cancellation);
        Assert.Empty(reads.Unreadable);
        foreach ((PoolListing pool, PoolState state) in world.Pools.Zip(reads.States))
        {
            if (state is ConstantProductState pair)
            {
                UInt256[] reserves = await CallAsync(pool, AbiWriter.Call("getReserves()"));
                Assert.Equal((reserves[0], reserves[1]), (pair.Reserve0, pair.Reserve1));
            }
            else if (state is UniswapV3State v3)
            {
                UInt256[] slot0 = await CallAsync(pool, AbiWriter.Call("slot0()"));
                Assert.Equal(
                    (slot0[0], slot0[1], slot0[5]), (v3.SqrtPriceX96, (UInt256)(long)v3.Tick, (UInt256)v3.ProtocolFee));
                Assert.Equal((UInt256)v3.Liquidity, (await CallAsync(pool, AbiWriter.Call("liquidity()")))[0]);
                Assert.True(v3.Ticks.Ticks.Length > 4);
                foreach (InitializedTick tick in v3.Ticks.Ticks)
                {
                    UInt256[] said = await CallAsync(pool, AbiWriter.Call("ticks(int24)").Number((UInt256)(long)tick.Index));
                    Assert.Equal((said[0], (UInt128)said[1]), (tick.LiquidityGross, unchecked((UInt128)tick.LiquidityNet)));
                }
            }
        }
    }

    [Fact]
    public async Task One_call_reads_all_pools_and_a_smaller_gas_cap_only_makes_more_calls()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        using RequestTamper all = new();
        PoolReads atOnce = await Reader(all).ReadAsync(head, world.Pools, Cancellation);
        Assert.Equal(1, all.Requests);

        // What a node with a cap does to a call that names no gas: it runs with the cap.
        using RequestTamper capped = new() { Rewrite = body => body.Replace("\"to\":\"0x", "\"gas\":\"0x3d0900\",\"to\":\"0x", StringComparison.Ordinal) };
        PoolReads inParts = await Reader(capped).ReadAsync(head, world.Pools, Cancellation);
        Assert.InRange(capped.Requests, 2, 60);
        Assert.Equal(atOnce.States, inParts.States);
        Assert.Empty(inParts.Unreadable);
    }

    [Fact]
    public async Task Budget_shrinks_when_the_node_refuses_and_grows_back()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        using RequestTamper tamper = new() { RefuseFirst = 3 };
        LensStateReader reader = Reader(tamper);
        PoolReads reads = await reader.ReadAsync(head, world.Pools, Cancellation);
        Assert.Equal(world.Pools.Length, reads.States.Length);
        int shrunk = reader.Budget;
        Assert.InRange(shrunk, LensStateReader.BudgetMin, LensStateReader.BudgetMax);
        for (int i = 0; i < 4; i++)
        {
            await reader.ReadAsync(head, world.Pools, Cancellation);
        }

        Assert.Equal(LensStateReader.BudgetMax, reader.Budget);
    }

    [Fact]
    public async Task Answers_too_large_to_take_and_answers_that_never_come_make_the_budget_smaller()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolListing[] pools = [.. Enumerable.Range(0, 8).SelectMany(_ => world.Pools)];
        int largest = 0;
        using RequestTamper measured = new()
        {
            Answer = answer =>
            {
                largest = Math.Max(largest, answer.Length);
                return answer;
            },
        };
        PoolReads all = await Reader(measured).ReadAsync(head, pools, Cancellation);

        // All pools at once have more ticks than fit; in parts they fit.
        using RequestTamper large = new();
        LensStateReader small = new(new JsonRpcClient(
            new HttpClient(large, disposeHandler: false), new JsonRpcOptions(world.RpcUrl) { AnswerBytesMax = largest / 3 }));
        Assert.Equal(all.States, (await small.ReadAsync(head, pools, Cancellation)).States);
        Assert.InRange(large.Requests, 3, 200);

        // A node that works on long calls for ever: less is asked for after every silence, and what works is doubled again.
        using RequestTamper silent = new();
        silent.TimesOut = () => silent.Requests <= 2;
        LensStateReader slow = Reader(silent);
        Assert.Equal(all.States, (await slow.ReadAsync(head, pools, Cancellation)).States);
        Assert.InRange(silent.Requests, 3, 200);

        // One that never answers at all is unreachable after a few tries, not for ever.
        silent.TimesOut = static () => true;
        ChainUnavailableException gone = await Assert.ThrowsAsync<ChainUnavailableException>(() => slow.ReadAsync(head, pools, Cancellation));
        Assert.Equal(ChainFault.Unreachable, gone.Fault);
    }

    [Fact]
    public async Task What_is_no_pool_is_named_and_costs_no_other_its_place()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolListing none = world.Pools[0] with { Key = new PoolKey(world.Exact.Deployer.Address) };
        PoolListing pairAsV3 = world.Pools[0] with { Family = PoolFamily.UniswapV3, TickSpacing = 10 };
        PoolReads reads = await new LensStateReader(world.Node).ReadAsync(
            head, [none, pairAsV3, .. world.Pools], Cancellation);
        Assert.Equal(2, reads.Unreadable.Length);
        Assert.Equal(world.Pools.Select(static pool => pool.Key), reads.States.Select(static state => state.Key));
    }

    [Fact]
    public async Task Answer_from_another_block_is_named()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        ChainUnavailableException wrong = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new LensStateReader(world.Node).ReadAsync(
                head with { ParentHash = Keccak.Hash256("another") }, world.Pools, Cancellation));
        Assert.Equal(ChainFault.WrongBlock, wrong.Fault);
    }

    [Theory]
    [InlineData("\"logIndex\":\"0x[0-9a-f]+\"", "\"logIndex\":\"0x0\"")]
    [InlineData("\"removed\":false", "\"removed\":true")]
    [InlineData("\"address\":\"0x..", "\"address\":\"0xff")]
    public async Task Logs_that_do_not_fit_their_block_are_a_contradiction(string pattern, string instead)
    {
        await world.MineAsync(new Random(4), 12);
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        using RequestTamper tamper = new()
        {
            Answer = body => System.Text.RegularExpressions.Regex.Replace(body, pattern, instead),
        };
        ChainUnavailableException wrong = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new BlockLogReader(Client(tamper)).FindAsync(head.Hash, Cancellation));
        Assert.Equal(ChainFault.Contradiction, wrong.Fault);
    }

    [Fact]
    public async Task Block_the_node_does_not_know_is_null()
    {
        Assert.Null(await new BlockLogReader(world.Node).FindAsync(Keccak.Hash256("no block"), Cancellation));
    }

    private async Task<UInt256[]> CallAsync(PoolListing pool, AbiWriter call)
    {
        byte[] answer = await world.Exact.CallAsync(pool.Key.Contract, call, Cancellation);
        return [.. answer.Chunk(UInt256.Size).Select(static word => UInt256.FromBigEndian(word))];
    }

    private LensStateReader Reader(RequestTamper tamper) => new(Client(tamper));

    private JsonRpcClient Client(RequestTamper tamper) =>
        new(new HttpClient(tamper, disposeHandler: false), new JsonRpcOptions(world.RpcUrl));

    /// <summary>Stands between client and node.</summary>
    private sealed class RequestTamper : DelegatingHandler
    {
        public RequestTamper()
            : base(new SocketsHttpHandler())
        {
        }

        public int Requests { get; private set; }

        public int RefuseFirst { get; init; }

        public Func<string, string> Rewrite { get; init; } = static body => body;

        public Func<bool> TimesOut { get; set; } = static () => false;

        public Func<string, string> Answer { get; init; } = static body => body;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (Requests <= RefuseFirst)
            {
                string id = System.Text.RegularExpressions.Regex.Match(body, "\"id\":(\\d+)").Groups[1].Value;
                return Json("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32000,\"message\":\"out of gas\"}}");
            }

            if (TimesOut())
            {
                // As an HttpClient ends a request whose time is over.
                throw new TaskCanceledException();
            }

            request.Content = new StringContent(Rewrite(body), Encoding.UTF8, "application/json");
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            return Json(Answer(await response.Content.ReadAsStringAsync(cancellationToken)));
        }

        private static HttpResponseMessage Json(string text) =>
            new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
    }
}
