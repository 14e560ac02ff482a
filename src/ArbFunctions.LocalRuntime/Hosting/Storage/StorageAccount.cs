using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace ArbFunctions.LocalRuntime.Hosting.Storage;

/// <summary>The clients of the store, with retries short enough for a local emulator.</summary>
internal sealed class StorageAccount
{
    /// <param name="connectionString">Where the store is.</param>
    /// <param name="watch">Sees every table request; for tests that fail some of them.</param>
    /// <exception cref="HostStartException">The connection string cannot be read.</exception>
    public StorageAccount(string connectionString, HttpPipelinePolicy? watch = null)
    {
        try
        {
            TableClientOptions tables = new();
            Configure(tables.Retry);
            if (watch is not null)
            {
                tables.AddPolicy(watch, HttpPipelinePosition.PerCall);
            }

            BlobClientOptions blobs = new();
            Configure(blobs.Retry);
            Tables = new TableServiceClient(connectionString, tables);
            Blobs = new BlobServiceClient(connectionString, blobs);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new HostStartException(
                "AzureWebJobsStorage is not a storage connection string. Use the one Azurite prints, "
                + "or UseDevelopmentStorage=true.",
                error);
        }
    }

    public TableServiceClient Tables { get; }

    public BlobServiceClient Blobs { get; }

    private static void Configure(RetryOptions retry)
    {
        retry.Mode = RetryMode.Exponential;
        retry.Delay = TimeSpan.FromMilliseconds(100);
        retry.MaxDelay = TimeSpan.FromSeconds(1);
        retry.MaxRetries = 3;
        retry.NetworkTimeout = TimeSpan.FromSeconds(20);
    }
}
