using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>A bundle chosen for a block.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="CoinbaseDifferenceWei">What it adds to the coinbase where it stands, wei.</param>
/// <param name="Reverting">Its transactions that run and revert, as they may.</param>
internal sealed record SelectedBundle(
    WaitingBundle Bundle, BigInteger CoinbaseDifferenceWei, ImmutableHashSet<Hash256> Reverting);

/// <summary>What a block's bundles are.</summary>
internal sealed record BundleSelection(ImmutableArray<SelectedBundle> Selected, ImmutableArray<RejectedBundle> Rejected);

/// <summary>
/// Chooses and orders bundles by what they pay the builder in all (tips and coinbase payments of the whole bundle, as
/// a builder who maximises the block's value does, not per gas); the earlier one goes first on a tie. Conflicts are
/// found by running the merged block: a bundle that no longer works behind the better ones is left out as a whole.
/// </summary>
internal sealed class BundleSelector(AnvilRpc rpc, BundleSimulator simulator, TimeProvider time, TimeSpan timeMax)
{
    private const int ParallelSimulations = 4;

    public async Task<BundleSelection> SelectAsync(
        NextBlock block, IReadOnlyList<WaitingBundle> bundles, CancellationToken cancellation)
    {
        if (bundles.Count == 0)
        {
            return new BundleSelection([], []);
        }

        long started = time.GetTimestamp();
        Address[] senders = [.. bundles.SelectMany(bundle => bundle.Transactions).Select(t => t.From).Distinct()];
        ImmutableDictionary<Address, ulong> nonces = await rpc.GetNoncesAsync(senders, block.Parent.Number, cancellation);

        Evaluation[] alone = new Evaluation[bundles.Count];
        await Parallel.ForAsync(
            0,
            bundles.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelSimulations, CancellationToken = cancellation },
            async (i, stop) => alone[i] = IsOver(started)
                ? Evaluation.Refuse(bundles[i], OutOfTime)
                : await EvaluateAsync(block, bundles[i], nonces, stop));

        List<RejectedBundle> rejected = [.. alone.Where(one => one.Error is not null).Select(one => one.ToRejected())];
        WaitingBundle[] ordered =
        [
            .. alone.Where(one => one.Error is null)
                .OrderByDescending(one => one.CoinbaseDifferenceWei)
                .ThenBy(one => one.Bundle.Arrival)
                .Select(one => one.Bundle),
        ];
        List<SelectedBundle> selected = await MergeAsync(block, ordered, nonces, rejected, started, cancellation);
        return new BundleSelection([.. selected], [.. rejected]);
    }

    private const string OutOfTime = "the builder ran out of time";

    private bool IsOver(long started) => time.GetElapsedTime(started) > timeMax;

    private async Task<Evaluation> EvaluateAsync(
        NextBlock block, WaitingBundle bundle, ImmutableDictionary<Address, ulong> nonces, CancellationToken cancellation)
    {
        if (bundle.MinTimestampSeconds > block.TimestampSeconds)
        {
            return Evaluation.Refuse(bundle, $"minTimestamp {bundle.MinTimestampSeconds} is after {block.TimestampSeconds}");
        }

        if (bundle.MaxTimestampSeconds != 0 && bundle.MaxTimestampSeconds < block.TimestampSeconds)
        {
            return Evaluation.Refuse(bundle, $"maxTimestamp {bundle.MaxTimestampSeconds} is before {block.TimestampSeconds}");
        }

        if (BundleRules.Check(bundle.Transactions, block, ref nonces) is { } broken)
        {
            return Evaluation.Refuse(bundle, broken);
        }

        SimulationRun run = await simulator.RunAsync(block, bundle.Transactions, cancellation);
        return run.Error is { } error ? Evaluation.Refuse(bundle, error) : Evaluation.Of(bundle, run.Transactions);
    }

    /// <summary>
    /// Appends bundles in order. As long as nothing conflicts it tries all the rest in one run; behind a conflict it
    /// tries one, then two, four …, so that many rivals for one opportunity cost one short run each.
    /// </summary>
    private async Task<List<SelectedBundle>> MergeAsync(
        NextBlock block,
        WaitingBundle[] ordered,
        ImmutableDictionary<Address, ulong> nonces,
        List<RejectedBundle> rejected,
        long started,
        CancellationToken cancellation)
    {
        List<SelectedBundle> selected = [];
        List<BundleTransaction> accepted = [];
        int next = 0;
        int window = ordered.Length;
        while (next < ordered.Length)
        {
            if (IsOver(started))
            {
                rejected.AddRange(ordered[next..].Select(bundle => Evaluation.Refuse(bundle, OutOfTime).ToRejected()));
                break;
            }

            // A nonce another bundle has taken needs no run.
            List<WaitingBundle> tried = [];
            ImmutableDictionary<Address, ulong> moved = nonces;
            string? broken = null;
            while (tried.Count < window && next + tried.Count < ordered.Length && broken is null)
            {
                broken = BundleRules.Check(ordered[next + tried.Count].Transactions, block, ref moved);
                if (broken is null)
                {
                    tried.Add(ordered[next + tried.Count]);
                }
            }

            if (tried.Count == 0)
            {
                rejected.Add(Evaluation.Refuse(ordered[next++], broken!).ToRejected());
                continue;
            }

            SimulationRun run = await simulator.RunAsync(
                block, [.. accepted, .. tried.SelectMany(bundle => bundle.Transactions)], cancellation);
            if (run.Error is not null && tried.Count > 1)
            {
                // It does not say whose fault it is.
                window = 1;
                continue;
            }

            int took = 0;
            int offset = accepted.Count;
            foreach (WaitingBundle bundle in tried)
            {
                Evaluation here = run.Error is { } error
                    ? Evaluation.Refuse(bundle, error)
                    : Evaluation.Of(bundle, run.Transactions.AsSpan(offset, bundle.Transactions.Length));
                if (here.Error is not null)
                {
                    rejected.Add(here.ToRejected());
                    next++;
                    break;
                }

                BundleRules.Check(bundle.Transactions, block, ref nonces);
                accepted.AddRange(bundle.Transactions);
                selected.Add(here.ToSelected());
                offset += bundle.Transactions.Length;
                took++;
                next++;
            }

            window = took == tried.Count ? window * 2 : 1;
        }

        return selected;
    }

    private sealed record Evaluation(
        WaitingBundle Bundle, BigInteger CoinbaseDifferenceWei, ImmutableHashSet<Hash256> Reverting, string? Error)
    {
        public static Evaluation Refuse(WaitingBundle bundle, string why) => new(bundle, 0, [], why);

        public static Evaluation Of(WaitingBundle bundle, ImmutableArray<SimulatedTransaction> ran) => Of(bundle, ran.AsSpan());

        public static Evaluation Of(WaitingBundle bundle, ReadOnlySpan<SimulatedTransaction> ran)
        {
            BigInteger difference = 0;
            ImmutableHashSet<Hash256> reverting = [];
            foreach (SimulatedTransaction one in ran)
            {
                difference += one.CoinbaseDifferenceWei;
                if (one.Succeeded)
                {
                    continue;
                }

                if (!bundle.MayRevert.Contains(one.Transaction.Hash))
                {
                    return Refuse(bundle, $"{one.Transaction.Hash} reverts");
                }

                reverting = reverting.Add(one.Transaction.Hash);
            }

            return new Evaluation(bundle, difference, reverting, null);
        }

        public RejectedBundle ToRejected() => new(Bundle.Hash, Bundle.Signer, Error!);

        public SelectedBundle ToSelected() => new(Bundle, CoinbaseDifferenceWei, Reverting);
    }
}
