using System.Numerics;
using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Writes the one outcome of an opportunity.</summary>
public sealed partial class RecordOutcome(OutcomeRecorder recorder, ILogger<RecordOutcome> logger)
{
    /// <summary>Runs the step; safe to run again.</summary>
    [Function(nameof(RecordOutcome))]
    public async Task<OutcomeKind> RunAsync([ActivityTrigger] OutcomeInput input, CancellationToken cancellation)
    {
        Outcome outcome = await recorder.RunAsync(input.Key, input.Kind, input.Reason, cancellation);
        LogRecorded(outcome.Key.Id, outcome.Kind, outcome.NetProfitWei, outcome.Reason);
        return outcome.Kind;
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Opportunity {OpportunityId} ended as {Kind}, net {NetProfitWei} wei: {Reason}")]
    private partial void LogRecorded(string opportunityId, OutcomeKind kind, BigInteger netProfitWei, string reason);
}
