using System.Collections.Immutable;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Integration.Tests.MemoryBank;
using Arb.MemoryBank;
using Arb.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Arb.Integration.Tests.Evm;

/// <summary>Tokens of every odd kind, tried on a real chain by simulated round trips.</summary>
public sealed class TokenSafetyTests(TokenChain chain, AzuriteFixture azurite) : IClassFixture<TokenChain>, IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_odd_token_is_found_and_every_sound_one_is_traded()
    {
        Dictionary<string, TokenRisk> expected = new()
        {
            ["Plain"] = TokenRisk.None,
            ["HugeDecimals"] = TokenRisk.None,
            ["BehindPlain"] = TokenRisk.None,
            ["PlainInV3"] = TokenRisk.None,
            ["HoneypotInV3"] = TokenRisk.SaleRefused,
            ["SenderTaxInV3"] = TokenRisk.TransferTaxed,
            ["NoReturnToken"] = TokenRisk.None,
            ["HookToken"] = TokenRisk.None,
            ["FarSlotToken"] = TokenRisk.None,
            ["FeeOnTransferToken"] = TokenRisk.BuyTaxed,
            ["SenderTaxToken"] = TokenRisk.TransferTaxed,
            ["HoneypotToken"] = TokenRisk.SaleRefused,
            ["BlacklistToken"] = TokenRisk.BuyRefused,
            ["PausableToken"] = TokenRisk.BuyRefused,
            ["ReturnsFalseToken"] = TokenRisk.BuyRefused,
            ["CooldownToken"] = TokenRisk.TransferRefused,
            ["TimeRebaseToken"] = TokenRisk.RebasesWithTime,
            ["IssuerRebaseToken"] = TokenRisk.BuyTaxed,
            ["HiddenMintToken"] = TokenRisk.RebasesUnannounced,
            ["BehindHoneypot"] = TokenRisk.NotProbed,
        };
        TableTokenBook book = new(SharedAzurite.Fresh(azurite));
        using TokenSafety safety = Safety(book);
        BlockStamp head = await chain.Reader.GetHeadAsync(Cancellation);
        ImmutableArray<PoolListing> pools = [.. chain.Pools.Values];

        int judged = await safety.CheckAsync(head, pools, Cancellation);

        ImmutableDictionary<Address, TokenVerdict> verdicts = await book.GetAsync(31337, Cancellation);
        Assert.Equal(expected.Count, judged);
        Assert.All(expected, e => Assert.Equal($"{e.Key}: {e.Value}", $"{e.Key}: {verdicts[chain[e.Key]].Risk}"));
        Assert.All(verdicts.Values, verdict => Assert.Equal(verdict.Safe, verdict.Detail.Length == 0));
        Assert.Equal(
            expected.Where(e => e.Value == TokenRisk.None).Select(e => chain.Pools[e.Key].Key.Contract).Order(),
            (await safety.FilterAsync(head, pools, Cancellation)).Select(p => p.Key.Contract).Order());
        Assert.Equal(0, await safety.CheckAsync(head, pools, Cancellation));
    }

    [Fact]
    public async Task The_embedded_probe_is_what_the_source_compiles_to()
    {
        ToolSet tools = await TestTools.HarnessAsync();

        // Without a constructor, creation code is a short head and the runtime code.
        Assert.EndsWith(ProbeCode.TokenProbe[2..], Hex.Of(tools.Contracts.Load("TokenProbe").CreationBytecode.Span), StringComparison.Ordinal);
    }

    private TokenSafety Safety(ITokenBook book) => new(
        chain.Probe,
        book,
        chain.States,
        new TradingPolicy
        {
            ChainId = 31337,
            SlotLength = TimeSpan.FromSeconds(2),
            StartTokens = [chain.Weth],
            MinProfitWei = 1UL,
            MaxGasPriceWei = 1UL,
            MaxSlippageBasisPoints = 100,
            PriorityFeePerGasWei = 1UL,
            BidBasisPoints = 0,
            BidStepBasisPoints = 0,
            BidMaxBasisPoints = 0,
            BidCapWei = 0UL,
        },
        TimeProvider.System,
        NullLogger<TokenSafety>.Instance);
}
