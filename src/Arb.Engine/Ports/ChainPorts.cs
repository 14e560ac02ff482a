using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>In which way a node failed us.</summary>
public enum ChainFault
{
    /// <summary>It did not answer, or answered with an error.</summary>
    Unreachable,

    /// <summary>It answered about another block than it was asked about.</summary>
    WrongBlock,

    /// <summary>Its answers do not fit together.</summary>
    Contradiction,

    /// <summary>A second endpoint tells the same thing in another way.</summary>
    Disagreement,
}

/// <summary>The node could not be reached, or answered something that cannot be trusted. Worth a retry; never a verdict about a trade.</summary>
public sealed class ChainUnavailableException : Exception
{
    /// <summary>Names what failed, without the secret part of an endpoint.</summary>
    public ChainUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>In which way.</summary>
    public ChainFault Fault { get; init; }
}

/// <summary>Reads the chain.</summary>
public interface IChainReader
{
    /// <summary>Chain id the node reports.</summary>
    Task<ulong> GetChainIdAsync(CancellationToken cancellation);

    /// <summary>Newest block.</summary>
    Task<BlockStamp> GetHeadAsync(CancellationToken cancellation);

    /// <summary>Block by number, or null when there is none yet.</summary>
    Task<BlockStamp?> GetBlockAsync(ulong number, CancellationToken cancellation);

    /// <summary>Next nonce of an account at the head, pending transactions not counted.</summary>
    Task<ulong> GetNonceAsync(Address account, CancellationToken cancellation);

    /// <summary>Ether balance at the head, wei.</summary>
    Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation);

    /// <summary>Receipt, or null when the transaction is in no block.</summary>
    Task<TransactionReceipt?> GetReceiptAsync(Hash256 transactionHash, CancellationToken cancellation);

    /// <summary>Hashes of a block's transactions, in order; null when there is no such block.</summary>
    Task<ImmutableArray<Hash256>?> GetBlockTransactionsAsync(Hash256 blockHash, CancellationToken cancellation);
}

/// <summary>Reads what flash loans cost.</summary>
public interface ILoanReader
{
    /// <summary>Terms for every token at exactly <paramref name="block"/>, in the order of the tokens, in one batched call by block hash.</summary>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered inconsistently.</exception>
    Task<ImmutableArray<FlashLoanTerms>> ReadAsync(BlockStamp block, IReadOnlyList<Address> tokens, CancellationToken cancellation);
}

/// <summary>A factory whose creation events list its pools.</summary>
/// <param name="Address">Factory contract, or the contract that holds all pools.</param>
/// <param name="Dex">Its exchange.</param>
/// <param name="FirstBlock">No pool was created before.</param>
public sealed record PoolFactory(Address Address, string Dex, ulong FirstBlock);

/// <summary>Pools created in a range of blocks.</summary>
/// <param name="Pools">The pools, in order of creation.</param>
/// <param name="NextBlock">First block after the range.</param>
public sealed record CreatedPools(ImmutableArray<PoolListing> Pools, ulong NextBlock);

/// <summary>Finds pools by the events of their creation.</summary>
public interface IPoolCreationReader
{
    /// <summary>The configured factories.</summary>
    ImmutableArray<PoolFactory> Factories { get; }

    /// <summary>Pools a factory created from a block on, as far towards <paramref name="head"/> as the node allows in one call.</summary>
    /// <exception cref="ChainUnavailableException">The node could not be asked, or does not have the blocks.</exception>
    Task<CreatedPools> ReadAsync(Address factory, ulong fromBlock, BlockStamp head, CancellationToken cancellation);
}

/// <summary>Runs a transaction on the node without sending it.</summary>
public interface INodeSimulator
{
    /// <summary>Runs it at the top of the block after <paramref name="head"/>, with that block's exact base fee and the real gas price (<c>eth_simulateV1</c>).</summary>
    Task<SimulationResult> SimulateAsync(BlockStamp head, UnsignedTransaction transaction, Address startToken, CancellationToken cancellation);
}

/// <summary>Turns a plan into the executor's calldata.</summary>
public interface IExecutorEncoder
{
    /// <summary>Executor contract.</summary>
    Address Executor { get; }

    /// <summary>Account that receives profits.</summary>
    Address Recipient { get; }

    /// <summary>Calldata of <c>execute(plan)</c>.</summary>
    ReadOnlyMemory<byte> Encode(ExecutionPlan plan);
}

/// <summary>Signs for the operators.</summary>
public interface ITransactionSigner
{
    /// <summary>Operators it can sign for; each is a lane.</summary>
    ImmutableArray<Address> Operators { get; }

    /// <summary>Signs for <c>transaction.From</c>, deterministically (RFC 6979) and with a low s (EIP-2).</summary>
    Task<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellation);
}

/// <summary>Hashes names into ids.</summary>
public interface IKeccak
{
    /// <summary>Keccak-256.</summary>
    Hash256 Hash(ReadOnlySpan<byte> bytes);
}
