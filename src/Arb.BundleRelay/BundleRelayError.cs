using System.Text.Json;

namespace Arb.BundleRelay;

/// <summary>A bundle relay's error.</summary>
/// <param name="Code">JSON-RPC code; null when there was only a text.</param>
/// <param name="Message">Its text, made safe to show.</param>
internal sealed record BundleRelayError(long? Code, string Message)
{
    private const long InvalidRequest = -32600;
    private const long MethodNotFound = -32601;
    private const long InternalError = -32603;
    private const long LimitExceeded = -32005;

    /// <summary>
    /// The error is about the bundle relay (its own simulator is down, it wants a signature, it counts requests), so
    /// it says nothing of the bundle.
    /// </summary>
    public bool IsAboutTheRelay =>
        Code is InvalidRequest or MethodNotFound or InternalError or LimitExceeded
        // A gateway that passes on its simulator's failure: "rpc call eth_callBundle() on … status code: 502".
        || Message.StartsWith("rpc call ", StringComparison.Ordinal);

    public static BundleRelayError Read(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new BundleRelayError(null, PlainText.Of(error));
        }

        long? code = error.TryGetProperty("code", out JsonElement number)
            && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out long value)
                ? value
                : null;
        return new BundleRelayError(
            code, error.TryGetProperty("message", out JsonElement message) ? PlainText.Of(message) : "no message");
    }

    public override string ToString() => Code is { } code ? $"{Message} ({code})" : Message;
}
