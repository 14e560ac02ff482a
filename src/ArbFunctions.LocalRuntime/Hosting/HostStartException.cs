namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>The host cannot start for a reason its operator can remedy; shown as one line, without a stack trace.</summary>
internal sealed class HostStartException(string message, Exception? innerException = null)
    : Exception(message, innerException);
