using System.Collections.Concurrent;

namespace Arb.Domain;

/// <summary>
/// The stops that are no initialised ticks. The contract looks for the next tick in one word of its bitmap, 256 spacings
/// wide, and ends a step at the word's edge when it finds none (TickBitmap.nextInitializedTickWithinOneWord); each step
/// rounds, so each edge counts. Their prices depend on the spacing alone and are shared by all its pools.
/// </summary>
internal sealed class WordBoundaries
{
    private const int WordBits = 8;

    // At most 32,767 spacings of together less than 4 MB: 7,000 words for spacing 1, and in proportion fewer for others.
    private static readonly ConcurrentDictionary<int, WordBoundaries> BySpacing = new();

    private readonly int _spacing;
    private readonly int _firstWord;
    private readonly UInt256[] _lowest;
    private readonly UInt256[] _highest;

    private WordBoundaries(int spacing)
    {
        _spacing = spacing;
        _firstWord = WordOf(TickMath.TickMin - 1);
        int words = WordOf(TickMath.TickMax) - _firstWord + 2;
        _lowest = new UInt256[words];
        _highest = new UInt256[words];
        for (int i = 0; i < words; i++)
        {
            _lowest[i] = TickMath.SqrtPriceAtTick(LowestTick(_firstWord + i));
            _highest[i] = TickMath.SqrtPriceAtTick(HighestTick(_firstWord + i));
        }
    }

    /// <summary>Those of a tick spacing.</summary>
    public static WordBoundaries Of(int spacing) => BySpacing.GetOrAdd(spacing, static s => new WordBoundaries(s));

    /// <summary>The word in which a search downwards from a tick begins.</summary>
    public int WordOf(int tick) => Compress(tick) >> WordBits;

    /// <summary>The word in which a search upwards from a tick begins: the next tick's.</summary>
    public int WordAbove(int tick) => (Compress(tick) + 1) >> WordBits;

    /// <summary>Least tick of a word, within the bounds of all ticks.</summary>
    public int LowestTick(int word) => Math.Clamp((word << WordBits) * _spacing, TickMath.TickMin, TickMath.TickMax);

    /// <summary>Greatest tick of a word, within the bounds of all ticks.</summary>
    public int HighestTick(int word) =>
        Math.Clamp(((word << WordBits) + (1 << WordBits) - 1) * _spacing, TickMath.TickMin, TickMath.TickMax);

    /// <summary>Price at <see cref="LowestTick"/>.</summary>
    public ref readonly UInt256 LowestPrice(int word) => ref _lowest[word - _firstWord];

    /// <summary>Price at <see cref="HighestTick"/>.</summary>
    public ref readonly UInt256 HighestPrice(int word) => ref _highest[word - _firstWord];

    /// <summary>Whether a tick is the least of a word.</summary>
    public bool IsLowestTick(int tick) => tick == LowestTick(WordOf(tick));

    /// <summary>Rounded towards negative infinity, as TickBitmap.compress.</summary>
    private int Compress(int tick)
    {
        int quotient = tick / _spacing;
        return tick < 0 && quotient * _spacing != tick ? quotient - 1 : quotient;
    }
}
