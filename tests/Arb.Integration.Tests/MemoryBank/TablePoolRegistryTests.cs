using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TablePoolRegistryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pools_come_ordered_by_address_and_known_ones_stay_as_they_are()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        ImmutableArray<PoolListing> pools = [.. Sample.Pools(1_234).Select(PoolListing.Of)];

        await registry.AddPoolsAsync(Sample.Chain, [.. pools.Reverse().Take(300)], Cancellation);
        await registry.AddPoolsAsync(
            Sample.Chain, [.. pools.Select((p, i) => i >= pools.Length - 300 ? p with { Dex = "renamed" } : p)], Cancellation);

        Assert.Equal(
            pools.Select(static pool => new RegisteredPool(pool, null)), await registry.GetPoolsAsync(Sample.Chain, Cancellation));
        Assert.Empty(await registry.GetPoolsAsync(Sample.Chain + 1, Cancellation));
    }

    [Fact]
    public async Task Exclusion_is_kept_with_its_reason_and_lifted_again()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        ImmutableArray<PoolListing> pools = [.. Sample.Pools(2).Select(PoolListing.Of)];
        await registry.AddPoolsAsync(Sample.Chain, pools, Cancellation);
        await SetAsync(registry, pools[1].Key, "it taxes");
        await SetAsync(registry, new PoolKey(Sample.Account(0x999)), "unknown");
        await registry.AddPoolsAsync(Sample.Chain, pools, Cancellation);
        Assert.Equal(
            [new RegisteredPool(pools[0], null), new RegisteredPool(pools[1], "it taxes")],
            await registry.GetPoolsAsync(Sample.Chain, Cancellation));
        await SetAsync(registry, pools[1].Key, null);
        Assert.All(await registry.GetPoolsAsync(Sample.Chain, Cancellation), static pool => Assert.Null(pool.Excluded));
    }

    [Fact]
    public async Task Cursor_moves_forward_only_whoever_moves_it()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        DiscoveryCursor cursor = new(Sample.Chain, Sample.Account(7), 100, 500, 3);
        Assert.Null(await new TablePoolRegistry(one).GetCursorAsync(Sample.Chain, cursor.Factory, Cancellation));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => new TablePoolRegistry(i % 2 == 0 ? one : other).MoveCursorAsync(
            cursor with { NextBlock = 100 + (ulong)(i * 10) }, Cancellation)));
        Assert.Equal(
            cursor with { NextBlock = 190 },
            await new TablePoolRegistry(one).GetCursorAsync(Sample.Chain, cursor.Factory, Cancellation));
    }

    private static Task SetAsync(TablePoolRegistry registry, PoolKey pool, string? reason) =>
        registry.SetExclusionsAsync(Sample.Chain, new Dictionary<PoolKey, string?> { [pool] = reason }, Cancellation);
}
