using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

/// <summary>Constant-product pools to quote on, and the pair contract's own rule about them.</summary>
internal static class Pools
{
    private static readonly Gen<int> Fee = Gen.OneOf(0, 500, 2000, 2500, 3000, 3001, 10_000, 250_000, 999_999);

    /// <summary>Reserves of every length up to 112 bits, edges included.</summary>
    public static readonly Gen<UInt256> Reserve = Gen.Frequency(
        (6, Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[1, 112]).Select((high, low, bits) => Cut(high, low, bits))),
        (1, Gen.OneOf(UInt256.One, ConstantProductPool.ReserveMax, ConstantProductPool.ReserveMax - UInt256.One)));

    /// <summary>Pools with liquidity on both sides.</summary>
    public static readonly Gen<ConstantProductPool> Liquid =
        Gen.Select(Reserve, Reserve, Fee).Select((reserve0, reserve1, fee) => Make(reserve0, reserve1, fee));

    /// <summary>Pools with few units, where rounding is large.</summary>
    public static readonly Gen<ConstantProductPool> Small =
        Gen.Select(Gen.UInt[1, 400], Gen.UInt[1, 400], Fee).Select((reserve0, reserve1, fee) => Make(reserve0, reserve1, fee));

    public static ConstantProductPool Make(UInt256 reserve0, UInt256 reserve1, int feePips) =>
        new(new PoolInfo(At(1), "uniswap-v2", At(2), At(3), new FeePips(feePips)), reserve0, reserve1);

    public static Address At(int number)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes[16..], number);
        return new Address(bytes);
    }

    /// <summary>
    /// Whether <c>UniswapV2Pair.swap</c> lets a swap of exactly these amounts through, its requires in order:
    /// some output, less than the reserve, some input, K not falling after the fee, balances in 112 bits.
    /// </summary>
    public static bool PairAccepts(ConstantProductPool pool, bool zeroForOne, BigInteger amountIn, BigInteger amountOut)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
        if (amountOut <= 0 || amountOut >= reserveOut || amountIn <= 0)
        {
            return false;
        }

        BigInteger balanceIn = reserveIn + amountIn;
        BigInteger adjustedIn = (balanceIn * FeePips.Whole) - (amountIn * pool.Info.Fee.Value);
        BigInteger adjustedOut = (reserveOut - amountOut) * FeePips.Whole;
        bool productKept = adjustedIn * adjustedOut >= (BigInteger)reserveIn * reserveOut * FeePips.Whole * FeePips.Whole;
        return productKept && balanceIn < BigInteger.One << 112;
    }

    private static UInt256 Cut(ulong high, ulong low, int bits)
    {
        UInt256 value = new UInt256(low, high, 0, 0) >> (128 - bits);
        return value.IsZero ? UInt256.One : value;
    }
}
