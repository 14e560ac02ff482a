using Arb.Domain;
using Arb.Engine;
using Arb.Search;

namespace Arb.Cli.Search;

/// <summary>What gas costs: the engine's own estimate of a route, at one price.</summary>
/// <param name="PriceWei">Base fee and tip per gas, wei; 0 leaves gas out.</param>
internal readonly record struct GasTerms(UInt256 PriceWei)
{
    /// <summary>As the search weighs it.</summary>
    public static GasSchedule Schedule { get; } = GasModel.Schedule;

    /// <summary>A cost in the start token, rounded up; the price must be known unless gas is free.</summary>
    public UInt256 In(EtherPrice price, ulong gas) =>
        PriceWei.IsZero ? UInt256.Zero : MulDiv.Ceiling(PriceWei * gas, price.Units, price.Wei);
}
