using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace ArbFunctions.Platform;

/// <summary>Azure mode: one managed identity for storage, Service Bus, Key Vault and telemetry; no shared keys.</summary>
internal static class PlatformServices
{
    public static void Add(FunctionsApplicationBuilder builder)
    {
        ConfigurationManager settings = builder.Configuration;
        TokenCredential identity = Connections.Identity(settings);
        builder.Services.AddSingleton(_ => Connections.Tables(settings, identity));
        builder.Services.AddSingleton(_ => Connections.Blobs(settings, identity));
        builder.Services.AddSingleton(_ => Connections.Messages(settings, identity));

        builder.Services.AddSingleton(s => InVault(Keys(s))
            ? Vault(s, identity).Operators(Keys(s), Chain(s))
            : KeyFiles.LoadOperators(Keys(s), Chain(s)));
        builder.Services.AddSingleton(s => InVault(Keys(s))
            ? Vault(s, identity).BundleRelayIdentity(Keys(s))
            : KeyFiles.LoadBundleRelayIdentity(Keys(s)));
        AddTelemetry(builder, identity);
    }

    private static void AddTelemetry(FunctionsApplicationBuilder builder, TokenCredential identity)
    {
        IOpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
        if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
        {
            telemetry.UseAzureMonitorExporter(o => o.Credential = identity);
        }
    }

    /// <summary>Keystores and key files are for the real host on a developer's machine; a plain file is refused off the devnet.</summary>
    private static bool InVault(KeyOptions keys) => keys switch
    {
        { VaultUri.Length: > 0 } => true,
        { OperatorFile.Length: > 0 } or { Keystores.Length: > 0 } => false,
        _ => throw SettingParser.Invalid("Keys:VaultUri", "it must be set to the Key Vault that holds the keys."),
    };

    private static VaultKeys Vault(IServiceProvider services, TokenCredential identity) =>
        new(SettingParser.Endpoint("Keys:VaultUri", Keys(services).VaultUri!), identity);

    private static KeyOptions Keys(IServiceProvider services) => services.GetRequiredService<IOptions<KeyOptions>>().Value;

    private static ChainOptions Chain(IServiceProvider services) => services.GetRequiredService<IOptions<ChainOptions>>().Value;
}
