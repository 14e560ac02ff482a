using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Integration.Tests.MemoryBank;

/// <summary>Records whose numbers are at the ends of their ranges, where columns would lose them.</summary>
internal static class Sample
{
    public const ulong Chain = 31337;

    /// <summary>2026-03-01 00:00:00 UTC.</summary>
    public const ulong Midnight = 1_772_323_200;

    public static Hash256 Hash(int n) => Hash256.Parse($"0x{n:x64}");

    public static Address Account(int n) => Address.Parse($"0x{n:x40}");

    public static OpportunityKey Key(int n, ulong seconds = Midnight, ulong chain = Chain) =>
        new(Hash(n).ToString(), chain, ulong.MaxValue - (ulong)n, seconds);

    public static Opportunity Opportunity(OpportunityKey key)
    {
        PoolInfo one = new(Account(0xa1), "uniswap-v2", Account(1), Account(2), new FeePips(3000));
        PoolInfo two = new(Account(0xa2), "a \"dex\" + others: é 😀", Account(1), Account(2), new FeePips(0));
        Route route = new(
            [new Hop(PoolListing.Of(one), Account(1), Account(2)), new Hop(PoolListing.Of(two), Account(2), Account(1))]);
        return new Opportunity(
            key,
            Hash(77).ToString(),
            new BlockStamp(
                key.ChainId, key.BlockNumber, Hash(5), Hash(4), key.TargetTimestampSeconds, UInt256.MaxValue, ulong.MaxValue, 30_000_000),
            new SizedCycle(route, [UInt256.MaxValue, UInt256.One, UInt256.Zero], 7UL),
            ulong.MaxValue,
            UInt256.MaxValue,
            UInt256.Zero,
            -(BigInteger)UInt256.MaxValue,
            double.Epsilon);
    }

    public static Attempt Attempt(OpportunityKey key, int number, AttemptStage stage = AttemptStage.Persisted) => new(
        key, number, stage, Account(9), ulong.MaxValue, Hash(1000 + number), 10, 11, -5, UInt256.MaxValue, UInt256.One,
        ulong.MaxValue, UInt256.MaxValue, null, null);

    public static Outcome Outcome(OpportunityKey key, OutcomeKind kind = OutcomeKind.Included, string reason = "landed") => new(
        key, kind, reason, 3, Hash(8), ulong.MaxValue, Hash(9), 210_000, UInt256.MaxValue, UInt256.One, -(BigInteger)UInt256.MaxValue);

    public static RoundSummary Round(ulong block, ulong seconds, ulong chain = Chain, int published = 1) => new(
        chain, block, Hash((int)block), seconds, 3, 2, 1, published,
        ImmutableSortedDictionary<string, int>.Empty.Add("below the profit floor", 4).Add("no \"lane\"", 1));

    public static ImmutableArray<PoolInfo> Pools(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => new PoolInfo(
            Account(i * 7919), "dex" + i.ToString(CultureInfo.InvariantCulture), Account(1), Account(2), new FeePips(i))),
    ];

    public static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows)
    {
        List<T> list = [];
        await foreach (T row in rows)
        {
            list.Add(row);
        }

        return list;
    }
}
