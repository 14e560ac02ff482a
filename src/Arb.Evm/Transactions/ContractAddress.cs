using Arb.Domain;

namespace Arb.Evm;

/// <summary>Where contracts come to be.</summary>
public static class ContractAddress
{
    /// <summary>Address of the contract that a sender creates with a nonce (CREATE: hash of the two in RLP).</summary>
    public static Address OfCreation(Address sender, ulong nonce)
    {
        byte[] encoded = new RlpWriter().List(list => list.Address(sender).Number(nonce)).ToArray();
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Write(encoded, hash);
        return new Address(hash[12..]);
    }
}
