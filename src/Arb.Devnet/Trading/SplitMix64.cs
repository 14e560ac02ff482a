namespace Arb.Devnet.Trading;

/// <summary>
/// A pseudo-random sequence that is the same on every machine and in every version of .NET, which
/// <see cref="Random"/> does not promise (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
/// </summary>
internal sealed class SplitMix64
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts one of the sequences of a seed; sequences of different numbers have nothing to do with each other.</summary>
    public SplitMix64(ulong seed, ulong sequence)
    {
        _state = Mix(Mix(seed) + (sequence * Gamma));
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += Gamma;
        return Mix(_state);
    }

    /// <summary>An integer from <paramref name="least"/> to <paramref name="greatest"/>, both included.</summary>
    public int Between(int least, int greatest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(least, greatest);

        // The high half of the product (Lemire): its bias, below 2^-32, is nothing anyone could see here.
        ulong count = (ulong)((long)greatest - least + 1);
        return (int)(least + (long)(ulong)(((UInt128)Next() * count) >> 64));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
