using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Reads Uniswap V2 pairs and Balancer V2 flash loan terms at one block hash in one <c>eth_call</c>.
/// A pool that cannot be read is left out and named in <see cref="MarketSnapshot.Unreadable"/>.
/// </summary>
/// <remarks>The first read of an instance makes one more call: for the Vault's fee collector, which never changes.</remarks>
public sealed class MulticallMarketReader : IMarketReader
{
    private static readonly byte[] GetReserves = AbiWriter.Call("getReserves()").ToArray();
    private static readonly byte[] GetProtocolFeesCollector = AbiWriter.Call("getProtocolFeesCollector()").ToArray();
    private static readonly byte[] GetFlashLoanFeePercentage = AbiWriter.Call("getFlashLoanFeePercentage()").ToArray();
    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    private readonly Multicall _multicall;
    private readonly MarketReaderOptions _options;
    private Address? _feesCollector;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public MulticallMarketReader(JsonRpcClient client, MarketReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _multicall = new Multicall(client, options.Multicall3);
        _options = options;
    }

    /// <inheritdoc/>
    public async Task<MarketSnapshot> ReadAsync(
        BlockStamp block,
        IReadOnlyList<PoolInfo> pools,
        IReadOnlyList<Address> startTokens,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(startTokens);

        Address feesCollector = _feesCollector ??= await FindFeesCollectorAsync(block, cancellation);
        byte[] balanceOfVault = AbiWriter.Call(BalanceOf).Address(_options.Vault).ToArray();
        ContractReply[] replies = await _multicall.CallAsync(
            block,
            [
                .. pools.Select(static pool => new ContractCall(pool.Address, GetReserves)),
                new ContractCall(feesCollector, GetFlashLoanFeePercentage),
                .. startTokens.Select(token => new ContractCall(token, balanceOfVault)),
            ],
            cancellation);
        return Assemble(block, pools, startTokens, replies);
    }

    private MarketSnapshot Assemble(
        BlockStamp block, IReadOnlyList<PoolInfo> pools, IReadOnlyList<Address> startTokens, ContractReply[] replies)
    {
        ImmutableArray<ConstantProductPool>.Builder read = ImmutableArray.CreateBuilder<ConstantProductPool>(pools.Count);
        ImmutableArray<UnreadablePool>.Builder unread = ImmutableArray.CreateBuilder<UnreadablePool>();
        for (int i = 0; i < pools.Count; i++)
        {
            if (TryReadPool(pools[i], replies[i], out ConstantProductPool? pool, out string reason))
            {
                read.Add(pool);
            }
            else
            {
                unread.Add(new UnreadablePool(pools[i].Address, reason));
            }
        }

        UInt256 premium = ReadWord(replies[pools.Count], "getFlashLoanFeePercentage() of the Vault's fee collector");
        ImmutableArray<FlashLoanTerms>.Builder loans = ImmutableArray.CreateBuilder<FlashLoanTerms>(startTokens.Count);
        for (int i = 0; i < startTokens.Count; i++)
        {
            UInt256 available = ReadWord(
                replies[pools.Count + 1 + i], $"balanceOf(Vault) of start token {startTokens[i]}");
            loans.Add(new FlashLoanTerms(startTokens[i], available, premium));
        }

        return new MarketSnapshot(block, read.ToImmutable(), loans.MoveToImmutable()) { Unreadable = unread.ToImmutable() };
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

    private static bool TryReadPool(
        PoolInfo info,
        ContractReply reply,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ConstantProductPool? pool,
        out string reason)
    {
        pool = null;
        if (!reply.Succeeded || reply.Data.Length != 96)
        {
            reason = reply.Succeeded
                ? $"getReserves() returned {reply.Data.Length} bytes instead of 96: no Uniswap V2 pair is there"
                : $"getReserves() reverted: {RevertReasons.Decode(reply.Data)}";
            return false;
        }

        AbiReader reader = new(reply.Data);
        UInt256 reserve0 = reader.ReadNumber();
        UInt256 reserve1 = reader.ReadNumber();
        if (reserve0 > ConstantProductPool.ReserveMax || reserve1 > ConstantProductPool.ReserveMax)
        {
            reason = "getReserves() returned more than 112 bits: no Uniswap V2 pair is there";
            return false;
        }

        pool = new ConstantProductPool(info, reserve0, reserve1);
        reason = string.Empty;
        return true;
    }

    private UInt256 ReadWord(ContractReply reply, string what) =>
        reply is { Succeeded: true, Data.Length: 32 }
            ? UInt256.FromBigEndian(reply.Data)
            : throw new ChainUnavailableException(
                $"{what} cannot be read at {_multicall.Origin}: "
                + (reply.Succeeded ? $"{reply.Data.Length} bytes instead of 32 came." : RevertReasons.Decode(reply.Data) + "."));
}
