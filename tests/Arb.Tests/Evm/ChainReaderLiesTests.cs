using System.Net;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

/// <summary>Answers that are valid JSON-RPC and still cannot be right.</summary>
public sealed class ChainReaderLiesTests
{
    private const string Zeros = "0x0000000000000000000000000000000000000000000000000000000000000000";
    private const string Block =
        $$"""{"number":"0x5","hash":"{{Zeros}}","parentHash":"{{Zeros}}","timestamp":"0x1","baseFeePerGas":"0x7","gasUsed":"0x1","gasLimit":"0x2"}""";
    private const string Receipt =
        $$"""{"transactionHash":"{{Zeros}}","blockNumber":"0x5","blockHash":"{{Zeros}}","transactionIndex":"0x0","status":"0x1","gasUsed":"0x1","effectiveGasPrice":"0x7","logs":[]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Block_with_every_field_is_read()
    {
        BlockStamp? block = await Reader(Block).GetBlockAsync(5, Cancellation);
        Assert.Equal(new BlockStamp(1, 5, default, default, 1, 7UL, 1, 2), block);
    }

    [Theory]
    [InlineData("number")]
    [InlineData("hash")]
    [InlineData("parentHash")]
    [InlineData("timestamp")]
    [InlineData("baseFeePerGas")]
    [InlineData("gasUsed")]
    [InlineData("gasLimit")]
    public async Task Block_without_a_field_is_unavailable(string field)
    {
        string without = Block.Replace($"\"{field}\":", "\"x\":", StringComparison.Ordinal);
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Reader(without).GetBlockAsync(5, Cancellation));
        Assert.Contains($"'{field}' is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_block_than_asked_is_unavailable() =>
        await Assert.ThrowsAsync<ChainUnavailableException>(() => Reader(Block).GetBlockAsync(6, Cancellation));

    [Fact]
    public async Task No_latest_block_is_unavailable() =>
        await Assert.ThrowsAsync<ChainUnavailableException>(() => Reader("null").GetHeadAsync(Cancellation));

    [Fact]
    public async Task Another_receipt_than_asked_is_unavailable()
    {
        Assert.NotNull(await Reader(Receipt).GetReceiptAsync(default, Cancellation));
        await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Reader(Receipt).GetReceiptAsync(Keccak.Hash256("another"), Cancellation));
    }

    [Theory]
    [InlineData("\"status\":\"0x1\"", "\"status\":\"0x2\"")]
    [InlineData("\"status\":\"0x1\"", "\"root\":\"0x1\"")]
    [InlineData("\"logs\":[]", "\"logs\":{}")]
    [InlineData("\"logs\":[]", "\"logs\":[{}]")]
    [InlineData("\"transactionIndex\":\"0x0\"", "\"transactionIndex\":\"0xffffffff\"")]
    [InlineData("\"gasUsed\":\"0x1\"", "\"gasUsed\":\"0x10000000000000000\"")]
    public async Task Receipt_of_a_wrong_shape_is_unavailable(string right, string wrong) =>
        await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            Reader(Receipt.Replace(right, wrong, StringComparison.Ordinal)).GetReceiptAsync(default, Cancellation));

    [Fact]
    public async Task Only_logs_of_ERC20_transfers_are_transfers()
    {
        string transfer = Keccak.Hash256("Transfer(address,address,uint256)").ToString();
        string party = "0x" + new string('0', 62) + "07";
        string amount = "0x" + new string('0', 62) + "09";
        string token = "0x" + new string('1', 40);
        string Log(string topics, string data) => $$"""{"address":"{{token}}","topics":[{{topics}}],"data":"{{data}}"}""";
        string erc20 = Log($"\"{transfer}\",\"{party}\",\"{party}\"", amount);
        string erc721 = Log($"\"{transfer}\",\"{party}\",\"{party}\",\"{party}\"", "0x");
        string other = Log($"\"{Zeros}\",\"{party}\",\"{party}\"", amount);
        string anonymous = Log(string.Empty, amount);
        string logs = Receipt.Replace("\"logs\":[]", $"\"logs\":[{erc721},{other},{erc20},{anonymous}]", StringComparison.Ordinal);
        TransactionReceipt receipt = (await Reader(logs).GetReceiptAsync(default, Cancellation))!;
        Address seven = Address.Parse("0x" + new string('0', 38) + "07");
        Assert.Equal([new TokenTransfer(Address.Parse(token), seven, seven, 9UL)], receipt.Transfers);
    }

    [Fact]
    public async Task Refusal_of_the_node_is_unavailable()
    {
        StubNode node = new("""{"jsonrpc":"2.0","id":$id,"error":{"code":-32005,"message":"limit exceeded"}}""");
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => new ChainReader(node.Client()).GetNonceAsync(default, Cancellation));
        Assert.Contains("limit exceeded", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A reader of a node on chain 1 that answers every other question with one result.</summary>
    private static ChainReader Reader(string result)
    {
        string One(JsonElement request)
        {
            string answer = request.GetProperty("method").GetString() == "eth_chainId" ? "\"0x1\"" : result;
            return $$"""{"jsonrpc":"2.0","id":{{StubNode.Id(request)}},"result":{{answer}}}""";
        }

        return new ChainReader(new StubNode((request, _) => (
            HttpStatusCode.OK,
            request.ValueKind == JsonValueKind.Array
                ? $"[{string.Join(',', request.EnumerateArray().Select(One))}]"
                : One(request))).Client());
    }
}
