using System.Text.Json;
using Arb.Devnet.Hostile;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The node that lags and lies, in front of a real one.</summary>
public sealed class HostileNodeTests(DeployedChain chain) : IClassFixture<DeployedChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lagging_node_knows_nothing_of_the_newest_blocks_and_answers_on_an_older_state()
    {
        NodeFaults faults = new(1, Hostility.Lagging);
        ulong head = await MineUntilItLagsAsync(faults);
        await using HostileNode node = await HostileNode.StartAsync(chain.RpcUrl, faults, Cancellation);
        JsonRpcClient behind = Client(node);
        ulong visible = head - (ulong)faults.LagAt(head);
        BlockStamp newest = await chain.Chain.GetHeadAsync(Cancellation);

        BlockStamp said = await new ChainReader(behind).GetHeadAsync(Cancellation);

        Assert.Equal((head, visible), (newest.Number, said.Number));
        Assert.Equal(await chain.Chain.GetBlockAsync(visible, Cancellation), said);
        Assert.Equal(Hex.Quantity(visible), (await AskAsync(behind, "eth_blockNumber")).GetString());
        Assert.Null(await new ChainReader(behind).GetBlockAsync(head, Cancellation));
        Assert.Equal(JsonValueKind.Null, (await AskAsync(behind, "eth_getBlockByHash", newest.Hash.ToString(), false)).ValueKind);

        JsonRpcException unknown = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync(
            behind, "eth_getLogs", new { blockHash = newest.Hash.ToString() }));
        JsonRpcException noState = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync(
            behind, "eth_call", new { to = chain.Contracts.Multicall3.ToString() }, new { blockHash = newest.Hash.ToString() }));
        Assert.Equal(("unknown block", "header not found"), (unknown.ErrorMessage, noState.ErrorMessage));

        // A range it does not have is an empty list, not an error.
        JsonElement logs = await AskAsync(
            behind, "eth_getLogs", new { fromBlock = Hex.Quantity(head), toBlock = Hex.Quantity(head) });
        Assert.All(logs.EnumerateArray(), log => Assert.Equal(Hex.Quantity(visible), log.GetProperty("blockNumber").GetString()));

        // Several requests in one batch see one and the same head.
        IReadOnlyList<JsonRpcReply> batch = await behind.BatchAsync(
            [
                new JsonRpcRequest("eth_blockNumber", null),
                new JsonRpcRequest("eth_getBlockByNumber", static writer =>
                {
                    writer.WriteStringValue("latest");
                    writer.WriteBooleanValue(false);
                }),
            ],
            Cancellation);
        Assert.Equal(
            batch[0].ResultOrThrow().GetString(), batch[1].ResultOrThrow().GetProperty("number").GetString());
    }

    [Fact]
    public async Task A_liar_leaves_out_a_log_names_another_hash_or_answers_wrong_by_a_bit_and_is_else_honest()
    {
        Traders traders = await Traders.CreateAsync(
            chain.Node,
            (raw, stop) => chain.Node.CallAsync("eth_sendRawTransaction", w => w.WriteStringValue(Hex.Of(raw.Span)), stop),
            chain.Contracts,
            DeployedChain.Seed,
            Cancellation);
        NodeFaults faults = new(11, Hostility.Lying);
        await using HostileNode node = await HostileNode.StartAsync(chain.RpcUrl, faults, Cancellation);
        JsonRpcClient liar = Client(node);
        HashSet<NodeLie> told = [];
        for (int i = 0; i < 60 && told.Count < 4; i++)
        {
            BlockStamp parent = await chain.Chain.GetHeadAsync(Cancellation);
            await traders.SendNextAsync(parent.BaseFeePerGasWei, Cancellation);
            await chain.MineAsync(Cancellation);
            BlockStamp truth = await chain.Chain.GetHeadAsync(Cancellation);
            NodeLie lie = faults.LieAt(truth.Number);
            told.Add(lie);

            Assert.Equal(
                lie == NodeLie.OtherHash,
                (await AskAsync(liar, "eth_getBlockByNumber", "latest", false)).GetProperty("hash").GetString()
                    != truth.Hash.ToString());
            object filter = new { blockHash = truth.Hash.ToString() };
            Assert.Equal(
                lie == NodeLie.LogLeftOut ? 1 : 0,
                (await AskAsync(chain.Node, "eth_getLogs", filter)).GetArrayLength()
                    - (await AskAsync(liar, "eth_getLogs", filter)).GetArrayLength());
            object call = new { to = chain.Contracts.Pools[0].Info.Address.ToString(), input = Hex.Of(AbiWriter.Call("getReserves()").ToArray()) };
            Assert.Equal(
                lie == NodeLie.WrongAnswer,
                (await AskAsync(chain.Node, "eth_call", call, "latest")).GetString()
                    != (await AskAsync(liar, "eth_call", call, "latest")).GetString());
        }

        Assert.Equal(4, told.Count);
    }

    [Fact]
    public async Task Nonsense_and_a_dead_node_are_answered_as_gateways_do()
    {
        await using HostileNode node = await HostileNode.StartAsync(
            new Uri("http://127.0.0.1:9"), new NodeFaults(1, Hostility.All), Cancellation);
        using HttpClient http = new();
        using StringContent nonsense = new("{");
        using StringContent request = new("""{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}""");

        using HttpResponseMessage refused = await http.PostAsync(node.Url, nonsense, Cancellation);
        using HttpResponseMessage dead = await http.PostAsync(node.Url, request, Cancellation);

        Assert.Equal((400, 502), ((int)refused.StatusCode, (int)dead.StatusCode));
    }

    private async Task<ulong> MineUntilItLagsAsync(NodeFaults faults)
    {
        ulong head = (await chain.Chain.GetHeadAsync(Cancellation)).Number;
        for (int i = 0; i < 400 && faults.LagAt(head) < 2; i++)
        {
            await chain.MineAsync(Cancellation);
            head++;
        }

        Assert.InRange(faults.LagAt(head), 2, NodeFaults.LagMax);
        return head;
    }

    private JsonRpcClient Client(HostileNode node) => new(chain.Http, new JsonRpcOptions(node.Url));

    private static Task<JsonElement> AskAsync(JsonRpcClient client, string method, params object[] parameters) => client.CallAsync(
        method,
        writer =>
        {
            foreach (object parameter in parameters)
            {
                JsonSerializer.Serialize(writer, parameter);
            }
        },
        Cancellation);
}
