namespace Arb.Devnet.Processes;

/// <summary>One line a child process printed.</summary>
/// <param name="Text">The line without its line break.</param>
/// <param name="IsError">Whether it came on stderr.</param>
public readonly record struct OutputLine(string Text, bool IsError);
