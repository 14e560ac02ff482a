using Arb.Devnet.Processes;

namespace Arb.Cli.App;

/// <summary>A child's output in a file, on a screen, or nowhere.</summary>
internal sealed class ChildLog : IDisposable
{
    private readonly Lock _lock = new();
    private TextWriter? _file;

    private ChildLog(TextWriter? file) => _file = file;

    /// <summary>A reader sees it as it is written.</summary>
    public bool IsShown { get; private init; }

    /// <summary>Writes to something that is open already and stays open.</summary>
    public static ChildLog To(TextWriter output) => new(TextWriter.Synchronized(output)) { IsShown = true };

    /// <summary>Opens a new file in the folder, which is made if it is missing.</summary>
    public static ChildLog Open(DirectoryInfo? folder, string name)
    {
        if (folder is null)
        {
            return new ChildLog(null);
        }

        folder.Create();
        return new ChildLog(new StreamWriter(Path.Combine(folder.FullName, name), append: false) { AutoFlush = true });
    }

    public void Write(OutputLine line)
    {
        // Lines may still come from the pump while the run is being disposed.
        lock (_lock)
        {
            _file?.WriteLine(line.Text);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_file is StreamWriter own)
            {
                own.Dispose();
            }

            _file = null;
        }
    }
}
