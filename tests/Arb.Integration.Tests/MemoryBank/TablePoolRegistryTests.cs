using System.Collections.Immutable;
using Arb.Domain;
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
        ImmutableArray<PoolInfo> pools = Sample.Pools(1_234);

        await registry.AddPoolsAsync(Sample.Chain, [.. pools.Reverse().Take(300)], Cancellation);
        await registry.AddPoolsAsync(
            Sample.Chain, [.. pools.Select((p, i) => i >= pools.Length - 300 ? p with { Dex = "renamed" } : p)], Cancellation);

        Assert.Equal(pools, await registry.GetPoolsAsync(Sample.Chain, Cancellation));
        Assert.Empty(await registry.GetPoolsAsync(Sample.Chain + 1, Cancellation));
    }
}
