using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>An event of a contract in a block.</summary>
/// <param name="Address">Contract that emitted it.</param>
/// <param name="Topics">Hash of its signature, then its indexed arguments.</param>
/// <param name="Data">Its other arguments.</param>
/// <param name="Index">Its place in the block.</param>
public sealed record ChainLog(Address Address, ImmutableArray<Hash256> Topics, ReadOnlyMemory<byte> Data, ulong Index)
{
    /// <summary>Hash of its signature; zero for an anonymous one.</summary>
    public Hash256 Topic => Topics.IsEmpty ? default : Topics[0];

    /// <summary>Its other arguments, word after word.</summary>
    internal LogWords Words => new(Data.Span);

    /// <summary>An indexed argument as a word.</summary>
    internal UInt256 TopicWord(int index)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        Topics[index].CopyTo(bytes);
        return UInt256.FromBigEndian(bytes);
    }
}

/// <summary>What a log did to a pool.</summary>
public enum LogEffect
{
    /// <summary>It is not about this pool's state.</summary>
    None,

    /// <summary>The state after it is known.</summary>
    Applied,

    /// <summary>It changed the pool and does not say all that it changed: the pool must be read anew.</summary>
    Outdated,

    /// <summary>It does not fit the state before it, or its own shape: the pool must be read anew.</summary>
    Contradiction,
}
