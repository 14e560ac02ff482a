using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using BenchmarkDotNet.Attributes;

namespace Arb.Benchmarks.Numbers;

/// <summary>The same operands for both types: <see cref="Operands"/>. Products need up to 280 bits.</summary>
[MemoryDiagnoser]
public class NumberBenchmarks
{
    /// <summary>Operation that counts for the aim: one of each of the others.</summary>
    public const string Mix = "Mix";

    /// <summary>Triples of operands, drawn once.</summary>
    public const int Count = 512;

    /// <summary>What is measured, for people.</summary>
    public const string Operands =
        "a of 40 to 120 bits (amounts), b and c of 64 to 160 (prices, liquidity), widths evenly spread; a + b, a · b, ⌊a · b / c⌋, ⌊b / a⌋";


    /// <summary>Operations, each a pair of methods <c>UInt256_…</c> and <c>BigInteger_…</c>.</summary>
    public static readonly ImmutableArray<string> Operations = ["Add", "Multiply", "MulDiv", "Divide", Mix];

    private readonly UInt256[] _a = new UInt256[Count];
    private readonly UInt256[] _b = new UInt256[Count];
    private readonly UInt256[] _c = new UInt256[Count];
    private readonly BigInteger[] _bigA = new BigInteger[Count];
    private readonly BigInteger[] _bigB = new BigInteger[Count];
    private readonly BigInteger[] _bigC = new BigInteger[Count];

    /// <summary>Draws the operands; the seed is fixed so that runs compare.</summary>
    [GlobalSetup]
    public void Draw()
    {
        Random random = new(20);
        for (int i = 0; i < Count; i++)
        {
            _a[i] = Word(random, random.Next(40, 121));
            _b[i] = Word(random, random.Next(64, 161));
            _c[i] = Word(random, random.Next(64, 161));
            (_bigA[i], _bigB[i], _bigC[i]) = (_a[i], _b[i], _c[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public UInt256 UInt256_Add()
    {
        UInt256 sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum ^= _a[i] + _b[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public BigInteger BigInteger_Add()
    {
        BigInteger sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum = _bigA[i] + _bigB[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public UInt256 UInt256_Multiply()
    {
        UInt256 sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum ^= _a[i] * _b[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public BigInteger BigInteger_Multiply()
    {
        BigInteger sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum = _bigA[i] * _bigB[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public UInt256 UInt256_MulDiv()
    {
        UInt256 sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum ^= MulDiv.Floor(_a[i], _b[i], _c[i]);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public BigInteger BigInteger_MulDiv()
    {
        BigInteger sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum = _bigA[i] * _bigB[i] / _bigC[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public UInt256 UInt256_Divide()
    {
        UInt256 sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum ^= _b[i] / _a[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public BigInteger BigInteger_Divide()
    {
        BigInteger sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum = _bigB[i] / _bigA[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public UInt256 UInt256_Mix()
    {
        UInt256 sum = default;
        for (int i = 0; i < Count; i++)
        {
            sum ^= _a[i] + _b[i];
            sum ^= _a[i] * _b[i];
            sum ^= MulDiv.Floor(_a[i], _b[i], _c[i]);
            sum ^= _b[i] / _a[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public BigInteger BigInteger_Mix()
    {
        BigInteger last = default;
        for (int i = 0; i < Count; i++)
        {
            last = _bigA[i] + _bigB[i];
            last = _bigA[i] * _bigB[i];
            last = _bigA[i] * _bigB[i] / _bigC[i];
            last = _bigB[i] / _bigA[i];
        }

        return last;
    }

    private static UInt256 Word(Random random, int bits)
    {
        UInt256 value = new(
            (ulong)random.NextInt64(),
            (ulong)random.NextInt64(),
            (ulong)random.NextInt64(),
            (ulong)random.NextInt64() | (1UL << 63));
        return value >> (256 - bits);
    }
}
