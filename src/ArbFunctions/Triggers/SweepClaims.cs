using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Gives an end to opportunities nobody took up.</summary>
public sealed partial class SweepClaims(ClaimSweep sweep, ILogger<SweepClaims> logger)
{
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(15);

    /// <summary>Marks them as expired.</summary>
    [Function(nameof(SweepClaims))]
    public async Task RunAsync([TimerTrigger("%SweepSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            int expired = await sweep.RunAsync(LookBack, cancellation);
            LogSwept(expired);
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException)
        {
            LogUnavailable(e.Message);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "{Expired} opportunities expired unclaimed")]
    private partial void LogSwept(int expired);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Claims were not swept: {Detail}")]
    private partial void LogUnavailable(string detail);
}
