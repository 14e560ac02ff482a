using System.Text;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Ids derived from what they name: the same head and route give the same id in every process.</summary>
public sealed class OpportunityIds(IKeccak keccak)
{
    /// <summary>hash(chain id, route, block hash).</summary>
    public string Opportunity(ulong chainId, Route route, Hash256 blockHash) => Hash($"opportunity|{chainId}|{route}|{blockHash}").ToString();

    /// <summary>hash(chain id, route).</summary>
    public string RouteId(ulong chainId, Route route) => Hash($"route|{chainId}|{route}").ToString();

    /// <summary>A uuid (RFC 9562 version 4 bits over a hash) unique per opportunity, submission and target block.</summary>
    public Guid Replacement(string opportunityId, int submission, ulong targetBlock)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        Hash($"replacement|{opportunityId}|{submission}|{targetBlock}").CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    private Hash256 Hash(string text) => keccak.Hash(Encoding.UTF8.GetBytes(text));
}
