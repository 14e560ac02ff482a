namespace Arb.Domain;

/// <summary>An ERC-20 token.</summary>
/// <param name="Address">Token contract.</param>
/// <param name="Symbol">Its symbol, for people only.</param>
/// <param name="Decimals">Digits after the point of one whole token; for display only.</param>
public sealed record TokenInfo(Address Address, string Symbol, int Decimals);
