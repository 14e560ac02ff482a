using System.Globalization;
using System.Security.Cryptography;
using Arb.Cli.App;
using Arb.Devnet;
using Arb.Domain;

namespace Arb.Cli.Run;

/// <summary>The app's settings for any chain.</summary>
internal static class RunSettings
{
    private const string AuthKeyFile = "bundle-relay-auth.key";

    public static Dictionary<string, string?> Of(RunOptions options, string storage, string passwordFile)
    {
        Dictionary<string, string?> settings = new()
        {
            ["AzureWebJobsStorage"] = storage,
            ["ScanSchedule"] = Schedules.Scan(options.SlotSeconds),
            ["DiscoverSchedule"] = "0 */5 * * * *",
            ["SweepSchedule"] = "30 * * * * *",
            ["Chain__Id"] = options.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chain__RpcUrl"] = options.Rpc,
            ["Chain__SlotSeconds"] = options.SlotSeconds.ToString(CultureInfo.InvariantCulture),
            ["Chain__WrappedEther"] = options.WrappedEther,
            ["Chain__Multicall"] = options.Multicall,
            ["Chain__Vault"] = options.Vault,
            ["Execution__Mode"] = options.Live ? "Live" : "DryRun",
            ["Execution__Executor"] = options.Executor,
            ["Execution__Recipient"] = options.Recipient,
            ["BundleRelay__Url"] = options.BundleRelay,
            ["Keys__Keystores"] = string.Join(';', options.Keystores.Select(f => f.FullName)),
            ["Keys__KeystorePasswordFile"] = passwordFile,
            ["Keys__BundleRelayAuthFile"] = EnsureAuthKey(options.State),
        };
        for (int i = 0; i < options.Factories.Count; i++)
        {
            if (options.Factories[i].Split(',') is not [var address, var dex, var feePips, .. { Length: <= 2 } rest])
            {
                throw new DevnetException($"--factory '{options.Factories[i]}' is not 'address,dex,feePips[,family[,variant]]'.");
            }

            settings[$"Chain__Factories__{i}__Address"] = address;
            settings[$"Chain__Factories__{i}__Dex"] = dex;
            settings[$"Chain__Factories__{i}__FeePips"] = feePips;
            settings[$"Chain__Factories__{i}__Family"] = rest.Length > 0 ? rest[0] : nameof(PoolFamily.UniswapV2);
            settings[$"Chain__Factories__{i}__Variant"] = rest.Length > 1 ? rest[1] : string.Empty;
        }

        for (int i = 0; i < options.Lenders.Count; i++)
        {
            if (options.Lenders[i].Split(',') is not [var kind, var address, .. { Length: <= 1 } pairFee])
            {
                throw new DevnetException($"--lender '{options.Lenders[i]}' is not 'kind,address[,pairFeePips]'.");
            }

            settings[$"Chain__Lenders__{i}__Kind"] = kind;
            settings[$"Chain__Lenders__{i}__Address"] = address;
            if (pairFee is [var pips])
            {
                settings[$"Chain__Lenders__{i}__PairFeePips"] = pips;
            }
        }

        return settings;
    }

    /// <summary>The key that earns our reputation with bundle relays: made once, kept, without funds.</summary>
    private static string EnsureAuthKey(DirectoryInfo state)
    {
        string path = Path.Combine(state.FullName, AuthKeyFile);
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return path;
    }
}
