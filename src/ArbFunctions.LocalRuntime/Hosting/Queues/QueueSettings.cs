using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.Hosting.Queues;

/// <summary>
/// What a broker knows about a queue, the names as in Service Bus. Set under <c>FunctionsHost:Queue</c> for all
/// queues and under <c>FunctionsHost:Queues:{name}</c> for one.
/// </summary>
internal sealed record QueueSettings
{
    /// <summary>Deliveries before a message is dead-lettered.</summary>
    public int MaxDeliveryCount { get; init; } = 3;

    /// <summary>How long a delivery is locked; renewed while the function runs.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message id is remembered; zero switches duplicate detection off.</summary>
    public TimeSpan DuplicateDetectionWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest life of a message.</summary>
    public TimeSpan DefaultTimeToLive { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Whether expired messages are dead-lettered rather than dropped.</summary>
    public bool DeadLetterOnExpiration { get; init; }

    public static QueueSettings From(IConfiguration configuration, string queue)
    {
        const string Common = "FunctionsHost:Queue:";
        string own = $"FunctionsHost:Queues:{queue}:";
        string Key(string name) => configuration[own + name] is null ? Common + name : own + name;

        return new QueueSettings
        {
            MaxDeliveryCount = HostOptions.Int(configuration, Key(nameof(MaxDeliveryCount)), 3, 1, 2000),
            LockDuration = HostOptions.Span(
                configuration,
                Key(nameof(LockDuration)),
                TimeSpan.FromSeconds(30),
                TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(5)),
            DuplicateDetectionWindow = HostOptions.Span(
                configuration,
                Key(nameof(DuplicateDetectionWindow)),
                TimeSpan.FromMinutes(10),
                TimeSpan.Zero,
                TimeSpan.FromDays(7)),
            DefaultTimeToLive = HostOptions.Span(
                configuration,
                Key(nameof(DefaultTimeToLive)),
                TimeSpan.FromDays(14),
                TimeSpan.FromMilliseconds(1),
                TimeSpan.FromDays(3650)),
            DeadLetterOnExpiration = HostOptions.Bool(configuration, Key(nameof(DeadLetterOnExpiration)), false),
        };
    }
}
