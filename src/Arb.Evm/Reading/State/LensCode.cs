using System.Reflection;
using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>The lens of <c>contracts/lens</c>: runtime code that no chain holds. <c>eth_call</c>'s state override lends it an address.</summary>
internal static class LensCode
{
    /// <summary>Where it is put: nobody's address, so that it hides nothing.</summary>
    public static Address Address { get; } = MakeAddress();

    /// <summary>Its runtime code, 0x hex.</summary>
    public static string Hex { get; } = Load();

    private static Address MakeAddress()
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Hash256("address of the pool lens").CopyTo(hash);
        return new Address(hash[12..]);
    }

    private static string Load()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("PoolLens.hex")
            ?? throw new InvalidOperationException("Arb.Evm was built without its embedded PoolLens.hex.");
        using StreamReader reader = new(resource, Encoding.ASCII);
        return reader.ReadToEnd().Trim();
    }
}
