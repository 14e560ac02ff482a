using System.Text.Json;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

/// <summary><c>eth_sendPrivateTransaction</c>: seen by the builder alone, tried until it lands or its last block is over.</summary>
public sealed class PrivateTransactionTests(RelayChain chain) : IClassFixture<RelayChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lands_without_having_been_public()
    {
        SignedTransaction sent = RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase);

        (int status, JsonElement body) = await SendAsync(sent);
        int pending = await PendingAsync();
        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal((200, sent.Hash.ToString()), (status, body.GetProperty("result").GetString()));
        Assert.Equal(0, pending);
        Assert.Equal([sent.Hash], block.Transactions);
        Assert.Empty((await chain.BuildAsync()).Rejected);
    }

    [Fact]
    public async Task It_waits_for_its_nonce_and_lands_when_that_comes()
    {
        Secp256k1Key account = await chain.AccountAsync();
        SignedTransaction second = RelayChain.Sign(account, 1, RelayChain.Coinbase);
        SignedTransaction first = RelayChain.Sign(account, 0, RelayChain.Coinbase);

        await SendAsync(second);
        BuiltBlock without = await chain.BuildAsync();
        await SendAsync(first);
        BuiltBlock with = await chain.BuildAsync();
        BuiltBlock after = await chain.BuildAsync();

        Assert.Empty(without.Transactions);
        Assert.Equal([first.Hash, second.Hash], with.Transactions.Concat(after.Transactions));
    }

    [Fact]
    public async Task One_that_would_revert_never_lands()
    {
        Address reverter = await chain.ContractAsync(SmallContracts.Reverter);
        SignedTransaction sent = RelayChain.Sign(await chain.AccountAsync(), 0, reverter);

        await SendAsync(sent);

        for (int i = 0; i < 3; i++)
        {
            BuiltBlock block = await chain.BuildAsync();
            Assert.Empty(block.Transactions);
            Assert.Contains("reverts", Assert.Single(block.Rejected).Reason, StringComparison.Ordinal);
        }

        Assert.True(await CancelAsync(sent, "searcher"));
    }

    [Fact]
    public async Task It_is_tried_up_to_its_last_block_and_no_further()
    {
        Secp256k1Key account = await chain.AccountAsync();
        SignedTransaction sent = RelayChain.Sign(account, 1, RelayChain.Coinbase);
        await SendAsync(sent, Hex.Quantity(await chain.HeadAsync() + 2));

        Assert.Single((await chain.BuildAsync()).Rejected);
        Assert.Single((await chain.BuildAsync()).Rejected);
        await chain.SendAsync(RelayChain.Sign(account, 0, RelayChain.Coinbase));
        Assert.Empty((await chain.BuildAsync()).Rejected);
        Assert.Empty((await chain.BuildAsync()).Transactions);
    }

    [Fact]
    public async Task Only_its_signer_cancels_it()
    {
        SignedTransaction sent = RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase);
        await SendAsync(sent);

        Assert.False(await CancelAsync(sent, "other"));
        Assert.True(await CancelAsync(sent, "searcher"));
        Assert.False(await CancelAsync(sent, "searcher"));
        Assert.Empty((await chain.BuildAsync()).Transactions);
    }

    [Theory]
    [InlineData("""{"maxBlockNumber":"0x1"}""", "tx is missing")]
    [InlineData("""{"tx":"0x00"}""", "unable to decode transaction")]
    [InlineData("""{"tx":7}""", "a string is expected")]
    public async Task What_is_no_private_transaction_is_refused(string parameter, string expected)
    {
        (_, JsonElement body) = await chain.PostAsync(
            $$"""{"jsonrpc":"2.0","id":1,"method":"eth_sendPrivateTransaction","params":[{{parameter}}]}""",
            RelayChain.KeyOf("searcher"));

        Assert.Contains(expected, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Task<(int Status, JsonElement Body)> SendAsync(SignedTransaction transaction, string? maxBlockNumber = null) =>
        chain.CallAsync(
            "eth_sendPrivateTransaction", new { tx = Hex.Of(transaction.Raw.Span), maxBlockNumber });

    private async Task<bool> CancelAsync(SignedTransaction transaction, string searcher)
    {
        (_, JsonElement body) = await chain.CallAsync(
            "eth_cancelPrivateTransaction", new { txHash = transaction.Hash.ToString() }, RelayChain.KeyOf(searcher));
        return body.TryGetProperty("result", out JsonElement done) && done.GetBoolean();
    }

    private Task<int> PendingAsync() => chain.Rpc.CallAsync(
        "txpool_status", null, status => (int)RpcJson.Quantity64(status.GetProperty("pending"), "pending"), Cancellation);
}
