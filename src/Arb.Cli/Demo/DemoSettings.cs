using System.Globalization;
using Arb.Cli.App;
using Arb.Devnet.Hosting;

namespace Arb.Cli.Demo;

/// <summary>The app's settings on a devnet.</summary>
internal static class DemoSettings
{
    public static Dictionary<string, string?> Of(DevnetReady devnet)
    {
        int seconds = devnet.BlockTimeSeconds;
        Dictionary<string, string?> settings = new()
        {
            ["AzureWebJobsStorage"] = devnet.StorageConnectionString,
            ["ScanSchedule"] = Schedules.Scan(seconds),
            ["DiscoverSchedule"] = "0 * * * * *",
            ["SweepSchedule"] = "*/10 * * * * *",
            ["Chain__Id"] = devnet.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chain__RpcUrl"] = devnet.RpcUrl,
            ["Chain__SlotSeconds"] = seconds.ToString(CultureInfo.InvariantCulture),
            ["Chain__WrappedEther"] = devnet.WrappedEther,
            ["Chain__Multicall"] = devnet.Multicall3,
            ["Chain__Vault"] = devnet.Vault,
            ["Execution__HopsMax"] = "4",
            ["Execution__Mode"] = "Live",
            ["Execution__Executor"] = devnet.Executor,
            ["Execution__Recipient"] = devnet.Recipient,
            ["BundleRelay__Url"] = devnet.BundleRelayUrl,
            ["Keys__OperatorFile"] = devnet.OperatorKeyFile,
            ["Keys__BundleRelayAuthFile"] = devnet.BundleRelayAuthKeyFile,
        };
        if (devnet.TrueRpcUrl != devnet.RpcUrl)
        {
            // Whoever has a node that may lie asks a second one.
            settings["Chain__WitnessRpcUrl"] = devnet.TrueRpcUrl;
        }

        for (int i = 0; i < devnet.Factories.Length; i++)
        {
            DevnetFactory factory = devnet.Factories[i];
            settings[$"Chain__Factories__{i}__Address"] = factory.Address;
            settings[$"Chain__Factories__{i}__Dex"] = factory.Dex;
            settings[$"Chain__Factories__{i}__FeePips"] = factory.FeePips.ToString(CultureInfo.InvariantCulture);
            settings[$"Chain__Factories__{i}__Family"] = factory.Family;
            settings[$"Chain__Factories__{i}__Variant"] = factory.Variant;
        }

        return settings;
    }
}
