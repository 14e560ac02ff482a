using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.MemoryBank.Snapshots;

/// <summary>A market's fields, one after another, in an order that only <see cref="MarketCodec.Version"/> may change.</summary>
internal static class MarketWriter
{
    public static void Write(BinaryWriter writer, MarketState market)
    {
        WriteStamp(writer, market.Block);
        WriteAll(writer, [.. market.Pools.Values.OrderBy(static pool => pool.Key)], PoolStateWriter.Write);
        WriteAll(writer, market.Undo, static (w, step) =>
        {
            WriteStamp(w, step.Parent);
            WriteAll(w, step.Pools, static (w, pool) =>
            {
                PoolStateWriter.WriteKey(w, pool.Key);
                w.Write(pool.Before is not null);
                if (pool.Before is { } before)
                {
                    PoolStateWriter.Write(w, before);
                }
            });
        });
        WriteAll(writer, [.. market.Quarantined.OrderBy(static entry => entry.Key)], static (w, entry) =>
        {
            PoolStateWriter.WriteKey(w, entry.Key);
            w.Write(entry.Value.Reason);
            w.Write(entry.Value.UntilBlock);
        });
    }

    public static MarketState Read(BinaryReader reader)
    {
        BlockStamp block = ReadStamp(reader);
        ImmutableArray<PoolState> pools = ReadAll(reader, PoolStateWriter.Read);
        ImmutableArray<UndoStep> undo = ReadAll(reader, static r => new UndoStep(ReadStamp(r), ReadAll(r, static r =>
        {
            PoolKey key = PoolStateWriter.ReadKey(r);
            return new PoolBefore(key, r.ReadBoolean() ? PoolStateWriter.Read(r) : null);
        })));
        ImmutableArray<(PoolKey Key, Quarantine Kept)> quarantined =
            ReadAll(reader, static r => (PoolStateWriter.ReadKey(r), new Quarantine(r.ReadString(), r.ReadUInt64())));
        return MarketState.Restore(
            block, pools, undo, quarantined.ToImmutableDictionary(static entry => entry.Key, static entry => entry.Kept));
    }

    private static void WriteStamp(BinaryWriter writer, BlockStamp block)
    {
        writer.Write(block.ChainId);
        writer.Write(block.Number);
        PoolStateWriter.WriteHash(writer, block.Hash);
        PoolStateWriter.WriteHash(writer, block.ParentHash);
        writer.Write(block.TimestampSeconds);
        PoolStateWriter.WriteWord(writer, block.BaseFeePerGasWei);
        writer.Write(block.GasUsed);
        writer.Write(block.GasLimit);
    }

    private static BlockStamp ReadStamp(BinaryReader reader) => new(
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        PoolStateWriter.ReadHash(reader),
        PoolStateWriter.ReadHash(reader),
        reader.ReadUInt64(),
        PoolStateWriter.ReadWord(reader),
        reader.ReadUInt64(),
        reader.ReadUInt64());

    internal static void WriteAll<T>(BinaryWriter writer, ImmutableArray<T> items, Action<BinaryWriter, T> write)
    {
        writer.Write7BitEncodedInt(items.Length);
        foreach (T item in items)
        {
            write(writer, item);
        }
    }

    internal static ImmutableArray<T> ReadAll<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        int count = reader.Read7BitEncodedInt();

        // Every item takes a byte at least: a count beyond what is left is damage.
        if (count < 0 || count > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new InvalidDataException($"{count} items are announced where they cannot be");
        }

        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count; i++)
        {
            items.Add(read(reader));
        }

        return items.MoveToImmutable();
    }
}
