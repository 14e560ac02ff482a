using Arb.Domain;

namespace Arb.Evm;

/// <summary>Creation events of the families.</summary>
internal static class PoolCreationLogs
{
    private static readonly Hash256 PairCreated = Keccak.Hash256("PairCreated(address,address,address,uint256)");
    private static readonly Hash256 PoolCreated = Keccak.Hash256("PoolCreated(address,address,uint24,int24,address)");

    private static readonly Hash256 BalancerPoolCreated = Keccak.Hash256("PoolCreated(address)");
    private static readonly Hash256 SolidlyPairCreated = Keccak.Hash256("PairCreated(address,address,bool,address,uint256)");
    private static readonly Hash256 SolidlyPoolCreated = Keccak.Hash256("PoolCreated(address,address,bool,address,uint256)");

    /// <summary>The event of a factory's pools.</summary>
    /// <exception cref="ArgumentException">It has no such events, or its variant is none of its family.</exception>
    public static Hash256 Topic(FactoryOptions factory) => factory.Family switch
    {
        PoolFamily.UniswapV2 => PairCreated,
        PoolFamily.UniswapV3 => PoolCreated,
        PoolFamily.UniswapV4 => LogTopics.V4Initialize,
        PoolFamily.BalancerWeighted when Enum.TryParse<BalancerWeightedVariant>(factory.Variant, out _) => BalancerPoolCreated,
        PoolFamily.BalancerStable when Enum.TryParse<BalancerStableVariant>(factory.Variant, out _) => BalancerPoolCreated,
        PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile when SolidlyVariant.TryFind(factory.Variant, out SolidlyVariant? variant) =>
            NamesPools(variant) ? SolidlyPoolCreated : SolidlyPairCreated,
        _ => throw new ArgumentException(
            $"Factory {factory.Factory}: pools of family {factory.Family} and variant '{factory.Variant}' are not found by a factory's events.",
            nameof(factory)),
    };

    /// <summary>The pool, or null for one we do not quote: V4 with hooks or a dynamic fee.</summary>
    /// <exception cref="FormatException">The log is not such an event.</exception>
    public static PoolListing? Read(FactoryOptions factory, ChainLog log)
    {
        if (log.Address != factory.Factory || log.Topics.Length != TopicCount(factory))
        {
            throw new FormatException($"log {log.Index} is no creation event of {factory.Factory}");
        }

        return factory.Family switch
        {
            PoolFamily.UniswapV2 => ReadPair(factory, log),
            PoolFamily.UniswapV3 => ReadV3(factory, log),
            PoolFamily.UniswapV4 => ReadV4(factory, log),
            PoolFamily.BalancerWeighted or PoolFamily.BalancerStable =>
                new PoolListing(new PoolKey(Topic(log, 1)), factory.Family, factory.Dex, [], factory.Fee),
            _ => ReadSolidly(factory, log),
        };
    }

    /// <summary>Velodrome's second generation calls them pools, and indexes whether they are stable.</summary>
    private static bool NamesPools(SolidlyVariant variant) =>
        variant != SolidlyVariant.Solidly2022 && variant != SolidlyVariant.VelodromeV1;

    private static int TopicCount(FactoryOptions factory) => factory.Family switch
    {
        PoolFamily.UniswapV2 => 3,
        PoolFamily.BalancerWeighted or PoolFamily.BalancerStable => 2,
        PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile => Topic(factory) == SolidlyPoolCreated ? 4 : 3,
        _ => 4,
    };

    private static PoolListing ReadSolidly(FactoryOptions factory, ChainLog log)
    {
        SolidlyVariant variant = SolidlyVariant.TryFind(factory.Variant, out SolidlyVariant? named)
            ? named
            : throw new FormatException($"there is no Solidly variant '{factory.Variant}'");
        AbiReader data = new(log.Data.Span);
        bool stable = NamesPools(variant) ? !Word(log, 3).IsZero : data.ReadBool();
        SolidlyFee fee = variant == SolidlyVariant.Solidly2022 ? SolidlyFee.Fixed
            : variant == SolidlyVariant.VelodromeV1 ? SolidlyFee.FactoryByKind
            : SolidlyFee.FactoryByPool;
        return new PoolListing(
            new PoolKey(data.ReadAddress()),
            stable ? PoolFamily.SolidlyStable : PoolFamily.SolidlyVolatile,
            factory.Dex,
            [Topic(log, 1), Topic(log, 2)],
            factory.Fee)
        {
            Traits = new SolidlyTraits(variant, fee, fee == SolidlyFee.Fixed ? default : factory.Factory),
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
