using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class FeeHistoryReaderTests
{
    // Gas at its target: the next base fee is this one's.
    private static readonly BlockStamp Head = new(1, 5, default, default, 1, 7UL, 1, 2);

    private const string Good =
        """{"oldestBlock":"0x4","baseFeePerGas":["0x6","0x7","0x7"],"reward":[["0x0"],["0x3"]],"gasUsedRatio":[0,0.5]}""";

    [Fact]
    public async Task Tips_of_blocks_that_had_any_are_read() =>
        Assert.Equal([3UL], (await ReadAsync(Good)).TipsPerGasWei);

    [Theory]
    [InlineData("\"oldestBlock\":\"0x4\"", "\"oldestBlock\":\"0x3\"")]
    [InlineData("\"0x7\",\"0x7\"", "\"0x8\",\"0x7\"")]
    [InlineData("\"0x7\",\"0x7\"", "\"0x7\",\"0x8\"")]
    [InlineData("[\"0x3\"]", "[\"0x3\",\"0x3\"]")]
    [InlineData("[\"0x0\"],", "")]
    public async Task History_of_other_blocks_is_not_believed(string right, string wrong)
    {
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => ReadAsync(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains("eth_feeHistory", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<FeeHistory> ReadAsync(string result)
    {
        using StubNode node = new($$"""{"jsonrpc":"2.0","id":$id,"result":{{result}}}""");
        return await new FeeHistoryReader(node.Client()).ReadAsync(Head, TestContext.Current.CancellationToken);
    }
}
