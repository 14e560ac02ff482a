using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Evm;

/// <summary>Every pair that Uniswap V2 factories themselves list at one block: what discovery by events is held against.</summary>
internal sealed class FactoryPoolDiscovery
{
    private static readonly byte[] AllPairsLength = AbiWriter.Call("allPairsLength()").ToArray();
    private static readonly byte[] Token0 = AbiWriter.Call("token0()").ToArray();
    private static readonly byte[] Token1 = AbiWriter.Call("token1()").ToArray();
    private static readonly uint AllPairs = Keccak.Selector("allPairs(uint256)");

    private readonly Multicall _multicall;
    private readonly ImmutableArray<FactoryOptions> _factories;

    /// <summary>Discovers through <paramref name="client"/>.</summary>
    public FactoryPoolDiscovery(JsonRpcClient client, Address multicall3, IEnumerable<FactoryOptions> factories)
    {
        _multicall = new Multicall(client, multicall3);
        _factories = [.. factories];
    }

    /// <summary>All pairs, in factory order.</summary>
    public async Task<ImmutableArray<PoolInfo>> DiscoverAsync(BlockStamp block, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ContractReply[] lengths = await _multicall.CallAsync(
            block, [.. _factories.Select(static factory => new ContractCall(factory.Factory, AllPairsLength))], cancellation);

        List<(FactoryOptions Factory, ContractCall Call)> wanted = [];
        for (int i = 0; i < _factories.Length; i++)
        {
            FactoryOptions factory = _factories[i];
            ulong length = Length(factory, lengths[i], block);
            for (ulong pair = 0; pair < length; pair++)
            {
                byte[] payload = AbiWriter.Call(AllPairs).Number(pair).ToArray();
                wanted.Add((factory, new ContractCall(factory.Factory, payload)));
            }
        }

        ContractReply[] pairs = await _multicall.CallAsync(block, [.. wanted.Select(static w => w.Call)], cancellation);
        Address[] addresses = [.. pairs.Select((reply, i) => ReadAddress(reply, wanted[i].Factory.Factory, "allPairs"))];
        ContractReply[] tokens = await _multicall.CallAsync(
            block,
            [.. addresses.SelectMany(static pair => new[] { new ContractCall(pair, Token0), new ContractCall(pair, Token1) })],
            cancellation);
        return
        [
            .. addresses.Select((pair, i) => new PoolInfo(
                pair,
                wanted[i].Factory.Dex,
                ReadAddress(tokens[2 * i], pair, "token0"),
                ReadAddress(tokens[(2 * i) + 1], pair, "token1"),
                wanted[i].Factory.Fee)),
        ];
    }

    private ulong Length(FactoryOptions factory, ContractReply reply, BlockStamp block)
    {
        // No chain has had ten million pairs in one factory; a greater number is some other contract's.
        UInt256 length = reply is { Succeeded: true, Data.Length: 32 } ? UInt256.FromBigEndian(reply.Data) : UInt256.MaxValue;
        return length <= 10_000_000UL
            ? (ulong)length
            : throw new ChainUnavailableException(
                $"Factory {factory.Factory} of {factory.Dex} does not answer allPairsLength() at {_multicall.Origin}, "
                + $"block {block.Number}: configure the address of a Uniswap V2 factory on this chain.");
    }

    private Address ReadAddress(ContractReply reply, Address contract, string function) =>
        reply is { Succeeded: true, Data.Length: 32 } && !reply.Data.AsSpan(0, 12).ContainsAnyExcept((byte)0)
            ? new Address(reply.Data.AsSpan(12))
            : throw new ChainUnavailableException($"{function} of {contract} cannot be read at {_multicall.Origin}.");
}
