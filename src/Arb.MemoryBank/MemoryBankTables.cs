using Arb.Engine;
using Arb.MemoryBank.Storage;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Arb.MemoryBank;

/// <summary>
/// The memory bank's tables in one storage account. Share one instance among all books of a process: it holds the
/// connection and knows that the tables exist.
/// </summary>
public sealed class MemoryBankTables
{
    private const int TableNameCharactersMax = 63;

    /// <summary>A deleted table's name stays taken for at least 40 s while the service collects it.</summary>
    private const int BeingDeletedTriesMax = 90;

    private static readonly TimeSpan BeingDeletedPause = TimeSpan.FromSeconds(1);

    private readonly TableServiceClient _service;
    private readonly TimeProvider _time;
    private readonly List<string> _names = [];
    private readonly Lock _gate = new();
    private Task? _creation;

    /// <summary>Nothing is called until first use or <see cref="CreateAsync"/>.</summary>
    /// <param name="service">Client of the account, best made with <see cref="ClientOptions"/>.</param>
    /// <param name="prefix">
    /// Put before every table name, so that several memory banks fit one account; letters and digits, a letter first.
    /// </param>
    /// <param name="time">Paces waiting for a table that is being deleted; the system's when null.</param>
    /// <exception cref="ArgumentException">The prefix makes no valid table names.</exception>
    public MemoryBankTables(TableServiceClient service, string prefix = "", TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(prefix);
        _service = service;
        _time = time ?? TimeProvider.System;
        Pools = Table(prefix, "Pools");
        Opportunities = Table(prefix, "Opportunities");
        Attempts = Table(prefix, "Attempts");
        Outcomes = Table(prefix, "Outcomes");
        Claims = Table(prefix, "Claims");
        Lanes = Table(prefix, "Lanes");
        Rounds = Table(prefix, "Rounds");
        Breakers = Table(prefix, "Breakers");
        TokenMetrics = Table(prefix, "TokenMetrics");
    }

    internal BankTable Pools { get; }

    internal BankTable Opportunities { get; }

    internal BankTable Attempts { get; }

    internal BankTable Outcomes { get; }

    internal BankTable Claims { get; }

    internal BankTable Lanes { get; }

    internal BankTable Rounds { get; }

    internal BankTable Breakers { get; }

    internal BankTable TokenMetrics { get; }

    /// <summary>
    /// Client options that fit a trade's few hundred milliseconds: an attempt ends after 3 s, two retries follow within
    /// half a second, and then the caller hears of it instead of waiting through the library's default of minutes.
    /// </summary>
    public static TableClientOptions ClientOptions() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = 2,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromMilliseconds(400),
            NetworkTimeout = TimeSpan.FromSeconds(3),
        },
    };

    /// <summary>
    /// Creates the tables that are missing, all at once. Safe to call from several processes at the same time; first use
    /// does it too, but then a trade waits for it.
    /// </summary>
    /// <exception cref="MemoryUnavailableException">
    /// The account could not be reached, refused us, or is still deleting a table of that name.
    /// </exception>
    public async Task CreateAsync(CancellationToken cancellation)
    {
        Task creation;
        lock (_gate)
        {
            // A creation that failed is tried again by the next caller.
            if (_creation is null or { IsFaulted: true })
            {
                // Not under the caller's token: other callers wait for the same creation.
                _creation = Task.WhenAll(_names.Select(CreateTableAsync));
            }

            creation = _creation;
        }

        await creation.WaitAsync(cancellation);
    }

    private ValueTask ReadyAsync(CancellationToken cancellation) =>
        Volatile.Read(ref _creation) is { IsCompletedSuccessfully: true } ? default : new ValueTask(CreateAsync(cancellation));

    private async Task CreateTableAsync(string name)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await _service.CreateTableIfNotExistsAsync(name, CancellationToken.None);
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableBeingDeleted && tries < BeingDeletedTriesMax)
            {
                await Task.Delay(BeingDeletedPause, _time, CancellationToken.None);
            }
            catch (Exception e) when (StorageFailure.Translate(_service.Uri, e, CancellationToken.None) is { } unavailable)
            {
                throw unavailable;
            }
        }
    }

    private BankTable Table(string prefix, string name)
    {
        string full = prefix + name;
        if (full.Length > TableNameCharactersMax || !char.IsAsciiLetter(full[0]) || !full.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException(
                $"'{prefix}' is no table name prefix: letters and digits, a letter first, "
                + $"at most {TableNameCharactersMax - name.Length} of them.",
                nameof(prefix));
        }

        _names.Add(full);
        return new BankTable(_service.GetTableClient(full), ReadyAsync);
    }
}
