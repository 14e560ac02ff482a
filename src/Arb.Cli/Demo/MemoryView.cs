using System.Collections.Immutable;
using Arb.Engine;
using Arb.MemoryBank;
using Azure.Data.Tables;

namespace Arb.Cli.Demo;

/// <summary>The memory bank as an operator reads it: straight from its tables.</summary>
internal sealed class MemoryView(string connectionString, ulong chainId, ulong fromSeconds)
{
    // A target block lies at most a few slots ahead of the last block.
    private const ulong AheadSeconds = 3_600;

    private readonly MemoryBankTables _tables = new(new TableServiceClient(connectionString, MemoryBankTables.ClientOptions()));

    public async Task<ImmutableArray<Outcome>> GetOutcomesAsync(ulong toSeconds, CancellationToken cancellation) =>
        await CollectAsync(new TableOpportunityBank(_tables).QueryOutcomesAsync(chainId, fromSeconds, toSeconds + AheadSeconds, cancellation), cancellation);

    public async Task<ImmutableArray<Attempt>> GetAttemptsAsync(ulong toSeconds, CancellationToken cancellation) =>
        await CollectAsync(new TableOpportunityBank(_tables).QueryAttemptsAsync(chainId, fromSeconds, toSeconds + AheadSeconds, cancellation), cancellation);

    public async Task<ImmutableArray<RoundSummary>> GetRoundsAsync(ulong toSeconds, CancellationToken cancellation) =>
        await CollectAsync(new TableRoundBook(_tables).QueryAsync(chainId, fromSeconds, toSeconds + AheadSeconds, cancellation), cancellation);

    private static async Task<ImmutableArray<T>> CollectAsync<T>(IAsyncEnumerable<T> rows, CancellationToken cancellation)
    {
        ImmutableArray<T>.Builder all = ImmutableArray.CreateBuilder<T>();
        await foreach (T row in rows.WithCancellation(cancellation))
        {
            all.Add(row);
        }

        return all.ToImmutable();
    }
}
