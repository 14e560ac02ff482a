using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions.LocalRuntime.Hosting.Http;

/// <summary>
/// The keys callers must show, as in the real host: in the header <c>x-functions-key</c> or the query parameter
/// <c>code</c>. Keys that are not configured are made once and kept in the store.
/// </summary>
internal sealed class HostKeys(StorageAccount account, HostOptions options)
{
    private const string Container = "azure-webjobs-secrets";

    private KeySet _keys = new(string.Empty, string.Empty, string.Empty);

    private sealed record KeySet(string Master, string Function, string System);

    public string SystemKey => _keys.System;

    public async Task LoadAsync(CancellationToken cancellation)
    {
        bool isConfigured = options is { MasterKey: not null, FunctionKey: not null, SystemKey: not null };
        KeySet stored = isConfigured ? _keys : await LoadStoredAsync(cancellation).ConfigureAwait(false);
        _keys = new KeySet(
            options.MasterKey ?? stored.Master,
            options.FunctionKey ?? stored.Function,
            options.SystemKey ?? stored.System);
    }

    /// <summary>Whether the request shows a key that is good enough.</summary>
    public bool Allows(HttpRequest request, AuthorizationLevel level)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        string? shown = request.Headers["x-functions-key"].FirstOrDefault() ?? request.Query["code"].FirstOrDefault();
        return !string.IsNullOrEmpty(shown)
            && (Same(shown, _keys.Master)
                || (level == AuthorizationLevel.Function && Same(shown, _keys.Function))
                || (level == AuthorizationLevel.System && Same(shown, _keys.System)));
    }

    private static bool Same(string shown, string key) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(40))
        .Replace('+', '-').Replace('/', '_').TrimEnd('=');

    private async Task<KeySet> LoadStoredAsync(CancellationToken cancellation)
    {
        BlobContainerClient container = account.Blobs.GetBlobContainerClient(Container);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
        BlobClient blob = container.GetBlobClient($"{options.HostId}/host.json");
        try
        {
            await blob.UploadAsync(
                BinaryData.FromObjectAsJson(new KeySet(NewKey(), NewKey(), NewKey())),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            // Made by an earlier run or by another process: those are the keys then.
        }

        Response<BlobDownloadResult> stored = await blob.DownloadContentAsync(cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize<KeySet>(stored.Value.Content)
            ?? throw new HostStartException($"The keys in blob {Container}/{blob.Name} cannot be read; delete the blob.");
    }
}
