using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Devnet.Deployment;

/// <summary>An exchange of the devnet.</summary>
/// <param name="Dex">Its name, such as <c>uniswap-v2</c>.</param>
/// <param name="Factory">Factory contract.</param>
/// <param name="Router">Router contract.</param>
/// <param name="Fee">Fee of all its pools.</param>
public sealed record DevnetExchange(string Dex, Address Factory, Address Router, FeePips Fee);

/// <summary>A pool of the devnet.</summary>
/// <param name="Info">The pool.</param>
/// <param name="Router">Router of its exchange.</param>
/// <param name="BaseToken">Token in which trades are sized.</param>
/// <param name="QuoteToken">The other token.</param>
public sealed record DevnetPool(PoolInfo Info, Address Router, Address BaseToken, Address QuoteToken);

/// <summary>Contract whose events tell of the pools of a family.</summary>
/// <param name="Address">The contract: a factory, or Uniswap V4's pool manager.</param>
/// <param name="Dex">Name of the exchange.</param>
/// <param name="Family">What its pools are made of.</param>
/// <param name="Fee">Fee of all its pools, where they have one fee.</param>
public sealed record DevnetPoolSource(Address Address, string Dex, PoolFamily Family, FeePips Fee)
{
    /// <summary>Generation of its pools' code, by the name of their model's variant; empty where there is but one.</summary>
    public string Variant { get; init; } = string.Empty;
}

/// <summary>Everything that was deployed, and who is who.</summary>
public sealed record DevnetContracts
{
    /// <summary>EIP-155 chain id.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>WETH9.</summary>
    public required Address WrappedEther { get; init; }

    /// <summary>Multicall3.</summary>
    public required Address Multicall3 { get; init; }

    /// <summary>Balancer V2 Vault, the flash lender.</summary>
    public required Address Vault { get; init; }

    /// <summary>The executor contract.</summary>
    public required Address Executor { get; init; }

    /// <summary>Contract that burns the gas it is given.</summary>
    public required Address GasBurner { get; init; }

    /// <summary>The other searchers' contracts, with money of their own.</summary>
    public required ImmutableArray<Address> Rivals { get; init; }

    /// <summary>Owner of the executor.</summary>
    public required Address Owner { get; init; }

    /// <summary>Where profits go: no code, and no ether at the start.</summary>
    public required Address Recipient { get; init; }

    /// <summary>Fee recipient of the blocks; has ether, so it exists.</summary>
    public required Address Coinbase { get; init; }

    /// <summary>Accounts that may trade, one lane each.</summary>
    public required ImmutableArray<Address> Operators { get; init; }

    /// <summary>Tokens: wrapped ether first.</summary>
    public required ImmutableArray<TokenInfo> Tokens { get; init; }

    /// <summary>Exchanges of pairs.</summary>
    public required ImmutableArray<DevnetExchange> Exchanges { get; init; }

    /// <summary>Where pools of every family are told of, the exchanges of pairs first.</summary>
    public required ImmutableArray<DevnetPoolSource> Sources { get; init; }

    /// <summary>Swaps on pools of Uniswap V3 and V4 for the traders.</summary>
    public required Address PoolRouter { get; init; }

    /// <summary>Pairs: all of the first exchange, then the same of the next.</summary>
    public required ImmutableArray<DevnetPool> Pools { get; init; }

    /// <summary>Pools of the other families: Uniswap V3, Uniswap V4, Balancer.</summary>
    public required ImmutableArray<PoolListing> Others { get; init; }

    /// <summary>Gas used by the whole deployment.</summary>
    public required ulong GasUsed { get; init; }
}
