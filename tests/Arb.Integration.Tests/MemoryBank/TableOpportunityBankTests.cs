using Arb.Engine;
using Arb.MemoryBank;
using Arb.MemoryBank.Storage;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TableOpportunityBankTests(AzuriteFixture azurite)
{
    private const ulong Day = 86_400;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_opportunity_comes_back_to_the_wei()
    {
        TableOpportunityBank bank = NewBank();
        Opportunity written = Sample.Opportunity(Sample.Key(1));

        await bank.AddOpportunitiesAsync([written], Cancellation);
        Opportunity? read = await bank.GetOpportunityAsync(written.Key, Cancellation);

        Assert.NotNull(read);
        Assert.Equal(written.Cycle.Route, read.Cycle.Route);
        Assert.Equal(written.Cycle.Amounts, read.Cycle.Amounts);
        Assert.Equal(written, read with { Cycle = written.Cycle });
    }

    [Fact]
    public async Task What_was_never_written_is_null_or_empty()
    {
        TableOpportunityBank bank = NewBank();

        Assert.Null(await bank.GetOpportunityAsync(Sample.Key(1), Cancellation));
        Assert.Null(await bank.GetOutcomeAsync(Sample.Key(1), Cancellation));
        Assert.Empty(await bank.GetAttemptsAsync(Sample.Key(1), Cancellation));
        await bank.AddOpportunitiesAsync([], Cancellation);
        Assert.Empty(await Sample.ListAsync(bank.QueryOpportunitiesAsync(Sample.Chain, 0, ulong.MaxValue, Cancellation)));
    }

    [Fact]
    public async Task The_same_opportunities_again_change_nothing_and_new_ones_among_them_are_added()
    {
        TableOpportunityBank bank = NewBank();
        Opportunity[] first = [.. Enumerable.Range(0, 230).Select(i => Sample.Opportunity(Sample.Key(2 * i)))];
        Opportunity[] again =
            [.. Enumerable.Range(0, 460).Select(i => Sample.Opportunity(Sample.Key(i)) with { Score = 5 })];

        await bank.AddOpportunitiesAsync(first, Cancellation);
        await bank.AddOpportunitiesAsync([.. again, .. again], Cancellation);

        Assert.Equal(
            again.Select(o => o.Key).OrderBy(k => k.Id, StringComparer.Ordinal),
            await Sample.ListAsync(bank.QueryOpportunitiesAsync(Sample.Chain, Sample.Midnight, Sample.Midnight, Cancellation)));
        Assert.Equal(double.Epsilon, (await bank.GetOpportunityAsync(first[9].Key, Cancellation))!.Score);
        Assert.Equal(5, (await bank.GetOpportunityAsync(again[9].Key, Cancellation))!.Score);
    }

    [Fact]
    public async Task Overlapping_rounds_of_two_processes_write_every_opportunity_once()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        Opportunity[] all = [.. Enumerable.Range(0, 150).Select(i => Sample.Opportunity(Sample.Key(i)))];

        await Task.WhenAll(
            new TableOpportunityBank(one).AddOpportunitiesAsync(all[..120], Cancellation),
            new TableOpportunityBank(other).AddOpportunitiesAsync(all[30..], Cancellation),
            new TableOpportunityBank(one).AddOpportunitiesAsync(all[10..90], Cancellation),
            new TableOpportunityBank(other).AddOpportunitiesAsync([.. all.Reverse()], Cancellation));

        List<OpportunityKey> keys = await Sample.ListAsync(
            new TableOpportunityBank(one).QueryOpportunitiesAsync(Sample.Chain, Sample.Midnight, Sample.Midnight, Cancellation));
        Assert.Equal(all.Select(o => o.Key), keys);
    }

    [Fact]
    public async Task A_range_over_midnight_includes_both_ends_newest_first_and_no_other_chain()
    {
        TableOpportunityBank bank = NewBank();
        ulong[] seconds = [Sample.Midnight - Day - 1, Sample.Midnight - 13, Sample.Midnight - 12, Sample.Midnight - 1,
            Sample.Midnight, Sample.Midnight + 12, Sample.Midnight + 13, Sample.Midnight + Day];
        for (int i = 0; i < seconds.Length; i++)
        {
            foreach (ulong chain in new ulong[] { 1, 10, 100, 31337 })
            {
                OpportunityKey key = Sample.Key(i, seconds[i], chain);
                await bank.AddOpportunitiesAsync([Sample.Opportunity(key)], Cancellation);
                await bank.PutOutcomeAsync(Sample.Outcome(key), Cancellation);
                await bank.TryAddAttemptAsync(Sample.Attempt(key, 0), Cancellation);
            }
        }

        OpportunityKey[] expected = [.. Enumerable.Range(2, 4).Reverse().Select(i => Sample.Key(i, seconds[i], 10))];
        (ulong from, ulong to) = (Sample.Midnight - 12, Sample.Midnight + 12);
        Assert.Equal(expected, await Sample.ListAsync(bank.QueryOpportunitiesAsync(10, from, to, Cancellation)));
        Assert.Equal(expected, (await Sample.ListAsync(bank.QueryOutcomesAsync(10, from, to, Cancellation))).Select(o => o.Key));
        Assert.Equal(expected, (await Sample.ListAsync(bank.QueryAttemptsAsync(10, from, to, Cancellation))).Select(a => a.Key));
        Assert.Empty(await Sample.ListAsync(bank.QueryOutcomesAsync(10, to, from, Cancellation)));
        Assert.Equal(
            seconds.Reverse(),
            (await Sample.ListAsync(bank.QueryOutcomesAsync(1, 0, ulong.MaxValue, Cancellation))).Select(o => o.Key.TargetTimestampSeconds));
    }

    [Fact]
    public async Task A_wide_range_finds_days_far_apart_newest_first()
    {
        TableOpportunityBank bank = NewBank();
        ulong[] seconds = [0, Day, 400 * Day, Sample.Midnight - 1, Sample.Midnight, TimeKeys.SecondsMax];
        foreach (ulong second in seconds)
        {
            await bank.PutOutcomeAsync(Sample.Outcome(Sample.Key(1, second)), Cancellation);
        }

        Assert.Equal(seconds.Reverse(), await SecondsAsync(0, ulong.MaxValue));
        Assert.Equal([Sample.Midnight - 1, 400 * Day, Day], await SecondsAsync(1, Sample.Midnight - 1));

        async Task<IEnumerable<ulong>> SecondsAsync(ulong from, ulong to) =>
            (await Sample.ListAsync(bank.QueryOutcomesAsync(Sample.Chain, from, to, Cancellation))).Select(o => o.Key.TargetTimestampSeconds);
    }

    [Fact]
    public async Task A_range_of_more_rows_than_a_page_holds_is_read_to_its_end()
    {
        TableOpportunityBank bank = NewBank();
        OpportunityKey[] keys = [.. Enumerable.Range(0, 1_150).Select(i => Sample.Key(i, Sample.Midnight + (ulong)i))];
        await bank.AddOpportunitiesAsync([.. keys.Select(Sample.Opportunity)], Cancellation);

        List<OpportunityKey> read = await Sample.ListAsync(
            bank.QueryOpportunitiesAsync(Sample.Chain, Sample.Midnight, Sample.Midnight + Day, Cancellation));

        Assert.Equal(keys.Reverse(), read);
    }

    [Fact]
    public async Task An_attempt_is_inserted_once_and_stays_as_it_was()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        TableOpportunityBank[] banks = [new(one), new(other)];
        Attempt[] rivals = [.. Enumerable.Range(0, 40).Select(i => Sample.Attempt(Sample.Key(1), 1) with { TransactionHash = Sample.Hash(i) })];

        bool[] inserted = await Task.WhenAll(rivals.Select((a, i) => banks[i % 2].TryAddAttemptAsync(a, Cancellation)));

        Assert.Single(inserted, true);
        Assert.Equal([rivals[Array.IndexOf(inserted, true)]], await banks[0].GetAttemptsAsync(Sample.Key(1), Cancellation));
    }

    [Fact]
    public async Task Attempts_come_by_number_and_only_the_opportunitys_own()
    {
        TableOpportunityBank bank = NewBank();
        int[] numbers = [2, 0, 999, 10, 1, 100];
        foreach (int number in numbers)
        {
            await bank.TryAddAttemptAsync(Sample.Attempt(Sample.Key(2), number), Cancellation);
            await bank.TryAddAttemptAsync(Sample.Attempt(Sample.Key(1), number), Cancellation);
            await bank.TryAddAttemptAsync(Sample.Attempt(Sample.Key(3), number), Cancellation);
        }

        Assert.Equal(
            numbers.Order().Select(n => Sample.Attempt(Sample.Key(2), n)),
            await bank.GetAttemptsAsync(Sample.Key(2), Cancellation));
    }

    [Fact]
    public async Task An_attempt_moves_on_and_keeps_its_transaction()
    {
        TableOpportunityBank bank = NewBank();
        Attempt persisted = Sample.Attempt(Sample.Key(1), 1);
        Attempt submitted = persisted with { Stage = AttemptStage.Submitted, SubmittedAfterBlockMs = long.MinValue, Reason = "taken" };
        await bank.TryAddAttemptAsync(persisted, Cancellation);

        await bank.UpdateAttemptAsync(submitted with { Nonce = 1 }, Cancellation);
        await bank.UpdateAttemptAsync(persisted, Cancellation);

        Assert.Equal([submitted], await bank.GetAttemptsAsync(Sample.Key(1), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => bank.UpdateAttemptAsync(submitted with { TransactionHash = Sample.Hash(1) }, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bank.UpdateAttemptAsync(submitted with { Number = 2 }, Cancellation));
    }

    [Fact]
    public async Task Reports_of_one_attempt_may_arrive_in_any_order()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        TableOpportunityBank[] banks = [new(one), new(other)];
        Attempt attempt = Sample.Attempt(Sample.Key(1), 1);
        await banks[0].TryAddAttemptAsync(attempt, Cancellation);
        AttemptStage[] stages = [AttemptStage.Submitted, AttemptStage.Persisted, AttemptStage.NotAccepted, AttemptStage.Refused];

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            banks[i % 2].UpdateAttemptAsync(attempt with { Stage = stages[i % stages.Length] }, Cancellation)));

        Assert.Equal(AttemptStage.Submitted, Assert.Single(await banks[1].GetAttemptsAsync(Sample.Key(1), Cancellation)).Stage);
    }

    [Fact]
    public async Task An_outcome_is_corrected_in_place()
    {
        TableOpportunityBank bank = NewBank();
        Outcome missed = Sample.Outcome(Sample.Key(1), OutcomeKind.Missed, "not in its block") with
        {
            TransactionHash = null,
            BlockNumber = null,
            BlockHash = null,
        };
        Outcome included = Sample.Outcome(Sample.Key(1), OutcomeKind.Included, "\u0001 <\"&é😀\r\n");

        await bank.PutOutcomeAsync(included, Cancellation);
        Assert.Equal(included, await bank.GetOutcomeAsync(Sample.Key(1), Cancellation));
        await bank.PutOutcomeAsync(missed, Cancellation);
        await bank.PutOutcomeAsync(missed, Cancellation);

        Assert.Equal([missed], await Sample.ListAsync(bank.QueryOutcomesAsync(Sample.Chain, 0, ulong.MaxValue, Cancellation)));
    }

    [Fact]
    public async Task A_verdict_survives_a_race_with_the_sweep()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        TableOpportunityBank[] banks = [new(one), new(other)];
        OutcomeKind[] kinds = [OutcomeKind.Expired, OutcomeKind.Superseded, OutcomeKind.Included, OutcomeKind.Expired];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            banks[i % 2].PutOutcomeAsync(Sample.Outcome(Sample.Key(1), kinds[i % kinds.Length]), Cancellation)));

        Outcome outcome = Assert.Single(
            await Sample.ListAsync(banks[0].QueryOutcomesAsync(Sample.Chain, 0, ulong.MaxValue, Cancellation)));
        Assert.Equal(OutcomeKind.Included, outcome.Kind);
    }

    private TableOpportunityBank NewBank() => new(SharedAzurite.Fresh(azurite));
}
