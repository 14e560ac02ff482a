using Arb.Engine;
using Arb.MemoryBank;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ArbFunctions.Platform;

/// <summary>Local mode: Azurite for storage, key files, the embedded runtime's queue.</summary>
internal static class PlatformServices
{
    public static void Add(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton(s => new TableServiceClient(Storage(s), MemoryBankTables.ClientOptions()));
        builder.Services.AddSingleton(s => new BlobServiceClient(Storage(s)));
        builder.Services.AddSingleton<ITransactionSigner>(s => KeyFiles.LoadOperators(
            s.GetRequiredService<IOptions<KeyOptions>>().Value, s.GetRequiredService<IOptions<ChainOptions>>().Value));
        builder.Services.AddSingleton(s => KeyFiles.LoadBundleRelayIdentity(s.GetRequiredService<IOptions<KeyOptions>>().Value));
    }

    private static string Storage(IServiceProvider services) =>
        services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"]
            ?? throw SettingParser.Invalid("AzureWebJobsStorage", "it must be set to a storage connection string.");
}
