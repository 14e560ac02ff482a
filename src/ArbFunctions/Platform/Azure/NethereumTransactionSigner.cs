using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Nethereum.Model;
using Nethereum.Signer;
using SignedTransaction = Arb.Engine.SignedTransaction;

namespace ArbFunctions.Platform;

/// <summary>Signs through Nethereum with keys held in memory: payloads and signatures are those of <see cref="LocalTransactionSigner"/>.</summary>
internal sealed class NethereumTransactionSigner : ITransactionSigner
{
    private readonly ulong _chainId;
    private readonly Dictionary<Address, EthECKey> _keys = [];

    /// <summary>Takes one key text per lane.</summary>
    /// <param name="chainId">The one chain it signs for.</param>
    /// <param name="keys">Keys, <c>0x</c> and 64 hex digits, in lane order.</param>
    /// <exception cref="FormatException">A text is no key. The message does not show it.</exception>
    /// <exception cref="ArgumentException">There is no key, or one twice.</exception>
    public NethereumTransactionSigner(ulong chainId, IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _chainId = chainId;
        ImmutableArray<Address>.Builder operators = ImmutableArray.CreateBuilder<Address>();
        foreach (string text in keys.Select(k => k.Trim()))
        {
            // Nethereum takes any bytes as a key; ours refuses what is none, and says which account it is.
            Address account = Secp256k1Key.Parse(text).Address;
            EthECKey key = new(text);
            if (Address.Parse(key.GetPublicAddress()) != account || !_keys.TryAdd(account, key))
            {
                throw new ArgumentException($"The key of {account} is given twice: each lane needs a key of its own.", nameof(keys));
            }

            operators.Add(account);
        }

        if (operators.Count == 0)
        {
            throw new ArgumentException("No key is given: configure at least one operator key.", nameof(keys));
        }

        Operators = operators.ToImmutable();
    }

    public ImmutableArray<Address> Operators { get; }

    /// <exception cref="ArgumentException">It is for another chain or sender, has too much gas or a tip above its fee limit.</exception>
    public Task<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellation.ThrowIfCancellationRequested();
        string? problem = transaction switch
        {
            { ChainId: var chain } when chain != _chainId => $"it is for chain {chain}, this signer for chain {_chainId} only",
            { GasLimit: > UnsignedTransaction.GasLimitMax } => $"its gas limit is above {UnsignedTransaction.GasLimitMax} (EIP-7825)",
            _ when transaction.MaxPriorityFeePerGasWei > transaction.MaxFeePerGasWei => "its tip is above its fee limit",
            _ when !_keys.ContainsKey(transaction.From) => $"there is no key of {transaction.From}",
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException($"The transaction cannot be signed: {problem}.", nameof(transaction));
        }

        string envelope = new Transaction1559Signer().SignTransaction(_keys[transaction.From], Draft(transaction));
        SignedTransaction signed = Eip1559Transaction.Decode(Convert.FromHexString(envelope));

        // What is sent is what was asked for, or nothing is: the encoding is not ours.
        return Same(signed.Transaction, transaction)
            ? Task.FromResult(signed with { Transaction = transaction })
            : throw new InvalidOperationException($"Nethereum encoded transaction {signed.Hash} otherwise than asked for.");
    }

    /// <summary>The transaction in Nethereum's terms.</summary>
    internal static Transaction1559 Draft(UnsignedTransaction transaction)
    {
        BigInteger tip = transaction.MaxPriorityFeePerGasWei;
        BigInteger maxFee = transaction.MaxFeePerGasWei;
        BigInteger value = transaction.ValueWei;
        return new Transaction1559(
            transaction.ChainId,
            transaction.Nonce,
            tip,
            maxFee,
            transaction.GasLimit,
            transaction.To.ToString(),
            value,
            Convert.ToHexStringLower(transaction.Payload.Span),
            []);
    }

    private static bool Same(UnsignedTransaction left, UnsignedTransaction right) =>
        left with { Payload = default } == right with { Payload = default } && left.Payload.Span.SequenceEqual(right.Payload.Span);
}
