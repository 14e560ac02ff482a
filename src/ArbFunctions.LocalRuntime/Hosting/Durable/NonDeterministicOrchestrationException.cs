#pragma warning disable IDE0130 // The recorded error type is the one Durable records.
namespace DurableTask.Core.Exceptions;
#pragma warning restore IDE0130

/// <summary>Replay took another way than the history; the message names where.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
