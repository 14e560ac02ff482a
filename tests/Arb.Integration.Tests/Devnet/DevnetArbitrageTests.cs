using Arb.Devnet.Deployment;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Search;

namespace Arb.Integration.Tests.Devnet;

/// <summary>Traders move prices on the real chain, and the executor takes what the model promises, to the wei.</summary>
public sealed class DevnetArbitrageTests(DeployedChain chain, ITestOutputHelper output) : IClassFixture<DeployedChain>
{
    private const ulong TipPerGasWei = 1_000_000_000;
    private const int BidBasisPoints = 4_000;
    private const int Rounds = 8;

    private static readonly UInt256 BidCapWei = 1_000_000_000_000_000_000UL;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetContracts Contracts => chain.Contracts;

    [Fact]
    public async Task Arbitrage_lands_with_exactly_the_profit_the_model_says()
    {
        Traders traders = await Traders.CreateAsync(
            chain.Node,
            (raw, stop) => chain.Node.CallAsync("eth_sendRawTransaction", w => w.WriteStringValue(Hex.Of(raw.Span)), stop),
            Contracts,
            DeployedChain.Seed, Cancellation);
        int landed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            await TradeAsync(traders);
            if (await FindAsync() is { } cycle)
            {
                await LandAsync(cycle);
                landed++;
            }
        }

        Assert.InRange(landed, 2, Rounds);
    }

    private async Task TradeAsync(Traders traders)
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        int sent = await traders.SendNextAsync(head.BaseFeePerGasWei, Cancellation);
        await chain.MineAsync(Cancellation);
        head = await chain.Chain.GetHeadAsync(Cancellation);
        var mined = await chain.Chain.GetBlockTransactionsAsync(head.Hash, Cancellation);
        foreach (Hash256 hash in mined!.Value)
        {
            TransactionReceipt? receipt = await chain.Chain.GetReceiptAsync(hash, Cancellation);
            Assert.True(receipt!.Succeeded, $"The swap {hash} reverted.");
        }

        Assert.InRange(sent, 3, TradePlan.SwapsMax);
        Assert.Equal(sent, traders.CountMined(mined.Value));
        Assert.Equal(0, traders.CountMined(mined.Value));
    }

    private async Task<SizedCycle?> FindAsync()
    {
        MarketSnapshot snapshot = await chain.SnapshotAsync(Cancellation);
        UInt256 gasPrice = snapshot.Block.BaseFeePerGasWei * 2;
        return CycleSearch.FindProfitable(snapshot, [Contracts.WrappedEther], hopsMax: 3)
            .Where(cycle => cycle.GrossProfit > gasPrice * GasModel.Estimate(cycle.Route.Hops.Length) * 2)
            .MaxBy(cycle => cycle.GrossProfit);
    }

    private async Task LandAsync(SizedCycle cycle)
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        UInt256 vaultBefore = await WrappedAsync(Contracts.Vault);
        UInt256 recipientBefore = await WrappedAsync(Contracts.Recipient);
        UInt256 coinbaseBefore = await chain.Chain.GetBalanceAsync(Contracts.Coinbase, Cancellation);
        Secp256k1Key lane = Secp256k1Key.Parse(DevnetAccounts.OperatorKeys[0]);
        UInt256 laneBefore = await chain.Chain.GetBalanceAsync(lane.Address, Cancellation);

        ExecutionPlan plan = new(
            cycle.Route, cycle.Notional, UInt256.One, BidBasisPoints, BidCapWei, DeadlineBlock: head.Number + 1);
        ExecutorEncoder encoder = new(Contracts.Executor, Contracts.Recipient, Contracts.WrappedEther) { Vault = Contracts.Vault };
        SignedTransaction signed = Eip1559Transaction.Sign(
            new UnsignedTransaction(
                Contracts.ChainId,
                lane.Address,
                await chain.Chain.GetNonceAsync(lane.Address, Cancellation),
                TipPerGasWei,
                head.BaseFeePerGasWei * 2 + TipPerGasWei,
                GasModel.SimulationLimit(cycle.Route.Hops.Length),
                encoder.Executor,
                UInt256.Zero,
                encoder.Encode(plan)),
            lane);
        await chain.Node.CallAsync(
            "eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Of(signed.Raw.Span)), Cancellation);
        await chain.MineAsync(Cancellation);

        TransactionReceipt? receipt = await chain.Chain.GetReceiptAsync(signed.Hash, Cancellation);
        Assert.NotNull(receipt);
        Assert.True(receipt.Succeeded);
        UInt256 bid = cycle.GrossProfit * BidBasisPoints / 10_000;
        Assert.Equal(cycle.GrossProfit - bid, await WrappedAsync(Contracts.Recipient) - recipientBefore);
        Assert.Equal(
            bid + (TipPerGasWei * (UInt256)receipt.GasUsed),
            await chain.Chain.GetBalanceAsync(Contracts.Coinbase, Cancellation) - coinbaseBefore);
        Assert.Equal(
            receipt.EffectiveGasPriceWei * receipt.GasUsed,
            laneBefore - await chain.Chain.GetBalanceAsync(lane.Address, Cancellation));
        Assert.Equal(vaultBefore, await WrappedAsync(Contracts.Vault));
        Assert.Equal(UInt256.One, await WrappedAsync(Contracts.Executor));
        Assert.InRange(receipt.GasUsed, 1UL, GasModel.SimulationLimit(cycle.Route.Hops.Length));
        output.WriteLine($"{cycle.Route.Hops.Length} hops, gas {receipt.GasUsed}, gross profit {cycle.GrossProfit} wei");
    }

    private Task<UInt256> WrappedAsync(Address account) => chain.BalanceAsync(Contracts.WrappedEther, account, Cancellation);
}
