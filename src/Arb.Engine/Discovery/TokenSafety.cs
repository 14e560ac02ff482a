using System.Collections.Immutable;
using Arb.Domain;
using Microsoft.Extensions.Logging;

namespace Arb.Engine;

/// <summary>
/// Keeps tokens out that cannot be traded for exactly what pools promise. Tokens are judged outwards from the start tokens, which
/// the operator vouches for: one found safe pays for the next.
/// </summary>
public sealed partial class TokenSafety(
    ITokenProbe probe,
    ITokenBook book,
    IPoolStateReader states,
    TradingPolicy policy,
    TimeProvider time,
    ILogger<TokenSafety> logger) : IDisposable
{
    /// <summary>Tokens judged in one run at most; the next run goes on.</summary>
    public const int ChecksMax = 512;

    /// <summary>A verdict older than this is formed again.</summary>
    public static readonly TimeSpan RecheckAfter = TimeSpan.FromHours(24);

    /// <summary>A token that could not be tried is tried again after this.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    private const int ParallelProbes = 8;
    private const ulong PayShare = 100;

    /// <summary>How long verdicts are taken from memory before the book is read again.</summary>
    public static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly TimedCache<ulong, ImmutableDictionary<Address, TokenVerdict>> _verdicts = new(WarmFor, 1, time);

    /// <summary>The pools whose tokens are all safe. A pool with a token nobody judged yet is not among them.</summary>
    public async Task<ImmutableArray<PoolListing>> FilterAsync(
        BlockStamp head, ImmutableArray<PoolListing> pools, CancellationToken cancellation)
    {
        ImmutableDictionary<Address, TokenVerdict> verdicts = await GetVerdictsAsync(head, pools, cancellation);
        return [.. pools.Where(pool => pool.Tokens.All(token => IsSafe(token, verdicts)))];
    }

    /// <summary>Judges the tokens of the pools that have no verdict or an old one; returns how many it judged.</summary>
    public async Task<int> CheckAsync(BlockStamp head, IReadOnlyList<PoolListing> pools, CancellationToken cancellation)
    {
        ImmutableDictionary<Address, TokenVerdict> known = await book.GetAsync(policy.ChainId, cancellation);
        HashSet<Address> due = Due(head, pools, known);
        if (due.Count == 0)
        {
            return 0;
        }

        LogChecking(due.Count, head.Number);
        PoolListing[] usable = [.. pools.Where(pool => IsUsable(pool) && pool.Tokens.Any(due.Contains))];
        ImmutableArray<Side> sides = await ReadSidesAsync(head, usable, cancellation);
        Dictionary<Address, TokenVerdict> found = await ProbeOutwardsAsync(head, sides, known, due, cancellation);
        await JudgeHoldingsAsync(head, usable, sides, found, cancellation);
        foreach (Address token in due.Where(token => !found.ContainsKey(token)))
        {
            found[token] = Verdict(token, TokenRisk.NotProbed, "no pool with liquidity joins it to a safe token", head);
        }

        await book.PutAsync(policy.ChainId, found.Values, cancellation);
        _verdicts.Clear();
        foreach (TokenVerdict unsafeToken in found.Values.Where(v => !v.Safe))
        {
            LogUnsafe(unsafeToken.Token, unsafeToken.Risk, unsafeToken.Detail);
        }

        return found.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _verdicts.Dispose();

    private Task<ImmutableDictionary<Address, TokenVerdict>> GetVerdictsAsync(
        BlockStamp head, ImmutableArray<PoolListing> pools, CancellationToken cancellation) => _verdicts.GetAsync(
        policy.ChainId,
        async token =>
        {
            ImmutableDictionary<Address, TokenVerdict> verdicts = await book.GetAsync(policy.ChainId, token);
            if (verdicts.IsEmpty && !pools.IsEmpty)
            {
                await CheckAsync(head, pools, token);
                verdicts = await book.GetAsync(policy.ChainId, token);
            }

            return verdicts;
        },
        cancellation);

    private bool IsSafe(Address token, ImmutableDictionary<Address, TokenVerdict> verdicts) =>
        policy.StartTokens.Contains(token) || token.IsZero || (verdicts.TryGetValue(token, out TokenVerdict? verdict) && verdict.Safe);

    private HashSet<Address> Due(
        BlockStamp head, IReadOnlyList<PoolListing> pools, ImmutableDictionary<Address, TokenVerdict> known)
    {
        IEnumerable<Address> tokens = pools
            .SelectMany(static pool => pool.Tokens)
            .Distinct()
            .Where(token => !policy.StartTokens.Contains(token)
                && !token.IsZero // The chain's own currency, as Uniswap V4 names it, is no contract.
                && (!known.TryGetValue(token, out TokenVerdict? verdict) || IsOld(verdict, head)));

        // New tokens first, then those judged longest ago.
        return [.. tokens.OrderBy(token => known.TryGetValue(token, out TokenVerdict? v) ? v.TimestampSeconds : 0).Take(ChecksMax)];
    }

    private static bool IsOld(TokenVerdict verdict, BlockStamp head)
    {
        TimeSpan age = verdict.Risk == TokenRisk.NotProbed ? RetryAfter : RecheckAfter;
        return verdict.TimestampSeconds + (ulong)age.TotalSeconds < head.TimestampSeconds;
    }

    /// <summary>A pool that can be traded with alone: Uniswap V4 and Balancer hold all pools' tokens in one account.</summary>
    private static bool IsUsable(PoolListing pool) =>
        pool.Family is PoolFamily.UniswapV2 or PoolFamily.UniswapV3 && pool.Tokens.Length == 2;

    /// <summary>What every pool holds of both its tokens, now and a day later; sides that cannot be read are left out.</summary>
    private async Task<ImmutableArray<Side>> ReadSidesAsync(
        BlockStamp head, IReadOnlyList<PoolListing> pools, CancellationToken cancellation)
    {
        (PoolListing Pool, int Index)[] sides = [.. pools.SelectMany(static pool => new[] { (pool, 0), (pool, 1) })];
        TokenHolding[] holdings = [.. sides.Select(static side => Holding(side.Pool, side.Index))];
        ImmutableArray<(UInt256 Now, UInt256 Later)?> held = await probe.ReadHoldingsAsync(head, holdings, cancellation);
        return
        [
            .. sides.Select((side, i) => new Side(side.Pool, side.Index, held[i]?.Now ?? default, held[i]?.Later ?? default))
                .Where((_, i) => held[i] is not null),
        ];
    }

    /// <summary>Wave by wave: what one wave finds safe pays for the next.</summary>
    private async Task<Dictionary<Address, TokenVerdict>> ProbeOutwardsAsync(
        BlockStamp head,
        ImmutableArray<Side> sides,
        ImmutableDictionary<Address, TokenVerdict> known,
        HashSet<Address> due,
        CancellationToken cancellation)
    {
        Dictionary<Address, TokenVerdict> found = [];
        HashSet<Address> payable = [.. policy.StartTokens, .. known.Values.Where(v => v.Safe && !due.Contains(v.Token)).Select(v => v.Token)];
        HashSet<Address> unpayable = [];
        while (true)
        {
            TokenTripRequest[] wave = [.. Deepest(sides, payable, unpayable, due, found)];
            if (wave.Length == 0)
            {
                return found;
            }

            TokenTrip?[] trips = new TokenTrip?[wave.Length];
            ParallelOptions options = new() { MaxDegreeOfParallelism = ParallelProbes, CancellationToken = cancellation };
            await Parallel.ForAsync(0, wave.Length, options, async (i, token) =>
                trips[i] = await probe.RoundTripAsync(head, wave[i], token));
            for (int i = 0; i < wave.Length; i++)
            {
                if (trips[i] is not { } trip)
                {
                    unpayable.Add(wave[i].Pay);
                    continue;
                }

                (TokenRisk risk, string detail) = TokenJudge.Judge(trip);
                found[wave[i].Token] = Verdict(wave[i].Token, risk, detail, head);
            }

            payable.UnionWith(found.Values.Where(v => v.Safe).Select(v => v.Token));
            LogProgress(found.Count, due.Count);
        }
    }

    /// <summary>For every token due, the pool that holds most of a payable token, start tokens before others.</summary>
    private IEnumerable<TokenTripRequest> Deepest(
        ImmutableArray<Side> sides,
        HashSet<Address> payable,
        HashSet<Address> unpayable,
        HashSet<Address> due,
        Dictionary<Address, TokenVerdict> found) => sides
        .Where(side => due.Contains(side.Other)
            && !found.ContainsKey(side.Other)
            && payable.Contains(side.Token)
            && !unpayable.Contains(side.Token)
            && side.Now > PayShare)
        .GroupBy(static side => side.Other)
        .Select(ways => ways
            .OrderBy(side => policy.StartTokens.IndexOf(side.Token) is int at and >= 0 ? at : int.MaxValue)
            .ThenByDescending(static side => side.Now)
            .ThenBy(static side => side.Pool.Key)
            .Select(static side => new TokenTripRequest(side.Pool, side.Token, side.Now / PayShare))
            .First());

    /// <summary>Round trips see one moment; balances a day later and the last blocks' logs see what changes by itself.</summary>
    private async Task JudgeHoldingsAsync(
        BlockStamp head,
        IReadOnlyList<PoolListing> pools,
        ImmutableArray<Side> sides,
        Dictionary<Address, TokenVerdict> found,
        CancellationToken cancellation)
    {
        PoolReads reads = await states.ReadAsync(head, [.. pools.Where(p => p.Family == PoolFamily.UniswapV2)], cancellation);
        Dictionary<PoolKey, ConstantProductState> pairs = reads.States.OfType<ConstantProductState>().ToDictionary(s => s.Key);
        foreach (Side side in sides.Where(side => IsSafeSoFar(found, side.Token)))
        {
            UInt256 reserve = pairs.TryGetValue(side.Pool.Key, out ConstantProductState? pair)
                ? side.Index == 0 ? pair.Reserve0 : pair.Reserve1
                : UInt256.Zero;
            (TokenRisk risk, string detail) = TokenJudge.JudgeHolding(reserve, side.Now, side.Later);
            Worsen(found, side.Token, risk, detail, head);
        }

        TokenHolding[] holdings =
            [.. sides.Where(side => IsSafeSoFar(found, side.Token)).Select(static side => Holding(side.Pool, side.Index))];
        foreach (TokenHolding changed in await probe.FindUnannouncedChangesAsync(head, holdings, cancellation))
        {
            Worsen(
                found,
                changed.Token,
                TokenRisk.RebasesUnannounced,
                $"what pool {changed.Pool} holds changed by more or less than its transfer logs tell",
                head);
        }
    }

    private static TokenHolding Holding(PoolListing pool, int index) => new(pool.Key.Contract, pool.Tokens[index]);

    private static bool IsSafeSoFar(Dictionary<Address, TokenVerdict> found, Address token) =>
        found.TryGetValue(token, out TokenVerdict? verdict) && verdict.Safe;

    private static void Worsen(
        Dictionary<Address, TokenVerdict> found, Address token, TokenRisk risk, string detail, BlockStamp block)
    {
        if (risk != TokenRisk.None && found[token].Safe)
        {
            found[token] = Verdict(token, risk, detail, block);
        }
    }

    private static TokenVerdict Verdict(Address token, TokenRisk risk, string detail, BlockStamp block) =>
        new(token, risk, detail, block.Number, block.TimestampSeconds);

    /// <summary>One token of a pool, with what the pool holds of it.</summary>
    private sealed record Side(PoolListing Pool, int Index, UInt256 Now, UInt256 Later)
    {
        public Address Token => Pool.Tokens[Index];

        public Address Other => Pool.Tokens[1 - Index];
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Information, Message = "Judging {Tokens} tokens at block {Block}")]
    private partial void LogChecking(int tokens, ulong block);

    [LoggerMessage(EventId = 131, Level = LogLevel.Information, Message = "{Judged} of {Tokens} tokens tried")]
    private partial void LogProgress(int judged, int tokens);

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message = "Token {Token} is left out, {Risk}: {Detail}")]
    private partial void LogUnsafe(Address token, TokenRisk risk, string detail);
}
