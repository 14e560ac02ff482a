using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Evm;

public sealed class LoanReaderTests(EvmChain chain) : IClassFixture<EvmChain>
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
    public async Task Loan_terms_come_from_the_vault_and_its_fee_collector()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ImmutableArray<FlashLoanTerms> before = await new LoanReader(chain.Client, chain.LoanOptions)
            .ReadAsync(head, [chain.Weth, chain.Token], Cancellation);
        Assert.Equal([chain.Weth, chain.Token], before.Select(loan => loan.Token));
        Assert.True(before[0].Available >= EvmChain.Of(1_000));
        Assert.Equal(UInt256.Zero, before[1].Available);
        Assert.Equal(UInt256.Zero, before[0].PremiumX18);

        UInt256 premium = 600_000_000_000_000UL;
        Address collector = await FindCollectorAsync();
        AbiWriter Set(UInt256 value) => AbiWriter.Call("setFlashLoanFeePercentage(uint256)").Number(value);
        await chain.SendAsync(collector, Set(premium));
        BlockStamp later = await chain.Chain.GetHeadAsync(Cancellation);
        ImmutableArray<FlashLoanTerms> after = await new LoanReader(chain.Client, chain.LoanOptions)
            .ReadAsync(later, [chain.Weth], Cancellation);
        Assert.Equal(premium, after[0].PremiumX18);
        await chain.SendAsync(collector, Set(UInt256.Zero));
    }

    [Fact]
    public async Task Read_of_all_terms_is_one_request()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        using RequestCounter counter = new();
        using HttpClient http = new(counter, disposeHandler: false);
        LoanReader reader = new(new JsonRpcClient(http, new JsonRpcOptions(chain.RpcUrl)), chain.LoanOptions);
        await reader.ReadAsync(head, [chain.Weth, chain.Token], Cancellation);
        int first = counter.Requests;
        await reader.ReadAsync(head, [chain.Weth, chain.Token], Cancellation);
        Assert.Equal((2, 1), (first, counter.Requests - first));
    }

    [Fact]
    public async Task Read_that_is_too_much_for_the_node_is_split_and_the_size_remembered()
    {
        // Tokens that read five cold slots: 3,000 of them need more than the 30 million gas that anvil allows a call, 1,500 do not.
        string code = string.Concat("0x", string.Concat(Enumerable.Range(1, 5).Select(i => $"60{i:x2}5450")), "60206000f3");
        Address[] many = [.. Enumerable.Range(1, 6_000).Select(Numbered)];
        foreach (Address[] batch in many.Chunk(1_000))
        {
            await chain.Client.BatchAsync(
                [
                    .. batch.Select(token => new JsonRpcRequest("anvil_setCode", writer =>
                    {
                        writer.WriteStringValue(token.ToString());
                        writer.WriteStringValue(code);
                    })),
                ],
                Cancellation);
        }

        await chain.MineAsync();
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        using RequestCounter counter = new();
        using HttpClient http = new(counter, disposeHandler: false);
        LoanReader reader = new(new JsonRpcClient(http, new JsonRpcOptions(chain.RpcUrl)), chain.LoanOptions);
        ImmutableArray<FlashLoanTerms> terms = await reader.ReadAsync(head, many, Cancellation);
        int first = counter.Requests;
        await reader.ReadAsync(head, many, Cancellation);

        Assert.Equal(many, terms.Select(loan => loan.Token));
        Assert.All(terms, loan => Assert.True(loan.Available.IsZero));

        // One for the fee collector, one in vain, then halves; the second time halves at once.
        Assert.Equal((7, 5), (first, counter.Requests - first));
    }

    [Fact]
    public async Task Block_the_node_does_not_have_is_unavailable()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        LoanReader reader = new(chain.Client, chain.LoanOptions);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.ReadAsync(
            head with { Hash = Keccak.Hash256("another branch") }, [chain.Weth], Cancellation));
    }

    [Fact]
    public async Task Answer_from_another_block_than_asked_is_unavailable()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        LoanReader reader = new(chain.Client, chain.LoanOptions);
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.ReadAsync(
            head with { ParentHash = Keccak.Hash256("another parent") }, [chain.Weth], Cancellation));
        Assert.Contains("not from block", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_addresses_are_named()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ChainUnavailableException noVault = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new LoanReader(chain.Client, chain.LoanOptions with { Vault = chain.Recipient })
                .ReadAsync(head, [chain.Weth], Cancellation));
        Assert.Contains("Balancer V2 Vault", noVault.Message, StringComparison.Ordinal);
        ChainUnavailableException noMulticall = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new LoanReader(chain.Client, chain.LoanOptions with { Multicall3 = chain.Recipient })
                .ReadAsync(head, [chain.Weth], Cancellation));
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
