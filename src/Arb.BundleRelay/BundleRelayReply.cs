using System.Globalization;
using System.Text.Json;

namespace Arb.BundleRelay;

/// <summary>What came back: a result, or an error in one of the shapes bundle relays use.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Result">The result; JSON null when the method answered so.</param>
/// <param name="Error">The error, or null.</param>
internal readonly record struct BundleRelayReply(int Status, JsonElement Result, BundleRelayError? Error)
{
    /// <summary>
    /// Reads an answer: <c>{"result":…}</c>, <c>{"error":{"code","message"}}</c>, <c>{"error":"text"}</c>, or a
    /// refusal by HTTP status with any body or none.
    /// </summary>
    /// <exception cref="FormatException">A success that is neither result nor error, or one to another
    /// request.</exception>
    public static BundleRelayReply Read(int status, ReadOnlySpan<byte> body, long id)
    {
        bool refused = status is < 200 or > 299;
        JsonElement answer;
        try
        {
            answer = JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException notJson)
        {
            return refused
                ? new BundleRelayReply(status, default, new BundleRelayError(null, PlainText.Of(body)))
                : throw new FormatException($"HTTP {status} with a body that is not JSON", notJson);
        }

        if (answer.ValueKind == JsonValueKind.Object
            && answer.TryGetProperty("error", out JsonElement error)
            && error.ValueKind != JsonValueKind.Null)
        {
            return new BundleRelayReply(status, default, BundleRelayError.Read(error));
        }

        if (refused)
        {
            return new BundleRelayReply(status, default, new BundleRelayError(null, PlainText.Of(body)));
        }

        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("result", out JsonElement result))
        {
            throw new FormatException($"HTTP {status} with neither result nor error");
        }

        return IsId(answer, id)
            ? new BundleRelayReply(status, result, null)
            : throw new FormatException("the answer has another id than the request");
    }

    private static bool IsId(JsonElement answer, long id)
    {
        if (!answer.TryGetProperty("id", out JsonElement given))
        {
            return false;
        }

        // Some gateways give the id back as text.
        return given.ValueKind switch
        {
            JsonValueKind.Number => given.TryGetInt64(out long number) && number == id,
            JsonValueKind.String => given.ValueEquals(id.ToString(CultureInfo.InvariantCulture)),
            _ => false,
        };
    }
}
