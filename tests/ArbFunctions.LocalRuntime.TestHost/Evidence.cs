using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.TestHost;

/// <summary>What really happened, kept where a kill cannot lose it: one row per run of anything.</summary>
public sealed class Evidence(IConfiguration configuration, TimeProvider time)
{
    // Not through what may stand between the host and its store.
    private readonly TableClient _table = new(
        configuration["EvidenceStorage"] ?? configuration["AzureWebJobsStorage"], configuration["EvidenceTable"]);

    public Task AddAsync(string what, string id, CancellationToken cancellation) => _table.AddEntityAsync(
        new TableEntity(what, Guid.CreateVersion7(time.GetUtcNow()).ToString("N"))
        {
            ["Id"] = id,
            ["ProcessId"] = Environment.ProcessId,
        },
        cancellation);
}
