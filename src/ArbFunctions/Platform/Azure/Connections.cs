using Arb.MemoryBank;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.Platform;

/// <summary>
/// Clients of the services the host uses too, from the same settings the host reads them from: a connection string, as on a developer's
/// machine with Azurite, or a name with an identity, as in Azure.
/// </summary>
internal static class Connections
{
    /// <summary>The app's managed identity; on a developer's machine, which has none, whoever is signed in.</summary>
    public static TokenCredential Identity(IConfiguration settings) =>
        settings["AzureWebJobsStorage:clientId"] is { Length: > 0 } client
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client))
            : new DefaultAzureCredential();

    public static TableServiceClient Tables(IConfiguration settings, TokenCredential identity) =>
        settings["AzureWebJobsStorage"] is { Length: > 0 } connection
            ? new TableServiceClient(connection, MemoryBankTables.ClientOptions())
            : new TableServiceClient(
                SettingParser.Endpoint("AzureWebJobsStorage:tableServiceUri", Required(settings, "AzureWebJobsStorage:tableServiceUri")),
                identity,
                MemoryBankTables.ClientOptions());

    public static BlobServiceClient Blobs(IConfiguration settings, TokenCredential identity) =>
        settings["AzureWebJobsStorage"] is { Length: > 0 } connection
            ? new BlobServiceClient(connection)
            : new BlobServiceClient(
                SettingParser.Endpoint("AzureWebJobsStorage:blobServiceUri", Required(settings, "AzureWebJobsStorage:blobServiceUri")),
                identity);

    public static ServiceBusClient Messages(IConfiguration settings, TokenCredential identity) =>
        settings["ServiceBus"] is { Length: > 0 } connection
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(Required(settings, "ServiceBus:fullyQualifiedNamespace"), identity);

    private static string Required(IConfiguration settings, string name) =>
        settings[name] is { Length: > 0 } value ? value : throw SettingParser.Invalid(name, "it must be set; the deployment sets it.");
}
