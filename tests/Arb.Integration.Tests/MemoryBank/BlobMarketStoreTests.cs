using System.Globalization;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;
using Azure.Storage.Blobs;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class BlobMarketStoreTests(AzuriteFixture azurite)
{
    private readonly string _container = UniqueName.Next("market");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_stored_at_first()
    {
        Assert.Equal(new StoredMarket(null, null), await Store().LoadAsync(Sample.Chain, Cancellation));
    }

    [Fact]
    public async Task Another_process_reads_what_was_stored()
    {
        MarketState market = At(7);
        Assert.True(await Store().SaveAsync(market, Cancellation));
        StoredMarket stored = await Store().LoadAsync(Sample.Chain, Cancellation);
        Assert.Equal((market.Block, null), (stored.State!.Block, stored.Reason));
        Assert.Equal(market.Pools, stored.State.Pools);
    }

    [Fact]
    public async Task Only_a_later_block_replaces_however_many_write_at_once()
    {
        BlobMarketStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => Store())];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SaveOrGiveUpAsync(stores[i % 4], At((ulong)(10 + i)))));
        Assert.Equal(17UL, (await Store().LoadAsync(Sample.Chain, Cancellation)).State!.Block.Number);
        Assert.False(await stores[0].SaveAsync(At(17), Cancellation));
        Assert.False(await stores[0].SaveAsync(At(16), Cancellation));
        Assert.True(await stores[0].SaveAsync(At(18), Cancellation));
    }

    [Fact]
    public async Task Damage_is_a_reason_and_the_next_block_replaces_it()
    {
        await Store().SaveAsync(At(7), Cancellation);
        BlobClient blob = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient(_container)
            .GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{Sample.Chain}.market"));
        byte[] bytes = (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
        bytes[^3] ^= 0x10;
        await blob.UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, Cancellation);

        StoredMarket stored = await Store().LoadAsync(Sample.Chain, Cancellation);
        Assert.Null(stored.State);
        Assert.Contains("does not match its hash", stored.Reason, StringComparison.Ordinal);
        Assert.True(await Store().SaveAsync(At(8), Cancellation));
        Assert.NotNull((await Store().LoadAsync(Sample.Chain, Cancellation)).State);
    }

    private static MarketState At(ulong number) => MarketState
        .At(new BlockStamp(Sample.Chain, number, Sample.Hash((int)number), Sample.Hash((int)number - 1), 1, 1UL, 1, 2))
        .With([new ConstantProductState(new PoolKey(Sample.Account(1)), number, 2UL)]);

    /// <summary>Losing to others eight times in a row is an answer too; the winner's block is what counts.</summary>
    private static async Task SaveOrGiveUpAsync(BlobMarketStore store, MarketState market)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await store.SaveAsync(market, Cancellation);
                return;
            }
            catch (MemoryUnavailableException) when (tries < 3)
            {
            }
        }
    }

    private BlobMarketStore Store() => new(new BlobServiceClient(azurite.ConnectionString), _container);
}
