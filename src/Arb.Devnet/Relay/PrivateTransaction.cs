using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>
/// A transaction that only the builder sees (<c>eth_sendPrivateTransaction</c>): tried for every block up to its last, and never
/// included when it would revert.
/// </summary>
/// <param name="Signer">Who signed the request, and alone may cancel it.</param>
/// <param name="Arrival">Count of what came before it: decides ties.</param>
/// <param name="Transaction">The transaction.</param>
/// <param name="LastBlock">Last block it is tried for.</param>
internal sealed record PrivateTransaction(Address Signer, long Arrival, BundleTransaction Transaction, ulong LastBlock)
{
    /// <summary>How it takes part in one block.</summary>
    public WaitingBundle AsBundle(ulong blockNumber)
    {
        byte[] hash = new byte[Hash256.Size];
        Transaction.Hash.CopyTo(hash);
        return new WaitingBundle(
            Keccak.Hash256(hash), Signer, Arrival, [Transaction], blockNumber, 0, 0, [], ReplacementUuid: null);
    }
}
