using Arb.Domain;

namespace Arb.Tests.State;

/// <summary>Logs and blocks as the contracts and the chain make them.</summary>
internal static class StateLogs
{
    public static readonly PoolKey PairKey = new(Account(0xa1));
    public static readonly PoolKey V3Key = new(Account(0xa2));
    public static readonly PoolKey V4Key = new(Account(0xa3), Hash(0x77, 1));

    public static Address Account(byte last)
    {
        byte[] bytes = new byte[Address.Size];
        bytes[^1] = last;
        return new Address(bytes);
    }

    public static Hash256 Hash(byte branch, ulong number)
    {
        byte[] bytes = new byte[Hash256.Size];
        bytes[0] = branch;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), number + 1);
        return new Hash256(bytes);
    }

    public static BlockStamp Block(ulong number, byte branch = 1, byte? parentBranch = null) => new(
        1, number, Hash(branch, number), Hash(parentBranch ?? branch, number - 1), 1_700_000_000 + (12 * number), 7UL, 1, 2);

    public static ChainLog Sync(ulong reserve0, ulong reserve1) =>
        new(PairKey.Contract, [LogTopics.PairSync], Data(reserve0, reserve1), 0);

    public static ChainLog V3Swap(ulong price, UInt128 liquidity, int tick) =>
        new(V3Key.Contract, [LogTopics.V3Swap, default, default], Data(1UL, 1UL, price, liquidity, Word(tick)), 0);

    public static ChainLog V3Position(bool minted, int lower, int upper, ulong amount) => new(
        V3Key.Contract,
        [minted ? LogTopics.V3Mint : LogTopics.V3Burn, default, AsHash(Word(lower)), AsHash(Word(upper))],
        minted ? Data(0UL, amount, 1UL, 1UL) : Data(amount, 1UL, 1UL),
        0);

    public static ChainLog V4Swap(ulong price, UInt128 liquidity, int tick) => new(
        V4Key.Contract, [LogTopics.V4Swap, V4Key.Id, default], Data(1UL, 1UL, price, liquidity, Word(tick), 3_000UL), 0);

    public static ChainLog V4Position(int lower, int upper, UInt256 delta) => new(
        V4Key.Contract, [LogTopics.V4ModifyLiquidity, V4Key.Id, default], Data(Word(lower), Word(upper), delta, 0UL), 0);

    public static UInt256 Word(int value) => (UInt256)(long)value;

    public static byte[] Data(params UInt256[] words)
    {
        byte[] bytes = new byte[words.Length * UInt256.Size];
        for (int i = 0; i < words.Length; i++)
        {
            words[i].WriteBigEndian(bytes.AsSpan(i * UInt256.Size, UInt256.Size));
        }

        return bytes;
    }

    public static Hash256 AsHash(UInt256 word) => new(Data(word));
}
