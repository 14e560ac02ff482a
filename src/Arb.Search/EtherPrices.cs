using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// What start tokens are worth in ether, by what pools pay. The rule: of the pools that trade the token for wrapped ether directly,
/// the one counts in which a round trip loses least (ether → token → ether), tried with 1 ether, then 1/100; one that loses more than
/// a tenth is too shallow to count. The price is what its second leg pays, rounded down. A pool that is merely off the market does not
/// become the price by that: its round trip costs two fees and its depth, wherever its price is.
/// </summary>
internal sealed class EtherPrices
{
    private const uint LossMaxShare = 10;

    private readonly Address _ether;
    private readonly EtherPrice[] _prices;

    public EtherPrices(MarketIndex index, Address wrappedEther)
    {
        _ether = wrappedEther;
        _prices = new EtherPrice[index.Starts.Length];
        PerUnit = new double[index.Starts.Length];
        Measure(index);
    }

    /// <summary>Wei per raw unit of each start token, for bounds; 0 where unknown.</summary>
    public double[] PerUnit { get; }

    /// <summary>By position of the start token.</summary>
    public EtherPrice this[int start] => _prices[start];

    /// <summary>Measures the market as it is.</summary>
    public void Measure(MarketIndex index)
    {
        for (int start = 0; start < _prices.Length; start++)
        {
            StartToken token = index.Starts[start];
            _prices[start] = token.Address == _ether ? new EtherPrice(UInt256.One, UInt256.One) : OfToken(index, token.Direct);
            PerUnit[start] = _prices[start].IsKnown ? (double)_prices[start].Wei / (double)_prices[start].Units : 0;
        }
    }

    private static EtherPrice OfToken(MarketIndex index, DirectPool[] direct)
    {
        EtherPrice price = Try(index, direct, 1_000_000_000_000_000_000);
        return price.IsKnown ? price : Try(index, direct, 10_000_000_000_000_000);
    }

    private static EtherPrice Try(MarketIndex index, DirectPool[] direct, UInt256 ether)
    {
        EtherPrice best = default;
        foreach (DirectPool way in direct)
        {
            if (index.ModelOf(way.Pool) is { } model
                && model.QuoteExactIn(way.Ether, way.Token, ether, out UInt256 units) == SwapRefusal.None
                && model.QuoteExactIn(way.Token, way.Ether, units, out UInt256 back) == SwapRefusal.None
                && back > best.Wei
                && UInt256.TrySubtract(ether, back, out UInt256 lost)
                && lost * LossMaxShare <= ether)
            {
                best = new EtherPrice(back, units);
            }
        }

        return best;
    }
}
