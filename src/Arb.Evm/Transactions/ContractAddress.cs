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

    /// <summary>Address of a contract that another contract creates with a salt (EIP-1014): it depends on nothing else.</summary>
    /// <param name="creator">The creating contract.</param>
    /// <param name="salt">Salt.</param>
    /// <param name="initCode">Creation code with constructor arguments.</param>
    public static Address OfCreation2(Address creator, Hash256 salt, ReadOnlySpan<byte> initCode)
    {
        Span<byte> preimage = stackalloc byte[1 + Address.Size + (2 * Hash256.Size)];
        preimage[0] = 0xff;
        creator.CopyTo(preimage[1..]);
        salt.CopyTo(preimage[(1 + Address.Size)..]);
        Keccak.Write(initCode, preimage[^Hash256.Size..]);
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Write(preimage, hash);
        return new Address(hash[12..]);
    }
}
