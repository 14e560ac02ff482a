using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Signs with keys held in memory. No text of it shows a key.</summary>
public sealed class LocalTransactionSigner : ITransactionSigner
{
    private readonly ulong _chainId;
    private readonly Dictionary<Address, Secp256k1Key> _keys = [];

    /// <summary>Takes one key per operator.</summary>
    /// <param name="chainId">The one chain it signs for.</param>
    /// <param name="keys">Keys, in lane order.</param>
    /// <exception cref="ArgumentException">There is no key, or one twice.</exception>
    public LocalTransactionSigner(ulong chainId, IEnumerable<Secp256k1Key> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _chainId = chainId;
        ImmutableArray<Address>.Builder operators = ImmutableArray.CreateBuilder<Address>();
        foreach (Secp256k1Key key in keys)
        {
            if (!_keys.TryAdd(key.Address, key))
            {
                throw new ArgumentException($"The {key} is given twice: each lane needs a key of its own.", nameof(keys));
            }

            operators.Add(key.Address);
        }

        if (operators.Count == 0)
        {
            throw new ArgumentException("No key is given: configure at least one operator key.", nameof(keys));
        }

        Operators = operators.ToImmutable();
    }

    /// <inheritdoc/>
    public ImmutableArray<Address> Operators { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// It holds no key of the sender, or the transaction is for another chain, has more gas than EIP-7825 allows, or a
    /// tip above its fee limit.
    /// </exception>
    public Task<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellation.ThrowIfCancellationRequested();
        if (transaction.ChainId != _chainId)
        {
            throw new ArgumentException(
                $"The transaction is for chain {transaction.ChainId}, this signer for chain {_chainId} only.", nameof(transaction));
        }

        if (transaction.GasLimit > UnsignedTransaction.GasLimitMax)
        {
            throw new ArgumentException(
                $"A gas limit of {transaction.GasLimit} is above {UnsignedTransaction.GasLimitMax} (EIP-7825).", nameof(transaction));
        }

        if (transaction.MaxPriorityFeePerGasWei > transaction.MaxFeePerGasWei)
        {
            throw new ArgumentException(
                $"A tip of {transaction.MaxPriorityFeePerGasWei} wei per gas is above the fee limit of "
                + $"{transaction.MaxFeePerGasWei}.", nameof(transaction));
        }

        return _keys.TryGetValue(transaction.From, out Secp256k1Key? key)
            ? Task.FromResult(Eip1559Transaction.Sign(transaction, key))
            : throw new ArgumentException(
                $"There is no key of {transaction.From}; there are keys of {string.Join(", ", Operators)}.", nameof(transaction));
    }
}
