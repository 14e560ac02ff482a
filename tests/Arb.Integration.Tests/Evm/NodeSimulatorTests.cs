using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Evm;

public sealed class NodeSimulatorTests(EvmChain chain) : IClassFixture<EvmChain>
{
    private const ulong SlotSeconds = 12;

    private static readonly Address Coinbase = Address.Parse("0x00000000000000000000000000000000000c01b1");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gas_price_inside_is_base_fee_and_tip()
    {
        // GASPRICE, NUMBER, TIMESTAMP, BASEFEE into one revert, so that it comes out as the reason.
        Address reporter = Address.Parse("0x0000000000000000000000000000000000009a5e");
        await chain.RpcAsync("anvil_setCode", reporter.ToString(), "0x3a6000524360205242604052486060526080" + "6000fd");
        await chain.MineAsync();
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation);
        UnsignedTransaction transaction = EvmChain.Draft(chain.Operator, nonce, reporter, default) with
        {
            MaxPriorityFeePerGasWei = 12_345_678UL,
        };
        SimulationResult result = await Simulator().SimulateAsync(head, transaction, chain.Weth, Cancellation);

        UInt256 expected = NextBaseFee.Of(head) + 12_345_678UL;
        Assert.False(result.Succeeded);
        Assert.Equal(expected, result.GasPriceWei);

        // The same contract as a return instead of a revert, mined: the price paid is the price simulated.
        await chain.RpcAsync("anvil_setCode", reporter.ToString(), "0x3a600055");
        BlockStamp before = await chain.Chain.GetHeadAsync(Cancellation);
        SimulationResult simulated = await Simulator().SimulateAsync(before, transaction, chain.Weth, Cancellation);
        SignedTransaction signed = Eip1559Transaction.Sign(transaction, chain.Operator);
        await chain.SendRawAsync(signed.Raw);
        await chain.MineAsync();
        TransactionReceipt receipt = (await chain.Chain.GetReceiptAsync(signed.Hash, Cancellation))!;
        UInt256 stored = RpcJson.Quantity(
            await chain.RpcAsync("eth_getStorageAt", reporter.ToString(), "0x" + new string('0', 64), "latest"), "slot");
        Assert.True(simulated.Succeeded);
        Assert.Equal(receipt.EffectiveGasPriceWei, simulated.GasPriceWei);
        Assert.Equal(receipt.EffectiveGasPriceWei, stored);
        Assert.Equal(receipt.GasUsed, simulated.GasUsed);
    }

    [Fact]
    public async Task Gas_price_read_by_the_contract_decides_inside_the_simulation()
    {
        // Stops when GASPRICE is what the payload says, reverts otherwise.
        Address checker = Address.Parse("0x0000000000000000000000000000000000009a5f");
        await chain.RpcAsync("anvil_setCode", checker.ToString(), "0x6000353a14600d5760006000fd5b00");
        await chain.MineAsync();
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation);
        UInt256 tip = 3_000_000UL;
        UnsignedTransaction right = EvmChain.Draft(
            chain.Operator, nonce, checker, new AbiWriter().Number(NextBaseFee.Of(head) + tip).ToArray()) with
        {
            MaxPriorityFeePerGasWei = tip,
        };
        UnsignedTransaction wrong = right with { Payload = new AbiWriter().Number(tip).ToArray() };
        Assert.True((await Simulator().SimulateAsync(head, right, chain.Weth, Cancellation)).Succeeded);
        Assert.False((await Simulator().SimulateAsync(head, wrong, chain.Weth, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task Arbitrage_earns_on_chain_what_the_simulation_said()
    {
        await chain.RpcAsync("anvil_setCoinbase", Coinbase.ToString());
        await chain.RpcAsync("anvil_setBalance", Coinbase.ToString(), "0x1");
        (BlockStamp head, UnsignedTransaction transaction) = await PlanAsync(minProfit: UInt256.One, bidBasisPoints: 5_000);
        SimulationResult own = await Simulator().SimulateAsync(head, transaction, chain.Weth, Cancellation);
        SimulationResult real = await Simulator(Coinbase).SimulateAsync(head, transaction, chain.Weth, Cancellation);
        Assert.Null(own.RevertReason);
        Assert.Equal(own, real);
        Assert.True(own.ProfitToRecipient > EvmChain.Ether / 100);
        Assert.True(own.CoinbasePaymentWei > UInt256.Zero);

        UInt256 coinbaseBefore = await chain.Chain.GetBalanceAsync(Coinbase, Cancellation);
        SignedTransaction signed = Eip1559Transaction.Sign(transaction, chain.Operator);
        await chain.SendRawAsync(signed.Raw);
        await MineAfterAsync(head);
        TransactionReceipt receipt = (await chain.Chain.GetReceiptAsync(signed.Hash, Cancellation))!;
        UInt256 coinbaseAfter = await chain.Chain.GetBalanceAsync(Coinbase, Cancellation);
        UInt256 tips = (receipt.EffectiveGasPriceWei - NextBaseFee.Of(head)) * receipt.GasUsed;

        Assert.True(receipt.Succeeded);
        Assert.Equal(receipt.GasUsed, own.GasUsed);
        Assert.Equal(receipt.EffectiveGasPriceWei, own.GasPriceWei);
        Assert.Equal(coinbaseAfter - coinbaseBefore - tips, own.CoinbasePaymentWei);
        TokenTransfer profit = receipt.Transfers.Single(transfer => transfer.To == chain.Recipient);
        Assert.Equal((chain.Weth, own.ProfitToRecipient), (profit.Token, profit.Amount));
    }

    [Fact]
    public async Task Guard_of_the_executor_is_told_with_its_numbers()
    {
        (BlockStamp head, UnsignedTransaction transaction) = await PlanAsync(EvmChain.Of(100), bidBasisPoints: 0);
        SimulationResult result = await Simulator().SimulateAsync(head, transaction, chain.Weth, Cancellation);
        Assert.False(result.Succeeded);
        Assert.StartsWith("ProfitBelowFloor(profit: ", result.RevertReason, StringComparison.Ordinal);
        Assert.True(result.GasUsed > 100_000);
        Assert.Equal((UInt256.Zero, UInt256.Zero), (result.ProfitToRecipient, result.CoinbasePaymentWei));
    }

    [Fact]
    public async Task Stranger_is_refused_by_the_executor_and_a_text_reason_is_told()
    {
        (BlockStamp head, UnsignedTransaction plan) = await PlanAsync(UInt256.Zero, bidBasisPoints: 0);
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Deployer.Address, Cancellation);
        UnsignedTransaction stranger = plan with { From = chain.Deployer.Address, Nonce = nonce };
        Assert.Equal(
            "NotOperator", (await Simulator().SimulateAsync(head, stranger, chain.Weth, Cancellation)).RevertReason);

        UnsignedTransaction swap = stranger with
        {
            To = chain.Pools[0].Address,
            Payload = AbiWriter.Call("swap(uint256,uint256,address,bytes)")
                .Number(1UL).Number(0UL).Address(chain.Recipient).Bytes([]).ToArray(),
        };
        Assert.Equal(
            "UniswapV2: INSUFFICIENT_INPUT_AMOUNT",
            (await Simulator().SimulateAsync(head, swap, chain.Weth, Cancellation)).RevertReason);
    }

    [Fact]
    public async Task What_cannot_be_in_the_block_fails_with_its_reason()
    {
        (BlockStamp head, UnsignedTransaction good) = await PlanAsync(UInt256.Zero, bidBasisPoints: 0);
        NodeSimulator simulator = Simulator();

        SimulationResult nonce = await simulator.SimulateAsync(
            head, good with { Nonce = good.Nonce + 1 }, chain.Weth, Cancellation);
        Assert.Contains("is not the next one", nonce.RevertReason, StringComparison.Ordinal);
        SimulationResult fee = await simulator.SimulateAsync(
            head, good with { MaxFeePerGasWei = UInt256.One, MaxPriorityFeePerGasWei = UInt256.One }, chain.Weth, Cancellation);
        Assert.Contains("below the base fee", fee.RevertReason, StringComparison.Ordinal);
        SimulationResult funds = await simulator.SimulateAsync(
            head, good with { ValueWei = EvmChain.Of(1_000_000) }, chain.Weth, Cancellation);
        Assert.Contains("funds", funds.RevertReason, StringComparison.OrdinalIgnoreCase);
        SimulationResult gas = await simulator.SimulateAsync(
            head, good with { GasLimit = 100_000 }, chain.Weth, Cancellation);
        Assert.All([nonce, fee, funds, gas], result => Assert.False(result.Succeeded));
        Assert.NotNull(gas.RevertReason);
    }

    [Fact]
    public async Task Unknown_head_and_unreadable_token_are_unavailable()
    {
        (BlockStamp head, UnsignedTransaction good) = await PlanAsync(UInt256.Zero, bidBasisPoints: 0);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => Simulator().SimulateAsync(
            head with { Hash = Keccak.Hash256("another branch") }, good, chain.Weth, Cancellation));
        ChainUnavailableException token = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Simulator().SimulateAsync(head, good, chain.Recipient, Cancellation));
        Assert.Contains($"of {chain.Recipient}", token.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"validation\":true", "\"validation\":false")]
    [InlineData("\"number\":", "\"ignored\":")]
    [InlineData("\"time\":", "\"ignored\":")]
    [InlineData("\"baseFeePerGas\":", "\"ignored\":")]
    public async Task Node_that_simulates_another_block_than_asked_is_not_believed(string asked, string understood)
    {
        (BlockStamp head, UnsignedTransaction good) = await PlanAsync(UInt256.One, bidBasisPoints: 5_000);
        using Misunderstanding handler = new(asked, understood);
        using HttpClient http = new(handler, disposeHandler: false);
        NodeSimulator simulator = new(
            new JsonRpcClient(http, new JsonRpcOptions(chain.RpcUrl)), new NodeSimulatorOptions(chain.Recipient, SlotSeconds));
        await Assert.ThrowsAsync<ChainUnavailableException>(
            () => simulator.SimulateAsync(head, good, chain.Weth, Cancellation));
    }

    private NodeSimulator Simulator(Address? feeRecipient = null) =>
        new(chain.Client, new NodeSimulatorOptions(chain.Recipient, SlotSeconds) { FeeRecipient = feeRecipient });

    /// <summary>Makes the block that was simulated: a pair's price sums cost gas by the time that passed.</summary>
    private async Task MineAfterAsync(BlockStamp head)
    {
        await chain.Client.CallAsync(
            "evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(head.TimestampSeconds + SlotSeconds), Cancellation);
        await chain.MineAsync();
    }

    /// <summary>Buy at the first pair, sell at the second, or the other way round: whichever gains.</summary>
    private async Task<(BlockStamp Head, UnsignedTransaction Transaction)> PlanAsync(UInt256 minProfit, int bidBasisPoints)
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ImmutableArray<ConstantProductPool> market = await chain.ReadPairsAsync(head, Cancellation);
        UInt256 notional = EvmChain.Of(1);
        Route there = new([Hop(market[1], buy: true), Hop(market[0], buy: false)]);
        Route back = new([Hop(market[0], buy: true), Hop(market[1], buy: false)]);
        Route route = Quote(there, market, notional) > Quote(back, market, notional) ? there : back;
        ExecutionPlan plan = new(route, notional, minProfit, bidBasisPoints, EvmChain.Of(1), head.Number + 1);
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation);
        return (head, EvmChain.Draft(chain.Operator, nonce, chain.Executor, chain.Encoder.Encode(plan)));
    }

    private Hop Hop(ConstantProductPool pool, bool buy) =>
        buy ? new Hop(PoolListing.Of(pool.Info), chain.Weth, chain.Token) : new Hop(PoolListing.Of(pool.Info), chain.Token, chain.Weth);

    private static UInt256 Quote(Route route, ImmutableArray<ConstantProductPool> market, UInt256 amount)
    {
        foreach (Hop hop in route.Hops)
        {
            Assert.True(market.Single(pool => pool.Info.Address == hop.Pool.Key.Contract).TryQuoteExactIn(hop.ZeroForOne, amount, out amount));
        }

        return amount;
    }

    /// <summary>Stands for a node that does not know a part of the request: it changes that part on the way.</summary>
    private sealed class Misunderstanding : DelegatingHandler
    {
        private readonly string _asked;
        private readonly string _understood;

        public Misunderstanding(string asked, string understood)
            : base(new SocketsHttpHandler())
        {
            _asked = asked;
            _understood = understood;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            Assert.Contains(_asked, body, StringComparison.Ordinal);
            string changed = body.Replace(_asked, _understood, StringComparison.Ordinal);
            request.Content = new StringContent(changed, System.Text.Encoding.UTF8, "application/json");
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
