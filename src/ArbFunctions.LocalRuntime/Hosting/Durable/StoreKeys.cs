using System.Buffers;
using System.Globalization;
using System.Text;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>
/// Row keys of the hub's table. One partition holds all rows of its instances, so that whatever a turn changes
/// commits in one transaction.
/// </summary>
internal static class StoreKeys
{
    /// <summary>Partition of leases, workers and signals.</summary>
    public const string Control = "control";

    /// <summary>Longest instance id, as in the real extension.</summary>
    public const int InstanceIdLengthMax = 256;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\#?");

    private const string Active = "a|";
    private const string History = "h|";
    private const string Inbox = "m|";
    private const string Outbox = "o|";
    private const string State = "s|";

    public static string Partition(int index) => string.Create(CultureInfo.InvariantCulture, $"p{index:D2}");

    /// <summary>FNV-1a: stable across processes and versions, unlike <see cref="string.GetHashCode()"/>.</summary>
    public static int PartitionOf(string instanceId, int partitionCount)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(instanceId))
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)(hash % (uint)partitionCount);
    }

    /// <exception cref="ArgumentException">The real extension would refuse the id too.</exception>
    public static void CheckInstanceId(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (instanceId.Length > InstanceIdLengthMax)
        {
            throw new ArgumentException(
                $"Instance id '{instanceId[..40]}…' has {instanceId.Length} characters; at most {InstanceIdLengthMax} are allowed.",
                nameof(instanceId));
        }

        if (instanceId.StartsWith('@') || instanceId.AsSpan().ContainsAny(Forbidden)
            || instanceId.AsSpan().ContainsAnyInRange('\u0000', '\u001f')
            || instanceId.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
        {
            throw new ArgumentException(
                $"Instance id '{instanceId}' is not valid: it must not begin with @ or contain /, \\, #, ? or control characters.",
                nameof(instanceId));
        }
    }

    public static string StateOf(string instanceId) => State + Escape(instanceId);

    public static string ActiveOf(string instanceId) => Active + Escape(instanceId);

    public static string HistoryOf(string instanceId, int generation, int batch) =>
        string.Create(CultureInfo.InvariantCulture, $"{HistoryPrefix(instanceId)}{generation:D8}|{batch:D8}");

    public static string HistoryPrefix(string instanceId) => $"{History}{Escape(instanceId)}|";

    public static string HistoryPrefix(string instanceId, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{HistoryPrefix(instanceId)}{generation:D8}|");

    public static string InboxPrefix(string instanceId) => $"{Inbox}{Escape(instanceId)}|";

    public static string AnswerOf(string instanceId, string executionId, int generation, int taskId) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{InboxPrefix(instanceId)}c|{executionId}|{generation:D8}|{taskId:D8}");

    public static string MessageOf(string instanceId, string messageId) => $"{InboxPrefix(instanceId)}e|{messageId}";

    public static string OutboxOf(string instanceId, int generation, int batch) =>
        string.Create(CultureInfo.InvariantCulture, $"{Outbox}{Escape(instanceId)}|{generation:D8}|{batch:D8}");

    public static string OutboxPrefix(string instanceId) => $"{Outbox}{Escape(instanceId)}|";

    public static string AllActive => Active;

    public static string AllInbox => Inbox;

    public static string AllOutbox => Outbox;

    public static string StatePrefix(string instanceIdPrefix) => State + Escape(instanceIdPrefix);

    /// <summary>The instance a row belongs to.</summary>
    public static string InstanceOf(string rowKey)
    {
        int end = rowKey.IndexOf('|', 2);
        return Unescape(end < 0 ? rowKey[2..] : rowKey[2..end]);
    }

    /// <summary>Exclusive end of the range of keys that begin with a prefix.</summary>
    public static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    // '|' ends the id in longer keys; '=' escapes. Percent signs are left alone but are legal in keys.
    private static string Escape(string instanceId) =>
        instanceId.Replace("=", "=3D", StringComparison.Ordinal).Replace("|", "=7C", StringComparison.Ordinal);

    private static string Unescape(string text) =>
        text.Replace("=7C", "|", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
}
