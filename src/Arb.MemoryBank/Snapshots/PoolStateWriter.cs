using Arb.Domain;

namespace Arb.MemoryBank.Snapshots;

/// <summary>One pool's state as bytes: a kind, then its fields.</summary>
internal static class PoolStateWriter
{
    private const byte Pair = 1;
    private const byte V3 = 2;
    private const byte V4 = 3;
    private const byte Balancer = 4;
    private const byte Curve = 5;
    private const byte Solidly = 6;

    public static void Write(BinaryWriter writer, PoolState pool)
    {
        switch (pool)
        {
            case ConstantProductState pair:
                WriteStart(writer, Pair, pair);
                WriteWord(writer, pair.Reserve0);
                WriteWord(writer, pair.Reserve1);
                break;
            case UniswapV3State v3:
                WriteStart(writer, V3, v3);
                WriteConcentrated(writer, v3);
                break;
            case UniswapV4State v4:
                WriteStart(writer, V4, v4);
                WriteConcentrated(writer, v4);
                break;
            case BalancerState balancer:
                WriteStart(writer, Balancer, balancer);
                WriteBalancer(writer, balancer);
                break;
            case CurveStableSwapState curve:
                WriteStart(writer, Curve, curve);
                WriteCurve(writer, curve);
                break;
            case SolidlyState solidly:
                WriteStart(writer, Solidly, solidly);
                WriteWord(writer, solidly.Reserve0);
                WriteWord(writer, solidly.Reserve1);
                writer.Write(solidly.FeePips);
                writer.Write(solidly.FeeMoves);
                break;
            default:
                throw new InvalidOperationException($"A {pool.GetType().Name} has no stored form; give it one and raise the version.");
        }
    }

    public static PoolState Read(BinaryReader reader)
    {
        byte kind = reader.ReadByte();
        PoolKey key = ReadKey(reader);
        return kind switch
        {
            Pair => new ConstantProductState(key, ReadWord(reader), ReadWord(reader)),
            V3 or V4 => ReadConcentrated(reader, kind, key),
            Balancer => new BalancerState(
                key,
                ReadAddress(reader),
                MarketWriter.ReadAll(reader, ReadAddress),
                MarketWriter.ReadAll(reader, ReadWord),
                ReadWord(reader),
                ReadWord(reader),
                reader.ReadBoolean()),
            Curve => new CurveStableSwapState(
                key,
                MarketWriter.ReadAll(reader, ReadWord),
                MarketWriter.ReadAll(reader, ReadWord),
                ReadWord(reader),
                ReadWord(reader),
                ReadWord(reader),
                ReadWord(reader),
                reader.ReadBoolean(),
                reader.ReadBoolean()),
            Solidly => new SolidlyState(key, ReadWord(reader), ReadWord(reader), reader.ReadInt32(), reader.ReadBoolean()),
            _ => throw new InvalidDataException($"a pool of kind {kind}"),
        };
    }

    public static void WriteKey(BinaryWriter writer, PoolKey key)
    {
        WriteAddress(writer, key.Contract);
        writer.Write(!key.Id.IsZero);
        if (!key.Id.IsZero)
        {
            WriteHash(writer, key.Id);
        }
    }

    public static PoolKey ReadKey(BinaryReader reader)
    {
        Address contract = ReadAddress(reader);
        return new PoolKey(contract, reader.ReadBoolean() ? ReadHash(reader) : default);
    }

    public static void WriteHash(BinaryWriter writer, Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        writer.Write(bytes);
    }

    public static Hash256 ReadHash(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        reader.BaseStream.ReadExactly(bytes);
        return new Hash256(bytes);
    }

    /// <summary>Length, then the significant bytes: most words are short.</summary>
    public static void WriteWord(BinaryWriter writer, UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        word.WriteBigEndian(bytes);
        int length = (word.BitLength + 7) / 8;
        writer.Write((byte)length);
        writer.Write(bytes[(UInt256.Size - length)..]);
    }

    public static UInt256 ReadWord(BinaryReader reader)
    {
        int length = reader.ReadByte();
        if (length > UInt256.Size)
        {
            throw new InvalidDataException($"a word of {length} bytes");
        }

        Span<byte> bytes = stackalloc byte[UInt256.Size];
        bytes.Clear();
        reader.BaseStream.ReadExactly(bytes[(UInt256.Size - length)..]);
        return UInt256.FromBigEndian(bytes);
    }

    private static void WriteStart(BinaryWriter writer, byte kind, PoolState pool)
    {
        writer.Write(kind);
        WriteKey(writer, pool.Key);
    }

    private static void WriteConcentrated(BinaryWriter writer, ConcentratedLiquidityState pool)
    {
        WriteWord(writer, pool.SqrtPriceX96);
        writer.Write(pool.Tick);
        WriteWord(writer, pool.Liquidity);
        writer.Write(pool.ProtocolFee);
        writer.Write(pool.LiquidityFeePips);
        MarketWriter.WriteAll(writer, pool.Ticks.Ticks, static (w, tick) =>
        {
            w.Write(tick.Index);
            WriteWord(w, tick.LiquidityGross);
            WriteWord(w, unchecked((UInt128)tick.LiquidityNet));
        });
    }

    private static PoolState ReadConcentrated(BinaryReader reader, byte kind, PoolKey key)
    {
        UInt256 price = ReadWord(reader);
        int tick = reader.ReadInt32();
        UInt128 liquidity = (UInt128)ReadWord(reader);
        uint protocolFee = reader.ReadUInt32();
        int fee = reader.ReadInt32();
        TickList ticks = TickList.Of(MarketWriter.ReadAll(reader, ReadTick));
        return kind == V3
            ? new UniswapV3State(key, price, tick, liquidity, protocolFee, ticks)
            : new UniswapV4State(key, price, tick, liquidity, protocolFee, fee, ticks);
    }

    private static InitializedTick ReadTick(BinaryReader reader)
    {
        int index = reader.ReadInt32();
        UInt128 gross = (UInt128)ReadWord(reader);
        Int128 net = unchecked((Int128)(UInt128)ReadWord(reader));
        return new InitializedTick(index, net, gross);
    }

    private static void WriteBalancer(BinaryWriter writer, BalancerState pool)
    {
        WriteAddress(writer, pool.Vault);
        MarketWriter.WriteAll(writer, pool.Tokens, WriteAddress);
        MarketWriter.WriteAll(writer, pool.Balances, WriteWord);
        WriteWord(writer, pool.SwapFeeX18);
        WriteWord(writer, pool.Amplification);
        writer.Write(pool.AmplificationRamps);
    }

    private static void WriteCurve(BinaryWriter writer, CurveStableSwapState pool)
    {
        MarketWriter.WriteAll(writer, pool.Balances, WriteWord);
        MarketWriter.WriteAll(writer, pool.Rates, WriteWord);
        WriteWord(writer, pool.Amp);
        WriteWord(writer, pool.FeeE10);
        WriteWord(writer, pool.AdminFeeE10);
        WriteWord(writer, pool.OffpegFeeMultiplierE10);
        writer.Write(pool.AmpRamps);
        writer.Write(pool.Moves);
    }

    private static void WriteAddress(BinaryWriter writer, Address address)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        address.CopyTo(bytes);
        writer.Write(bytes);
    }

    private static Address ReadAddress(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        reader.BaseStream.ReadExactly(bytes);
        return new Address(bytes);
    }
}
