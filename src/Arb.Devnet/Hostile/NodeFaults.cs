using Arb.Devnet.Trading;

namespace Arb.Devnet.Hostile;

/// <summary>A lie that a node tells about a block.</summary>
internal enum NodeLie
{
    /// <summary>The truth.</summary>
    None,

    /// <summary>The last of the block's logs is left out.</summary>
    LogLeftOut,

    /// <summary>The block's hash is another one.</summary>
    OtherHash,

    /// <summary>What contracts answer at that block is wrong by a bit.</summary>
    WrongAnswer,
}

/// <summary>When a node lags and lies: a function of the seed and the block, so that it says the same again when asked again.</summary>
internal sealed class NodeFaults(ulong seed, Hostility hostility)
{
    /// <summary>Furthest a node lags behind, blocks.</summary>
    public const int LagMax = 3;

    private const ulong StreamOfLags = 8;
    private const ulong StreamOfLies = 9;
    private const ulong BlocksPerSpell = 8;
    private const int LagOneIn = 3;
    private const int LieOneIn = 6;

    /// <summary>How many blocks the node is behind when the chain is at a head: none, or for half of a spell of eight blocks.</summary>
    public int LagAt(ulong head)
    {
        SplitMix64 random = new(seed + (head / BlocksPerSpell), StreamOfLags);
        bool lags = random.Between(1, LagOneIn) == 1;
        int lag = random.Between(1, LagMax);
        return lags && hostility.HasFlag(Hostility.Lagging) && head % BlocksPerSpell < BlocksPerSpell / 2 ? lag : 0;
    }

    /// <summary>What the node lies about a block.</summary>
    public NodeLie LieAt(ulong block)
    {
        SplitMix64 random = new(seed + block, StreamOfLies);
        bool lies = random.Between(1, LieOneIn) == 1;
        NodeLie lie = (NodeLie)random.Between(1, 3);
        return lies && hostility.HasFlag(Hostility.Lying) ? lie : NodeLie.None;
    }
}
