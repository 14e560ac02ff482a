using Arb.Devnet.Tooling;

namespace Arb.Devnet.Processes;

/// <summary>What to start as a <see cref="ChildProcess"/> and how much patience its end deserves.</summary>
public sealed record ChildProcessSpec
{
    /// <summary>Name used in error messages, for example <c>anvil</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program: an absolute path, or a name found on the search path.</summary>
    public required string FileName { get; init; }

    /// <summary>The program's arguments, one element each, never quoted.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Node, which runs the watcher: a path or a name on the search path.</summary>
    public string NodePath { get; init; } = NodeRuntime.DefaultCommand;

    /// <summary>Folder the program starts in; the current one when <see langword="null"/>.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to the inherited environment; <see langword="null"/> removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// From the close of the program's stdin to SIGTERM. Zero for programs that ignore their stdin, such as anvil.
    /// </summary>
    public TimeSpan TerminateAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// From the close of the program's stdin to SIGKILL of its whole process group, when whoever started it is gone.
    /// </summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// A folder that is the program's alone: removed when the program is gone, however it and its starter ended.
    /// </summary>
    public string? ScratchFolder { get; init; }

    /// <summary>
    /// Called for every line the program prints, from a background task; lines of one stream come in order. It must not throw.
    /// </summary>
    public Action<OutputLine>? OnLine { get; init; }
}
