using System.Globalization;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>Comma-separated rows under a header, without quotes: what the data files are.</summary>
internal sealed class CsvTable
{
    private readonly string[] _columns;
    private readonly string[] _lines;

    public CsvTable(string text)
    {
        _lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Header = _lines.Length > 0 ? _lines[0] : string.Empty;
        _columns = Header.Split(',');
    }

    public string Header { get; }

    public IEnumerable<CsvRow> Rows()
    {
        for (int i = 1; i < _lines.Length; i++)
        {
            string[] values = _lines[i].Split(',');
            yield return values.Length == _columns.Length
                ? new CsvRow(_columns, values, i + 1)
                : throw new MarketFileException($"line {i + 1}: expected {_columns.Length} values ({Header}), found {values.Length}.");
        }
    }
}

/// <summary>One row; a failure names its line and column.</summary>
internal readonly struct CsvRow(string[] columns, string[] values, int line)
{
    public string Text(string column) => Value(column) is { Length: > 0 } text ? text : throw Wrong(column, "a text");

    public string? TextOrNull(string column) => Value(column) is { Length: > 0 } text ? text : null;

    public UInt256 Unsigned(string column) => UInt256.TryParse(Value(column), CultureInfo.InvariantCulture, out UInt256 number)
        ? number
        : throw Wrong(column, "a whole number, 0 to 2^256 - 1");

    public int Int32(string column, int min, int max) =>
        int.TryParse(Value(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
        ? number
        : throw Wrong(column, $"a whole number from {min} to {max}");

    public ulong UInt64(string column) => ulong.TryParse(Value(column), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
        ? number
        : throw Wrong(column, "a whole number");

    /// <summary>A decimal number times 10^<paramref name="decimals"/>; digits beyond are an error, not cut.</summary>
    public UInt256 Scaled(string column, int decimals) => DecimalText.TryScaleExact(Value(column), decimals, out UInt256 scaled)
        ? scaled
        : throw Wrong(column, $"a decimal number with at most {decimals} digits after the point");

    public MarketFileException Wrong(string column, string expected) =>
        new($"line {line}: column '{column}': expected {expected}, found '{Value(column)}'.");

    private string Value(string column) => values[Array.IndexOf(columns, column)];
}
