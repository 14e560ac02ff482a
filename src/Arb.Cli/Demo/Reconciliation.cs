using System.Numerics;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Cli.Demo;

/// <summary>Compares what the memory bank recorded with what the chain did. Pure.</summary>
internal static class Reconciliation
{
    /// <summary>Everything that does not match, one line each; empty when the books are right.</summary>
    /// <param name="outcomes">All outcomes recorded.</param>
    /// <param name="ours">Every included transaction an operator sent, from block contents.</param>
    /// <param name="onChainNetWei">Δ(recipient ETH + WETH) + Δ(all operator ETH).</param>
    public static IReadOnlyList<string> Check(
        IReadOnlyCollection<Outcome> outcomes,
        IReadOnlyCollection<IncludedTransaction> ours,
        BigInteger onChainNetWei)
    {
        List<string> problems = [];
        foreach (IGrouping<string, Outcome> twice in outcomes.GroupBy(o => o.Key.Id).Where(g => g.Count() > 1))
        {
            problems.Add($"opportunity {twice.Key} has {twice.Count()} outcomes");
        }

        ILookup<Hash256, Outcome> byHash = outcomes.Where(o => o.TransactionHash is not null).ToLookup(o => o.TransactionHash!.Value);
        foreach (IncludedTransaction transaction in ours)
        {
            Outcome[] rows = [.. byHash[transaction.Hash]];
            if (rows.Length != 1)
            {
                problems.Add($"transaction {transaction.Hash} in block {transaction.BlockNumber} has {rows.Length} outcome rows");
            }
            else if (rows[0].GasUsed != transaction.GasUsed || rows[0].GasCostWei != transaction.GasCostWei)
            {
                problems.Add($"transaction {transaction.Hash} paid {transaction.GasCostWei} wei for gas, recorded are {rows[0].GasCostWei} wei");
            }
        }

        HashSet<Hash256> onChain = [.. ours.Select(t => t.Hash)];
        foreach (IGrouping<Hash256, Outcome> missing in byHash.Where(g => !onChain.Contains(g.Key)))
        {
            problems.Add($"transaction {missing.Key} is recorded as landed, but no block contains it");
        }

        BigInteger recorded = RecordedNetWei(outcomes);
        if (recorded != onChainNetWei)
        {
            problems.Add($"recorded net is {recorded} wei, on chain it is {onChainNetWei} wei");
        }

        return problems;
    }

    /// <summary>Sum of the net profits recorded, wei.</summary>
    public static BigInteger RecordedNetWei(IEnumerable<Outcome> outcomes) =>
        outcomes.Aggregate(BigInteger.Zero, (sum, o) => sum + o.NetProfitWei);
}

/// <summary>A transaction of an operator in a block.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="GasUsed">Gas used.</param>
/// <param name="GasCostWei">Gas used × effective price, wei.</param>
internal sealed record IncludedTransaction(Hash256 Hash, ulong BlockNumber, ulong GasUsed, UInt256 GasCostWei);
