using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Evm;

public sealed class MarketReaderTests(EvmChain chain) : IClassFixture<EvmChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Discovery_finds_every_pair_of_every_factory()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        FactoryPoolDiscovery discovery = new(chain.Client, chain.Multicall3, chain.Factories);
        Assert.Equal(chain.Pools, await discovery.DiscoverAsync(head, Cancellation));
    }

    [Fact]
    public async Task Discovery_at_a_block_before_the_last_pair_does_not_see_it()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        BlockStamp before = head;
        FactoryPoolDiscovery discovery = new(chain.Client, chain.Multicall3, chain.Factories);
        ImmutableArray<PoolInfo> found = await discovery.DiscoverAsync(before, Cancellation);
        while (found.Length == chain.Pools.Length)
        {
            before = (await chain.Chain.GetBlockAsync(before.Number - 1, Cancellation))!;
            found = await discovery.DiscoverAsync(before, Cancellation);
        }

        Assert.Equal(chain.Pools[..1], found);
    }

    [Fact]
    public async Task Discovery_names_what_is_no_factory()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        FactoryPoolDiscovery discovery = new(
            chain.Client, chain.Multicall3, [new FactoryOptions(chain.Weth, "wrong", new FeePips(3_000))]);
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => discovery.DiscoverAsync(head, Cancellation));
        Assert.Contains($"Factory {chain.Weth} of wrong", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_is_that_of_the_block_asked_even_after_the_head_moved()
    {
        MulticallMarketReader reader = new(chain.Client, chain.MarketOptions);
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot first = await reader.ReadAsync(head, chain.Pools, [chain.Weth], Cancellation);
        Assert.Equal(chain.Pools, first.Pools.Select(pool => pool.Info));
        Assert.Empty(first.Unreadable);

        await chain.SendAsync(
            chain.Weth, AbiWriter.Call("transfer(address,uint256)").Address(chain.Pools[0].Address).Number(7UL));
        await chain.SendAsync(chain.Pools[0].Address, AbiWriter.Call("sync()"));
        await chain.SendAsync(
            chain.Weth, AbiWriter.Call("transfer(address,uint256)").Address(chain.Vault).Number(11UL));
        BlockStamp later = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot second = await reader.ReadAsync(later, chain.Pools, [chain.Weth], Cancellation);
        MarketSnapshot again = await reader.ReadAsync(head, chain.Pools, [chain.Weth], Cancellation);

        Assert.Equal(first.Pools, again.Pools);
        Assert.Equal(first.Loans, again.Loans);
        bool wethFirst = chain.Pools[0].Token0 == chain.Weth;
        Assert.Equal(first.Pools[0].Reserves(wethFirst).In + 7UL, second.Pools[0].Reserves(wethFirst).In);
        Assert.Equal(first.Loans[0].Available + 11UL, second.Loans[0].Available);
    }

    [Fact]
    public async Task Loan_terms_come_from_the_vault_and_its_fee_collector()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot before = await new MulticallMarketReader(chain.Client, chain.MarketOptions)
            .ReadAsync(head, chain.Pools, [chain.Weth, chain.Token], Cancellation);
        Assert.Equal([chain.Weth, chain.Token], before.Loans.Select(loan => loan.Token));
        Assert.True(before.Loans[0].Available >= EvmChain.Of(1_000));
        Assert.Equal(UInt256.Zero, before.Loans[1].Available);
        Assert.Equal(UInt256.Zero, before.Loans[0].PremiumX18);

        UInt256 premium = 600_000_000_000_000UL;
        Address collector = await FindCollectorAsync();
        AbiWriter Set(UInt256 value) => AbiWriter.Call("setFlashLoanFeePercentage(uint256)").Number(value);
        await chain.SendAsync(collector, Set(premium));
        BlockStamp later = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot after = await new MulticallMarketReader(chain.Client, chain.MarketOptions)
            .ReadAsync(later, [], [chain.Weth], Cancellation);
        Assert.Equal(premium, after.Loans[0].PremiumX18);
        await chain.SendAsync(collector, Set(UInt256.Zero));
    }

    [Fact]
    public async Task Pool_that_cannot_be_read_is_left_out_and_named()
    {
        PoolInfo nothing = chain.Pools[0] with { Address = chain.Recipient };
        PoolInfo token = chain.Pools[0] with { Address = chain.Token };
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot snapshot = await new MulticallMarketReader(chain.Client, chain.MarketOptions)
            .ReadAsync(head, [chain.Pools[0], nothing, chain.Pools[1], token], [], Cancellation);
        Assert.Equal(chain.Pools, snapshot.Pools.Select(pool => pool.Info));
        Assert.Equal([chain.Recipient, chain.Token], snapshot.Unreadable.Select(unreadable => unreadable.Pool));
        Assert.Contains("0 bytes instead of 96", snapshot.Unreadable[0].Reason, StringComparison.Ordinal);
        Assert.Contains("reverted", snapshot.Unreadable[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_of_all_pools_and_terms_is_one_request()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        using RequestCounter counter = new();
        using HttpClient http = new(counter, disposeHandler: false);
        MulticallMarketReader reader = new(new JsonRpcClient(http, new JsonRpcOptions(chain.RpcUrl)), chain.MarketOptions);
        await reader.ReadAsync(head, chain.Pools, [chain.Weth, chain.Token], Cancellation);
        int first = counter.Requests;
        await reader.ReadAsync(head, chain.Pools, [chain.Weth, chain.Token], Cancellation);
        Assert.Equal((2, 1), (first, counter.Requests - first));
    }

    [Fact]
    public async Task Read_that_is_too_much_for_the_node_is_split_and_the_size_remembered()
    {
        // Pairs that read five cold slots and return three zeros: 3,000 of them need more than the 30 million gas
        // that anvil allows a call, 1,500 do not.
        string code = string.Concat("0x", string.Concat(Enumerable.Range(1, 5).Select(i => $"60{i:x2}5450")), "60606000f3");
        PoolInfo[] many = [.. Enumerable.Range(1, 6_000).Select(i => chain.Pools[0] with { Address = Numbered(i) })];
        foreach (PoolInfo[] batch in many.Chunk(1_000))
        {
            await chain.Client.BatchAsync(
                [
                    .. batch.Select(pool => new JsonRpcRequest("anvil_setCode", writer =>
                    {
                        writer.WriteStringValue(pool.Address.ToString());
                        writer.WriteStringValue(code);
                    })),
                ],
                Cancellation);
        }

        await chain.MineAsync();
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        using RequestCounter counter = new();
        using HttpClient http = new(counter, disposeHandler: false);
        MulticallMarketReader reader = new(new JsonRpcClient(http, new JsonRpcOptions(chain.RpcUrl)), chain.MarketOptions);
        MarketSnapshot snapshot = await reader.ReadAsync(head, many, [chain.Weth], Cancellation);
        int first = counter.Requests;
        await reader.ReadAsync(head, many, [chain.Weth], Cancellation);

        Assert.Equal(many, snapshot.Pools.Select(pool => pool.Info));
        Assert.Empty(snapshot.Unreadable);

        // One for the fee collector, one in vain, then halves; the second time halves at once.
        Assert.Equal((7, 5), (first, counter.Requests - first));
    }

    [Fact]
    public async Task Pool_that_burns_all_gas_costs_no_other_pool_its_place()
    {
        PoolInfo[] hostile = [.. Enumerable.Range(9_001, 3).Select(i => chain.Pools[0] with { Address = Numbered(i) })];
        foreach (PoolInfo pool in hostile)
        {
            // INVALID takes all the gas it is given: 63 parts in 64 of what is left.
            await chain.RpcAsync("anvil_setCode", pool.Address.ToString(), "0xfe");
        }

        await chain.MineAsync();
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MarketSnapshot snapshot = await new MulticallMarketReader(chain.Client, chain.MarketOptions).ReadAsync(
            head, [hostile[0], chain.Pools[0], hostile[1], hostile[2], chain.Pools[1]], [chain.Weth], Cancellation);
        Assert.Equal(chain.Pools, snapshot.Pools.Select(pool => pool.Info));
        Assert.Equal(hostile.Select(pool => pool.Address), snapshot.Unreadable.Select(unreadable => unreadable.Pool));
    }

    [Fact]
    public async Task Block_the_node_does_not_have_is_unavailable()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MulticallMarketReader reader = new(chain.Client, chain.MarketOptions);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.ReadAsync(
            head with { Hash = Keccak.Hash256("another branch") }, chain.Pools, [chain.Weth], Cancellation));
    }

    [Fact]
    public async Task Answer_from_another_block_than_asked_is_unavailable()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        MulticallMarketReader reader = new(chain.Client, chain.MarketOptions);
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.ReadAsync(
            head with { ParentHash = Keccak.Hash256("another parent") }, chain.Pools, [chain.Weth], Cancellation));
        Assert.Contains("not from block", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_addresses_are_named()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ChainUnavailableException noVault = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new MulticallMarketReader(chain.Client, chain.MarketOptions with { Vault = chain.Recipient })
                .ReadAsync(head, chain.Pools, [chain.Weth], Cancellation));
        Assert.Contains("Balancer V2 Vault", noVault.Message, StringComparison.Ordinal);
        ChainUnavailableException noMulticall = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new MulticallMarketReader(chain.Client, chain.MarketOptions with { Multicall3 = chain.Recipient })
                .ReadAsync(head, chain.Pools, [chain.Weth], Cancellation));
        Assert.Contains("no contract at that address", noMulticall.Message, StringComparison.Ordinal);
    }

    private async Task<Address> FindCollectorAsync() =>
        new AbiReader(await CallAsync(chain.Vault, "getProtocolFeesCollector()")).ReadAddress();

    private static Address Numbered(int number)
    {
        byte[] bytes = new byte[Address.Size];
        bytes[0] = 0xaa;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    private Task<byte[]> CallAsync(Address to, string signature) =>
        chain.Client.CallAsync(
            "eth_call",
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", to.ToString());
                writer.WriteString("data", Hex.Of(AbiWriter.Call(signature).ToArray()));
                writer.WriteEndObject();
                writer.WriteStringValue("latest");
            },
            static result => RpcJson.Bytes(result, "result"),
            Cancellation);

    private sealed class RequestCounter : DelegatingHandler
    {
        public RequestCounter()
            : base(new SocketsHttpHandler())
        {
        }

        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
