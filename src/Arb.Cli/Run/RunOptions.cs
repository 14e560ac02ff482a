namespace Arb.Cli.Run;

/// <summary>What <c>arb run</c> was asked for.</summary>
internal sealed record RunOptions
{
    public required string Rpc { get; init; }

    public required ulong ChainId { get; init; }

    public required string Executor { get; init; }

    public required string Recipient { get; init; }

    public required string BundleRelay { get; init; }

    public required IReadOnlyList<FileInfo> Keystores { get; init; }

    public required FileInfo? PasswordFile { get; init; }

    /// <summary>Bundles are sent; without it everything else is done.</summary>
    public required bool Live { get; init; }

    public required int SlotSeconds { get; init; }

    public required string WrappedEther { get; init; }

    public required string Multicall { get; init; }

    public required string Vault { get; init; }

    /// <summary>Flash lenders besides the vault and the pool managers, as <c>kind,address[,pairFeePips]</c>.</summary>
    public required IReadOnlyList<string> Lenders { get; init; }

    /// <summary>Factories as <c>address,dex,feePips[,family[,variant]]</c>.</summary>
    public required IReadOnlyList<string> Factories { get; init; }

    /// <summary>Folder that keeps the memory bank and the bundle relay's key between runs.</summary>
    public required DirectoryInfo State { get; init; }

    public required int? Port { get; init; }
}
