using System.Reflection;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// Runtime code of <c>contracts/probes/TokenProbe.sol</c> and the accounts that nodes run it at by state override. The hex beside
/// this file is what <c>contracts/compile.mjs</c> makes of that source; a test compares them.
/// </summary>
internal static class ProbeCode
{
    /// <summary>The code, with 0x.</summary>
    public static string TokenProbe { get; } = Read("TokenProbe.hex");

    /// <summary>An account of nobody.</summary>
    public static Address Stranger { get; } = AddressFor("token probe: stranger");

    private static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Trim();
    }

    private static Address AddressFor(string name)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Write(System.Text.Encoding.UTF8.GetBytes(name), hash);
        return new Address(hash[12..]);
    }
}
