using Arb.Domain;

namespace Arb.Evm;

/// <summary>Contracts loan terms are read through.</summary>
/// <param name="Multicall3">Multicall3; at 0xcA11bde05977b3631167028862bE2a173976CA11 on most chains.</param>
/// <param name="Vault">Balancer V2 Vault: the flash lender.</param>
public sealed record LoanReaderOptions(Address Multicall3, Address Vault);
