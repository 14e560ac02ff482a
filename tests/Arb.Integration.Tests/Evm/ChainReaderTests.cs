using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Evm;

public sealed class ChainReaderTests(EvmChain chain) : IClassFixture<EvmChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Head_is_a_chained_block_of_the_chain()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        BlockStamp? parent = await chain.Chain.GetBlockAsync(head.Number - 1, Cancellation);
        Assert.NotNull(parent);
        Assert.Equal((31337UL, parent.Hash), (head.ChainId, head.ParentHash));
        Assert.Equal(31337UL, await chain.Chain.GetChainIdAsync(Cancellation));
        Assert.True(head.TimestampSeconds >= parent.TimestampSeconds);
    }

    [Fact]
    public async Task Tips_of_the_last_blocks_are_told_and_held_against_the_head()
    {
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        FeeHistory history = await new FeeHistoryReader(chain.Client).ReadAsync(head, Cancellation);
        Assert.NotEmpty(history.TipsPerGasWei);
        Assert.All(history.TipsPerGasWei, static tip => Assert.Equal((UInt256)1_000_000_000UL, tip));
        await Assert.ThrowsAsync<ChainUnavailableException>(() => new FeeHistoryReader(chain.Client).ReadAsync(
            head with { BaseFeePerGasWei = head.BaseFeePerGasWei + 1UL }, Cancellation));
    }

    [Fact]
    public async Task Base_fee_of_the_next_block_is_known_exactly()
    {
        // Every block of the deployment, full and empty ones alike.
        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        BlockStamp parent = (await chain.Chain.GetBlockAsync(0, Cancellation))!;
        for (ulong number = 1; number <= head.Number; number++)
        {
            BlockStamp block = (await chain.Chain.GetBlockAsync(number, Cancellation))!;
            if (number > 1)
            {
                // anvil gives block 1 its configured fee, whatever the genesis block says.
                Assert.Equal(NextBaseFee.Of(parent), block.BaseFeePerGasWei);
            }

            parent = block;
        }
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Hash256 unknown = Keccak.Hash256("unknown");
        Assert.Null(await chain.Chain.GetBlockAsync(1_000_000, Cancellation));
        Assert.Null(await chain.Chain.GetReceiptAsync(unknown, Cancellation));
        Assert.Null(await chain.Chain.GetBlockTransactionsAsync(unknown, Cancellation));
    }

    [Fact]
    public async Task Signed_transaction_is_accepted_with_our_hash_sender_and_transfers()
    {
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation);
        UInt256 balance = await chain.Chain.GetBalanceAsync(chain.Operator.Address, Cancellation);
        TransactionReceipt deposit = await chain.SendAsync(
            chain.Token,
            AbiWriter.Call("mint(address,uint256)").Address(chain.Operator.Address).Number(5UL));
        Assert.Equal(
            [new TokenTransfer(chain.Token, Address.Zero, chain.Operator.Address, 5UL)], deposit.Transfers);

        LocalTransactionSigner signer = new(31337, [chain.Operator, chain.Deployer]);
        SignedTransaction signed = await signer.SignAsync(
            EvmChain.Draft(
                chain.Operator,
                nonce,
                chain.Token,
                AbiWriter.Call("transfer(address,uint256)").Address(chain.Recipient).Number(3UL).ToArray()),
            Cancellation);
        Assert.Equal(signed.Hash, await chain.SendRawAsync(signed.Raw));
        await chain.MineAsync();

        TransactionReceipt receipt = (await chain.Chain.GetReceiptAsync(signed.Hash, Cancellation))!;
        Assert.True(receipt.Succeeded);
        Assert.Equal(
            [new TokenTransfer(chain.Token, chain.Operator.Address, chain.Recipient, 3UL)], receipt.Transfers);
        ImmutableArray<Hash256>? block = await chain.Chain.GetBlockTransactionsAsync(receipt.BlockHash, Cancellation);
        Assert.Equal(signed.Hash, block!.Value[receipt.TransactionIndex]);
        Assert.Equal(nonce + 1, await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation));
        Assert.Equal(
            balance - (receipt.EffectiveGasPriceWei * receipt.GasUsed),
            await chain.Chain.GetBalanceAsync(chain.Operator.Address, Cancellation));
        string raw = (await chain.RpcAsync("eth_getTransactionByHash", signed.Hash.ToString())).GetProperty("from").GetString()!;
        Assert.Equal(chain.Operator.Address, Address.Parse(raw));
    }

    [Fact]
    public async Task Reverted_transaction_has_a_receipt_that_says_so()
    {
        ulong nonce = await chain.Chain.GetNonceAsync(chain.Operator.Address, Cancellation);
        SignedTransaction signed = Eip1559Transaction.Sign(
            EvmChain.Draft(
                chain.Operator,
                nonce,
                chain.Token,
                AbiWriter.Call("mint(address,uint256)").Address(chain.Recipient).Number(3UL).ToArray()),
            chain.Operator);
        await chain.SendRawAsync(signed.Raw);
        await chain.MineAsync();
        TransactionReceipt receipt = (await chain.Chain.GetReceiptAsync(signed.Hash, Cancellation))!;
        Assert.False(receipt.Succeeded);
        Assert.Empty(receipt.Transfers);
    }

    [Fact]
    public async Task Refusal_of_the_node_is_an_error_with_its_code()
    {
        JsonRpcException refused = await Assert.ThrowsAsync<JsonRpcException>(() => chain.RpcAsync("eth_sendBundle"));
        Assert.Equal(-32601, refused.Code);
    }
}
