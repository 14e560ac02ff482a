namespace Arb.Devnet.Processes;

/// <summary>
/// Cancels a token when stdin ends, which is how a program under <see cref="ChildProcess"/> learns that it should
/// end: gracefully when asked to, and at the latest when its watcher or its starter is gone.
/// </summary>
public sealed class StdinWatch
{
    /// <summary>
    /// Set by <see cref="ChildProcess"/>. Without it a program must not end with its stdin, because many starters
    /// (services, CI, <c>nohup</c>) give one that is empty from the beginning.
    /// </summary>
    public const string EnvironmentVariable = "ARB_END_WITH_STDIN";

    private StdinWatch(CancellationToken ended)
    {
        Ended = ended;
    }

    /// <summary>Cancelled when stdin ends; never, when nobody leased this process its stdin.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Watches this process's stdin if its starter asked for that.</summary>
    /// <returns>The watch, which lasts as long as the process.</returns>
    public static StdinWatch Start() =>
        Environment.GetEnvironmentVariable(EnvironmentVariable) == "1"
            ? Start(Console.OpenStandardInput())
            : new StdinWatch(CancellationToken.None);

    /// <summary>Watches a stream: what it carries is thrown away, only its end matters.</summary>
    internal static StdinWatch Start(Stream input)
    {
        CancellationTokenSource ended = new();
        // A thread of its own: reads of a console stream block, and would take one from the pool for good.
        Thread thread = new(() => Drain(input, ended)) { IsBackground = true, Name = "stdin watch" };
        thread.Start();
        return new StdinWatch(ended.Token);
    }

    private static void Drain(Stream input, CancellationTokenSource ended)
    {
        Span<byte> ignored = stackalloc byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A stdin that cannot be read is one that has ended.
            ended.Cancel();
            return;
        }

        ended.Cancel();
    }
}
