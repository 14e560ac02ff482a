using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>An EIP-1559 transaction before signing.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="From">Operator that signs it.</param>
/// <param name="Nonce">Account nonce.</param>
/// <param name="MaxPriorityFeePerGasWei">Tip per gas, wei.</param>
/// <param name="MaxFeePerGasWei">Upper limit of base fee + tip per gas, wei.</param>
/// <param name="GasLimit">Gas limit; at most 2^24 (EIP-7825).</param>
/// <param name="To">Contract called.</param>
/// <param name="ValueWei">Ether sent along, wei.</param>
/// <param name="Payload">Calldata.</param>
public sealed record UnsignedTransaction(
    ulong ChainId,
    Address From,
    ulong Nonce,
    UInt256 MaxPriorityFeePerGasWei,
    UInt256 MaxFeePerGasWei,
    ulong GasLimit,
    Address To,
    UInt256 ValueWei,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Largest gas limit a transaction may have (EIP-7825).</summary>
    public const ulong GasLimitMax = 16_777_216;
}

/// <summary>A signed transaction: its hash and the bytes a node takes.</summary>
/// <param name="Transaction">What was signed.</param>
/// <param name="Hash">Transaction hash.</param>
/// <param name="Raw">EIP-2718 envelope, type 2.</param>
public sealed record SignedTransaction(UnsignedTransaction Transaction, Hash256 Hash, ReadOnlyMemory<byte> Raw);

/// <summary>What the executor contract is asked to do.</summary>
/// <param name="Route">Cycle to trade.</param>
/// <param name="Notional">Flash loan, start-token raw units.</param>
/// <param name="MinProfit">Least net profit after premium, coinbase payment and gas, start-token raw units.</param>
/// <param name="BidBasisPoints">Share of realised gross profit paid to the block's coinbase.</param>
/// <param name="BidCapWei">Upper limit of that payment, wei.</param>
/// <param name="DeadlineBlock">Last block in which it may run.</param>
public sealed record ExecutionPlan(
    Route Route,
    UInt256 Notional,
    UInt256 MinProfit,
    int BidBasisPoints,
    UInt256 BidCapWei,
    ulong DeadlineBlock)
{
    /// <summary>Who lends the notional; null for the Balancer V2 vault that the executor knows.</summary>
    public FlashLoanTerms? Loan { get; init; }

    /// <summary>
    /// Notional and every hop's output as sized, or empty. Some routes run without a loan only if their last pool can be told what it will be paid.
    /// </summary>
    public ImmutableArray<UInt256> Amounts { get; init; } = [];

    /// <summary>Gas charged before the first opcode that the contract cannot see: an access list's price.</summary>
    public int ExtraGas { get; init; }

    /// <summary>
    /// Start-token raw units for one wei, times 2^96: the rate the executor values gas at. Needed unless the start token is WETH, whose rate is
    /// 1; round it up, as a rate too low lets a trade through that does not pay its gas.
    /// </summary>
    public UInt256 TokenPerEthX96 { get; init; }
}

/// <summary>What a simulated transaction did.</summary>
/// <param name="Succeeded">It did not revert.</param>
/// <param name="GasUsed">Gas it used.</param>
/// <param name="GasPriceWei">What <c>tx.gasprice</c> was, wei: base fee + tip.</param>
/// <param name="ProfitToRecipient">Start token that reached the recipient, raw units.</param>
/// <param name="CoinbasePaymentWei">Ether sent to the coinbase inside the transaction, wei; tips not counted.</param>
/// <param name="RevertReason">Decoded reason when it reverted.</param>
public sealed record SimulationResult(
    bool Succeeded,
    ulong GasUsed,
    UInt256 GasPriceWei,
    UInt256 ProfitToRecipient,
    UInt256 CoinbasePaymentWei,
    string? RevertReason);

/// <summary>Receipt of an included transaction, reduced to what accounting needs.</summary>
/// <param name="TransactionHash">Its hash.</param>
/// <param name="BlockNumber">Block it is in.</param>
/// <param name="BlockHash">That block's hash.</param>
/// <param name="TransactionIndex">Position in the block.</param>
/// <param name="Succeeded">Status 1.</param>
/// <param name="GasUsed">Gas used.</param>
/// <param name="EffectiveGasPriceWei">Price paid per gas, wei.</param>
/// <param name="Transfers">ERC-20 transfers logged, in order.</param>
public sealed record TransactionReceipt(
    Hash256 TransactionHash,
    ulong BlockNumber,
    Hash256 BlockHash,
    int TransactionIndex,
    bool Succeeded,
    ulong GasUsed,
    UInt256 EffectiveGasPriceWei,
    ImmutableArray<TokenTransfer> Transfers);

/// <summary>One ERC-20 <c>Transfer</c> log.</summary>
/// <param name="Token">Token contract.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Amount">Raw units.</param>
public sealed record TokenTransfer(Address Token, Address From, Address To, UInt256 Amount);
