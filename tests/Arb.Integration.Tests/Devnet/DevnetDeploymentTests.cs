using System.Collections.Immutable;
using Arb.Devnet;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Evm;
using Arb.Integration.Tests.Evm;

namespace Arb.Integration.Tests.Devnet;

/// <summary>What the deployment leaves behind; no test here changes the chain.</summary>
public sealed class DevnetDeploymentTests(DeployedChain chain) : IClassFixture<DeployedChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetContracts Contracts => chain.Contracts;

    [Fact]
    public async Task The_factories_hold_exactly_the_pools_at_their_reference_depths()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        FactoryPoolDiscovery discovery = new(
            chain.Node,
            Contracts.Multicall3,
            [.. Contracts.Exchanges.Select(exchange => new FactoryOptions(exchange.Factory, exchange.Dex, exchange.Fee))]);
        ImmutableArray<PoolInfo> found = await discovery.DiscoverAsync(head, Cancellation);
        MarketSnapshot snapshot = await chain.SnapshotAsync(Cancellation);

        Assert.Equal(Contracts.Pools.Select(pool => pool.Info), found);
        Assert.Equal(
            Contracts.Pools.Zip(ReferenceMarket.Pools(DeployedChain.Seed), (pool, reference) =>
                pool.BaseToken == pool.Info.Token0
                    ? new ConstantProductPool(pool.Info, reference.BaseReserve, reference.QuoteReserve)
                    : new ConstantProductPool(pool.Info, reference.QuoteReserve, reference.BaseReserve)),
            snapshot.Pools.Select(pool => (ConstantProductPool)pool.Model));
        FlashLoanTerms loan = Assert.Single(snapshot.Loans);
        Assert.Equal(DevnetChain.OneEther * 20_000, loan.Available);
        Assert.Equal(UInt256.Zero, loan.PremiumX18);
    }

    [Fact]
    public async Task The_model_quotes_what_the_routers_quote_for_every_pool_in_both_directions()
    {
        MarketSnapshot snapshot = await chain.SnapshotAsync(Cancellation);
        int compared = 0;
        foreach ((ConstantProductPool pool, Address router) in snapshot.Pools.Zip(Contracts.Pools, (p, c) => ((ConstantProductPool)p.Model, c.Router)))
        {
            foreach (bool zeroForOne in (bool[])[true, false])
            {
                compared += await CompareAsync(pool, router, zeroForOne);
            }
        }

        Assert.Equal(2 * 10 * 2 * 6, compared);
    }

    [Fact]
    public async Task The_executor_serves_its_owner_operators_and_recipient_and_no_two_of_them_are_one()
    {
        Assert.Equal(Contracts.Owner, await AddressAsync("owner()"));
        Assert.Equal(Contracts.Recipient, await AddressAsync("recipient()"));
        Assert.Equal(Contracts.Vault, await AddressAsync("vault()"));
        Assert.Equal(Contracts.WrappedEther, await AddressAsync("weth()"));
        foreach (Address lane in Contracts.Operators)
        {
            AbiWriter isOperator = AbiWriter.Call("isOperator(address)").Address(lane);
            Assert.True(new AbiReader(await chain.CallAsync(Contracts.Executor, isOperator, Cancellation)).ReadBool());
            Assert.Equal(DevnetChain.OneEther * 10, await chain.Chain.GetBalanceAsync(lane, Cancellation));
        }

        Address[] roles =
        [
            Contracts.Owner, Contracts.Recipient, Contracts.Coinbase, .. Contracts.Operators,
            DevnetAccounts.Deployer.Address, DevnetAccounts.Background.Address,
            .. DevnetAccounts.Traders.Select(trader => trader.Address),
        ];
        Assert.Equal(roles.Length, roles.Distinct().Count());
        Assert.Equal(UInt256.Zero, await chain.Chain.GetBalanceAsync(Contracts.Recipient, Cancellation));
        Assert.NotEqual(UInt256.Zero, await chain.Chain.GetBalanceAsync(Contracts.Coinbase, Cancellation));
    }

    [Fact]
    public async Task Tokens_have_the_decimals_they_are_said_to_have()
    {
        Assert.Equal([18, 6, 8, 18], Contracts.Tokens.Select(token => token.Decimals));
        foreach (TokenInfo token in Contracts.Tokens)
        {
            byte[] decimals = await chain.CallAsync(token.Address, AbiWriter.Call("decimals()"), Cancellation);
            Assert.Equal((ulong)token.Decimals, new AbiReader(decimals).ReadNumber64());
            byte[] symbol = await chain.CallAsync(token.Address, AbiWriter.Call("symbol()"), Cancellation);
            Assert.Equal(token.Symbol, new AbiReader(symbol).ReadText());
        }
    }

    [Fact]
    public async Task A_chain_that_is_not_fresh_is_refused_with_the_step_that_failed()
    {
        DevnetException refused = await Assert.ThrowsAsync<DevnetException>(async () => await DevnetDeployer.DeployAsync(
            chain.Node, await TestKit.TestTools.AllAsync(), DeployedChain.Seed, Cancellation));

        Assert.Contains("create Multicall3", refused.Message, StringComparison.Ordinal);
    }

    private async Task<int> CompareAsync(ConstantProductPool pool, Address router, bool zeroForOne)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
        (Address tokenIn, Address tokenOut) =
            zeroForOne ? (pool.Info.Token0, pool.Info.Token1) : (pool.Info.Token1, pool.Info.Token0);
        UInt256[] amountsIn =
            [1, 7, reserveIn / 1_000_000, (reserveIn / 997) + 1, reserveIn / 2, (reserveIn * 3) + 1];
        foreach (UInt256 amountIn in amountsIn)
        {
            UInt256 said = (await AmountsAsync(router, "getAmountsOut", amountIn, tokenIn, tokenOut))[1];
            // The library quotes nothing for dust, which the pair would refuse to swap.
            Assert.Equal(!said.IsZero, pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 quoted));
            Assert.Equal(said, quoted);
        }

        UInt256[] amountsOut =
            [1, 7, reserveOut / 1_000_000, (reserveOut / 997) + 1, reserveOut / 2, reserveOut - UInt256.One];
        foreach (UInt256 amountOut in amountsOut)
        {
            UInt256 said = (await AmountsAsync(router, "getAmountsIn", amountOut, tokenIn, tokenOut))[0];
            // Beyond what a pair can hold the library still quotes and the pair would revert.
            bool fits = said <= ConstantProductPool.ReserveMax - reserveIn;
            Assert.Equal(fits, pool.TryQuoteExactOut(zeroForOne, amountOut, out UInt256 quoted));
            Assert.Equal(fits ? said : UInt256.Zero, fits ? quoted : UInt256.Zero);
        }

        return amountsIn.Length + amountsOut.Length;
    }

    private async Task<UInt256[]> AmountsAsync(
        Address router, string function, UInt256 amount, Address tokenIn, Address tokenOut)
    {
        byte[] result = await chain.CallAsync(
            router,
            AbiWriter.Call($"{function}(uint256,address[])").Number(amount).Addresses([tokenIn, tokenOut]),
            Cancellation);
        AbiReader amounts = new AbiReader(result).ReadArray(out int count);
        Assert.Equal(2, count);
        return [amounts.ReadNumber(), amounts.ReadNumber()];
    }

    private async Task<Address> AddressAsync(string getter) =>
        new AbiReader(await chain.CallAsync(Contracts.Executor, AbiWriter.Call(getter), Cancellation)).ReadAddress();
}
