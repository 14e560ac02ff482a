using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Arb.Domain;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>Reads one row's columns; whatever cannot be read becomes one error that names row, version and column.</summary>
internal sealed class RowReader
{
    /// <summary>Column that says under which layout the row was written.</summary>
    public const string SchemaColumn = "schema";

    private readonly TableEntity _row;
    private readonly string _kind;
    private readonly int _schema;

    /// <summary>Opens a row of a kind written under exactly the given schema version.</summary>
    /// <exception cref="UnreadableRowException">The row was written under another version.</exception>
    public RowReader(TableEntity row, string kind, int schema)
    {
        _row = row;
        _kind = kind;
        _schema = schema;
        if (!row.TryGetValue(SchemaColumn, out object? found) || found is not int version || version != schema)
        {
            throw new UnreadableRowException(
                $"{Title} has schema '{found ?? "none"}', and this version reads schema {schema}. "
                + "Run the version that wrote it, or remove the row.");
        }
    }

    private string Title => $"The {_kind} row '{_row.PartitionKey}' / '{_row.RowKey}'";

    public string Text(string column) => OptionalText(column) ?? throw Unreadable(column, null);

    public string? OptionalText(string column) =>
        !_row.TryGetValue(column, out object? value) || value is null ? null
        : value as string ?? throw Unreadable(column, null);

    public int Int32(string column) =>
        _row.TryGetValue(column, out object? found) && found is int value ? value : throw Unreadable(column, null);

    public long? OptionalInt64(string column) =>
        !_row.TryGetValue(column, out object? value) || value is null ? null
        : value is long number ? number
        : throw Unreadable(column, null);

    public ulong UInt64(string column) => Parse(column, s => ulong.Parse(s, NumberStyles.None, CultureInfo.InvariantCulture));

    public ulong? OptionalUInt64(string column) => OptionalText(column) is null ? null : UInt64(column);

    public UInt256 Word(string column) => Parse(column, Domain.UInt256.Parse);

    public BigInteger Signed(string column) =>
        Parse(column, s => BigInteger.Parse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    public double Number(string column) => Parse(column, s => double.Parse(s, NumberStyles.Float, CultureInfo.InvariantCulture));

    public Hash256 Hash(string column) => Parse(column, s => Hash256.Parse(s));

    public Hash256? OptionalHash(string column) => OptionalText(column) is null ? null : Hash(column);

    public Address Address(string column) => Parse(column, s => Domain.Address.Parse(s));

    public FeePips Fee(string column)
    {
        int pips = Int32(column);
        return pips is >= 0 and < FeePips.Whole ? new FeePips(pips) : throw Unreadable(column, null);
    }

    /// <summary>A value of which a text is the whole.</summary>
    public T Parsed<T>(string column, Func<string, T> parse) => Parse(column, parse);

    /// <summary>A value by its name; a bare number is not a name.</summary>
    public T Named<T>(string column)
        where T : struct, Enum =>
        Enum.TryParse(Text(column), ignoreCase: false, out T value) && Enum.GetName(value) == Text(column)
            ? value
            : throw Unreadable(column, null);

    /// <summary>JSON of <typeparamref name="TColumn"/>, converted.</summary>
    public T Json<TColumn, T>(string column, JsonTypeInfo<TColumn> type, Func<TColumn, T> convert)
        where TColumn : class =>
        Parse(column, s => convert(JsonSerializer.Deserialize(s, type) ?? throw new JsonException("null")));

    private T Parse<T>(string column, Func<string, T> parse)
    {
        string text = Text(column);
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or JsonException)
        {
            throw Unreadable(column, e);
        }
    }

    private string Shown(string column) =>
        _row.TryGetValue(column, out object? value) && value is not null ? ColumnText.Reason($"{value}") : "nothing";

    private UnreadableRowException Unreadable(string column, Exception? cause) =>
        new(
            $"{Title} of schema {_schema} has no readable {column}: '{Shown(column)}'. "
            + "It was damaged or written by something else.",
            cause);
}
