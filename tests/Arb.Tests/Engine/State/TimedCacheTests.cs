using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Arb.Tests.Engine.State;

public sealed class TimedCacheTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private int _loads;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Value_is_loaded_again_exactly_when_its_time_is_over()
    {
        using TimedCache<int, int> cache = new(Ttl, 4, _time);
        Assert.Equal(1, await cache.GetAsync(7, LoadAsync, Cancellation));
        _time.Advance(Ttl - TimeSpan.FromTicks(1));
        Assert.Equal(1, await cache.GetAsync(7, LoadAsync, Cancellation));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, await cache.GetAsync(7, LoadAsync, Cancellation));
    }

    [Fact]
    public async Task Callers_at_once_share_one_load()
    {
        using TimedCache<int, int> cache = new(Ttl, 4, _time);
        TaskCompletionSource<int> answer = new();
        Task<int>[] callers = [.. Enumerable.Range(0, 5).Select(_ => cache.GetAsync(
            7,
            _ =>
            {
                _loads++;
                return answer.Task;
            },
            Cancellation))];
        answer.SetResult(42);
        Assert.All(await Task.WhenAll(callers), static value => Assert.Equal(42, value));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Age_counts_from_the_question_not_from_the_answer()
    {
        using TimedCache<int, int> cache = new(Ttl, 4, _time);
        await cache.GetAsync(
            7,
            _ =>
            {
                _time.Advance(Ttl);
                return Task.FromResult(0);
            },
            Cancellation);
        Assert.Equal(1, await cache.GetAsync(7, LoadAsync, Cancellation));
    }

    [Fact]
    public async Task Failed_load_keeps_nothing_and_the_next_caller_loads()
    {
        using TimedCache<int, int> cache = new(Ttl, 4, _time);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => cache.GetAsync(
            7, static _ => throw new ChainUnavailableException("no"), Cancellation));
        Assert.Equal(1, await cache.GetAsync(7, LoadAsync, Cancellation));
    }

    [Fact]
    public async Task Oldest_value_makes_room_and_clearing_forgets_all()
    {
        using TimedCache<int, int> cache = new(Ttl, 2, _time);
        foreach (int key in (int[])[1, 2, 3])
        {
            await cache.GetAsync(key, LoadAsync, Cancellation);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, await cache.GetAsync(3, LoadAsync, Cancellation));
        Assert.Equal(2, await cache.GetAsync(2, LoadAsync, Cancellation));
        Assert.Equal(4, await cache.GetAsync(1, LoadAsync, Cancellation));
        cache.Clear();
        Assert.Equal(5, await cache.GetAsync(1, LoadAsync, Cancellation));
    }

    [Fact]
    public async Task Gas_price_is_read_once_a_head_and_again_when_its_slot_is_over()
    {
        StubHistory history = new() { Tips = [30UL, 10UL, 20UL] };
        using GasPrices prices = new(history, Tipping(5UL, 100UL), _time);
        BlockStamp head = StateLogs.Block(100);
        GasPrice price = await prices.AtAsync(head, Cancellation);
        Assert.Equal(new GasPrice(head.Hash, NextBaseFee.Of(head), 20UL), price);
        Assert.Equal(NextBaseFee.Of(head) + 20UL, price.PerGasWei);
        await prices.AtAsync(head, Cancellation);
        Assert.Equal(1, history.Reads);

        // Another head is another price, and so is the same number's other hash.
        await prices.AtAsync(StateLogs.Block(101), Cancellation);
        await prices.AtAsync(StateLogs.Block(100, 9), Cancellation);
        Assert.Equal(3, history.Reads);
        _time.Advance(TimeSpan.FromSeconds(2));
        history.Tips = [50UL];
        Assert.Equal((UInt256)50UL, (await prices.AtAsync(head, Cancellation)).PriorityFeePerGasWei);
        Assert.Equal(4, history.Reads);
    }

    [Theory]
    [InlineData(1UL, 5UL)]
    [InlineData(7UL, 7UL)]
    [InlineData(1_000UL, 100UL)]
    public async Task Tip_stays_within_the_policy(ulong usual, ulong tip)
    {
        using GasPrices prices = new(new StubHistory { Tips = [usual] }, Tipping(5UL, 100UL), _time);
        Assert.Equal((UInt256)tip, (await prices.AtAsync(StateLogs.Block(100), Cancellation)).PriorityFeePerGasWei);
    }

    [Fact]
    public async Task Silent_node_leaves_the_least_tip_and_is_asked_again()
    {
        StubHistory history = new() { Fails = true, Tips = [50UL] };
        using GasPrices prices = new(history, Tipping(5UL, 100UL), _time);
        BlockStamp head = StateLogs.Block(100);
        Assert.Equal(GasPrice.Of(head, Tipping(5UL, 100UL)), await prices.AtAsync(head, Cancellation));
        history.Fails = false;
        Assert.Equal((UInt256)50UL, (await prices.AtAsync(head, Cancellation)).PriorityFeePerGasWei);
    }

    [Fact]
    public async Task Fixed_tip_asks_nobody()
    {
        StubHistory history = new();
        using GasPrices prices = new(history, Tipping(5UL, 0UL), _time);
        Assert.Equal((UInt256)5UL, (await prices.AtAsync(StateLogs.Block(100), Cancellation)).PriorityFeePerGasWei);
        Assert.Equal(0, history.Reads);
    }

    [Fact]
    public async Task Token_verdicts_are_read_again_when_their_time_is_over_and_after_new_ones()
    {
        StubBook book = new();
        using TokenSafety safety = new(
            book, book, new StubChain(), EngineFixtures.Policy, _time, NullLogger<TokenSafety>.Instance);
        PoolListing pool = new(
            new PoolKey(EngineFixtures.Account(9)), PoolFamily.UniswapV2, "dex", [EngineFixtures.Weth, EngineFixtures.Usdc], new FeePips(3_000));
        book.Risk = TokenRisk.None;
        Assert.Single(await FilterAsync());
        Assert.Equal(1, book.Reads);
        book.Risk = TokenRisk.SaleRefused;
        _time.Advance(TokenSafety.WarmFor - TimeSpan.FromTicks(1));
        Assert.Single(await FilterAsync());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(await FilterAsync());
        Assert.Equal(2, book.Reads);

        // What the judge has just written is not to wait for the clock.
        await safety.CheckAsync(StateLogs.Block(1_000_000), [pool], Cancellation);
        int reads = book.Reads;
        await FilterAsync();
        Assert.Equal(reads + 1, book.Reads);

        async Task<ImmutableArray<PoolListing>> FilterAsync() => await safety.FilterAsync(StateLogs.Block(100), [pool], Cancellation);
    }

    private static TradingPolicy Tipping(ulong least, ulong most) =>
        EngineFixtures.Policy with { PriorityFeePerGasWei = least, PriorityFeeMaxPerGasWei = most };

    private Task<int> LoadAsync(CancellationToken cancellation) => Task.FromResult(++_loads);

    private sealed class StubHistory : IFeeHistoryReader
    {
        public ImmutableArray<UInt256> Tips { get; set; } = [];

        public bool Fails { get; set; }

        public int Reads { get; private set; }

        public Task<FeeHistory> ReadAsync(BlockStamp head, CancellationToken cancellation)
        {
            Reads++;
            return Fails ? throw new ChainUnavailableException("no") : Task.FromResult(new FeeHistory(Tips));
        }
    }

    /// <summary>A book of one token, which nothing can be tried on.</summary>
    private sealed class StubBook : ITokenBook, ITokenProbe
    {
        public TokenRisk Risk { get; set; }

        public int Reads { get; private set; }

        public Task<ImmutableDictionary<Address, TokenVerdict>> GetAsync(ulong chainId, CancellationToken cancellation)
        {
            Reads++;
            return Task.FromResult(ImmutableDictionary<Address, TokenVerdict>.Empty.Add(
                EngineFixtures.Usdc, new TokenVerdict(EngineFixtures.Usdc, Risk, string.Empty, 1, 1)));
        }

        public Task PutAsync(ulong chainId, IReadOnlyCollection<TokenVerdict> verdicts, CancellationToken cancellation) => Task.CompletedTask;

        public Task<TokenTrip?> RoundTripAsync(BlockStamp block, TokenTripRequest request, CancellationToken cancellation) =>
            Task.FromResult<TokenTrip?>(null);

        public Task<ImmutableArray<(UInt256 Now, UInt256 Later)?>> ReadHoldingsAsync(
            BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation) =>
            Task.FromResult<ImmutableArray<(UInt256 Now, UInt256 Later)?>>([.. holdings.Select(static _ => ((UInt256, UInt256)?)null)]);

        public Task<ImmutableArray<TokenHolding>> FindUnannouncedChangesAsync(
            BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation) =>
            Task.FromResult<ImmutableArray<TokenHolding>>([]);
    }
}
