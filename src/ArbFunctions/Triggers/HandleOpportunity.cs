using Arb.Engine;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Takes an opportunity off the queue and starts its one orchestration.</summary>
public sealed partial class HandleOpportunity(OpportunityIntake intake, Arb.Engine.IClaimBook claims, TradingPolicy policy, ILogger<HandleOpportunity> logger)
{
    /// <summary>Settles the message only when its claim says that nothing is left to do.</summary>
    [Function(nameof(HandleOpportunity))]
    public async Task RunAsync(
        [ServiceBusTrigger(OpportunityQueue.Name, Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        if (!OpportunityMessage.TryRead(message.Body, out OpportunityMessage? opportunity, out string reason))
        {
            LogPoison(message.MessageId, reason);
            await actions.DeadLetterMessageAsync(message, null, "Unreadable", reason, cancellation);
            return;
        }

        OpportunityKey key = opportunity!.ToKey();
        (IntakeDecision decision, reason) = await intake.DecideAsync(key, cancellation);
        switch (decision)
        {
            case IntakeDecision.Start:
                await StartAsync(client, key, cancellation);
                await actions.CompleteMessageAsync(message, cancellation);
                break;
            case IntakeDecision.Poison:
                LogPoison(message.MessageId, reason);
                await actions.DeadLetterMessageAsync(message, null, "NotOurs", reason, cancellation);
                break;
            default:
                LogDone(key.Id, reason);
                await actions.CompleteMessageAsync(message, cancellation);
                break;
        }
    }

    private async Task StartAsync(DurableTaskClient client, OpportunityKey key, CancellationToken cancellation)
    {
        // The claim stops a second run; listing every status keeps an id from being replaced while it runs or after it ended.
        StartOrchestrationOptions options = new StartOrchestrationOptions(key.Id)
            .WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        try
        {
            BundleInput input = new(BundleInput.CurrentVersion, key, policy.SubmissionsMax);
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(BundleOrchestrator), input, options, cancellation);
        }
        catch (Exception e) when (InstanceConflict.IsAlreadyExists(e))
        {
            LogStartedBefore(key.Id);
        }

        await claims.MarkStartedAsync(key, cancellation);
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Error, Message = "Message {MessageId} can never be handled: {Reason}")]
    private partial void LogPoison(string messageId, string reason);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Opportunity {OpportunityId} needs nothing: {Reason}")]
    private partial void LogDone(string opportunityId, string reason);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, Message = "Orchestration {OpportunityId} exists already")]
    private partial void LogStartedBefore(string opportunityId);
}
