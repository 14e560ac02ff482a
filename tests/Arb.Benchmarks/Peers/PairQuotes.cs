using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Benchmarks.Peers;

/// <summary>Exact-in quotes on pairs of 0.3 %, the only fee of <c>@uniswap/v2-sdk</c>: reserves of 60 to 100 bits, 0.001 to 2 % of them in.</summary>
internal static class PairQuotes
{
    public const int Count = 512;

    public static ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> Draw()
    {
        Random random = new(20);
        PoolInfo info = new(At(1), "uniswap-v2", At(2), At(3), new FeePips(3000));
        ImmutableArray<(ConstantProductPool, UInt256)>.Builder quotes =
            ImmutableArray.CreateBuilder<(ConstantProductPool, UInt256)>(Count);
        while (quotes.Count < Count)
        {
            ConstantProductPool pool = new(info, Reserve(random), Reserve(random));
            UInt256 amountIn = pool.Reserve0 / (ulong)random.Next(50, 100_000);

            // The SDK throws where nothing would come out.
            if (pool.TryQuoteExactIn(zeroForOne: true, amountIn, out _))
            {
                quotes.Add((pool, amountIn));
            }
        }

        return quotes.ToImmutable();
    }

    private static UInt256 Reserve(Random random) =>
        new UInt256((ulong)random.NextInt64(), (ulong)random.NextInt64() | (1UL << 63), 0, 0) >> (128 - random.Next(60, 101));

    private static Address At(byte number)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bytes.Clear();
        bytes[^1] = number;
        return new Address(bytes);
    }
}
