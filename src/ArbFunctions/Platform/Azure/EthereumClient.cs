using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ArbFunctions.Platform;

/// <summary>Azure mode: our own client or Nethereum, as <c>Chain__Client</c> says.</summary>
internal static class EthereumClient
{
    public static IChainReader Reader(IServiceProvider services)
    {
        ChainOptions chain = services.GetRequiredService<IOptions<ChainOptions>>().Value;
        return chain.Client == ChainClient.Nethereum
            ? new NethereumChainReader(SettingParser.Endpoint("Chain:RpcUrl", chain.RpcUrl), services.GetRequiredService<TimeProvider>())
            : new ChainReader(services.GetRequiredService<JsonRpcClient>());
    }

    /// <summary>A signer with one key text per lane. The texts go no further than this.</summary>
    public static ITransactionSigner Signer(ChainOptions chain, IEnumerable<string> keys) =>
        chain.Client == ChainClient.Nethereum
            ? new NethereumTransactionSigner(chain.Id, keys)
            : new LocalTransactionSigner(chain.Id, keys.Select(k => Secp256k1Key.Parse(k.Trim())));

    /// <summary>A signer with one key per lane. Nethereum cannot have these: a key of ours never leaves its object.</summary>
    public static ITransactionSigner Signer(ChainOptions chain, IEnumerable<Secp256k1Key> keys) =>
        chain.Client == ChainClient.Lean
            ? new LocalTransactionSigner(chain.Id, keys)
            : throw SettingParser.Invalid("Chain:Client", $"{chain.Client} signs with secrets of a vault, not with keystores; set it to {ChainClient.Lean}.");
}
