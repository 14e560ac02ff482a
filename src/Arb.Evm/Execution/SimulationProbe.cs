using System.Text.Json;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// A call around the simulated transaction that reports the block it runs in: proof that the node simulates what it
/// was asked to, and the coinbase's balance. Its account and contract exist in the simulation only.
/// </summary>
/// <param name="GasPriceWei">What <c>tx.gasprice</c> was, wei.</param>
/// <param name="BlockNumber">Block number.</param>
/// <param name="TimestampSeconds">Block timestamp, Unix seconds.</param>
/// <param name="BaseFeePerGasWei">Base fee, wei per gas.</param>
/// <param name="CoinbaseBalanceWei">Ether the coinbase has, wei.</param>
internal sealed record SimulationProbe(
    UInt256 GasPriceWei, UInt256 BlockNumber, UInt256 TimestampSeconds, UInt256 BaseFeePerGasWei, UInt256 CoinbaseBalanceWei)
{
    private const string GasLimit = "0x30d40";

    private static readonly Address Sender = AddressFor("simulation probe: sender");
    private static readonly Address Contract = AddressFor("simulation probe: contract");

    /// <summary>A fee recipient that exists and has no code.</summary>
    public static Address OwnFeeRecipient { get; } = AddressFor("simulation probe: fee recipient");

    // GASPRICE, NUMBER, TIMESTAMP, BASEFEE and BALANCE of COINBASE into memory, then RETURN of five words.
    private const string Code = "0x3a6000524360205242604052486060524131608052" + "60a06000f3";

    /// <summary>Writes the state overrides that probes need.</summary>
    public static void WriteStateOverrides(Utf8JsonWriter writer, bool withFeeRecipient)
    {
        writer.WriteStartObject("stateOverrides");
        WriteOverride(writer, Sender, "balance", "0xffffffffffffffffffffffff");
        WriteOverride(writer, Contract, "code", Code);
        if (withFeeRecipient)
        {
            WriteOverride(writer, OwnFeeRecipient, "balance", "0x1");
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a call of the probe contract.</summary>
    public static void WriteCall(Utf8JsonWriter writer, UInt256 baseFee) => WriteCall(writer, Contract, [], baseFee);

    /// <summary>Writes any other read, paid by the probes' account without a tip, so that the coinbase gains nothing.</summary>
    public static void WriteCall(Utf8JsonWriter writer, Address to, ReadOnlySpan<byte> payload, UInt256 baseFee)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Sender.ToString());
        writer.WriteString("to", to.ToString());
        writer.WriteString("gas", GasLimit);
        writer.WriteString("maxFeePerGas", Hex.Quantity(baseFee));
        writer.WriteString("maxPriorityFeePerGas", "0x0");
        writer.WriteString("input", Hex.Of(payload));
        writer.WriteEndObject();
    }

    /// <summary>Reads what a probe returned.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SimulationProbe Read(byte[] returned)
    {
        AbiReader reader = new(returned);
        return new SimulationProbe(
            reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
    }

    private static void WriteOverride(Utf8JsonWriter writer, Address account, string what, string value)
    {
        writer.WriteStartObject(account.ToString());
        writer.WriteString(what, value);
        writer.WriteEndObject();
    }

    private static Address AddressFor(string name)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Write(System.Text.Encoding.UTF8.GetBytes(name), hash);
        return new Address(hash[12..]);
    }
}
