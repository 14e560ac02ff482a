using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ArbFunctions.LocalRuntime.Hosting.Timers;

/// <summary>
/// A blob lease that lets one process run a timer. The blob names its holder, so a lease whose holder was killed on
/// this machine is broken at once instead of waiting for its 15 seconds.
/// </summary>
internal sealed class TimerLock(BlobContainerClient container, string name)
{
    /// <summary>The shortest a blob lease can be.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly BlobClient _blob = container.GetBlobClient($"locks/{name}");
    private string? _leaseId;

    /// <summary>Takes or keeps the lease; true while this process holds it.</summary>
    public async Task<bool> TryHoldAsync(string leaseId, CancellationToken cancellation)
    {
        try
        {
            if (_leaseId is not null)
            {
                await _blob.GetBlobLeaseClient(_leaseId).RenewAsync(cancellationToken: cancellation).ConfigureAwait(false);
                return true;
            }

            await _blob.GetBlobLeaseClient(leaseId).AcquireAsync(Duration, cancellationToken: cancellation)
                .ConfigureAwait(false);
            _leaseId = leaseId;
            await _blob.SetMetadataAsync(
                new Dictionary<string, string>
                {
                    // Metadata are headers: hexadecimal is safe there whatever the machine is called.
                    ["owner"] = Convert.ToHexString(Encoding.UTF8.GetBytes(ProcessIdentity.Current)),
                },
                new BlobRequestConditions { LeaseId = leaseId },
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            _leaseId = null;
            return await CreateAndHoldAsync(leaseId, cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            _leaseId = null;
            await BreakIfOrphanedAsync(cancellation).ConfigureAwait(false);
            return false;
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_leaseId is { } held)
        {
            _leaseId = null;
            try
            {
                await _blob.GetBlobLeaseClient(held).ReleaseAsync(cancellationToken: cancellation).ConfigureAwait(false);
            }
            catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
            {
                // It had run out or was taken over: nothing is held, which is what was wanted.
                return;
            }
        }
    }

    private async Task<bool> CreateAndHoldAsync(string leaseId, CancellationToken cancellation)
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
        try
        {
            await _blob.UploadAsync(
                BinaryData.FromString(string.Empty),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            // Another process created it first.
            return false;
        }

        return await TryHoldAsync(leaseId, cancellation).ConfigureAwait(false);
    }

    private async Task BreakIfOrphanedAsync(CancellationToken cancellation)
    {
        BlobProperties properties = await _blob.GetPropertiesAsync(cancellationToken: cancellation).ConfigureAwait(false);
        if (properties.LeaseState == LeaseState.Leased
            && properties.Metadata.TryGetValue("owner", out string? owner)
            && ProcessIdentity.IsDead(Encoding.UTF8.GetString(Convert.FromHexString(owner))))
        {
            await _blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancellation)
                .ConfigureAwait(false);
        }
    }
}
