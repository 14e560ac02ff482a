using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Turns one plan's route into steps, the cheapest way it knows: outputs go straight to the next pair, neighbours in one vault or one
/// manager share a call, and without a loan one of the route's pools is paid last.
/// </summary>
internal sealed class ExecutorEncoderRoute(
    ExecutionPlan plan, ExecutorEncoder executor, ExecutorEncoderTokens tokens, ExecutorEncoderSteps steps)
{
    private readonly ImmutableArray<Hop> _hops = plan.Route.Hops;

    private Address StartToken => plan.Route.StartToken;

    /// <summary>Whether a route can run without a loan; some only if what the last pool will be paid is known.</summary>
    public static bool CanRunWithoutLoan(Route route, bool amountsKnown) =>
        PaysFirst(route.Hops[0])
        || route.Hops[0].Pool.Family is PoolFamily.UniswapV4
        || (amountsKnown && PaysFirst(route.Hops[^1]))
        || route.Hops.All(IsBalancer);

    public void Write()
    {
        LoanSource loan = plan.Loan ?? new LoanSource(LenderKind.BalancerV2, executor.Vault);
        switch (loan.Kind)
        {
            case LenderKind.None:
                WriteWithoutLoan();
                break;
            case LenderKind.UniswapV4:
                Require(loan.Lender, executor.PoolManager, "pool manager");
                steps.Unlock(() =>
                {
                    bool toPair = IsPair(_hops[0]);
                    steps.Take(
                        tokens.Held(StartToken), plan.Notional, toPair ? StepReceiver.NextPool : StepReceiver.Self);
                    WriteHops(0, _hops.Length, null, toPair, unlocked: true);
                    steps.Settle(tokens.Held(StartToken), plan.Notional);
                });
                break;
            case LenderKind.BalancerV2:
                Require(loan.Lender, executor.Vault, "vault");
                if (_hops.Any(IsBalancer))
                {
                    throw new ArgumentException("A Balancer V2 loan and a Balancer V2 hop share a lock.", nameof(plan));
                }

                steps.LoanBalancerV2(tokens.Held(StartToken), plan.Notional, WriteBorrowed);
                break;
            default:
                if (_hops.Any(hop => hop.Pool.Key.Contract == loan.Lender))
                {
                    throw new ArgumentException($"{loan.Lender} cannot lend: it is on the route and locked meanwhile.", nameof(plan));
                }

                steps.Loan(
                    OpOf(loan.Kind), loan.Lender, loan.IsToken0, tokens.Held(StartToken),
                    loan.Kind is LenderKind.UniswapV2 ? loan.Fee : null, plan.Notional, WriteBorrowed);
                break;
        }
    }

    private static byte OpOf(LenderKind kind) => kind switch
    {
        LenderKind.Morpho => 0x11,
        LenderKind.BalancerV3 => 0x13,
        LenderKind.UniswapV3 => 0x14,
        LenderKind.UniswapV2 => 0x15,
        LenderKind.AaveV3 => 0x16,
        LenderKind.Erc3156 => 0x17,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such lender."),
    };

    private static bool IsPair(Hop hop) =>
        hop.Pool.Family is PoolFamily.UniswapV2 or PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile;

    private static bool IsBalancer(Hop hop) =>
        hop.Pool.Family is PoolFamily.BalancerWeighted or PoolFamily.BalancerStable;

    /// <summary>It pays out before it asks to be paid.</summary>
    private static bool PaysFirst(Hop hop) => IsPair(hop) || hop.Pool.Family is PoolFamily.UniswapV3;

    private static bool GivesExactly(Hop hop) => hop.Pool.Family is PoolFamily.UniswapV2 or PoolFamily.UniswapV3;

    private static void Require(Address given, Address known, string what)
    {
        if (known.IsZero || given != known)
        {
            throw new ArgumentException($"The executor's {what} is {known}, not {given}.", nameof(given));
        }
    }

    private void WriteBorrowed() => WriteHops(0, _hops.Length, null, arrived: false, unlocked: false);

    private void WriteWithoutLoan()
    {
        Hop first = _hops[0];
        Hop last = _hops[^1];
        UInt256? lastInput = plan.Amounts.Length == _hops.Length + 1 ? plan.Amounts[^2] : null;
        if (_hops.Length == 2 && last.Pool.Family is PoolFamily.UniswapV3 && GivesExactly(first) && lastInput is { } owed)
        {
            // The first pool pays the last one what it asks for: the token between them never comes here.
            WritePaysFirst(last, owed, StepReceiver.Self, prepaid: true, () => WriteExactOut(first, owed));
        }
        else if (PaysFirst(first))
        {
            StepReceiver to = IsPair(_hops[1]) ? StepReceiver.NextPool : StepReceiver.Self;
            WritePaysFirst(
                first, plan.Notional, to, prepaid: false,
                () => WriteHops(1, _hops.Length, null, to is StepReceiver.NextPool, unlocked: false));
        }
        else if (first.Pool.Family is PoolFamily.UniswapV4)
        {
            steps.Unlock(WriteManagerPaysFirst);
        }
        else if (PaysFirst(last) && lastInput is { } amount)
        {
            WritePaysFirst(
                last, amount, StepReceiver.Self, prepaid: false,
                () => WriteHops(0, _hops.Length - 1, plan.Notional, arrived: false, unlocked: false));
        }
        else if (_hops.All(IsBalancer))
        {
            WriteBalancer(0, _hops.Length, plan.Notional, StepReceiver.Self);
        }
        else
        {
            throw new ArgumentException($"Neither end of {plan.Route} pays first: the route needs a loan.", nameof(plan));
        }
    }

    private void WritePaysFirst(Hop hop, UInt256 amount, StepReceiver to, bool prepaid, Action inner)
    {
        byte tokenIn = prepaid ? (byte)0 : tokens.Held(hop.TokenIn);
        switch (hop.Pool.Family)
        {
            case PoolFamily.UniswapV2:
                steps.SwapV2(hop.Pool, hop.ZeroForOne, tokenIn, amount, to, pay: prepaid, inner: inner);
                break;
            case PoolFamily.UniswapV3:
                steps.SwapV3(hop.Pool, hop.ZeroForOne, tokenIn, amount, to, prepaid, inner: inner);
                break;
            default:
                steps.SwapSolidly(hop.Pool, hop.ZeroForOne, tokenIn, amount, to, pay: prepaid, inner);
                break;
        }
    }

    private void WriteExactOut(Hop hop, UInt256 amountOut)
    {
        byte tokenIn = tokens.Held(hop.TokenIn);
        if (hop.Pool.Family is PoolFamily.UniswapV2)
        {
            steps.SwapV2(hop.Pool, hop.ZeroForOne, tokenIn, amountOut, StepReceiver.Caller, pay: true, exactOut: true);
        }
        else
        {
            steps.SwapV3(hop.Pool, hop.ZeroForOne, tokenIn, amountOut, StepReceiver.Caller, exactOut: true);
        }
    }

    /// <summary>Inside the manager's lock its swaps come first and their input is settled last.</summary>
    private void WriteManagerPaysFirst()
    {
        int end = EndOfManagerGroup(0);
        WriteManagerSwaps(0, end, plan.Notional);
        bool toPair = WriteManagerTake(end);
        WriteHops(end, _hops.Length, null, toPair, unlocked: true);
        Address currency = Currency(_hops[0], _hops[0].TokenIn);
        if (currency.IsZero)
        {
            steps.Unwrap(tokens.Held(StartToken), plan.Notional);
            steps.Settle(tokens.Named(currency), plan.Notional);
        }
        else
        {
            steps.Settle(tokens.Held(currency), plan.Notional);
        }
    }

    // Arrived: the first hop's pair has been paid already.
    private void WriteHops(int start, int end, UInt256? amount, bool arrived, bool unlocked)
    {
        for (int i = start; i < end;)
        {
            int next = IsBalancer(_hops[i]) ? EndOfBalancerGroup(i, end)
                : _hops[i].Pool.Family is PoolFamily.UniswapV4 ? EndOfManagerGroup(i, end)
                : i + 1;
            StepReceiver to = next < end && IsPair(_hops[next]) ? StepReceiver.NextPool : StepReceiver.Self;
            arrived = WriteGroup(i, next, amount, to, arrived, unlocked);
            amount = null;
            i = next;
        }
    }

    // True when the output went straight to the next pair.
    private bool WriteGroup(int start, int end, UInt256? amount, StepReceiver to, bool arrived, bool unlocked)
    {
        Hop hop = _hops[start];
        switch (hop.Pool.Family)
        {
            case PoolFamily.UniswapV2:
                steps.SwapV2(hop.Pool, hop.ZeroForOne, PaidWith(hop, arrived), amount, to, pay: !arrived);
                break;
            case PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile:
                // It is asked for its price by the token's name, paid or not.
                steps.SwapSolidly(
                    hop.Pool, hop.ZeroForOne, arrived ? tokens.Named(hop.TokenIn) : tokens.Held(hop.TokenIn), amount, to, pay: !arrived);
                break;
            case PoolFamily.UniswapV3:
                steps.SwapV3(hop.Pool, hop.ZeroForOne, tokens.Held(hop.TokenIn), amount, to);
                break;
            case PoolFamily.UniswapV4:
                return WriteManagerGroup(start, end, amount, unlocked);
            case PoolFamily.BalancerWeighted or PoolFamily.BalancerStable:
                WriteBalancer(start, end, amount, to);
                break;
            case PoolFamily.CurveStableSwap:
                steps.SwapCurve(
                    hop.Pool, tokens.Held(hop.TokenIn), tokens.Held(hop.TokenOut), hop.IndexIn, hop.IndexOut, amount);
                return false;
            default:
                throw new ArgumentException(
                    $"The executor cannot swap in {hop.Pool.Key}, a pool of family {hop.Pool.Family}.", nameof(start));
        }

        if (to is StepReceiver.Self)
        {
            tokens.Held(_hops[end - 1].TokenOut);
        }

        return to is StepReceiver.NextPool;
    }

    private byte PaidWith(Hop hop, bool arrived) => arrived ? (byte)0 : tokens.Held(hop.TokenIn);

    // --- Balancer V2 ---

    private int EndOfBalancerGroup(int start, int end)
    {
        int next = start + 1;
        while (next < end && IsBalancer(_hops[next]))
        {
            next++;
        }

        return next;
    }

    private void WriteBalancer(int start, int end, UInt256? amount, StepReceiver to)
    {
        for (int i = start; i < end; i++)
        {
            Require(_hops[i].Pool.Vault, executor.Vault, "vault");
        }

        byte tokenIn = tokens.Held(_hops[start].TokenIn);
        if (end - start == 1)
        {
            Hop hop = _hops[start];
            steps.SwapBalancer(tokenIn, tokens.Named(hop.TokenOut), hop.Pool.VaultId, amount, to);
            return;
        }

        List<(byte TokenOut, Hash256 PoolId)> swaps = [];
        for (int i = start; i < end; i++)
        {
            swaps.Add((tokens.Named(_hops[i].TokenOut), _hops[i].Pool.VaultId));
        }

        steps.BatchBalancer(tokenIn, swaps, amount, to);
    }

    // --- Uniswap V4 ---

    /// <summary>The pool's own name of a token: zero where it trades ether and the route names wrapped ether.</summary>
    private static Address Currency(Hop hop, Address token) => hop.Pool.Tokens.Contains(token) ? token : default;

    /// <summary>Neighbours share a lock as long as one's output is the other's input, wrapped or not.</summary>
    private int EndOfManagerGroup(int start) => EndOfManagerGroup(start, _hops.Length);

    private int EndOfManagerGroup(int start, int end)
    {
        int next = start + 1;
        while (next < end
            && _hops[next].Pool.Family is PoolFamily.UniswapV4
            && Currency(_hops[next - 1], _hops[next - 1].TokenOut) == Currency(_hops[next], _hops[next].TokenIn))
        {
            next++;
        }

        return next;
    }

    private bool WriteManagerGroup(int start, int end, UInt256? amount, bool unlocked)
    {
        Hop first = _hops[start];
        Address currency = Currency(first, first.TokenIn);
        bool toPair = false;
        if (currency.IsZero && !first.TokenIn.IsZero)
        {
            steps.Unwrap(tokens.Held(first.TokenIn), amount);
            amount = null;
        }

        void Swap()
        {
            steps.Settle(currency.IsZero ? tokens.Named(currency) : tokens.Held(currency), amount);
            WriteManagerSwaps(start, end, null);
            toPair = WriteManagerTake(end);
        }

        if (unlocked)
        {
            Swap();
        }
        else
        {
            steps.Unlock(Swap);
        }

        return toPair;
    }

    private void WriteManagerSwaps(int start, int end, UInt256? amount)
    {
        for (int i = start; i < end; i++)
        {
            PoolListing pool = _hops[i].Pool;
            Require(pool.Key.Contract, executor.PoolManager, "pool manager");
            steps.SwapV4(
                pool, _hops[i].ZeroForOne, tokens.Named(pool.Tokens[0]), tokens.Named(pool.Tokens[1]), i == start ? amount : null);
        }
    }

    // True when the output went straight to the next pair.
    private bool WriteManagerTake(int end)
    {
        Hop last = _hops[end - 1];
        Address currency = Currency(last, last.TokenOut);
        bool toPair = !currency.IsZero && end < _hops.Length && IsPair(_hops[end]);
        if (!toPair && !last.TokenOut.IsZero)
        {
            tokens.Held(last.TokenOut);
        }

        steps.Take(tokens.Named(currency), null, toPair ? StepReceiver.NextPool : StepReceiver.Self);
        if (currency.IsZero && !last.TokenOut.IsZero)
        {
            steps.Wrap(null);
        }

        return toPair;
    }
}
