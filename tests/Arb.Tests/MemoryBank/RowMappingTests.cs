using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;
using CsCheck;

namespace Arb.Tests.MemoryBank;

public sealed class RowMappingTests
{
    [Fact]
    public void Any_opportunity_reads_back_as_written() => Generated.Opportunity.Sample(written =>
    {
        TableEntity row = OpportunityRow.Write(written);
        TableLimits.Check(row);
        Opportunity read = OpportunityRow.Read(row);

        // A cycle's amounts are an array, which records compare by reference.
        Assert.Equal(written.Cycle.Route, read.Cycle.Route);
        Assert.Equal(written.Cycle.Amounts, read.Cycle.Amounts);
        Assert.Equal(written.Cycle.Premium, read.Cycle.Premium);
        Assert.Equal(written, read with { Cycle = written.Cycle });
        Assert.Equal(written.Key, OpportunityRow.ReadKey(row));
    });

    [Fact]
    public void Any_attempt_reads_back_as_written() => Generated.Attempt.Sample(written =>
    {
        TableEntity row = AttemptRow.Write(written);
        TableLimits.Check(row);
        Assert.Equal(written, AttemptRow.Read(row));
    });

    [Fact]
    public void Any_outcome_reads_back_as_written() => Generated.Outcome.Sample(written =>
    {
        TableEntity row = OutcomeRow.Write(written);
        TableLimits.Check(row);
        Assert.Equal(written, OutcomeRow.Read(row));
    });

    [Fact]
    public void Any_round_reads_back_as_written_from_both_of_its_rows() => Generated.Round.Sample(written =>
    {
        foreach (TableEntity row in new[] { RoundRow.Write(written), RoundRow.WriteLatest(written) })
        {
            TableLimits.Check(row);
            RoundSummary read = RoundRow.Read(row);
            Assert.Equal(written.Dropped, read.Dropped);
            Assert.Equal(written.Faults, read.Faults);
            Assert.Equal(written, read with { Dropped = written.Dropped, Faults = written.Faults });
        }
    });

    [Fact]
    public void Any_pool_reads_back_as_written() => Generated.Pool.Sample(written =>
        Assert.Equal(
            new RegisteredPool(PoolListing.Of(written), null),
            PoolRow.Read(PoolRow.Write(1, new RegisteredPool(PoolListing.Of(written), null)))));

    [Fact]
    public void Pool_of_any_family_reads_back_with_its_exclusion()
    {
        RegisteredPool written = new(
            new PoolListing(
                new PoolKey(Generated.Address.Single(), Hash256.Parse("0x" + new string('7', 64))),
                PoolFamily.UniswapV4,
                "uniswap-v4",
                [Generated.Address.Single(), Generated.Address.Single()],
                new FeePips(500))
            {
                TickSpacing = 10,
                Vault = Generated.Address.Single(),
                VaultId = Hash256.Parse("0x" + new string('8', 64)),
            },
            "below the liquidity floor");
        TableEntity row = PoolRow.Write(1, written);
        TableLimits.Check(row);
        Assert.Equal(written, PoolRow.Read(row));
    }

    [Fact]
    public void Pair_as_the_first_version_wrote_it_is_still_read()
    {
        PoolInfo pair = Generated.Pool.Single();
        TableEntity old = new("1", pair.Address.ToString())
        {
            ["schema"] = 1,
            ["Dex"] = pair.Dex,
            ["Token0"] = pair.Token0.ToString(),
            ["Token1"] = pair.Token1.ToString(),
            ["FeePips"] = pair.Fee.Value,
        };
        Assert.Equal(new RegisteredPool(PoolListing.Of(pair), null), PoolRow.Read(old));
    }

    [Fact]
    public void Pool_row_keys_sort_as_addresses_do() =>
        Gen.Select(Generated.Address, Generated.Address).Sample((a, b) =>
            Assert.Equal(Math.Sign(a.CompareTo(b)), Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString()))));

    [Fact]
    public void Block_columns_sort_as_blocks_do() => Gen.Select(Gen.ULong, Gen.ULong).Sample((a, b) =>
        Assert.Equal(a.CompareTo(b), Math.Sign(string.CompareOrdinal(ColumnText.Ordered(a), ColumnText.Ordered(b)))));

    [Fact]
    public void No_amount_is_ever_a_floating_point_column() => Generated.Opportunity.Sample(o =>
        Assert.DoesNotContain(OpportunityRow.Write(o), c => c.Value is double or float or decimal));

    [Fact]
    public void A_row_of_another_schema_is_refused_by_name_and_version()
    {
        Outcome outcome = Generated.Outcome.Single();
        TableEntity row = OutcomeRow.Write(outcome);
        row["schema"] = 7;

        UnreadableRowException error = Assert.Throws<UnreadableRowException>(() => OutcomeRow.Read(row));

        Assert.Contains($"outcome row '{row.PartitionKey}' / '{row.RowKey}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("schema '7'", error.Message, StringComparison.Ordinal);
        Assert.Contains("reads schema 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_schema_is_refused()
    {
        TableEntity row = ClaimRow.Write(Generated.Key.Single(), ClaimState.Claimed);
        row.Remove("schema");

        Assert.Contains("schema 'none'", Assert.Throws<UnreadableRowException>(() => ClaimRow.Read(row)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GasCostWei", "-1")]
    [InlineData("GasCostWei", "1.5")]
    [InlineData("GasCostWei", null)]
    [InlineData("GasCostWei", 12)]
    [InlineData("BlockHash", "0x12")]
    [InlineData("Amounts", "[\"1\",null]")]
    [InlineData("Amounts", "null")]
    [InlineData("Route", "[]")]
    [InlineData("Route", "[{\"p\":\"0x00\"}]")]
    [InlineData("Route", "{")]
    [InlineData("GasEstimate", "18446744073709551616")]
    [InlineData("Score", "high")]
    public void A_damaged_column_is_named(string column, object? value)
    {
        TableEntity row = OpportunityRow.Write(Generated.Opportunity.Single());
        row[column] = value;

        UnreadableRowException error = Assert.Throws<UnreadableRowException>(() => OpportunityRow.Read(row));

        Assert.Contains($"no readable {column}", error.Message, StringComparison.Ordinal);
        Assert.Contains(row.RowKey, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Exploded")]
    [InlineData("0")]
    [InlineData("included")]
    public void A_kind_that_is_no_name_is_refused(string kind)
    {
        TableEntity row = OutcomeRow.Write(Generated.Outcome.Single());
        row["Kind"] = kind;

        Assert.Throws<UnreadableRowException>(() => OutcomeRow.Read(row));
    }

    [Fact]
    public void An_opportunity_keyed_by_another_block_is_not_written()
    {
        Opportunity opportunity = Generated.Opportunity.Single();
        Opportunity misplaced = opportunity with { Block = opportunity.Block with { Number = opportunity.Block.Number ^ 1 } };

        Assert.Throws<ArgumentException>(() => OpportunityRow.Write(misplaced));
    }

    [Fact]
    public void An_attempt_number_that_would_break_the_order_is_refused()
    {
        Attempt attempt = Generated.Attempt.Single();

        Assert.EndsWith("-999", AttemptRow.Write(attempt with { Number = 999 }).RowKey, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => AttemptRow.Write(attempt with { Number = 1000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => AttemptRow.Write(attempt with { Number = -1 }));
    }

    [Fact]
    public void A_long_reason_is_cut_between_whole_characters_and_costs_no_row()
    {
        Outcome outcome = Generated.Outcome.Single();
        string atTheEdge = new('x', ColumnText.ReasonCharactersMax);
        string split = new string('x', ColumnText.ReasonCharactersMax - 2) + "😀😀";

        Assert.Equal(atTheEdge, OutcomeRow.Read(OutcomeRow.Write(outcome with { Reason = atTheEdge })).Reason);
        Assert.Equal(
            new string('x', ColumnText.ReasonCharactersMax - 2) + "…",
            OutcomeRow.Read(OutcomeRow.Write(outcome with { Reason = split })).Reason);
        Assert.Equal(
            ColumnText.ReasonCharactersMax,
            OutcomeRow.Read(OutcomeRow.Write(outcome with { Reason = new string('x', 1_000_000) })).Reason.Length);
    }

    [Fact]
    public void Lane_leases_read_back_as_written() =>
        Gen.Select(Generated.Address, Generated.Id, Gen.ULong, (a, h, u) => new LaneLease(a, h, u)).Array[0, 20].Sample(leases =>
            Assert.Equal(leases, LaneLeasesRow.Read(LaneLeasesRow.Write(1, new LaneLeases([.. leases]))).Leases));

    [Fact]
    public void A_route_hold_reads_back_as_written() => Gen.Select(Generated.Id, Gen.ULong).Sample((holder, until) =>
    {
        RouteHold hold = new(holder, until);
        Assert.Equal(hold, RouteHoldRow.Read(RouteHoldRow.Write(RouteHoldRow.Partition(1, Hash256.Parse(holder).ToString()), hold)));
    });
}
