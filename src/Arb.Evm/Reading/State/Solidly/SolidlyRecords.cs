using Arb.Domain;

namespace Arb.Evm;

/// <summary>Solidly pairs: both reserves, then the factory's fee in basis points where it has a say.</summary>
internal static class SolidlyRecords
{
    public const int WordsAfter = 3;

    private const int PipsPerBasisPoint = FeePips.Whole / 10_000;

    public static UInt256 Request(PoolListing pool) =>
        (UInt256)(ulong)pool.Family << 184
        | (UInt256)(ulong)Traits(pool).Fee << 160
        | LensStateReader.AsWord(pool.Key.Contract);

    /// <summary>The factory.</summary>
    public static UInt256 Companion(PoolListing pool) => LensStateReader.AsWord(Traits(pool).Factory);

    public static SolidlyState Read(PoolListing pool, PoolRecord record)
    {
        bool moves = Traits(pool).Fee != SolidlyFee.Fixed;
        return new SolidlyState(
            pool.Key,
            record.Words[0],
            record.Words[1],
            moves ? (int)(ulong)record.Words[2] * PipsPerBasisPoint : pool.Fee.Value,
            moves);
    }

    private static SolidlyTraits Traits(PoolListing pool) =>
        pool.Traits as SolidlyTraits ?? throw new ArgumentException($"The listing of {pool.Key} does not say whose pair it is.", nameof(pool));
}
