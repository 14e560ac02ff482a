using Arb.Domain;

namespace Arb.Evm;

/// <summary>What the lens said about one pool, gathered over as many answers as it took.</summary>
internal sealed class PoolRecord
{
    public const int Tick = 128;
    public const int Unreadable = 255;

    /// <summary>First word: kind, pool index and 224 bits of content; zero when nothing came.</summary>
    public UInt256 Head { get; set; }

    /// <summary>The words after it.</summary>
    public List<UInt256> Words { get; } = [];

    /// <summary>Ticks with <c>liquidityNet &lt;&lt; 128 | liquidityGross</c>.</summary>
    public List<(int Index, UInt256 Liquidity)> Ticks { get; } = [];

    public int Kind => KindOf(Head);

    public static int KindOf(UInt256 word) => (int)(ulong)(word >> 248);

    public static int IndexOf(UInt256 word) => (int)((ulong)(word >> 224) & 0xffffff);

    /// <summary>Words behind the first one of a record.</summary>
    public static int WordsAfter(UInt256 head) => KindOf(head) switch
    {
        (int)PoolFamily.UniswapV2 or Unreadable => 0,
        (int)PoolFamily.UniswapV3 or (int)PoolFamily.UniswapV4 or Tick => 1,
        (int)PoolFamily.BalancerWeighted => (int)((ulong)head & 0xff) + 1,
        (int)PoolFamily.BalancerStable => (int)((ulong)head & 0xff) + 2,
        (int)PoolFamily.CurveStableSwap => CurveRecords.WordsAfter(head),
        (int)PoolFamily.SolidlyStable or (int)PoolFamily.SolidlyVolatile => SolidlyRecords.WordsAfter,
        _ => throw new FormatException($"the lens wrote a record of kind {KindOf(head)}"),
    };
}
