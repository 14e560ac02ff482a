namespace Arb.Evm;

/// <summary>Envelopes of transactions (EIP-2718).</summary>
public enum TransactionType
{
    /// <summary>Before EIP-2718; with a chain id since EIP-155.</summary>
    Legacy = 0,

    /// <summary>EIP-2930.</summary>
    AccessList = 1,

    /// <summary>EIP-1559.</summary>
    DynamicFee = 2,
}
