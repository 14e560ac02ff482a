namespace Arb.Evm;

/// <summary>The other side understood the request and answered with a JSON-RPC error.</summary>
public sealed class JsonRpcException : Exception
{
    /// <summary>Takes the error object's members.</summary>
    public JsonRpcException(long code, string message, string? errorData, string context)
        : base($"{context}: JSON-RPC error {code}: {Hex.Shorten(message)}")
    {
        Code = code;
        ErrorMessage = message;
        ErrorData = errorData;
    }

    /// <summary>The error's code (EIP-1474); 0 when the error was only a text.</summary>
    public long Code { get; }

    /// <summary>The error's own text.</summary>
    public string ErrorMessage { get; }

    /// <summary>The error's <c>data</c>: the string itself, or JSON text of anything else; null when there is none.</summary>
    public string? ErrorData { get; }
}
