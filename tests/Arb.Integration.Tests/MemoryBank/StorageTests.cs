using System.Net;
using System.Net.Sockets;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank;
using Arb.MemoryBank.Storage;
using Arb.TestKit;
using Azure.Data.Tables;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class StorageTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_may_be_created_by_many_at_once_and_again()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? one : other).CreateAsync(Cancellation)));

        Assert.True((await new TableClaimBook(other).ClaimAsync(Sample.Key(1), Cancellation)).Inserted);
    }

    [Fact]
    public async Task Prefixes_keep_memory_banks_apart()
    {
        await new TablePoolRegistry(SharedAzurite.Fresh(azurite)).AddPoolsAsync(1, [.. Sample.Pools(2).Select(PoolListing.Of)], Cancellation);

        Assert.Empty(await new TablePoolRegistry(SharedAzurite.Fresh(azurite)).GetPoolsAsync(1, Cancellation));
    }

    [Fact]
    public async Task Rows_of_any_bulk_are_split_into_transactions_that_are_taken()
    {
        BankTable table = SharedAzurite.Fresh(azurite).Opportunities;
        // Quotes, which take six bytes each on the wire: 300 rows of 49 KB, and some 15 MB in all.
        TableEntity[] rows =
        [
            .. Enumerable.Range(0, 300).Select(i => new TableEntity("p", $"{i:D4}") { ["T"] = new string('"', 8_000) }),
        ];

        await table.AddMissingAsync(rows, Cancellation);

        List<TableEntity> read = await Sample.ListAsync(table.QueryAsync("PartitionKey eq 'p'", null, rowsPerPage: 50, Cancellation));
        Assert.Equal(rows.Select(r => r.RowKey), read.Select(r => r.RowKey));
    }

    [Fact]
    public async Task A_row_the_service_would_refuse_is_refused_before_it_is_sent()
    {
        BankTable table = SharedAzurite.Fresh(azurite).Opportunities;
        TableEntity row = new("p", "r");
        for (int i = 0; i < 253; i++)
        {
            row[$"C{i}"] = i;
        }

        await Assert.ThrowsAsync<ArgumentException>(() => table.TryAddAsync(row, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => table.AddMissingAsync([new TableEntity("p", "q"), row], Cancellation));
        Assert.Empty(await Sample.ListAsync(table.QueryAsync("PartitionKey eq 'p'", null, null, Cancellation)));
    }

    [Fact]
    public async Task A_version_that_has_changed_or_gone_is_neither_replaced_nor_deleted()
    {
        BankTable table = SharedAzurite.Fresh(azurite).Claims;
        await table.TryAddAsync(new TableEntity("p", "r") { ["V"] = 1 }, Cancellation);
        TableEntity stale = (await table.FindAsync("p", "r", Cancellation))!;
        Assert.True(await table.TryReplaceAsync(new TableEntity("p", "r") { ["V"] = 2 }, stale.ETag, Cancellation));

        Assert.False(await table.TryReplaceAsync(new TableEntity("p", "r") { ["V"] = 3 }, stale.ETag, Cancellation));
        Assert.False(await table.TryDeleteAsync(stale, Cancellation));
        TableEntity current = (await table.FindAsync("p", "r", Cancellation))!;
        Assert.Equal(2, current["V"]);

        Assert.True(await table.TryDeleteAsync(current, Cancellation));
        Assert.False(await table.TryDeleteAsync(current, Cancellation));
        Assert.False(await table.TryReplaceAsync(new TableEntity("p", "r") { ["V"] = 4 }, current.ETag, Cancellation));
        Assert.Null(await table.FindAsync("p", "r", Cancellation));
    }

    [Fact]
    public async Task An_account_that_cannot_be_reached_is_named_by_host_and_nothing_secret()
    {
        // The port is bound and not listened on: connections are refused, and nobody else can take it meanwhile.
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string host = $"127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}";
        string elsewhere = azurite.ConnectionString.Replace(azurite.Service.TableEndpoint.Authority, host, StringComparison.Ordinal);
        MemoryBankTables tables = SharedAzurite.Open(elsewhere, "bank");

        MemoryUnavailableException[] errors =
        [
            await Assert.ThrowsAsync<MemoryUnavailableException>(() => tables.CreateAsync(Cancellation)),
            await Assert.ThrowsAsync<MemoryUnavailableException>(() => new TableClaimBook(tables).ClaimAsync(Sample.Key(1), Cancellation)),
            await Assert.ThrowsAsync<MemoryUnavailableException>(
                () => Sample.ListAsync(new TableRoundBook(tables).QueryAsync(1, 0, 1, Cancellation))),
        ];

        string key = azurite.ConnectionString.Split("AccountKey=")[1].Split(';')[0];
        Assert.All(errors, e =>
        {
            Assert.Contains($"The memory bank at {host} cannot be used", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(key, e.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Tables_that_were_removed_behind_our_back_are_an_outage_not_an_answer()
    {
        string prefix = UniqueName.Next("bank");
        MemoryBankTables tables = SharedAzurite.Open(azurite.ConnectionString, prefix);
        await tables.CreateAsync(Cancellation);
        await new TableServiceClient(azurite.ConnectionString).DeleteTableAsync(prefix + "Lanes", Cancellation);

        await Assert.ThrowsAsync<MemoryUnavailableException>(() => new TableLaneBook(tables).TryLeaseAsync(
            1, [Address.Zero], Sample.Key(1), headBlock: 1, untilBlock: 2, Cancellation));
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so()
    {
        using CancellationTokenSource givenUp = new();
        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TableClaimBook(SharedAzurite.Fresh(azurite)).ClaimAsync(Sample.Key(1), givenUp.Token));
    }
}
