using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>An <see cref="Outcome"/> as a row.</summary>
internal static class OutcomeRow
{
    public const string Kind = "outcome";
    public const int Schema = 1;

    public static TableEntity Write(Outcome outcome)
    {
        TableEntity row = KeyColumns.NewRow(outcome.Key, Schema);
        row["Kind"] = outcome.Kind.ToString();
        row["Reason"] = ColumnText.Reason(outcome.Reason);
        row["Attempts"] = outcome.Attempts;
        row["TransactionHash"] = outcome.TransactionHash?.ToString();
        row["IncludedInBlock"] = outcome.BlockNumber is { } number ? ColumnText.Ordered(number) : null;
        row["IncludedInBlockHash"] = outcome.BlockHash?.ToString();
        row["GasUsed"] = ColumnText.Plain(outcome.GasUsed);
        row["GasCostWei"] = outcome.GasCostWei.ToString();
        row["ProfitToRecipientWei"] = outcome.ProfitToRecipientWei.ToString();
        row["NetProfitWei"] = ColumnText.Plain(outcome.NetProfitWei);
        return row;
    }

    public static Outcome Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new Outcome(
            KeyColumns.Read(row),
            row.Named<OutcomeKind>("Kind"),
            row.Text("Reason"),
            row.Int32("Attempts"),
            row.OptionalHash("TransactionHash"),
            row.OptionalUInt64("IncludedInBlock"),
            row.OptionalHash("IncludedInBlockHash"),
            row.UInt64("GasUsed"),
            row.Word("GasCostWei"),
            row.Word("ProfitToRecipientWei"),
            row.Signed("NetProfitWei"));
    }

    /// <summary>
    /// Whether a later outcome corrects an earlier one. A run's verdict corrects any (a reorganised block turns
    /// included into missed, a late receipt the other way); "it never ran" does not correct a verdict, because the
    /// sweep and a redelivered message race with the run.
    /// </summary>
    public static bool Corrects(OutcomeKind later, OutcomeKind earlier) => !NeverRan(later) || NeverRan(earlier);

    private static bool NeverRan(OutcomeKind kind) => kind is OutcomeKind.Expired or OutcomeKind.Superseded;
}
