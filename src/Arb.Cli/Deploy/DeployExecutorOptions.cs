using Arb.Domain;
using Arb.Evm;

namespace Arb.Cli.Deploy;

/// <summary>What <c>arb deploy-executor</c> was asked for.</summary>
internal sealed record DeployExecutorOptions
{
    public required string Rpc { get; init; }

    public required ulong ChainId { get; init; }

    public required ExecutorArguments Arguments { get; init; }

    public required Hash256 Salt { get; init; }

    public FileInfo? Keystore { get; init; }

    public FileInfo? PasswordFile { get; init; }

    /// <summary>Sends the transaction; otherwise nothing is sent.</summary>
    public required bool Send { get; init; }

    public required UInt256 PriorityFeePerGasWei { get; init; }

    public required UInt256 MaxGasPriceWei { get; init; }
}
