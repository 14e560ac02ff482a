namespace Arb.Benchmarks;

/// <summary>What one run takes.</summary>
internal readonly record struct Timing(double Nanoseconds, double AllocatedBytes)
{
    /// <summary>The faster of two; what either allocates counts.</summary>
    public static Timing Faster(Timing one, Timing other) => new(
        Math.Min(one.Nanoseconds, other.Nanoseconds), Math.Max(one.AllocatedBytes, other.AllocatedBytes));
}
