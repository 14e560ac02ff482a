using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>Verdicts about tokens in the table <c>TokenMetrics</c>.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableTokenBook(MemoryBankTables tables) : ITokenBook
{
    private readonly BankTable _tokens = tables.TokenMetrics;

    /// <inheritdoc/>
    public async Task<ImmutableDictionary<Address, TokenVerdict>> GetAsync(ulong chainId, CancellationToken cancellation)
    {
        ImmutableDictionary<Address, TokenVerdict>.Builder verdicts = ImmutableDictionary.CreateBuilder<Address, TokenVerdict>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {TokenVerdictRow.Partition(chainId)}");
        await foreach (TableEntity row in _tokens.QueryAsync(filter, columns: null, rowsPerPage: null, cancellation))
        {
            TokenVerdict verdict = TokenVerdictRow.Read(row);
            verdicts[verdict.Token] = verdict;
        }

        return verdicts.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task PutAsync(ulong chainId, IReadOnlyCollection<TokenVerdict> verdicts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        await _tokens.AddMissingAsync(verdicts.Select(v => TokenVerdictRow.Write(chainId, v)), cancellation);
        ImmutableDictionary<Address, TokenVerdict> stored = await GetAsync(chainId, cancellation);
        foreach (TokenVerdict verdict in verdicts.Where(v => stored[v.Token].BlockNumber < v.BlockNumber))
        {
            await _tokens.PutNewestAsync(
                TokenVerdictRow.Write(chainId, verdict),
                row => TokenVerdictRow.Read(row).BlockNumber >= verdict.BlockNumber,
                $"the verdict about token {verdict.Token}",
                cancellation);
        }
    }
}
