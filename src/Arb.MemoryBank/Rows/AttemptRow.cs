using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>An <see cref="Attempt"/> as a row.</summary>
internal static class AttemptRow
{
    public const string Kind = "attempt";
    public const int Schema = 1;

    public static TableEntity Write(Attempt attempt)
    {
        TableEntity row = KeyColumns.NewAttemptRow(attempt.Key, attempt.Number, Schema);
        row["Number"] = attempt.Number;
        row["Stage"] = attempt.Stage.ToString();
        row["Operator"] = attempt.Operator.ToString();
        row["Nonce"] = ColumnText.Plain(attempt.Nonce);
        row["TransactionHash"] = attempt.TransactionHash?.ToString();
        row["HeadBlock"] = ColumnText.Ordered(attempt.HeadBlock);
        row["TargetBlock"] = ColumnText.Ordered(attempt.TargetBlock);
        row["BidBasisPoints"] = attempt.BidBasisPoints;
        row["ExpectedProfit"] = attempt.ExpectedProfit.ToString();
        row["CoinbasePaymentWei"] = attempt.CoinbasePaymentWei.ToString();
        row["GasUsed"] = ColumnText.Plain(attempt.GasUsed);
        row["GasPriceWei"] = attempt.GasPriceWei.ToString();
        row["SubmittedAfterBlockMs"] = attempt.SubmittedAfterBlockMs;
        row["Reason"] = attempt.Reason is null ? null : ColumnText.Reason(attempt.Reason);
        return row;
    }

    public static Attempt Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new Attempt(
            KeyColumns.Read(row),
            row.Int32("Number"),
            row.Named<AttemptStage>("Stage"),
            row.Address("Operator"),
            row.UInt64("Nonce"),
            row.OptionalHash("TransactionHash"),
            row.UInt64("HeadBlock"),
            row.UInt64("TargetBlock"),
            row.Int32("BidBasisPoints"),
            row.Word("ExpectedProfit"),
            row.Word("CoinbasePaymentWei"),
            row.UInt64("GasUsed"),
            row.Word("GasPriceWei"),
            row.OptionalInt64("SubmittedAfterBlockMs"),
            row.OptionalText("Reason"));
    }

    /// <summary>
    /// The stored attempt moved on by a later report of the same transaction: stage, latency and reason only.
    /// </summary>
    /// <returns>The stored one itself when the report is of an earlier stage, as a repeated activity may send.</returns>
    /// <exception cref="InvalidOperationException">The report is about another transaction: the stored hash must stay watched.</exception>
    public static Attempt MovedOn(Attempt stored, Attempt report)
    {
        if (stored.TransactionHash != report.TransactionHash)
        {
            throw new InvalidOperationException(
                $"Attempt {stored.Number} of opportunity {stored.Key.Id} is about transaction "
                + $"{stored.TransactionHash?.ToString() ?? "none"}, not {report.TransactionHash?.ToString() ?? "none"}: give the other one a number of its own.");
        }

        return Progress(report.Stage) < Progress(stored.Stage)
            ? stored
            : stored with
            {
                Stage = report.Stage,
                SubmittedAfterBlockMs = report.SubmittedAfterBlockMs,
                Reason = report.Reason is null ? null : ColumnText.Reason(report.Reason),
            };
    }

    /// <summary>
    /// Once sent it may land, so nothing takes back an acceptance; and a bundle relay that gave no answer may have taken
    /// it, so nothing takes that back either but an acceptance.
    /// </summary>
    private static int Progress(AttemptStage stage) => stage switch
    {
        AttemptStage.Simulated => 0,
        AttemptStage.Persisted => 1,
        AttemptStage.Refused => 2,
        AttemptStage.NotAccepted => 3,
        AttemptStage.Submitted => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "No such stage."),
    };
}
