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
    IMarketReader market,
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

    private static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _refresh = new(1, 1);
    private ImmutableDictionary<Address, TokenVerdict>? _warm;
    private long _warmSince;

    /// <summary>The pools whose tokens are all safe. A pool with a token nobody judged yet is not among them.</summary>
    public async Task<ImmutableArray<PoolInfo>> FilterAsync(
        BlockStamp head, ImmutableArray<PoolInfo> pools, CancellationToken cancellation)
    {
        ImmutableDictionary<Address, TokenVerdict> verdicts = await GetVerdictsAsync(head, pools, cancellation);
        return [.. pools.Where(pool => IsSafe(pool.Token0, verdicts) && IsSafe(pool.Token1, verdicts))];
    }

    /// <summary>Judges the tokens of the pools that have no verdict or an old one; returns how many it judged.</summary>
    public async Task<int> CheckAsync(BlockStamp head, IReadOnlyList<PoolInfo> pools, CancellationToken cancellation)
    {
        ImmutableDictionary<Address, TokenVerdict> known = await book.GetAsync(policy.ChainId, cancellation);
        HashSet<Address> due = Due(head, pools, known);
        if (due.Count == 0)
        {
            return 0;
        }

        LogChecking(due.Count, head.Number);
        MarketSnapshot snapshot = await market.ReadAsync(head, pools, policy.StartTokens, cancellation);
        Dictionary<Address, TokenVerdict> found = await ProbeOutwardsAsync(snapshot, known, due, cancellation);
        await JudgeHoldingsAsync(snapshot, found, cancellation);
        foreach (Address token in due.Where(token => !found.ContainsKey(token)))
        {
            found[token] = Verdict(token, TokenRisk.NotProbed, "no pool with liquidity joins it to a safe token", head);
        }

        await book.PutAsync(policy.ChainId, found.Values, cancellation);
        Volatile.Write(ref _warm, null);
        foreach (TokenVerdict unsafeToken in found.Values.Where(v => !v.Safe))
        {
            LogUnsafe(unsafeToken.Token, unsafeToken.Risk, unsafeToken.Detail);
        }

        return found.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _refresh.Dispose();

    private async Task<ImmutableDictionary<Address, TokenVerdict>> GetVerdictsAsync(
        BlockStamp head, ImmutableArray<PoolInfo> pools, CancellationToken cancellation)
    {
        await _refresh.WaitAsync(cancellation);
        try
        {
            if (Volatile.Read(ref _warm) is { } warm && time.GetElapsedTime(_warmSince) < WarmFor)
            {
                return warm;
            }

            ImmutableDictionary<Address, TokenVerdict> verdicts = await book.GetAsync(policy.ChainId, cancellation);
            if (verdicts.IsEmpty && !pools.IsEmpty)
            {
                await CheckAsync(head, pools, cancellation);
                verdicts = await book.GetAsync(policy.ChainId, cancellation);
            }

            _warmSince = time.GetTimestamp();
            Volatile.Write(ref _warm, verdicts);
            return verdicts;
        }
        finally
        {
            _refresh.Release();
        }
    }

    private bool IsSafe(Address token, ImmutableDictionary<Address, TokenVerdict> verdicts) =>
        policy.StartTokens.Contains(token) || (verdicts.TryGetValue(token, out TokenVerdict? verdict) && verdict.Safe);

    private HashSet<Address> Due(
        BlockStamp head, IReadOnlyList<PoolInfo> pools, ImmutableDictionary<Address, TokenVerdict> known)
    {
        IEnumerable<Address> tokens = pools
            .SelectMany(static pool => new[] { pool.Token0, pool.Token1 })
            .Distinct()
            .Where(token => !policy.StartTokens.Contains(token)
                && (!known.TryGetValue(token, out TokenVerdict? verdict) || IsOld(verdict, head)));

        // New tokens first, then those judged longest ago.
        return [.. tokens.OrderBy(token => known.TryGetValue(token, out TokenVerdict? v) ? v.TimestampSeconds : 0).Take(ChecksMax)];
    }

    private static bool IsOld(TokenVerdict verdict, BlockStamp head)
    {
        TimeSpan age = verdict.Risk == TokenRisk.NotProbed ? RetryAfter : RecheckAfter;
        return verdict.TimestampSeconds + (ulong)age.TotalSeconds < head.TimestampSeconds;
    }

    /// <summary>Wave by wave: what one wave finds safe pays for the next.</summary>
    private async Task<Dictionary<Address, TokenVerdict>> ProbeOutwardsAsync(
        MarketSnapshot snapshot,
        ImmutableDictionary<Address, TokenVerdict> known,
        HashSet<Address> due,
        CancellationToken cancellation)
    {
        Dictionary<Address, TokenVerdict> found = [];
        HashSet<Address> payable = [.. policy.StartTokens, .. known.Values.Where(v => v.Safe && !due.Contains(v.Token)).Select(v => v.Token)];
        HashSet<Address> unpayable = [];
        while (true)
        {
            TokenTripRequest[] wave = [.. Deepest(snapshot, payable, unpayable, due, found)];
            if (wave.Length == 0)
            {
                return found;
            }

            TokenTrip?[] trips = new TokenTrip?[wave.Length];
            ParallelOptions options = new() { MaxDegreeOfParallelism = ParallelProbes, CancellationToken = cancellation };
            await Parallel.ForAsync(0, wave.Length, options, async (i, token) =>
                trips[i] = await probe.RoundTripAsync(snapshot.Block, wave[i], token));
            for (int i = 0; i < wave.Length; i++)
            {
                if (trips[i] is not { } trip)
                {
                    unpayable.Add(wave[i].Pay);
                    continue;
                }

                (TokenRisk risk, string detail) = TokenJudge.Judge(trip);
                found[wave[i].Token] = Verdict(wave[i].Token, risk, detail, snapshot.Block);
            }

            payable.UnionWith(found.Values.Where(v => v.Safe).Select(v => v.Token));
            LogProgress(found.Count, due.Count);
        }
    }

    /// <summary>For every token due, the pool with a payable token in which most is spent, start tokens before others.</summary>
    private IEnumerable<TokenTripRequest> Deepest(
        MarketSnapshot snapshot,
        HashSet<Address> payable,
        HashSet<Address> unpayable,
        HashSet<Address> due,
        Dictionary<Address, TokenVerdict> found) => snapshot.Pools
        .SelectMany(static pool => new[] { (Pool: pool, ZeroPays: true), (Pool: pool, ZeroPays: false) })
        .Select(side => (
            side.Pool,
            Pay: side.ZeroPays ? side.Pool.Info.Token0 : side.Pool.Info.Token1,
            Token: side.ZeroPays ? side.Pool.Info.Token1 : side.Pool.Info.Token0,
            Depth: side.Pool.Reserves(side.ZeroPays).In))
        .Where(side => due.Contains(side.Token)
            && !found.ContainsKey(side.Token)
            && payable.Contains(side.Pay)
            && !unpayable.Contains(side.Pay)
            && side.Depth > PayShare)
        .GroupBy(side => side.Token)
        .Select(sides => sides
            .OrderBy(side => policy.StartTokens.IndexOf(side.Pay) is int at and >= 0 ? at : int.MaxValue)
            .ThenByDescending(side => side.Depth)
            .ThenBy(side => side.Pool.Info.Address)
            .Select(side => new TokenTripRequest(side.Pool, side.Pay, side.Depth / PayShare))
            .First());

    /// <summary>Round trips see one moment; balances a day later and the last blocks' logs see what changes by itself.</summary>
    private async Task JudgeHoldingsAsync(
        MarketSnapshot snapshot, Dictionary<Address, TokenVerdict> found, CancellationToken cancellation)
    {
        (TokenHolding Holding, UInt256 Reserve)[] held =
        [
            .. snapshot.Pools
                .SelectMany(static p => new[]
                {
                    (new TokenHolding(p.Info.Address, p.Info.Token0), p.Reserve0),
                    (new TokenHolding(p.Info.Address, p.Info.Token1), p.Reserve1),
                })
                .Where(h => found.TryGetValue(h.Item1.Token, out TokenVerdict? verdict) && verdict.Safe),
        ];
        TokenHolding[] holdings = [.. held.Select(h => h.Holding)];
        ImmutableArray<(UInt256 Now, UInt256 Later)?> read = await probe.ReadHoldingsAsync(snapshot.Block, holdings, cancellation);
        for (int i = 0; i < held.Length; i++)
        {
            (TokenRisk risk, string detail) = read[i] is { } seen
                ? TokenJudge.JudgeHolding(held[i].Reserve, seen.Now, seen.Later)
                : (TokenRisk.NotProbed, "a pool's balance of it cannot be read");
            Worsen(found, holdings[i].Token, risk, detail, snapshot.Block);
        }

        foreach (TokenHolding changed in await probe.FindUnannouncedChangesAsync(snapshot.Block, holdings, cancellation))
        {
            Worsen(
                found,
                changed.Token,
                TokenRisk.RebasesUnannounced,
                $"what pool {changed.Pool} holds changed by more or less than its transfer logs tell",
                snapshot.Block);
        }
    }

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

    [LoggerMessage(EventId = 130, Level = LogLevel.Information, Message = "Judging {Tokens} tokens at block {Block}")]
    private partial void LogChecking(int tokens, ulong block);

    [LoggerMessage(EventId = 131, Level = LogLevel.Information, Message = "{Judged} of {Tokens} tokens tried")]
    private partial void LogProgress(int judged, int tokens);

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message = "Token {Token} is left out, {Risk}: {Detail}")]
    private partial void LogUnsafe(Address token, TokenRisk risk, string detail);
}
