using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Reads creation events range by range. A range is only as long as the provider allows: what it refuses is cut to what it says it
/// takes, or halved; what works grows again.
/// </summary>
public sealed class PoolCreationReader : IPoolCreationReader
{
    /// <summary>Longest range tried; most providers take less.</summary>
    internal const ulong SpanMax = 100_000;

    private const ulong SpanFirst = 10_000;
    private const int SilencesMax = 3;

    private readonly JsonRpcClient _client;
    private readonly ImmutableDictionary<Address, FactoryOptions> _options;
    private readonly PoolCompletion _completion;
    private ulong _span = SpanFirst;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    /// <param name="client">Node client.</param>
    /// <param name="factories">Factories whose events are read.</param>
    /// <param name="multicall3">Multicall3: what events do not say is asked through it.</param>
    /// <param name="vault">Balancer's vault; zero where there are no Balancer factories.</param>
    /// <exception cref="ArgumentException">A factory's family or variant has no such events.</exception>
    public PoolCreationReader(
        JsonRpcClient client, IEnumerable<FactoryOptions> factories, Address multicall3 = default, Address vault = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        _completion = new PoolCompletion(new Multicall(client, multicall3), vault);
        _client = client;
        ImmutableArray<FactoryOptions> all = [.. factories];
        foreach (FactoryOptions factory in all)
        {
            PoolCreationLogs.Topic(factory);
        }

        _options = all.ToImmutableDictionary(static factory => factory.Factory);
        Factories = [.. all.Select(static factory => new PoolFactory(factory.Factory, factory.Dex, factory.FirstBlock))];
    }

    /// <inheritdoc/>
    public ImmutableArray<PoolFactory> Factories { get; }

    /// <summary>Blocks the next call will ask for.</summary>
    internal ulong Span => Volatile.Read(ref _span);

    /// <inheritdoc/>
    public async Task<CreatedPools> ReadAsync(Address factory, ulong fromBlock, BlockStamp head, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(head);
        FactoryOptions options = _options[factory];
        int silences = 0;
        while (true)
        {
            ulong span = Span;
            ulong to = head.Number - fromBlock < span ? head.Number : fromBlock + span - 1;
            try
            {
                ImmutableArray<PoolListing> pools = await ReadRangeAsync(options, fromBlock, to, cancellation);
                Volatile.Write(ref _span, Math.Min(SpanMax, span + (span / 4) + 1));
                return new CreatedPools(await _completion.CompleteAsync(options, pools, head, cancellation), to + 1);
            }
            catch (JsonRpcException refused) when (to > fromBlock)
            {
                Volatile.Write(ref _span, LogRangeLimit.Next(refused, fromBlock, to));
            }
            catch (JsonRpcException refused)
            {
                throw new ChainUnavailableException($"{refused.Message} (block {fromBlock} alone).", refused);
            }
            catch (ChainUnavailableException silent) when (
                silent.Fault == ChainFault.Unreachable && to > fromBlock && silences < SilencesMax && !cancellation.IsCancellationRequested)
            {
                silences++;
                Volatile.Write(ref _span, Math.Max(1, span / 4));
            }
        }
    }

    private async Task<ImmutableArray<PoolListing>> ReadRangeAsync(
        FactoryOptions factory, ulong from, ulong to, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await _client.BatchAsync(
            [
                // A node that is behind answers a range it does not have with an empty list: the end must be there.
                new JsonRpcRequest("eth_getBlockByNumber", writer =>
                {
                    writer.WriteStringValue(Hex.Quantity(to));
                    writer.WriteBooleanValue(false);
                }),
                new JsonRpcRequest("eth_getLogs", writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("address", factory.Factory.ToString());
                    writer.WriteString("fromBlock", Hex.Quantity(from));
                    writer.WriteString("toBlock", Hex.Quantity(to));
                    writer.WriteStartArray("topics");
                    writer.WriteStringValue(PoolCreationLogs.Topic(factory).ToString());
                    writer.WriteEndArray();
                    writer.WriteEndObject();
                }),
            ],
            cancellation);
        if (replies[1].Error is { } refused)
        {
            throw refused;
        }

        if (_client.Read("eth_getBlockByNumber", replies[0], static block => block.ValueKind == JsonValueKind.Null))
        {
            throw new ChainUnavailableException($"eth_getLogs at {_client.Origin} failed: the node does not have block {to} yet.")
            {
                Fault = ChainFault.Contradiction,
            };
        }

        ImmutableArray<PoolListing?> pools = _client.Read(
            "eth_getLogs",
            replies[1],
            logs => RpcJson.Array(logs, "logs", (log, _) => PoolCreationLogs.Read(factory, LogJson.Read(log))));
        return [.. pools.Where(static pool => pool is not null).Select(static pool => pool!)];
    }
}
