using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>A block the builder made.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="TimestampSeconds">Its timestamp, Unix seconds.</param>
/// <param name="GasUsed">Gas used by all its transactions.</param>
/// <param name="Transactions">All its transactions, in order.</param>
/// <param name="Bundles">Bundles in it, in order; each whole, as its receipts prove.</param>
/// <param name="Rejected">Bundles that targeted it and are not in it.</param>
public sealed record BuiltBlock(
    ulong Number,
    Hash256 Hash,
    ulong TimestampSeconds,
    ulong GasUsed,
    ImmutableArray<Hash256> Transactions,
    ImmutableArray<IncludedBundle> Bundles,
    ImmutableArray<RejectedBundle> Rejected);

/// <summary>A bundle in a block.</summary>
/// <param name="BundleHash">Hash over its transactions' hashes.</param>
/// <param name="Signer">Searcher that sent it.</param>
/// <param name="Transactions">Its transactions, in order.</param>
/// <param name="CoinbaseDifferenceWei">What it added to the coinbase's balance where it stands in the block,
/// wei.</param>
public sealed record IncludedBundle(
    Hash256 BundleHash, Address Signer, ImmutableArray<Hash256> Transactions, BigInteger CoinbaseDifferenceWei);

/// <summary>A bundle that missed its block.</summary>
/// <param name="BundleHash">Hash over its transactions' hashes.</param>
/// <param name="Signer">Searcher that sent it.</param>
/// <param name="Reason">Why; the searcher is not told, as on mainnet.</param>
public sealed record RejectedBundle(Hash256 BundleHash, Address Signer, string Reason);
