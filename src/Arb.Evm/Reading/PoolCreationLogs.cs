using Arb.Domain;

namespace Arb.Evm;

/// <summary>Creation events of the families.</summary>
internal static class PoolCreationLogs
{
    private static readonly Hash256 PairCreated = Keccak.Hash256("PairCreated(address,address,address,uint256)");
    private static readonly Hash256 PoolCreated = Keccak.Hash256("PoolCreated(address,address,uint24,int24,address)");

    public static Hash256 Topic(PoolFamily family) => family switch
    {
        PoolFamily.UniswapV2 => PairCreated,
        PoolFamily.UniswapV3 => PoolCreated,
        PoolFamily.UniswapV4 => LogTopics.V4Initialize,
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Pools of this family are not found by one factory's events."),
    };

    /// <summary>The pool, or null for one we do not quote: V4 with hooks or a dynamic fee.</summary>
    /// <exception cref="FormatException">The log is not such an event.</exception>
    public static PoolListing? Read(FactoryOptions factory, ChainLog log)
    {
        if (log.Address != factory.Factory || log.Topics.Length != (factory.Family == PoolFamily.UniswapV2 ? 3 : 4))
        {
            throw new FormatException($"log {log.Index} is no creation event of {factory.Factory}");
        }

        return factory.Family switch
        {
            PoolFamily.UniswapV2 => ReadPair(factory, log),
            PoolFamily.UniswapV3 => ReadV3(factory, log),
            _ => ReadV4(factory, log),
        };
    }

    private static PoolListing ReadPair(FactoryOptions factory, ChainLog log)
    {
        AbiReader data = new(log.Data.Span);
        return new PoolListing(
            new PoolKey(data.ReadAddress()), factory.Family, factory.Dex, [Topic(log, 1), Topic(log, 2)], factory.Fee);
    }

    private static PoolListing ReadV3(FactoryOptions factory, ChainLog log)
    {
        AbiReader data = new(log.Data.Span);
        int spacing = Spacing(data.ReadNumber());
        return new PoolListing(
            new PoolKey(data.ReadAddress()), factory.Family, factory.Dex, [Topic(log, 1), Topic(log, 2)], Fee(Word(log, 3)))
        {
            TickSpacing = spacing,
        };
    }

    private static PoolListing? ReadV4(FactoryOptions factory, ChainLog log)
    {
        // fee, tickSpacing, hooks, sqrtPriceX96, tick; a dynamic fee has a flag beyond the whole (LPFeeLibrary).
        AbiReader data = new(log.Data.Span);
        UInt256 fee = data.ReadNumber();
        int spacing = Spacing(data.ReadNumber());
        return !data.ReadAddress().IsZero || fee >= (ulong)FeePips.Whole
            ? null
            : new PoolListing(
                new PoolKey(factory.Factory, log.Topics[1]), factory.Family, factory.Dex, [Topic(log, 2), Topic(log, 3)], Fee(fee))
            {
                TickSpacing = spacing,
            };
    }

    private static int Spacing(UInt256 word) =>
        word.BitLength is > 0 and <= 15 ? (int)(ulong)word : throw new FormatException($"a tick spacing of {word}");

    private static FeePips Fee(UInt256 word) =>
        word < (ulong)FeePips.Whole ? new FeePips((int)(ulong)word) : throw new FormatException($"a fee of {word} pips");

    private static UInt256 Word(ChainLog log, int topic)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        log.Topics[topic].CopyTo(bytes);
        return UInt256.FromBigEndian(bytes);
    }

    private static Address Topic(ChainLog log, int topic)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        log.Topics[topic].CopyTo(bytes);
        return new AbiReader(bytes).ReadAddress();
    }
}
