using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// The tokens a program names. Those that lie in the executor between two steps come first: it compares their balances at the end, so each
/// costs gas; the others only stand in for their addresses.
/// </summary>
internal sealed class ExecutorEncoderTokens
{
    private readonly List<Address> _held = [];
    private readonly List<Address> _named = [];

    public ExecutorEncoderTokens(Address startToken) => _held.Add(startToken);

    public int HeldCount => _held.Count;

    public IReadOnlyList<Address> All => [.. _held, .. _named.Where(token => !_held.Contains(token))];

    /// <summary>Index of a token that the executor may pay with.</summary>
    public byte Held(Address token) => Find(_held, token);

    /// <summary>Index of a token that is only named.</summary>
    public byte Named(Address token) => Find(_held.Contains(token) ? _held : _named, token);

    // A first pass fills the lists, a second one writes the indices they then have.
    private byte Find(List<Address> list, Address token)
    {
        if (!list.Contains(token))
        {
            list.Add(token);
        }

        return (byte)((List<Address>)[.. All]).IndexOf(token);
    }
}
