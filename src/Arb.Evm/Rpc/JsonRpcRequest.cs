using System.Text.Json;

namespace Arb.Evm;

/// <summary>One request of a batch.</summary>
/// <param name="Method">Method name.</param>
/// <param name="Parameters">Writes the elements of <c>params</c> into the array that is already open; null for none.</param>
public sealed record JsonRpcRequest(string Method, Action<Utf8JsonWriter>? Parameters = null);

/// <summary>Answer to one request of a batch: a result or an error.</summary>
/// <param name="Result">The result; JSON null when the method answered so.</param>
/// <param name="Error">The error, or null.</param>
public readonly record struct JsonRpcReply(JsonElement Result, JsonRpcException? Error)
{
    /// <summary>The result.</summary>
    /// <exception cref="JsonRpcException">The reply is an error.</exception>
    public JsonElement ResultOrThrow() => Error is null ? Result : throw Error;
}
