using System.Buffers.Binary;
using System.Collections.Immutable;
using Arb.Cli.Markets;
using Arb.Domain;

namespace Arb.Cli.Search;

/// <summary>A file's pools as the search takes them: names become addresses on the way in and names again on the way out.</summary>
internal sealed class SearchMarket
{
    /// <summary>Wrapped ether on mainnet.</summary>
    public const string WethAddress = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";

    private readonly Dictionary<string, Address> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<Address, MarketToken> _tokens = [];
    private readonly Dictionary<PoolKey, MarketPool> _pools = [];

    public SearchMarket(MarketFile file)
    {
        File = file;
        ImmutableArray<SnapshotPool>.Builder pools = ImmutableArray.CreateBuilder<SnapshotPool>(file.Pools.Length);
        foreach (MarketPool pool in file.Pools)
        {
            ImmutableArray<Address> tokens = [.. pool.Tokens.Select(AddressOf)];
            if (pool.Model is null)
            {
                continue;
            }

            // A number stands for the pool: ids need not be addresses, and those of two chains may be the same.
            PoolKey key = new(Synthetic(0xee, pools.Count));
            pools.Add(new SnapshotPool(new PoolListing(key, FamilyOf(pool), pool.Protocol, tokens, new FeePips(0)), pool.Model));
            _pools.Add(key, pool);
        }

        Pools = pools.ToImmutable();
    }

    public MarketFile File { get; }

    /// <summary>The pools whose state the file holds.</summary>
    public ImmutableArray<SnapshotPool> Pools { get; }

    /// <summary>Different tokens of all pools.</summary>
    public int TokenCount => _tokens.Count;

    /// <summary>The token's address; false when no pool trades it.</summary>
    public bool TryFind(string id, out Address address) => _addresses.TryGetValue(MarketToken.Normalise(id), out address);

    public MarketToken Token(Address address) => _tokens[address];

    /// <summary>The pool as the file has it.</summary>
    public MarketPool Pool(PoolKey key) => _pools[key];

    /// <summary>The pool as the search has it; null when the file has no such pool, or not its state.</summary>
    public SnapshotPool? Find(MarketPool pool) => Pools.FirstOrDefault(p => ReferenceEquals(_pools[p.Listing.Key], pool));

    /// <summary>What stands for ether where the file does not trade it; no token of the file.</summary>
    public static Address Absent => Synthetic(0xdd, 0);

    private Address AddressOf(MarketToken token)
    {
        if (!_addresses.TryGetValue(token.Id, out Address address))
        {
            if (token.Id.Length != 2 + (2 * Address.Size) || !Address.TryParse(token.Id, out address))
            {
                address = Synthetic(0xff, _addresses.Count);
            }

            _addresses.Add(token.Id, address);
            _tokens.Add(address, token);
        }
        else if (_tokens[address] is { Symbol: null } or { Decimals: null })
        {
            MarketToken known = _tokens[address];
            _tokens[address] = known with { Symbol = known.Symbol ?? token.Symbol, Decimals = known.Decimals ?? token.Decimals };
        }

        return address;
    }

    /// <summary>
    /// An address that no contract has: a mark, the letters of this program's name, then a number. No one can find a key or a salt for
    /// sixteen given bytes.
    /// </summary>
    private static Address Synthetic(byte mark, int number)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bytes.Fill(mark);
        "arb-market"u8.CopyTo(bytes[1..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[^4..], number);
        return new Address(bytes);
    }

    private static PoolFamily FamilyOf(MarketPool pool) => pool.Protocol switch
    {
        Protocols.UniswapV2 => PoolFamily.UniswapV2,
        Protocols.UniswapV3 => PoolFamily.UniswapV3,
        Protocols.UniswapV4 => PoolFamily.UniswapV4,
        Protocols.BalancerWeighted => PoolFamily.BalancerWeighted,
        Protocols.BalancerStable => PoolFamily.BalancerStable,
        Protocols.CurveStableSwap => PoolFamily.CurveStableSwap,
        Protocols.SolidlyStable => PoolFamily.SolidlyStable,
        _ => PoolFamily.SolidlyVolatile,
    };
}
