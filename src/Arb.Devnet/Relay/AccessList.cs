using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>Access lists (EIP-2930) change what a transaction's gas is, so a simulation must carry them.</summary>
internal static class AccessList
{
    // Members before the list: chain id, nonce, fees, gas limit, to, value, payload.
    private const int MembersBeforeOfAccessListType = 7;
    private const int MembersBeforeOfDynamicFeeType = 8;

    /// <summary>Writes <c>accessList</c>, if the transaction has a non-empty one.</summary>
    public static void Write(Utf8JsonWriter writer, TransactionEnvelope envelope)
    {
        if (envelope.Type == TransactionType.Legacy)
        {
            return;
        }

        RlpReader outer = new(envelope.Raw.Span[1..]);
        RlpReader members = outer.ReadList();
        int before = envelope.Type == TransactionType.AccessList
            ? MembersBeforeOfAccessListType
            : MembersBeforeOfDynamicFeeType;
        for (int i = 0; i < before; i++)
        {
            members.ReadEncoded();
        }

        RlpReader entries = members.ReadList();
        if (entries.IsAtEnd)
        {
            return;
        }

        writer.WriteStartArray("accessList");
        while (!entries.IsAtEnd)
        {
            RlpReader entry = entries.ReadList();
            writer.WriteStartObject();
            writer.WriteString("address", new Address(entry.ReadBytes()).ToString());
            writer.WriteStartArray("storageKeys");
            RlpReader keys = entry.ReadList();
            while (!keys.IsAtEnd)
            {
                writer.WriteStringValue(Hex.Of(keys.ReadBytes()));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
