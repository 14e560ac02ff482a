using System.Text;
using Arb.Domain;

namespace Arb.TestKit.Exact.ConstantProduct;

/// <summary>One swap to try on a pair, and what the model says will happen.</summary>
/// <param name="AmountIn">Raw units paid in.</param>
/// <param name="AmountOut">Raw units asked for.</param>
/// <param name="Taken">The pool afterwards when the pair must take it; null when it must not.</param>
/// <param name="Reasons">Beginnings of the messages with which it may refuse, after the exchange's name.</param>
internal readonly record struct PairTrial(UInt256 AmountIn, UInt256 AmountOut, ConstantProductPool? Taken, string[] Reasons)
{
    private const string NoOutput = "INSUFFICIENT_OUTPUT";
    private const string NoInput = "INSUFFICIENT_INPUT";
    private const string NoLiquidity = "INSUFFICIENT_LIQ";
    private const string Product = "K";
    private const string Overflow = "OVERFLOW";

    // SafeMath on the balance times 1000, before the pair looks at 112 bits.
    private const string SafeMathOverflow = "mul-overflow";

    /// <summary>What must hold if the model is right: the amount it gives is taken, and a better one is not.</summary>
    public static (SwapRefusal Refusal, UInt256 Answer, PairTrial[] Trials) Of(ConstantProductPool pool, PairRequest request)
    {
        int tokenIn = request.ZeroForOne ? 0 : 1;
        (UInt256 reserveIn, _) = pool.Reserves(request.ZeroForOne);
        UInt256 room = ConstantProductPool.ReserveMax - reserveIn;
        UInt256 answer;
        IPoolModel after;
        if (request.IsExactIn)
        {
            SwapRefusal refusal = pool.SwapExactIn(tokenIn, 1 - tokenIn, request.Amount, out answer, out after);
            return (refusal, answer, OfExactIn(refusal, request.Amount, answer, after));
        }
        else
        {
            SwapRefusal refusal = pool.SwapExactOut(tokenIn, 1 - tokenIn, request.Amount, out answer, out after);
            return (refusal, answer, OfExactOut(refusal, request.Amount, answer, after, room));
        }
    }

    /// <summary>Null when the pair did as the model says, else what the model expected.</summary>
    public string? Differs(Hash256 reason, UInt256 reserve0, UInt256 reserve1)
    {
        if (Taken is { } taken)
        {
            return reason.IsZero && reserve0 == taken.Reserve0 && reserve1 == taken.Reserve1
                ? null
                : $"pay {AmountIn} for {AmountOut} is taken and leaves {taken.Reserve0}, {taken.Reserve1}";
        }

        string message = Text(reason);
        return !reason.IsZero && Reasons.Any(known => message.Contains(known, StringComparison.Ordinal))
            ? null
            : $"pay {AmountIn} for {AmountOut} is refused with {string.Join(" or ", Reasons)}";
    }

    /// <summary>A pair's message, as much of it as came back.</summary>
    public static string Text(Hash256 reason)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        reason.CopyTo(bytes);
        return Encoding.ASCII.GetString(bytes).TrimEnd('\0');
    }

    // Less output is easier to get: a pair that refuses one unit refuses all of that input.
    private static PairTrial[] OfExactIn(SwapRefusal refusal, UInt256 amountIn, UInt256 amountOut, IPoolModel after) => refusal switch
    {
        SwapRefusal.None =>
        [
            new(amountIn, amountOut, (ConstantProductPool)after, []),
            new(amountIn, amountOut + UInt256.One, null, [$": {Product}", NoLiquidity]),
        ],
        SwapRefusal.InvalidRequest => [new(amountIn, UInt256.One, null, [NoInput, NoLiquidity])],
        SwapRefusal.NoLiquidity => [new(amountIn, UInt256.One, null, [NoLiquidity])],
        SwapRefusal.ZeroOutput => [new(amountIn, UInt256.One, null, [$": {Product}", NoLiquidity])],
        SwapRefusal.ReserveOverflow => [new(amountIn, UInt256.One, null, [Overflow, SafeMathOverflow, $": {Product}", NoLiquidity])],
        _ => throw new InvalidOperationException($"A pair never refuses an exact input with {refusal}."),
    };

    // More input is better until the reserve is full: a pair that refuses the greatest input refuses all.
    private static PairTrial[] OfExactOut(
        SwapRefusal refusal, UInt256 amountOut, UInt256 amountIn, IPoolModel after, UInt256 room) => refusal switch
        {
            SwapRefusal.None =>
            [
                new(amountIn, amountOut, (ConstantProductPool)after, []),
            new(amountIn - UInt256.One, amountOut, null, [$": {Product}", NoInput]),
        ],
            SwapRefusal.InvalidRequest => [new(UInt256.One, amountOut, null, [NoOutput])],
            SwapRefusal.NoLiquidity or SwapRefusal.InsufficientLiquidity => [new(room, amountOut, null, [NoLiquidity])],
            SwapRefusal.ReserveOverflow =>
            [
                new(room, amountOut, null, [$": {Product}", NoInput]),
            new(room + UInt256.One, amountOut, null, [$": {Product}", Overflow]),
        ],
            _ => throw new InvalidOperationException($"A pair never refuses an exact output with {refusal}."),
        };
}
