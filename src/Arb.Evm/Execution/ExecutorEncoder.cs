using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Encodes plans for <c>ArbExecutor.execute</c> (<c>contracts/src/ArbExecutor.sol</c>).</summary>
public sealed class ExecutorEncoder : IExecutorEncoder
{
    /// <summary>Most hops the contract accepts.</summary>
    public const int HopsMax = 8;

    private const int BasisPointsWhole = 10_000;

    private static readonly uint Execute = Keccak.Selector(
        "execute((address,uint256,(address,uint24,bool)[],uint256,uint256,uint256,uint256,uint256))");

    private readonly Address _weth;

    /// <summary>Encodes for one deployed executor.</summary>
    /// <param name="executor">Executor contract.</param>
    /// <param name="recipient">Account its profits go to, fixed when it was deployed.</param>
    /// <param name="weth">Wrapped ether: the one start token whose gas rate is known to be 1.</param>
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

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The start token is not WETH, the bid is above 10,000 basis points, there are more hops than the contract takes, or a pool is of a family that it cannot swap in.
    /// </exception>
    public ReadOnlyMemory<byte> Encode(ExecutionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Route.StartToken != _weth)
        {
            throw new ArgumentException(
                $"Start token {plan.Route.StartToken} has no rate to value gas in: start from WETH {_weth}.", nameof(plan));
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

        if (plan.Route.Hops.FirstOrDefault(static hop => hop.Pool.Family != PoolFamily.UniswapV2) is { } unknown)
        {
            throw new ArgumentException(
                $"The executor cannot swap in {unknown.Pool.Key}, a pool of family {unknown.Pool.Family}.", nameof(plan));
        }

        return AbiWriter.Call(Execute)
            .Tuple(tuple => tuple
                .Address(plan.Route.StartToken)
                .Number(plan.Notional)
                .Array(plan.Route.Hops, static (writer, hop) => writer
                    .Address(hop.Pool.Key.Contract)
                    .Number((ulong)hop.Pool.Fee.Value)
                    .Bool(hop.ZeroForOne))
                .Number(plan.MinProfit)
                .Number((ulong)plan.BidBasisPoints)
                .Number(plan.BidCapWei)
                .Number(UInt256.One << 96)
                .Number(plan.DeadlineBlock))
            .ToArray();
    }
}
