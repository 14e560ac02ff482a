using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TableTokenBookTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_verdict_is_replaced_by_one_about_a_later_block_only()
    {
        TableTokenBook book = new(SharedAzurite.Fresh(azurite));
        Address[] tokens = [.. Sample.Pools(250).Select(p => p.Address)];
        await book.PutAsync(Sample.Chain, [.. tokens.Select(t => new TokenVerdict(t, TokenRisk.None, string.Empty, 100, 1_000))], Cancellation);
        TokenVerdict later = new(tokens[7], TokenRisk.SaleRefused, "trading is not open yet", 101, 1_012);
        TokenVerdict earlier = new(tokens[8], TokenRisk.BuyTaxed, "the pool paid 10, 9 came", 99, 988);

        await book.PutAsync(Sample.Chain, [later, earlier], Cancellation);

        ImmutableDictionary<Address, TokenVerdict> stored = await book.GetAsync(Sample.Chain, Cancellation);
        Assert.Equal(250, stored.Count);
        Assert.Equal(later, stored[tokens[7]]);
        Assert.True(stored[tokens[8]].Safe);
        Assert.Empty(await book.GetAsync(Sample.Chain + 1, Cancellation));
    }
}
