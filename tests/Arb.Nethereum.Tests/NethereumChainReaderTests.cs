using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;
using ArbFunctions.Platform;

namespace ArbFunctions.AzureMode;

/// <summary>Nethereum's reads against our own on one chain.</summary>
public sealed class NethereumChainReaderTests : IClassFixture<AnvilFixture>, IDisposable
{
    private static readonly Address Sender = Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    private static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000a11ce");

    private readonly HttpClient _http = new();
    private readonly JsonRpcClient _rpc;
    private readonly ChainReader _ours;
    private readonly NethereumChainReader _theirs;

    public NethereumChainReaderTests(AnvilFixture anvil)
    {
        _rpc = new JsonRpcClient(_http, new JsonRpcOptions(anvil.RpcUrl));
        _ours = new ChainReader(_rpc);
        _theirs = new NethereumChainReader(anvil.RpcUrl, TimeProvider.System);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _theirs.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Blocks_are_identical()
    {
        await CallAsync(string.Empty);
        BlockStamp head = await _ours.GetHeadAsync(Cancellation);
        Assert.Equal(head, await _theirs.GetHeadAsync(Cancellation));
        Assert.Equal(await _ours.GetChainIdAsync(Cancellation), await _theirs.GetChainIdAsync(Cancellation));
        for (ulong number = 0; number <= head.Number; number++)
        {
            BlockStamp? block = await _ours.GetBlockAsync(number, Cancellation);
            Assert.Equal(block, await _theirs.GetBlockAsync(number, Cancellation));
            ImmutableArray<Hash256>? transactions = await _ours.GetBlockTransactionsAsync(block!.Hash, Cancellation);
            Assert.Equal(transactions!.Value, (await _theirs.GetBlockTransactionsAsync(block.Hash, Cancellation))!.Value);
        }
    }

    [Fact]
    public async Task Accounts_are_identical()
    {
        await CallAsync(string.Empty);
        foreach (Address account in new[] { Sender, Contract, Address.Zero })
        {
            Assert.Equal(await _ours.GetNonceAsync(account, Cancellation), await _theirs.GetNonceAsync(account, Cancellation));
            Assert.Equal(await _ours.GetBalanceAsync(account, Cancellation), await _theirs.GetBalanceAsync(account, Cancellation));
        }
    }

    [Fact]
    public async Task Receipts_are_identical_with_transfers_and_without_look_alikes()
    {
        string topic = "7f" + Keccak.Hash256("Transfer(address,address,uint256)").ToString()[2..];
        string parties = "73" + Sender.ToString()[2..] + "73" + Contract.ToString()[2..];

        // mstore(0, 42); log3 of a transfer; log4 as an ERC-721 has it; log3 of half a word.
        string transfers = "602a5f52" + parties + topic + "60205fa3" + "6001" + parties + topic + "60205fa4" + parties + topic + "60105fa3" + "00";
        TransactionReceipt moved = await CallAsync(transfers);
        Assert.Equal([new TokenTransfer(Contract, Contract, Sender, 42UL)], moved.Transfers);

        TransactionReceipt reverted = await CallAsync("5f5ffd");
        Assert.False(reverted.Succeeded);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Hash256 unknown = Keccak.Hash256("unknown");
        Assert.Null(await _theirs.GetBlockAsync(1_000_000, Cancellation));
        Assert.Null(await _theirs.GetReceiptAsync(unknown, Cancellation));
        Assert.Null(await _theirs.GetBlockTransactionsAsync(unknown, Cancellation));
    }

    [Fact]
    public async Task Silence_is_unavailable_and_shows_no_path()
    {
        using NethereumChainReader nobody = new(new Uri("http://127.0.0.1:9/secret-key"), TimeProvider.System);
        ChainUnavailableException error = await Assert.ThrowsAsync<ChainUnavailableException>(() => nobody.GetHeadAsync(Cancellation));
        Assert.Contains("http://127.0.0.1:9", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Gives the contract some code, calls it in a block of its own, and holds both readers to the same receipt.</summary>
    private async Task<TransactionReceipt> CallAsync(string code)
    {
        await _rpc.CallAsync("anvil_setCode", w => Write(w, Contract.ToString(), "0x" + code), Cancellation);
        UnsignedTransaction call = new(
            31337, Sender, await _ours.GetNonceAsync(Sender, Cancellation), 1_000_000_000UL, 100_000_000_000UL, 100_000, Contract, 7UL, default);

        // anvil's first account: a key everybody has.
        NethereumTransactionSigner signer = new(31337, ["0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"]);
        SignedTransaction signed = await signer.SignAsync(call, Cancellation);
        await _rpc.CallAsync("eth_sendRawTransaction", w => Write(w, Hex.Of(signed.Raw.Span)), Cancellation);
        await _rpc.CallAsync("evm_mine", null, Cancellation);
        TransactionReceipt? ours = await _ours.GetReceiptAsync(signed.Hash, Cancellation);
        TransactionReceipt? theirs = await _theirs.GetReceiptAsync(signed.Hash, Cancellation);
        Assert.NotNull(ours);
        Assert.NotNull(theirs);
        Assert.Equal(ours with { Transfers = default }, theirs with { Transfers = default });
        Assert.Equal(ours.Transfers, theirs.Transfers);
        return theirs;
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }
    }
}
