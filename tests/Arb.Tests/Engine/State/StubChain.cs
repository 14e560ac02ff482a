using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Tests.State;

namespace Arb.Tests.Engine.State;

/// <summary>A node that can be made to fail or lie, which no real one can, and a store in memory.</summary>
internal sealed class StubChain : IBlockLogReader, IPoolStateReader, IMarketStore
{
    public Dictionary<Hash256, BlockLogs> Blocks { get; } = [];

    public Dictionary<PoolKey, PoolState> Pools { get; } = [];

    public Func<string, Exception?> Fail { get; set; } = static _ => null;

    /// <summary>Exchanges that never answer.</summary>
    public HashSet<string> Silent { get; } = [];

    public MarketState? Stored { get; set; }

    public string? StoredReason { get; set; }

    public BlockStamp Mine(BlockStamp parent, byte branch, params ChainLog[] logs)
    {
        BlockStamp block = StateLogs.Block(parent.Number + 1, branch) with { ParentHash = parent.Hash };
        Blocks[block.Hash] = new BlockLogs(block, [.. logs]);
        return block;
    }

    public Task<BlockLogs?> FindAsync(Hash256 blockHash, CancellationToken cancellation) =>
        Fail("logs") is { } failure
            ? Task.FromException<BlockLogs?>(failure)
            : Task.FromResult(Blocks.GetValueOrDefault(blockHash));

    public async Task<PoolReads> ReadAsync(BlockStamp block, IReadOnlyList<PoolListing> pools, CancellationToken cancellation)
    {
        if (pools.Any(pool => Silent.Contains(pool.Dex)))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }

        return Fail(pools[0].Dex) is { } failure
            ? throw failure
            : new PoolReads(
                [.. pools.Where(pool => Pools.ContainsKey(pool.Key)).Select(pool => Pools[pool.Key])],
                [.. pools.Where(pool => !Pools.ContainsKey(pool.Key)).Select(static pool => new LostPool(pool.Key, "not there"))]);
    }

    public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) =>
        Task.FromResult(new StoredMarket(Stored, StoredReason));

    public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation)
    {
        Stored = market;
        return Task.FromResult(true);
    }

    /// <summary>A second endpoint that has this head, and one block at the first one's height.</summary>
    internal sealed class Witness(BlockStamp head, BlockStamp? same) : IChainReader
    {
        public Task<BlockStamp> GetHeadAsync(CancellationToken cancellation) => Task.FromResult(head);

        public Task<BlockStamp?> GetBlockAsync(ulong number, CancellationToken cancellation) => Task.FromResult(same);

        public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> GetNonceAsync(Address account, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<TransactionReceipt?> GetReceiptAsync(Hash256 transactionHash, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<ImmutableArray<Hash256>?> GetBlockTransactionsAsync(Hash256 blockHash, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
