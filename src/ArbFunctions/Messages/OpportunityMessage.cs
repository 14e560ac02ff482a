using System.Text.Json;
using Arb.Engine;

namespace ArbFunctions;

/// <summary>Body of a message on <c>opportunities</c>: ids and numbers only, readable by anyone who may see the queue.</summary>
/// <param name="SchemaVersion">Version of this body.</param>
/// <param name="Id">Opportunity id.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="BlockNumber">Block it was seen at.</param>
/// <param name="TargetTimestampSeconds">Expected timestamp of its target block, Unix seconds.</param>
internal sealed record OpportunityMessage(
    int SchemaVersion,
    string Id,
    ulong ChainId,
    ulong BlockNumber,
    ulong TargetTimestampSeconds)
{
    /// <summary>The version written and read here.</summary>
    public const int CurrentVersion = 1;

    public static OpportunityMessage From(OpportunityKey key) =>
        new(CurrentVersion, key.Id, key.ChainId, key.BlockNumber, key.TargetTimestampSeconds);

    public OpportunityKey ToKey() => new(Id, ChainId, BlockNumber, TargetTimestampSeconds);

    /// <summary>Reads a body; false with the reason when it is not one of ours or of another version.</summary>
    public static bool TryRead(BinaryData body, out OpportunityMessage? message, out string reason)
    {
        message = null;
        try
        {
            message = body.ToObjectFromJson<OpportunityMessage>(JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            reason = $"The body is not an opportunity message: {e.Message}";
            return false;
        }

        if (message is null || message.SchemaVersion != CurrentVersion || string.IsNullOrEmpty(message.Id))
        {
            reason = $"Schema version {message?.SchemaVersion} is not {CurrentVersion}, or the id is missing.";
            message = null;
            return false;
        }

        reason = string.Empty;
        return true;
    }
}
