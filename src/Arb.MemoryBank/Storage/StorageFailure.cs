using Arb.Engine;
using Azure;
using Azure.Data.Tables.Models;

namespace Arb.MemoryBank.Storage;

/// <summary>Tells an unreachable storage account from a bug of ours, and words it without anything secret.</summary>
internal static class StorageFailure
{
    /// <summary>The exception callers should see, or null when <paramref name="error"/> is not about reaching the account.</summary>
    public static MemoryUnavailableException? Translate(Uri account, Exception error, CancellationToken cancellation)
    {
        string? reason = error switch
        {
            OperationCanceledException => cancellation.IsCancellationRequested ? null : "no answer in time",
            RequestFailedException { Status: 0 } => "no connection",
            RequestFailedException failed when Concerns(failed) => $"HTTP {failed.Status} {failed.ErrorCode}".TrimEnd(),
            // What the client library throws when its retries ended in different ways.
            AggregateException many when many.InnerExceptions.All(IsTransport) => "no connection",
            HttpRequestException or IOException => "the connection broke",
            _ => null,
        };
        return reason is null
            ? null
            : new MemoryUnavailableException(
                $"The memory bank at {account.Authority} cannot be used: {reason}. "
                + "Check that the storage account is up and that this identity may use its tables.",
                error);
    }

    /// <summary>A row that changed under us on every try.</summary>
    public static MemoryUnavailableException Contended(string what, int tries) =>
        new($"The memory bank gave up on {what}: others changed it {tries} times meanwhile. Try again.");

    private static bool Concerns(RequestFailedException failed) =>
        failed.Status is 401 or 403 or 408 or 429 or >= 500
        || failed.ErrorCode == TableErrorCode.TableNotFound
        || failed.ErrorCode == TableErrorCode.TableBeingDeleted;

    private static bool IsTransport(Exception error) =>
        error is RequestFailedException { Status: 0 or 408 or 429 or >= 500 }
            or OperationCanceledException or HttpRequestException or IOException;
}
