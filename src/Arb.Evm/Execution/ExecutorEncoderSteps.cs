using System.Buffers.Binary;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Where a step's output goes.</summary>
internal enum StepReceiver
{
    Self = 0x00,
    NextPool = 0x04,
    Caller = 0x08,
    PoolManager = 0x0c,
}

/// <summary>Writes the steps of a program, each as <c>contracts/src/Program.sol</c> reads it.</summary>
internal sealed class ExecutorEncoderSteps
{
    private const int AmountExplicit = 0x01;
    private const int ZeroForOne = 0x10;
    private const int Pay = 0x20;
    private const int Prepaid = 0x20;
    private const int NestedFlag = 0x40;
    private const int ExactOut = 0x80;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A pair of the Uniswap V2 kind; with <c>pay</c> the executor pays it before it swaps, with <c>exactOut</c> the amount is what it gives.</summary>
    public void SwapV2(
        PoolListing pair, bool zeroForOne, byte tokenIn, UInt256? amount, StepReceiver to,
        bool pay, bool exactOut = false, Action? inner = null)
    {
        int flags = Flags(zeroForOne, to, amount, inner) | (pay ? Pay : 0) | (exactOut ? ExactOut : 0);
        Start(0x01, flags);
        Put(pair.Key.Contract);
        Put24((uint)pair.Fee.Value);
        _bytes.Add(tokenIn);
        Finish(amount, inner);
    }

    /// <summary>A pair of the Solidly kind, which quotes itself.</summary>
    public void SwapSolidly(
        PoolListing pair, bool zeroForOne, byte tokenIn, UInt256? amount, StepReceiver to, bool pay, Action? inner = null)
    {
        Start(0x07, Flags(zeroForOne, to, amount, inner) | (pay ? Pay : 0));
        Put(pair.Key.Contract);
        _bytes.Add(tokenIn);
        Finish(amount, inner);
    }

    /// <summary>A pool of the Uniswap V3 kind; with <c>prepaid</c> it is paid by what happens inside, not by the executor.</summary>
    public void SwapV3(
        PoolListing pool, bool zeroForOne, byte tokenIn, UInt256? amount, StepReceiver to,
        bool prepaid = false, bool exactOut = false, Action? inner = null)
    {
        int flags = Flags(zeroForOne, to, amount, inner) | (prepaid ? Prepaid : 0) | (exactOut ? ExactOut : 0);
        Start(0x02, flags);
        Put(pool.Key.Contract);
        _bytes.Add(tokenIn);
        Finish(amount, inner);
    }

    public void SwapV4(PoolListing pool, bool zeroForOne, byte currency0, byte currency1, UInt256? amount)
    {
        Start(0x03, Flags(zeroForOne, StepReceiver.Self, amount, null));
        _bytes.Add(currency0);
        _bytes.Add(currency1);
        Put24((uint)pool.Fee.Value);
        Put24((uint)pool.TickSpacing & 0xffffff);
        Finish(amount, null);
    }

    public void SwapBalancer(byte tokenIn, byte tokenOut, Hash256 poolId, UInt256? amount, StepReceiver to)
    {
        Start(0x04, Flags(false, to, amount, null));
        _bytes.Add(tokenIn);
        _bytes.Add(tokenOut);
        Put(poolId);
        Finish(amount, null);
    }

    /// <summary>Several swaps of one vault, which nets them; a cycle needs no capital.</summary>
    public void BatchBalancer(
        byte tokenIn, IReadOnlyList<(byte TokenOut, Hash256 PoolId)> swaps, UInt256? amount, StepReceiver to)
    {
        Start(0x05, Flags(false, to, amount, null));
        _bytes.Add((byte)swaps.Count);
        _bytes.Add(tokenIn);
        Finish(amount, null);
        foreach ((byte tokenOut, Hash256 poolId) in swaps)
        {
            _bytes.Add(tokenOut);
            Put(poolId);
        }
    }

    public void SwapCurve(PoolListing pool, byte tokenIn, byte tokenOut, int i, int j, UInt256? amount)
    {
        Start(0x06, Flags(false, StepReceiver.Self, amount, null));
        Put(pool.Key.Contract);
        _bytes.Add(tokenIn);
        _bytes.Add(tokenOut);
        _bytes.Add((byte)i);
        _bytes.Add((byte)j);
        Finish(amount, null);
    }

    public void Wrap(UInt256? amount)
    {
        Start(0x08, Flags(false, StepReceiver.Self, amount, null));
        Finish(amount, null);
    }

    public void Unwrap(byte weth, UInt256? amount) => Token(0x09, weth, amount, StepReceiver.Self);

    public void Take(byte currency, UInt256? amount, StepReceiver to) => Token(0x0a, currency, amount, to);

    public void Settle(byte currency, UInt256? amount) => Token(0x0c, currency, amount, StepReceiver.Self);

    /// <summary>Uniswap V4's lock around the inner steps.</summary>
    public void Unlock(Action inner)
    {
        Start(0x10, 0);
        Finish(null, inner);
    }

    public void LoanBalancerV2(byte token, UInt256 amount, Action inner)
    {
        Start(0x12, AmountExplicit);
        _bytes.Add(token);
        Finish(amount, inner);
    }

    /// <summary>Every other lender; only a pair has a fee here.</summary>
    public void Loan(byte op, Address lender, bool isToken0, byte token, FeePips? fee, UInt256 amount, Action inner)
    {
        Start(op, AmountExplicit | (isToken0 ? ZeroForOne : 0));
        Put(lender);
        _bytes.Add(token);
        if (fee is { } pips)
        {
            Put24((uint)pips.Value);
        }

        Finish(amount, inner);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Put(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public void Put(Address address)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        address.CopyTo(bytes);
        Put(bytes);
    }

    /// <summary>One byte that counts the number's bytes, then these.</summary>
    public void PutNumber(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(bytes);
        ReadOnlySpan<byte> digits = bytes.TrimStart((byte)0);
        _bytes.Add((byte)digits.Length);
        Put(digits);
    }

    private static int Flags(bool zeroForOne, StepReceiver to, UInt256? amount, Action? inner) =>
        (int)to | (zeroForOne ? ZeroForOne : 0) | (amount is null ? 0 : AmountExplicit) | (inner is null ? 0 : NestedFlag);

    private void Token(byte op, byte token, UInt256? amount, StepReceiver to)
    {
        Start(op, Flags(false, to, amount, null));
        _bytes.Add(token);
        Finish(amount, null);
    }

    private void Start(byte op, int flags)
    {
        _bytes.Add(op);
        _bytes.Add((byte)flags);
    }

    private void Finish(UInt256? amount, Action? inner)
    {
        if (amount is { } value)
        {
            PutNumber(value);
        }

        if (inner is null)
        {
            return;
        }

        int lengthAt = _bytes.Count;
        _bytes.AddRange([0, 0]);
        inner();
        int length = _bytes.Count - lengthAt - 2;
        _bytes[lengthAt] = checked((byte)(length >> 8));
        _bytes[lengthAt + 1] = (byte)length;
    }

    private void Put24(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Put(bytes[1..]);
    }

    private void Put(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        Put(bytes);
    }
}
