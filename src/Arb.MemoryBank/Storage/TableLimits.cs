using System.Diagnostics.CodeAnalysis;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Storage;

/// <summary>
/// The Table service's documented limits, enforced before every write: Azurite accepts rows and transactions that
/// the service refuses ("Understanding the Table service data model", "Performing entity group transactions").
/// </summary>
internal static class TableLimits
{
    /// <summary>1 KiB of UTF-16.</summary>
    public const int KeyCharactersMax = 512;

    /// <summary>255 less the three system properties.</summary>
    public const int PropertiesMax = 252;

    public const int PropertyNameCharactersMax = 255;

    /// <summary>64 KiB of UTF-16.</summary>
    public const int TextCharactersMax = 32 * 1024;

    public const int BinaryBytesMax = 64 * 1024;

    public const int RowBytesMax = 1024 * 1024;

    public const int TransactionRowsMax = 100;

    public const int TransactionBytesMax = 4 * 1024 * 1024;

    /// <summary>Multipart framing, request line and headers of one operation; the client library writes under half of this.</summary>
    private const int OperationBytes = 2048;

    /// <summary>Longest escape of one UTF-16 unit in JSON: backslash, u and four hex digits.</summary>
    private const int EscapedCharacterBytes = 6;

    /// <summary>Refuses a row the service would refuse.</summary>
    /// <exception cref="ArgumentException">Names the row, the limit and the value that breaks it.</exception>
    public static void Check(TableEntity row)
    {
        CheckKey(row, "PartitionKey", row.PartitionKey);
        CheckKey(row, "RowKey", row.RowKey);

        int properties = 0;
        foreach ((string name, object? value) in row)
        {
            if (IsSystem(name) || value is null)
            {
                continue;
            }

            properties++;
            if (name.Length is 0 or > PropertyNameCharactersMax)
            {
                ThrowRefused(row, $"a property name of {name.Length} characters; 1 to {PropertyNameCharactersMax} fit");
            }

            if (value is string text && text.Length > TextCharactersMax)
            {
                ThrowRefused(row, $"{text.Length} characters in {name}; {TextCharactersMax} fit");
            }

            if (value is byte[] bytes && bytes.Length > BinaryBytesMax)
            {
                ThrowRefused(row, $"{bytes.Length} bytes in {name}; {BinaryBytesMax} fit");
            }
        }

        if (properties > PropertiesMax)
        {
            ThrowRefused(row, $"{properties} properties; {PropertiesMax} fit");
        }

        long size = RowBytes(row);
        if (size > RowBytesMax)
        {
            ThrowRefused(row, $"{size} bytes; {RowBytesMax} fit");
        }
    }

    /// <summary>Splits rows of one partition, in order, into transactions the service takes.</summary>
    /// <exception cref="ArgumentException">
    /// The rows are of two partitions, one occurs twice, or one is refused by <see cref="Check"/>.
    /// </exception>
    public static List<List<TableEntity>> Batches(IReadOnlyList<TableEntity> rows)
    {
        List<List<TableEntity>> batches = [];
        HashSet<string> rowKeys = new(StringComparer.Ordinal);
        long bytes = 0;
        foreach (TableEntity row in rows)
        {
            Check(row);
            if (row.PartitionKey != rows[0].PartitionKey)
            {
                ThrowRefused(row, $"a partition other than '{rows[0].PartitionKey}' in one transaction");
            }

            if (!rowKeys.Add(row.RowKey))
            {
                ThrowRefused(row, "the same row twice in one transaction");
            }

            long rowBytes = PayloadBytes(row);
            if (batches.Count == 0 || batches[^1].Count == TransactionRowsMax || bytes + rowBytes > TransactionBytesMax)
            {
                batches.Add([]);
                bytes = 0;
            }

            batches[^1].Add(row);
            bytes += rowBytes;
        }

        return batches;
    }

    /// <summary>Size of a stored row by the service's own formula.</summary>
    public static long RowBytes(TableEntity row)
    {
        long size = 4 + (2L * (row.PartitionKey.Length + row.RowKey.Length));
        foreach ((string name, object? value) in row)
        {
            if (!IsSystem(name) && value is not null)
            {
                size += 8 + (2L * name.Length) + ValueBytes(row, name, value);
            }
        }

        return size;
    }

    /// <summary>Upper bound of what a row adds to a transaction's request body.</summary>
    public static long PayloadBytes(TableEntity row)
    {
        // Keys are in the body and, percent-encoded (nine bytes at most for one UTF-16 unit), in the request line.
        long size = OperationBytes + (15L * (row.PartitionKey.Length + row.RowKey.Length));
        foreach ((string name, object? value) in row)
        {
            if (IsSystem(name) || value is null)
            {
                continue;
            }

            // The name comes twice: "name@odata.type":"Edm.Type","name":value.
            size += (2L * EscapedCharacterBytes * name.Length) + 64;
            size += value switch
            {
                string text => JsonBytes(text),
                byte[] bytes => 2L * bytes.Length,
                _ => 64,
            };
        }

        return size;
    }

    private static long JsonBytes(string text)
    {
        long size = 0;
        foreach (char c in text)
        {
            size += char.IsAsciiLetterOrDigit(c) || " ,.:;-_|[](){}=!?/".Contains(c, StringComparison.Ordinal)
                ? 1
                : EscapedCharacterBytes;
        }

        return size;
    }

    private static long ValueBytes(TableEntity row, string name, object value) => value switch
    {
        string text => 4 + (2L * text.Length),
        byte[] bytes => 4 + bytes.Length,
        bool => 1,
        int => 4,
        long or double or DateTime or DateTimeOffset => 8,
        Guid => 16,
        _ => RefuseType(row, name, value),
    };

    private static void CheckKey(TableEntity row, string which, string? key)
    {
        if (key is null)
        {
            ThrowRefused(row, $"no {which}");
        }

        if (key.Length > KeyCharactersMax)
        {
            ThrowRefused(row, $"{key.Length} characters in its {which}; {KeyCharactersMax} fit");
        }

        foreach (char c in key)
        {
            if (c is '/' or '\\' or '#' or '?' || char.IsControl(c))
            {
                ThrowRefused(row, $"the forbidden character U+{(int)c:X4} in its {which}");
            }
        }
    }

    private static bool IsSystem(string name) => name is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag";

    private static long RefuseType(TableEntity row, string name, object value)
    {
        ThrowRefused(row, $"a {value.GetType().Name} in {name}, which has no column type");
        return 0;
    }

    [DoesNotReturn]
    private static void ThrowRefused(TableEntity row, string what) =>
        throw new ArgumentException($"Row '{row.PartitionKey}' / '{row.RowKey}' has {what}.", nameof(row));
}
