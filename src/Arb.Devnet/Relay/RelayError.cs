namespace Arb.Devnet.Relay;

/// <summary>A request that the bundle relay refuses, in the shape the public one answers.</summary>
internal sealed class RelayError : Exception
{
    private RelayError(int status, int code, string message, bool isBareText)
        : base(message)
    {
        Status = status;
        Code = code;
        IsBareText = isBareText;
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>JSON-RPC code.</summary>
    public int Code { get; }

    /// <summary>The body is <c>{"error":"text"}</c> instead of a JSON-RPC error.</summary>
    public bool IsBareText { get; }

    /// <summary>The body is no JSON.</summary>
    public static RelayError ParseError() => new(400, -32700, "parse error", false);

    /// <summary>The body is JSON and no request.</summary>
    public static RelayError InvalidRequest(string message, int status = 400) => new(status, -32600, message, false);

    /// <summary>There is no such method.</summary>
    public static RelayError MethodNotFound(string method) =>
        new(200, -32601, $"the method {method} does not exist/is not available", false);

    /// <summary>The public bundle relay answers its retired statistics so.</summary>
    public static RelayError Deprecated(string method) => new(403, -32601, $"{method} is deprecated", false);

    /// <summary>A parameter has the wrong type or form.</summary>
    public static RelayError InvalidParams(string message) => new(200, -32602, $"invalid argument 0: {message}", false);

    /// <summary>There is no parameter.</summary>
    public static RelayError MissingArgument() => new(200, -32602, "missing value for required argument 0", false);

    /// <summary>The bundle cannot be taken or run.</summary>
    public static RelayError Failed(string message) => new(200, -32000, message, false);

    /// <summary>A refusal with a bare text.</summary>
    public static RelayError BareText(int status, string message) => new(status, 0, message, true);
}
