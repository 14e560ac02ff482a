namespace DurableTask.Core.Exceptions;

/// <summary>An instance with this id exists in a status under which starting again is refused.</summary>
public class OrchestrationAlreadyExistsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public OrchestrationAlreadyExistsException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which instance, in which status.</param>
    public OrchestrationAlreadyExistsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which instance, in which status.</param>
    /// <param name="innerException">The cause.</param>
    public OrchestrationAlreadyExistsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
