using System.Buffers.Binary;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Encodes plans as programs for <c>ArbExecutor.execute</c> (<c>contracts/src/ArbExecutor.sol</c>; format: <c>contracts/README.md</c>).</summary>
public sealed class ExecutorEncoder : IExecutorEncoder
{
    /// <summary>Most hops that are encoded; the contract has no limit but gas.</summary>
    public const int HopsMax = 8;

    private const int BasisPointsWhole = 10_000;
    private const int ExtraGasMax = 0xffffff;
    private const int TokensMax = 255;
    private const ulong DeadlineMax = (1UL << 40) - 1;

    private static readonly UInt256 WethRateX96 = UInt256.One << 96;

    private static readonly uint Execute = Keccak.Selector("execute()");

    private readonly Address _weth;

    /// <summary>Encodes for one deployed executor.</summary>
    /// <param name="executor">Executor contract.</param>
    /// <param name="recipient">Account its profits go to, fixed when it was deployed.</param>
    /// <param name="weth">Wrapped ether: the start token whose gas rate goes without saying, and the only one that bids are paid from.</param>
    public ExecutorEncoder(Address executor, Address recipient, Address weth)
    {
        Executor = executor;
        Recipient = recipient;
        _weth = weth;
    }

    /// <inheritdoc/>
    public Address Executor { get; }

    /// <inheritdoc/>
    public Address Recipient { get; }

    /// <summary>Balancer V2's vault as the executor was deployed with it; zero where it has none.</summary>
    public Address Vault { get; init; }

    /// <summary>Uniswap V4's pool manager as the executor was deployed with it; zero where it has none.</summary>
    public Address PoolManager { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The start token is not WETH and has no gas rate or a bid, WETH has another rate than 1, the bid is above 10,000 basis points, there are more hops than are encoded, a pool or the lender is of another
    /// vault or manager than the executor's, the lender would be locked, or a route without a loan has no pool that pays first.
    /// </exception>
    public ReadOnlyMemory<byte> Encode(ExecutionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Encode([plan]);
    }

    /// <summary>Calldata that runs several cycles in one transaction, one after another.</summary>
    /// <param name="plans">The cycles, all from one start token; minimum profit, bid, deadline and extra gas are the first one's and hold for all together.</param>
    /// <exception cref="ArgumentException">As for one plan; or there is none, or they differ in their start token.</exception>
    public ReadOnlyMemory<byte> Encode(IReadOnlyList<ExecutionPlan> plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        if (plans.Count == 0)
        {
            throw new ArgumentException("There is nothing to run.", nameof(plans));
        }

        foreach (ExecutionPlan plan in plans)
        {
            Check(plan);
            if (plan.Route.StartToken != plans[0].Route.StartToken || plan.TokenPerEthX96 != plans[0].TokenPerEthX96)
            {
                throw new ArgumentException("Cycles of one transaction start from one token and value gas at one rate.", nameof(plans));
            }
        }

        // What the first pass learns about tokens decides the indices that the second one writes.
        ExecutorEncoderTokens tokens = new(plans[0].Route.StartToken);
        Write(plans, tokens);
        byte[] steps = Write(plans, tokens);
        ExecutorEncoderSteps program = new();
        WriteHeader(program, plans[0], tokens);
        program.Put(steps);
        return program.ToArray();
    }

    private byte[] Write(IReadOnlyList<ExecutionPlan> plans, ExecutorEncoderTokens tokens)
    {
        ExecutorEncoderSteps steps = new();
        foreach (ExecutionPlan plan in plans)
        {
            new ExecutorEncoderRoute(plan, this, tokens, steps).Write();
        }

        return steps.ToArray();
    }

    private void WriteHeader(ExecutorEncoderSteps program, ExecutionPlan plan, ExecutorEncoderTokens tokens)
    {
        if (tokens.All.Count > TokensMax)
        {
            throw new ArgumentException($"A program names at most {TokensMax} tokens, not {tokens.All.Count}.", nameof(plan));
        }

        Span<byte> terms = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(terms, Execute);
        BinaryPrimitives.WriteUInt64BigEndian(terms[4..], plan.DeadlineBlock << 24);
        BinaryPrimitives.WriteUInt16BigEndian(terms[9..], (ushort)plan.BidBasisPoints);
        BinaryPrimitives.WriteUInt32BigEndian(terms[11..], (uint)plan.ExtraGas << 8);
        terms[14] = (byte)tokens.All.Count;
        terms[15] = (byte)tokens.HeldCount;
        program.Put(terms);
        foreach (Address token in tokens.All)
        {
            program.Put(token);
        }

        program.PutNumber(plan.MinProfit);
        program.PutNumber(plan.BidBasisPoints == 0 ? UInt256.Zero : plan.BidCapWei);

        // WETH's rate goes without saying.
        program.PutNumber(plan.Route.StartToken == _weth ? UInt256.Zero : plan.TokenPerEthX96);
    }

    private string? FindRateProblem(ExecutionPlan plan)
    {
        Address start = plan.Route.StartToken;
        if (start == _weth)
        {
            return plan.TokenPerEthX96.IsZero || plan.TokenPerEthX96 == WethRateX96
                ? null
                : $"A rate of {plan.TokenPerEthX96} is not WETH's, which is 2^96.";
        }

        return plan.TokenPerEthX96.IsZero ? $"Start token {start} has no rate to value gas in: give one, or start from WETH {_weth}."
            : plan.BidBasisPoints != 0 ? $"A bid is paid from WETH {_weth}; start token {start} has to bid by its tip."
            : null;
    }

    private void Check(ExecutionPlan plan)
    {
        if (FindRateProblem(plan) is { } problem)
        {
            throw new ArgumentException(problem, nameof(plan));
        }

        if (plan.BidBasisPoints is < 0 or > BasisPointsWhole)
        {
            throw new ArgumentException(
                $"A bid of {plan.BidBasisPoints} basis points is not between 0 and {BasisPointsWhole}.", nameof(plan));
        }

        if (plan.Route.Hops.Length > HopsMax)
        {
            throw new ArgumentException(
                $"A route of {plan.Route.Hops.Length} hops is longer than the executor's {HopsMax}.", nameof(plan));
        }

        if (plan.DeadlineBlock > DeadlineMax || plan.ExtraGas is < 0 or > ExtraGasMax)
        {
            throw new ArgumentException(
                $"Deadline {plan.DeadlineBlock} or extra gas {plan.ExtraGas} does not fit its field.", nameof(plan));
        }
    }
}
