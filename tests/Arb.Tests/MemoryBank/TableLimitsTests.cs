using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.Tests.MemoryBank;

public sealed class TableLimitsTests
{
    [Fact]
    public void Keys_up_to_one_kibibyte_pass_and_longer_ones_do_not()
    {
        string longest = new('k', TableLimits.KeyCharactersMax);

        TableLimits.Check(new TableEntity(longest, longest));
        Refused(new TableEntity(longest + "k", "r"), "513 characters in its PartitionKey; 512 fit");
        Refused(new TableEntity("p", longest + "k"), "513 characters in its RowKey; 512 fit");
        Refused(new TableEntity("p", null!), "no RowKey");
    }

    [Theory]
    [InlineData('/')]
    [InlineData('\\')]
    [InlineData('#')]
    [InlineData('?')]
    [InlineData('\t')]
    [InlineData('\n')]
    [InlineData('\u0000')]
    [InlineData('\u001f')]
    [InlineData('\u007f')]
    [InlineData('\u009f')]
    public void Forbidden_characters_are_refused_in_either_key(char forbidden)
    {
        Refused(new TableEntity($"a{forbidden}b", "r"), $"the forbidden character U+{(int)forbidden:X4} in its PartitionKey");
        Refused(new TableEntity("p", $"a{forbidden}b"), $"the forbidden character U+{(int)forbidden:X4} in its RowKey");
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('~')]
    [InlineData('\u00a0')]
    [InlineData('%')]
    public void Characters_beside_the_forbidden_ones_pass(char allowed) =>
        TableLimits.Check(new TableEntity($"a{allowed}b", $"a{allowed}b"));

    [Fact]
    public void A_row_may_have_252_properties_of_its_own_and_no_more()
    {
        TableEntity row = Row("r");
        row["Timestamp"] = DateTimeOffset.UnixEpoch;
        row["odata.etag"] = "W/1";
        row["Nothing"] = null;
        for (int i = 0; i < TableLimits.PropertiesMax; i++)
        {
            row[$"C{i}"] = i;
        }

        TableLimits.Check(row);
        row["OneMore"] = true;
        Refused(row, "253 properties; 252 fit");
    }

    [Fact]
    public void Texts_and_bytes_up_to_64_kibibytes_pass_and_longer_ones_do_not()
    {
        TableEntity row = Row("r");
        row["Text"] = new string('é', TableLimits.TextCharactersMax);
        row["Bytes"] = new byte[TableLimits.BinaryBytesMax];
        TableLimits.Check(row);

        row["Text"] = new string('é', TableLimits.TextCharactersMax + 1);
        Refused(row, "32769 characters in Text; 32768 fit");
        row["Text"] = "";
        row["Bytes"] = new byte[TableLimits.BinaryBytesMax + 1];
        Refused(row, "65537 bytes in Bytes; 65536 fit");
    }

    [Fact]
    public void Property_names_up_to_255_characters_pass()
    {
        TableEntity row = Row("r");
        row[new string('n', TableLimits.PropertyNameCharactersMax)] = 1;
        TableLimits.Check(row);

        row[new string('n', TableLimits.PropertyNameCharactersMax + 1)] = 1;
        Refused(row, "a property name of 256 characters");
    }

    [Fact]
    public void A_type_the_service_has_not_is_refused()
    {
        TableEntity row = Row("r");
        row["Wei"] = 1.5m;

        Refused(row, "a Decimal in Wei");
    }

    [Fact]
    public void A_row_is_measured_by_the_services_formula()
    {
        TableEntity row = new("pk", "rk")
        {
            ["Text"] = "12345",
            ["Int"] = 1,
            ["Long"] = 1L,
            ["Flag"] = true,
            ["Bytes"] = new byte[10],
        };

        // 4 + 2·4 keys; each property 8 + 2·name + value: text 4 + 2·5, int 4, long 8, bool 1, bytes 4 + 10.
        Assert.Equal(
            4 + 8 + (8 + 8 + 14) + (8 + 6 + 4) + (8 + 8 + 8) + (8 + 8 + 1) + (8 + 10 + 14),
            TableLimits.RowBytes(row));
    }

    [Fact]
    public void A_row_of_exactly_one_mebibyte_passes_and_one_character_more_does_not()
    {
        TableEntity row = Row("r");
        for (int i = 0; i < 15; i++)
        {
            row[$"T{i:D2}"] = new string('x', TableLimits.TextCharactersMax);
        }

        row["Rest"] = "";
        int left = (int)(TableLimits.RowBytesMax - TableLimits.RowBytes(row)) / 2;
        row["Rest"] = new string('x', left);
        Assert.Equal(TableLimits.RowBytesMax, TableLimits.RowBytes(row));
        TableLimits.Check(row);

        row["Rest"] = new string('x', left + 1);
        Refused(row, "1048578 bytes; 1048576 fit");
    }

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new[] { 1 })]
    [InlineData(100, new[] { 100 })]
    [InlineData(101, new[] { 100, 1 })]
    [InlineData(250, new[] { 100, 100, 50 })]
    public void Transactions_hold_at_most_a_hundred_rows_in_order(int count, int[] sizes)
    {
        TableEntity[] rows = [.. Enumerable.Range(0, count).Select(i => Row($"{i:D4}"))];

        List<List<TableEntity>> batches = TableLimits.Batches(rows);

        Assert.Equal(sizes, batches.Select(b => b.Count));
        Assert.Equal(rows, batches.SelectMany(b => b));
    }

    [Fact]
    public void Transactions_stay_below_four_mebibytes_and_are_filled_before_the_next_begins()
    {
        TableEntity[] rows = [.. Enumerable.Range(0, 40).Select(i => Row($"{i:D4}"))];
        foreach (TableEntity row in rows)
        {
            for (int c = 0; c < 5; c++)
            {
                row[$"T{c}"] = new string('x', TableLimits.TextCharactersMax);
            }
        }

        List<List<TableEntity>> batches = TableLimits.Batches(rows);

        Assert.Equal(rows, batches.SelectMany(b => b));
        Assert.All(batches, b => Assert.True(b.Sum(TableLimits.PayloadBytes) <= TableLimits.TransactionBytesMax));
        for (int i = 1; i < batches.Count; i++)
        {
            Assert.True(
                batches[i - 1].Sum(TableLimits.PayloadBytes) + TableLimits.PayloadBytes(batches[i][0]) > TableLimits.TransactionBytesMax);
        }
    }

    [Fact]
    public void The_largest_row_fits_a_transaction_of_its_own_whatever_its_text()
    {
        TableEntity row = Row("r");
        for (int i = 0; i < 15; i++)
        {
            row[$"T{i:D2}"] = new string('"', TableLimits.TextCharactersMax);
        }

        TableLimits.Check(row);
        Assert.True(TableLimits.PayloadBytes(row) <= TableLimits.TransactionBytesMax);
    }

    [Fact]
    public void Two_partitions_in_one_transaction_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TableLimits.Batches([new TableEntity("a", "r"), new TableEntity("b", "r")]));

        Assert.Contains("a partition other than 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_row_twice_in_one_transaction_is_refused() =>
        Assert.Contains(
            "the same row twice",
            Assert.Throws<ArgumentException>(() => TableLimits.Batches([Row("r"), Row("r")])).Message,
            StringComparison.Ordinal);

    private static TableEntity Row(string rowKey) => new("p", rowKey);

    private static void Refused(TableEntity row, string because) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => TableLimits.Check(row)).Message, StringComparison.Ordinal);
}
