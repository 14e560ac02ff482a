namespace Arb.Devnet.Hosting;

/// <summary>Writes messages line by line, whole ones, from any thread.</summary>
internal sealed class MessageWriter(TextWriter output)
{
    private readonly Lock _gate = new();

    /// <summary>Writes one message at once.</summary>
    public void Write(DevnetMessage message)
    {
        string line = message.ToLine();
        lock (_gate)
        {
            // One write per line: stdout is shared with nobody, but a reader may look at any moment.
            output.Write(line + '\n');
            output.Flush();
        }
    }
}
