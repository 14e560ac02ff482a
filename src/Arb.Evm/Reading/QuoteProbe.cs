using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Asks <c>get_dy</c> of Curve pools and <c>getAmountOut</c> of Solidly pairs, many at one block hash in one <c>eth_call</c>.</summary>
public sealed class QuoteProbe : IQuoteProbe
{
    /// <summary>Quotes of one call: a StableSwap quote takes some 100,000 gas.</summary>
    private const int QuotesMax = 200;

    private static readonly uint GetDy = Keccak.Selector("get_dy(int128,int128,uint256)");
    private static readonly uint GetAmountOut = Keccak.Selector("getAmountOut(uint256,address)");

    private readonly Multicall _multicall;
    private readonly ulong _slotSeconds;

    /// <summary>Asks through <paramref name="client"/>.</summary>
    /// <param name="client">Node client.</param>
    /// <param name="multicall3">Multicall3.</param>
    /// <param name="slot">As the state reader's: probes must meet the pool at the time its state was read for.</param>
    public QuoteProbe(JsonRpcClient client, Address multicall3, TimeSpan slot = default)
    {
        _multicall = new Multicall(client, multicall3, QuotesMax);
        _slotSeconds = (ulong)slot.TotalSeconds;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PoolProbes>> AskAsync(
        BlockStamp block, IReadOnlyList<ProbeRequest> requests, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(requests);
        List<ContractCall> calls = [];
        foreach (ProbeRequest request in requests)
        {
            if (CanAsk(request.Pool.Family))
            {
                calls.AddRange(request.Questions.Select(question => Call(request.Pool, question)));
            }
        }

        ulong time = block.TimestampSeconds
            + (requests.Any(static request => LensStateReader.ChangesWithTime(request.Pool.Family)) ? _slotSeconds : 0);
        ContractReply[] replies = await _multicall.CallAsync(block, calls, cancellation, time);
        int next = 0;
        return
        [
            .. requests.Select(request => new PoolProbes(
                block.Hash,
                CanAsk(request.Pool.Family) ? [.. request.Questions.Select(question => Read(question, replies[next++]))] : [])),
        ];
    }

    private static bool CanAsk(PoolFamily family) =>
        family is PoolFamily.CurveStableSwap or PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile;

    private static ContractCall Call(PoolListing pool, ProbeQuestion question) => new(
        pool.Key.Contract,
        pool.Family == PoolFamily.CurveStableSwap
            ? AbiWriter.Call(GetDy)
                .Number((ulong)question.TokenIn).Number((ulong)question.TokenOut).Number(question.AmountIn).ToArray()
            : AbiWriter.Call(GetAmountOut).Number(question.AmountIn).Address(pool.Tokens[question.TokenIn]).ToArray());

    private static PoolProbe Read(ProbeQuestion question, ContractReply reply) => new(
        ProbeCall.View,
        question.TokenIn,
        question.TokenOut,
        question.AmountIn,
        reply is { Succeeded: true, Data.Length: UInt256.Size } ? UInt256.FromBigEndian(reply.Data) : null);
}
