using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ArbFunctions.Platform;

/// <summary>Local mode: our own client, the only one compiled here.</summary>
internal static class EthereumClient
{
    public static IChainReader Reader(IServiceProvider services)
    {
        RefuseNethereum(services.GetRequiredService<IOptions<ChainOptions>>().Value);
        return new ChainReader(services.GetRequiredService<JsonRpcClient>());
    }

    /// <summary>A signer with one key text per lane. The texts go no further than this.</summary>
    public static ITransactionSigner Signer(ChainOptions chain, IEnumerable<string> keys) =>
        Signer(chain, keys.Select(k => Secp256k1Key.Parse(k.Trim())));

    /// <summary>A signer with one key per lane.</summary>
    public static ITransactionSigner Signer(ChainOptions chain, IEnumerable<Secp256k1Key> keys)
    {
        RefuseNethereum(chain);
        return new LocalTransactionSigner(chain.Id, keys);
    }

    private static void RefuseNethereum(ChainOptions chain)
    {
        if (chain.Client != ChainClient.Lean)
        {
            throw SettingParser.Invalid("Chain:Client", $"{chain.Client} is compiled in azure mode only; set it to {ChainClient.Lean} here.");
        }
    }
}
