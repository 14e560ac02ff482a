using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.ConstantProduct;

/// <summary>Real pairs, one of each fork, whose reserves every group of requests sets anew by the pair's own sync.</summary>
internal sealed class UniswapV2World(ExactChain chain, Address harness, ImmutableArray<PoolInfo> pairs) : IExactWorld
{
    private const int RequestsOfGroup = 16;
    private const int GroupsOfCall = 64;

    public async Task<ExactBatch> CheckAsync(Random random, int quotes, CancellationToken cancellation)
    {
        ImmutableArray<ExactMismatch>.Builder mismatches = ImmutableArray.CreateBuilder<ExactMismatch>();
        int compared = 0;
        int refusals = 0;
        while (compared < quotes)
        {
            int wanted = (quotes - compared + RequestsOfGroup - 1) / RequestsOfGroup;
            Group[] groups = [.. Enumerable.Range(0, Math.Min(wanted, GroupsOfCall)).Select(_ => Draw(random))];
            byte[] answer = await chain.CallAsync(harness, Call(groups), cancellation);
            Compare(groups, answer, mismatches);
            compared += groups.Sum(group => group.Asked.Length);
            refusals += groups.Sum(group => group.Asked.Count(asked => asked.Refusal != SwapRefusal.None));
        }

        return new ExactBatch(compared, refusals, mismatches.ToImmutable());
    }

    private Group Draw(Random random)
    {
        ConstantProductPool pool = PairDraw.Pool(random, pairs[random.Next(pairs.Length)]);
        return new Group(pool, [.. Enumerable.Range(0, RequestsOfGroup).Select(_ => Ask(pool, PairDraw.Request(random, pool)))]);
    }

    private static Asked Ask(ConstantProductPool pool, PairRequest request)
    {
        (SwapRefusal refusal, UInt256 answer, PairTrial[] trials) = PairTrial.Of(pool, request);
        return new Asked(request, refusal, answer, trials);
    }

    private static AbiWriter Call(Group[] groups) => AbiWriter
        .Call("run((address,address,address,uint256,uint256,(bool,uint256,uint256)[])[])")
        .Array(groups, static (writer, group) => writer.Tuple(members => members
            .Address(group.Pool.Info.Address)
            .Address(group.Pool.Info.Token0)
            .Address(group.Pool.Info.Token1)
            .Number(group.Pool.Reserve0)
            .Number(group.Pool.Reserve1)
            .Array(
                TrialsOf(group),
                static (trials, next) => trials.Bool(next.ZeroForOne).Number(next.Trial.AmountIn).Number(next.Trial.AmountOut))));

    private static (bool ZeroForOne, PairTrial Trial)[] TrialsOf(Group group) =>
        [.. group.Asked.SelectMany(asked => asked.Trials.Select(trial => (asked.Request.ZeroForOne, trial)))];

    private static void Compare(Group[] groups, byte[] answer, ImmutableArray<ExactMismatch>.Builder mismatches)
    {
        AbiReader outer = new AbiReader(answer).ReadArray(out int groupCount);
        RequireSame(groups.Length, groupCount);
        foreach (Group group in groups)
        {
            AbiReader results = outer.ReadArray(out int resultCount);
            RequireSame(group.Asked.Sum(asked => asked.Trials.Length), resultCount);
            foreach (Asked asked in group.Asked)
            {
                string? expected = null;
                string? seen = null;
                foreach (PairTrial trial in asked.Trials)
                {
                    Hash256 reason = results.ReadBytes32();
                    UInt256 reserve0 = results.ReadNumber();
                    UInt256 reserve1 = results.ReadNumber();
                    if (expected is null && trial.Differs(reason, reserve0, reserve1) is { } differs)
                    {
                        expected = differs;
                        seen = reason.IsZero ? $"taken, leaves {reserve0}, {reserve1}" : $"refused: {PairTrial.Text(reason)}";
                    }
                }

                if (expected is not null)
                {
                    mismatches.Add(new ExactMismatch(
                        $"{group.Pool.Info.Dex} {group.Pool.Info.Fee} {group.Pool.Reserve0}, {group.Pool.Reserve1}",
                        asked.Request.ToString(),
                        $"{asked.Refusal} {asked.Answer}: {expected}",
                        seen!));
                }
            }
        }
    }

    private static void RequireSame(int expected, int actual)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"The harness answered {actual} of {expected}.");
        }
    }

    private sealed record Asked(PairRequest Request, SwapRefusal Refusal, UInt256 Answer, PairTrial[] Trials);

    private sealed record Group(ConstantProductPool Pool, Asked[] Asked);
}
