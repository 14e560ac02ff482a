using Arb.Domain;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

/// <summary>Signs type-2 transactions with access lists, which our own transactions never carry.</summary>
internal static class AccessListTransaction
{
    /// <summary>Each listed account comes with its first storage keys.</summary>
    public static byte[] Sign(Secp256k1Key key, ulong nonce, Address to, UInt256 value, Address[] accounts, int keys)
    {
        Hash256 digest = Keccak.Hash256(Encode(nonce, to, value, accounts, keys, null));
        return Encode(nonce, to, value, accounts, keys, key.Sign(digest));
    }

    private static byte[] Encode(
        ulong nonce, Address to, UInt256 value, Address[] accounts, int keys, EcdsaSignature? signature)
    {
        RlpWriter writer = new();
        writer.Encoded([2]).List(list =>
        {
            list.Number(RelayChain.ChainId).Number(nonce).Number(RelayChain.Gwei).Number(RelayChain.Gwei * 50)
                .Number(200_000).Address(to).Number(value).Bytes([])
                .List(entries =>
                {
                    foreach (Address account in accounts)
                    {
                        entries.List(entry => entry.Address(account).List(slots =>
                        {
                            for (int i = 0; i < keys; i++)
                            {
                                byte[] slot = new byte[32];
                                slot[31] = (byte)i;
                                slots.Bytes(slot);
                            }
                        }));
                    }
                });
            if (signature is { } signed)
            {
                list.Number((ulong)signed.YParity).Number(signed.R).Number(signed.S);
            }
        });
        return writer.ToArray();
    }
}
