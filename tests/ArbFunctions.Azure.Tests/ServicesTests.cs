using System.Reflection;
using Arb.Engine;
using Arb.TestKit;
using ArbFunctions.Platform;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ArbFunctions.AzureMode;

/// <summary>The app as the worker builds it, without a Functions host.</summary>
public sealed class ServicesTests : IDisposable
{
    private const string SomeAddress = "0x1111111111111111111111111111111111111111";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ChainClient.Lean)]
    [InlineData(ChainClient.Nethereum)]
    public void Every_function_gets_what_it_asks_for(ChainClient client)
    {
        using IHost host = Build(client);
        foreach (MethodInfo method in typeof(HandleOpportunity).Assembly.GetTypes().SelectMany(t => t.GetMethods()))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not null)
            {
                Assert.NotNull(ActivatorUtilities.CreateInstance(host.Services, method.DeclaringType!));
            }
        }

        Assert.Equal(client == ChainClient.Nethereum, host.Services.GetRequiredService<IChainReader>() is NethereumChainReader);
        Assert.Equal(client == ChainClient.Nethereum, host.Services.GetRequiredService<ITransactionSigner>() is NethereumTransactionSigner);
    }

    [Fact]
    public void Missing_keys_are_named()
    {
        using IHost host = Build(ChainClient.Lean, ("Keys:OperatorFile", null));
        Exception error = Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<ITransactionSigner>());
        Assert.Contains("Keys__VaultUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_files_are_refused_off_the_devnet()
    {
        using IHost host = Build(ChainClient.Lean, ("Chain:Id", "1"));
        Exception error = Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<ITransactionSigner>());
        Assert.Contains("Keys__OperatorFile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nethereum_gets_no_key_of_ours()
    {
        using IHost host = Build(ChainClient.Nethereum, ("Keys:Keystores", _folder.At("keystore")), ("Keys:KeystorePasswordFile", _folder.At("keys")));
        Exception error = Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<ITransactionSigner>());
        Assert.Contains("Chain__Client", error.Message, StringComparison.Ordinal);
    }

    private IHost Build(ChainClient client, params (string Name, string? Value)[] changes)
    {
        string keys = _folder.At("keys");
        File.WriteAllText(keys, new string('1', 64));
        Dictionary<string, string?> settings = new()
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["ServiceBus"] = "Endpoint=sb://localhost/;SharedAccessKeyName=name;SharedAccessKey=a2V5",
            ["Chain:Id"] = "31337",
            ["Chain:RpcUrl"] = "http://127.0.0.1:9",
            ["Chain:Client"] = client.ToString(),
            ["Chain:WrappedEther"] = SomeAddress,
            ["Chain:Factories:0:Address"] = SomeAddress,
            ["Chain:Factories:0:Dex"] = "some",
            ["Execution:Executor"] = SomeAddress,
            ["Execution:Recipient"] = SomeAddress,
            ["BundleRelay:Url"] = "http://127.0.0.1:9",
            ["Keys:OperatorFile"] = keys,
            ["Keys:BundleRelayAuthFile"] = keys,
        };
        foreach ((string name, string? value) in changes)
        {
            settings[name] = value;
        }

        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddArbFunctions();
        PlatformServices.Add(builder);
        return builder.Build();
    }
}
