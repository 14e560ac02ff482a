using Arb.Devnet;
using Arb.Devnet.Deployment;
using Arb.Devnet.Hostile;
using Arb.Devnet.Relay;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Evm;
using Microsoft.Extensions.Logging.Abstractions;

namespace Arb.Integration.Tests.Devnet;

/// <summary>Other searchers on a chain that is traded on: they find, bid, win and pay.</summary>
public sealed class RivalsTests(DeployedChain chain, ITestOutputHelper output) : IClassFixture<DeployedChain>
{
    private const int Blocks = 14;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetContracts Contracts => chain.Contracts;

    [Fact]
    public async Task They_win_arbitrage_pay_their_bids_and_gain_and_nothing_of_theirs_reverts()
    {
        await using BundleRelayServer server = await BundleRelayServer.StartAsync(
            new BuilderOptions
            {
                Rpc = chain.RpcUrl,
                Multicall3 = Contracts.Multicall3,
                Coinbase = Contracts.Coinbase,
                BlockTime = TimeSpan.FromSeconds(2),
            },
            TimeProvider.System,
            NullLogger.Instance,
            Cancellation);
        using HttpClient http = new();
        Rivals rivals = new(chain.Node, http, server.Url, Contracts, DeployedChain.Seed);
        Traders traders = await Traders.CreateAsync(
            chain.Node, server.BlockBuilder.SendToMempoolAsync, Contracts, DeployedChain.Seed, Cancellation);
        UInt256[] before = await MoneyAsync();
        int accepted = 0;
        int won = 0;
        int lostToEachOther = 0;
        HashSet<Address> winners = [];
        for (int i = 0; i < Blocks; i++)
        {
            BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
            await traders.SendNextAsync(head.BaseFeePerGasWei, Cancellation);
            BuiltBlock built = await server.BlockBuilder.BuildAsync(head.TimestampSeconds + 2, Cancellation);
            won += rivals.CountWon(built);
            lostToEachOther += built.Rejected.Length;
            winners.UnionWith(built.Bundles.Select(bundle => bundle.Signer));
            foreach (IncludedBundle bundle in built.Bundles)
            {
                Assert.True((await chain.Chain.GetReceiptAsync(bundle.Transactions[0], Cancellation))!.Succeeded);
                Assert.True(bundle.CoinbaseDifferenceWei > 0);
            }

            accepted += await rivals.BidAsync(built, Cancellation);
        }

        UInt256[] after = await MoneyAsync();
        output.WriteLine($"{accepted} bids accepted, {won} won by {winners.Count} rivals, {lostToEachOther} lost in {Blocks} blocks");
        Assert.InRange(won, 4, accepted);
        Assert.True(winners.All(winner => DevnetAccounts.Rivals.Any(rival => rival.Address == winner)));

        // Both are after the same trade: now and then both bid, and one of them gets nothing.
        Assert.InRange(lostToEachOther, 1, accepted);
        for (int i = 0; i < after.Length; i++)
        {
            Assert.True(after[i] >= before[i], $"Rival {i} lost money.");
        }

        Assert.Contains(after.Zip(before), pair => pair.First > pair.Second);
    }

    [Fact]
    public async Task Their_contracts_serve_nobody_else_and_refuse_a_trade_that_does_not_pay()
    {
        DevnetPool first = Contracts.Pools[0];
        DevnetPool second = Contracts.Pools[Contracts.Pools.Length / 2];
        AbiWriter Take(UInt256 minProfit) => AbiWriter.Call("take(address,address,uint256,uint256,uint256)")
            .Address(first.Info.Address).Address(second.Info.Address)
            .Number(DevnetChain.OneEther).Number(minProfit).Number(UInt256.Zero);
        JsonRpcException stranger = await Assert.ThrowsAsync<JsonRpcException>(
            () => chain.CallAsync(Contracts.Rivals[0], Take(UInt256.Zero), Cancellation));
        JsonRpcException poor = await Assert.ThrowsAsync<JsonRpcException>(
            () => chain.CallAsync(Contracts.Rivals[0], Take(DevnetChain.OneEther), DevnetAccounts.Rivals[0].Address, Cancellation));

        Assert.StartsWith(Selector("NotOwner(address)"), stranger.ErrorData, StringComparison.Ordinal);
        Assert.StartsWith(Selector("Unprofitable(uint256,uint256)"), poor.ErrorData, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pool_router_lets_no_stranger_take_what_traders_allowed_it()
    {
        foreach (AbiWriter callback in (AbiWriter[])
            [
                AbiWriter.Call("uniswapV3SwapCallback(int256,int256,bytes)").Number(1UL).Number(1UL).Bytes([]),
                AbiWriter.Call("uniswapV3MintCallback(uint256,uint256,bytes)").Number(1UL).Number(1UL).Bytes([]),
                AbiWriter.Call("unlockCallback(bytes)").Bytes([]),
            ])
        {
            JsonRpcException refused = await Assert.ThrowsAsync<JsonRpcException>(
                () => chain.CallAsync(Contracts.PoolRouter, callback, DevnetAccounts.Traders[0].Address, Cancellation));
            Assert.StartsWith(Selector("NotThePool(address)"), refused.ErrorData, StringComparison.Ordinal);
        }
    }

    private static string Selector(string error) => $"0x{Keccak.Selector(error):x8}";

    private async Task<UInt256[]> MoneyAsync()
    {
        List<UInt256> money = [];
        foreach (Address rival in Contracts.Rivals)
        {
            money.Add(await chain.BalanceAsync(Contracts.WrappedEther, rival, Cancellation));
        }

        return [.. money];
    }
}
