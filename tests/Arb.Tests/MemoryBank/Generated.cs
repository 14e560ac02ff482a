using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Storage;
using CsCheck;

namespace Arb.Tests.MemoryBank;

/// <summary>Records with every column at any value it can have.</summary>
internal static class Generated
{
    private static readonly Gen<byte[]> AddressBytes = Gen.Byte.Array[Domain.Address.Size];

    public static readonly Gen<UInt256> Word = Gen.OneOf(
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, (a, b, c, d) => new UInt256(a, b, c, d)),
        Gen.OneOf(UInt256.Zero, UInt256.One, UInt256.MaxValue));

    public static readonly Gen<BigInteger> Signed = Gen.Select(Word, Gen.Bool, (w, negative) => negative ? -(BigInteger)w : w);

    public static readonly Gen<Address> Address = AddressBytes.Select(b => new Address(b));

    public static readonly Gen<Hash256> Hash = Gen.Byte.Array[Hash256.Size].Select(b => new Hash256(b));

    public static readonly Gen<string> Id = Hash.Select(h => h.ToString());

    public static readonly Gen<ulong> Seconds = Gen.ULong[0, TimeKeys.SecondsMax];

    public static readonly Gen<OpportunityKey> Key = Gen.Select(
        Id, Gen.ULong, Gen.ULong, Seconds, (id, chain, block, time) => new OpportunityKey(id, chain, block, time));

    public static readonly Gen<PoolInfo> Pool = Gen.Select(
        Address, Gen.String[0, 40], Address, Address, Gen.Int[0, FeePips.Whole - 1],
        (address, dex, token0, token1, fee) => new PoolInfo(address, dex, token0, token1, new FeePips(fee)));

    /// <summary>A listing of any family that trades two tokens, with every field at some value.</summary>
    public static Gen<PoolListing> Listing(Address tokenA, Address tokenB) => Gen.Select(
        Gen.Select(Address, Hash, Gen.Bool), Gen.Enum<PoolFamily>(), Gen.String[0, 40], Gen.Int[0, FeePips.Whole - 1],
        Gen.Select(Gen.Int[0, 200], Address, Hash, Gen.Int[0, 3]), Gen.Select(Word.Array[0, 3], Gen.Int[0, 18].Array[0, 3]),
        (key, family, dex, fee, fixedParts, lists) => new PoolListing(
            new PoolKey(key.Item1, key.Item3 ? key.Item2 : default), family, dex, [tokenA, tokenB], new FeePips(fee))
        {
            TickSpacing = fixedParts.Item1,
            Vault = fixedParts.Item2,
            VaultId = fixedParts.Item3,
            Variant = fixedParts.Item4,
            Weights = [.. lists.Item1],
            Decimals = [.. lists.Item2],
            Traits = fixedParts.Item4 switch
            {
                1 => new CurveTraits(CurveVariant.All[fixedParts.Item1 % CurveVariant.All.Length], 100, CurveRates.BasePool)
                {
                    BasePool = fixedParts.Item2,
                    BalancesMove = key.Item3,
                },
                2 => new SolidlyTraits(
                    SolidlyVariant.All[fixedParts.Item1 % SolidlyVariant.All.Length], SolidlyFee.FactoryByPool, fixedParts.Item2),
                _ => null,
            },
        });

    public static readonly Gen<Route> Route =
        from tokens in Address.Array[2, 5].Where(tokens => tokens.Distinct().Count() == tokens.Length)
        from pools in Gen.Select(
            Listing(tokens[0], tokens[1]), Listing(tokens[1], tokens[2 % tokens.Length]), Listing(tokens[2 % tokens.Length], tokens[3 % tokens.Length]),
            Listing(tokens[3 % tokens.Length], tokens[4 % tokens.Length]), Listing(tokens[4 % tokens.Length], tokens[0]),
            (a, b, c, d, e) => new[] { a, b, c, d, e }[..tokens.Length])
        where pools.DistinctBy(p => p.Key).Count() == pools.Length
        select new Route([.. pools.Select((p, i) => new Hop(p, tokens[i], tokens[(i + 1) % tokens.Length]))]);

    public static readonly Gen<SizedCycle> Cycle = Gen.Select(
        Route, Word.Array[6], Word,
        (route, amounts, premium) => new SizedCycle(route, [.. amounts.Take(route.Hops.Length + 1)], premium));

    public static readonly Gen<Opportunity> Opportunity = Gen.Select(
        Gen.Select(Key, Id, Hash, Hash, Gen.ULong, Word),
        Gen.Select(Gen.ULong, Gen.ULong, Cycle, Gen.ULong),
        Gen.Select(Word, Word, Signed, Gen.Double),
        (a, b, c) => new Opportunity(
            a.Item1,
            a.Item2,
            new BlockStamp(a.Item1.ChainId, a.Item1.BlockNumber, a.Item3, a.Item4, a.Item5, a.Item6, b.Item1, b.Item2),
            b.Item3,
            b.Item4,
            c.Item1,
            c.Item2,
            c.Item3,
            c.Item4));

    public static readonly Gen<Attempt> Attempt = Gen.Select(
        Gen.Select(Key, Gen.Int[0, 999], Gen.Enum<AttemptStage>(), Address, Gen.ULong, Hash.Nullable()),
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int, Word, Word),
        Gen.Select(Gen.ULong, Word, Gen.Long.Nullable(), Gen.String[0, 200].Null()),
        (a, b, c) => new Attempt(
            a.Item1, a.Item2, a.Item3, a.Item4, a.Item5, a.Item6,
            b.Item1, b.Item2, b.Item3, b.Item4, b.Item5,
            c.Item1, c.Item2, c.Item3, c.Item4));

    public static readonly Gen<Outcome> Outcome = Gen.Select(
        Gen.Select(Key, Gen.Enum<OutcomeKind>(), Gen.String[0, 200], Gen.Int, Hash.Nullable(), Gen.ULong.Nullable()),
        Gen.Select(Hash.Nullable(), Gen.ULong, Word, Word, Signed),
        (a, b) => new Outcome(
            a.Item1, a.Item2, a.Item3, a.Item4, a.Item5, a.Item6,
            b.Item1, b.Item2, b.Item3, b.Item4, b.Item5));

    public static readonly Gen<RoundSummary> Round = Gen.Select(
        Gen.Select(Gen.ULong, Gen.ULong, Hash, Seconds),
        Gen.Select(Gen.Int, Gen.Int, Gen.Int, Gen.Int),
        Gen.Dictionary(Gen.String[0, 20], Gen.Int)[0, 5],
        (a, b, dropped) => new RoundSummary(
            a.Item1, a.Item2, a.Item3, a.Item4, b.Item1, b.Item2, b.Item3, b.Item4,
            dropped.ToImmutableSortedDictionary(StringComparer.Ordinal)));
}
