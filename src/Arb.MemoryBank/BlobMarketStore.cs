using System.Globalization;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Snapshots;
using Arb.MemoryBank.Storage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Arb.MemoryBank;

/// <summary>
/// The newest market of each chain in one blob. Rounds may overlap and instances come and go: a blob is replaced only by a later
/// block, and only if nobody else replaced it meanwhile.
/// </summary>
public sealed class BlobMarketStore : IMarketStore
{
    private const string BlockMetadata = "block";
    private const int TriesMax = 8;

    private readonly BlobContainerClient _container;
    private bool _created;

    /// <summary>Nothing is called until first use.</summary>
    /// <param name="service">Client of the account.</param>
    /// <param name="container">Container; created when missing.</param>
    public BlobMarketStore(BlobServiceClient service, string container = "market")
    {
        ArgumentNullException.ThrowIfNull(service);
        _container = service.GetBlobContainerClient(container);
    }

    /// <inheritdoc/>
    public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) => CallAsync(
        async () =>
        {
            try
            {
                Response<BlobDownloadResult> blob = await Blob(chainId).DownloadContentAsync(cancellation);
                bool read = MarketCodec.TryDecode(blob.Value.Content.ToMemory().Span, out MarketState? market, out string reason);
                return !read
                    ? new StoredMarket(null, $"The stored market of chain {chainId} cannot be used: {reason}.")
                    : market!.Block.ChainId == chainId
                        ? new StoredMarket(market, null)
                        : new StoredMarket(null, $"The stored market of chain {chainId} is of chain {market.Block.ChainId}.");
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return new StoredMarket(null, null);
            }
        },
        cancellation);

    /// <inheritdoc/>
    public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(market);
        return CallAsync(() => TrySaveAsync(market, cancellation), cancellation);
    }

    private async Task<bool> TrySaveAsync(MarketState market, CancellationToken cancellation)
    {
        if (!_created)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellation);
            _created = true;
        }

        BlobClient blob = Blob(market.Block.ChainId);
        BinaryData content = BinaryData.FromBytes(MarketCodec.Encode(market));
        for (int tries = 0; tries < TriesMax; tries++)
        {
            (ETag? version, ulong block) = await FindAsync(blob, cancellation);
            if (version is not null && block >= market.Block.Number)
            {
                return false;
            }

            BlobUploadOptions options = new()
            {
                Conditions = version is { } etag
                    ? new BlobRequestConditions { IfMatch = etag }
                    : new BlobRequestConditions { IfNoneMatch = ETag.All },
                Metadata = new Dictionary<string, string>
                {
                    [BlockMetadata] = market.Block.Number.ToString(CultureInfo.InvariantCulture),
                },
            };
            try
            {
                await blob.UploadAsync(content, options, cancellation);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                // Somebody else wrote: theirs may be of a later block.
            }
        }

        throw StorageFailure.Contended($"the market of chain {market.Block.ChainId}", TriesMax);
    }

    /// <summary>Version and block of what is stored; a blob without a readable block is replaced.</summary>
    private static async Task<(ETag? Version, ulong Block)> FindAsync(BlobClient blob, CancellationToken cancellation)
    {
        try
        {
            Response<BlobProperties> found = await blob.GetPropertiesAsync(cancellationToken: cancellation);
            return (
                found.Value.ETag,
                found.Value.Metadata.TryGetValue(BlockMetadata, out string? text)
                && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong block)
                    ? block
                    : 0);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (null, 0);
        }
    }

    private BlobClient Blob(ulong chainId) =>
        _container.GetBlobClient($"{chainId.ToString(CultureInfo.InvariantCulture)}.market");

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (StorageFailure.Translate(_container.Uri, e, cancellation) is { } unavailable)
        {
            throw unavailable;
        }
    }
}
