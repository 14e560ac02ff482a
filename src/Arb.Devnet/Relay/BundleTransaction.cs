using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>A transaction of a bundle.</summary>
/// <param name="Envelope">Decoded.</param>
internal sealed record BundleTransaction(TransactionEnvelope Envelope)
{
    public Hash256 Hash => Envelope.Hash;

    public Address From => Envelope.From;

    /// <summary>Decodes raw bytes.</summary>
    /// <exception cref="FormatException">They are not a signed transaction of a known type.</exception>
    public static BundleTransaction Decode(ReadOnlyMemory<byte> raw) => new(TransactionEnvelope.Decode(raw));

    /// <summary>The tip per gas it pays above a base fee, wei; the base fee must not be above its limit.</summary>
    public UInt256 EffectiveTip(UInt256 baseFee)
    {
        UInt256 room = checked(Envelope.MaxFeePerGasWei - baseFee);
        return Envelope.MaxPriorityFeePerGasWei < room ? Envelope.MaxPriorityFeePerGasWei : room;
    }

    /// <summary>Writes the members of the call object that runs exactly as the transaction would.</summary>
    public void WriteCall(Utf8JsonWriter writer)
    {
        writer.WriteString("from", From.ToString());
        writer.WriteString("to", Envelope.To!.Value.ToString());
        writer.WriteString("nonce", Hex.Quantity(Envelope.Nonce));
        writer.WriteString("gas", Hex.Quantity(Envelope.GasLimit));
        writer.WriteString("value", Hex.Quantity(Envelope.ValueWei));
        writer.WriteString("input", Hex.Of(Envelope.Payload.Span));
        if (Envelope.Type == TransactionType.DynamicFee)
        {
            writer.WriteString("maxFeePerGas", Hex.Quantity(Envelope.MaxFeePerGasWei));
            writer.WriteString("maxPriorityFeePerGas", Hex.Quantity(Envelope.MaxPriorityFeePerGasWei));
        }
        else
        {
            writer.WriteString("gasPrice", Hex.Quantity(Envelope.MaxFeePerGasWei));
        }

        AccessList.Write(writer, Envelope);
    }
}
