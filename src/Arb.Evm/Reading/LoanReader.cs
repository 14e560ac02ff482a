using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Reads Balancer V2 flash loan terms at one block hash in one <c>eth_call</c>.</summary>
/// <remarks>The first read of an instance makes one more call: for the Vault's fee collector, which never changes.</remarks>
public sealed class LoanReader : ILoanReader
{
    private static readonly byte[] GetProtocolFeesCollector = AbiWriter.Call("getProtocolFeesCollector()").ToArray();
    private static readonly byte[] GetFlashLoanFeePercentage = AbiWriter.Call("getFlashLoanFeePercentage()").ToArray();
    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    private readonly Multicall _multicall;
    private readonly LoanReaderOptions _options;
    private Address? _feesCollector;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public LoanReader(JsonRpcClient client, LoanReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _multicall = new Multicall(client, options.Multicall3);
        _options = options;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FlashLoanTerms>> ReadAsync(
        BlockStamp block, IReadOnlyList<Address> tokens, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(tokens);

        Address feesCollector = _feesCollector ??= await FindFeesCollectorAsync(block, cancellation);
        byte[] balanceOfVault = AbiWriter.Call(BalanceOf).Address(_options.Vault).ToArray();
        ContractReply[] replies = await _multicall.CallAsync(
            block,
            [
                new ContractCall(feesCollector, GetFlashLoanFeePercentage),
                .. tokens.Select(token => new ContractCall(token, balanceOfVault)),
            ],
            cancellation);

        UInt256 premium = ReadWord(replies[0], "getFlashLoanFeePercentage() of the Vault's fee collector");
        return
        [
            .. tokens.Zip(replies.Skip(1), (token, reply) =>
                new FlashLoanTerms(token, ReadWord(reply, $"balanceOf(Vault) of start token {token}"), premium)),
        ];
    }

    private async Task<Address> FindFeesCollectorAsync(BlockStamp block, CancellationToken cancellation)
    {
        ContractReply[] replies = await _multicall.CallAsync(
            block, [new ContractCall(_options.Vault, GetProtocolFeesCollector)], cancellation);
        return replies[0] is { Succeeded: true, Data.Length: 32 }
            ? new AbiReader(replies[0].Data).ReadAddress()
            : throw new ChainUnavailableException(
                $"{_options.Vault} at {_multicall.Origin} does not answer getProtocolFeesCollector() at block "
                + $"{block.Number}: configure the address of this chain's Balancer V2 Vault.");
    }

    private UInt256 ReadWord(ContractReply reply, string what) =>
        reply is { Succeeded: true, Data.Length: 32 }
            ? UInt256.FromBigEndian(reply.Data)
            : throw new ChainUnavailableException(
                $"{what} cannot be read at {_multicall.Origin}: "
                + (reply.Succeeded ? $"{reply.Data.Length} bytes instead of 32 came." : RevertReasons.Decode(reply.Data) + "."));
}
