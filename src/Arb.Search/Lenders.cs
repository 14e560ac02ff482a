using Arb.Domain;

namespace Arb.Search;

/// <summary>Whom each start token can be borrowed from. Refilled at every block without allocation.</summary>
internal sealed class Lenders
{
    private readonly List<FlashLoanTerms>[] _now;
    private readonly List<FlashLoanTerms>[] _before;

    public Lenders(int starts)
    {
        _now = [.. Enumerable.Range(0, starts).Select(_ => new List<FlashLoanTerms>())];
        _before = [.. Enumerable.Range(0, starts).Select(_ => new List<FlashLoanTerms>())];
    }

    /// <summary>Terms for a start token.</summary>
    public List<FlashLoanTerms> Of(int start) => _now[start];

    /// <summary>Takes the terms of a block.</summary>
    /// <returns>Whether anything is other than before.</returns>
    public bool Set(MarketIndex index, ReadOnlySpan<FlashLoanTerms> loans)
    {
        bool changed = false;
        for (int start = 0; start < _now.Length; start++)
        {
            (_now[start], _before[start]) = (_before[start], _now[start]);
            _now[start].Clear();
            foreach (FlashLoanTerms loan in loans)
            {
                if (loan.Token == index.Starts[start].Address)
                {
                    _now[start].Add(loan);
                }
            }

            changed |= !AreEqual(_now[start], _before[start]);
        }

        return changed;
    }

    /// <summary>Whether a notional found under the terms before is still the best under those of now.</summary>
    public bool Holds(int start, int lender, in UInt256 notional)
    {
        List<FlashLoanTerms> now = _now[start];
        List<FlashLoanTerms> before = _before[start];
        if (now.Count != before.Count)
        {
            return false;
        }

        for (int i = 0; i < now.Count; i++)
        {
            // How much there is to lend matters only where it bounds the notional; how dear it is always does.
            if (now[i].PremiumX18 != before[i].PremiumX18
                || now[i].Gas != before[i].Gas
                || (now[i].Available != before[i].Available
                    && (i != lender || IsNear(notional, now[i].Available) || IsNear(notional, before[i].Available))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNear(in UInt256 notional, in UInt256 available) =>
        !UInt256.TrySubtract(available, notional, out UInt256 left) || left < notional >> 4;

    private static bool AreEqual(List<FlashLoanTerms> left, List<FlashLoanTerms> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
