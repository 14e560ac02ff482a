using System.ComponentModel.DataAnnotations;
using Arb.Domain;

namespace ArbFunctions;

/// <summary>The chain and what is on it. Section <c>Chain</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Chain";

    /// <summary>EIP-155 chain id; compared with the node's before anything is signed.</summary>
    [Required]
    [Range(1UL, ulong.MaxValue, ErrorMessage = "Chain__Id must be set to the chain's EIP-155 id.")]
    public ulong Id { get; set; }

    /// <summary>JSON-RPC endpoint of a node. A secret: it may carry a key.</summary>
    [Required(ErrorMessage = "Chain__RpcUrl must be set to a node's JSON-RPC URL.")]
    public string RpcUrl { get; set; } = string.Empty;

    /// <summary>JSON-RPC endpoint of a second node that must have the same blocks; none when empty. A secret too.</summary>
    public string WitnessRpcUrl { get; set; } = string.Empty;

    /// <summary>Least that a pool must hold on its lesser side to be traded, wei; 0 trades all.</summary>
    public string LiquidityFloorWei { get; set; } = "1000000000000000000";

    /// <summary>Which client reads blocks, accounts and receipts and signs transactions.</summary>
    public ChainClient Client { get; set; } = ChainClient.Lean;

    /// <summary>Seconds between blocks.</summary>
    [Range(1, 600, ErrorMessage = "Chain__SlotSeconds must lie between 1 and 600.")]
    public int SlotSeconds { get; set; } = 12;

    /// <summary>Wrapped ether, the start token.</summary>
    [Required(ErrorMessage = "Chain__WrappedEther must be set to the wrapped ether contract.")]
    public string WrappedEther { get; set; } = string.Empty;

    /// <summary>Multicall3.</summary>
    public string Multicall { get; set; } = "0xca11bde05977b3631167028862be2a173976ca11";

    /// <summary>Balancer V2 Vault, the flash lender.</summary>
    public string Vault { get; set; } = "0xba12222222228d8ba445958a75a0704d566bf2c8";

    /// <summary>Pool factories to trade on.</summary>
    [MinLength(1, ErrorMessage = "Chain__Factories__0__Address, __Dex and __FeePips must name at least one pool factory.")]
    public IList<FactorySetting> Factories { get; } = [];
}

/// <summary>One factory of pools.</summary>
public sealed class FactorySetting
{
    /// <summary>Factory contract.</summary>
    public string Address { get; set; } = string.Empty;

    /// <summary>Name of the exchange.</summary>
    public string Dex { get; set; } = string.Empty;

    /// <summary>Swap fee of its pools, pips (1/1,000,000); families whose pools name their own fee pass it over.</summary>
    public int FeePips { get; set; } = 3_000;

    /// <summary>What its pools are made of: UniswapV2, UniswapV3 (Pancake V3 too), UniswapV4 (then its pool manager is the factory), BalancerWeighted, BalancerStable, SolidlyVolatile (stable pairs too).</summary>
    public PoolFamily Family { get; set; } = PoolFamily.UniswapV2;

    /// <summary>
    /// Generation of a Balancer factory (V1, V2Onwards; decision 11) or fork of a Solidly one (solidly-2022, velodrome-v1, velodrome-v2,
    /// aerodrome, velodrome-superchain); other families pass it over.
    /// </summary>
    public string Variant { get; set; } = string.Empty;

    /// <summary>Block it was deployed in: where reading its events begins.</summary>
    public ulong FirstBlock { get; set; }
}

/// <summary>Clients of a node. Both give the same answers; the differential tests of azure mode hold them to it.</summary>
public enum ChainClient
{
    /// <summary>Our own: batched, allocation-free.</summary>
    Lean,

    /// <summary>Nethereum, in azure mode only.</summary>
    Nethereum,
}
