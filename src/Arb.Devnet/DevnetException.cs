namespace Arb.Devnet;

/// <summary>
/// A failure of the outside world that its reader can mend: the message names what was wrong and the remedy, and is
/// meant to be shown as it is, without a stack trace.
/// </summary>
public sealed class DevnetException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What was wrong, with the offending value, and what to do about it.</param>
    public DevnetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with the exception that revealed it.</summary>
    /// <param name="message">What was wrong, with the offending value, and what to do about it.</param>
    /// <param name="innerException">What revealed it.</param>
    public DevnetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
