using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Tries tokens out by <c>eth_call</c> with state and block overrides, in the name of the executor's address.</summary>
public sealed class NodeTokenProbe : ITokenProbe
{
    private const string Method = "eth_call";
    private const int HoldingsPerCall = 400;
    private const int ExecutionReverted = 3;
    private const ulong LaterSeconds = 86_400;

    private static readonly uint RoundTrip =
        Keccak.Selector("roundTrip(address,bool,uint24,address,bool,address,uint256,address)");

    private static readonly uint Holdings = Keccak.Selector("holdings(address[],address[])");

    private readonly JsonRpcClient _client;
    private readonly Address _executor;
    private readonly BalanceSlots _slots;
    private readonly TransferAudit _audit;

    /// <summary>Tries through <paramref name="client"/>.</summary>
    /// <param name="client">Node client.</param>
    /// <param name="multicall3">Multicall3.</param>
    /// <param name="executor">Executor contract: whoever refuses it is found.</param>
    public NodeTokenProbe(JsonRpcClient client, Address multicall3, Address executor)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _executor = executor;
        _slots = new BalanceSlots(client);
        _audit = new TransferAudit(client, multicall3);
    }

    /// <inheritdoc/>
    public async Task<TokenTrip?> RoundTripAsync(BlockStamp block, TokenTripRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(request);
        if (await _slots.FindAsync(block, request.Pay, _executor, cancellation) is not { } purse)
        {
            return null;
        }

        PoolListing pool = request.Pool;
        byte[] payload = AbiWriter.Call(RoundTrip)
            .Address(pool.Key.Contract)
            .Bool(pool.Family == PoolFamily.UniswapV3)
            .Number((ulong)pool.Fee.Value)
            .Address(request.Pay)
            .Bool(request.Pay == pool.Tokens[0])
            .Address(request.Token)
            .Number(request.PayAmount)
            .Address(ProbeCode.Stranger)
            .ToArray();
        try
        {
            return await CallAsync(block, payload, purse, request.PayAmount, later: false, ReadTrip, cancellation);
        }
        catch (JsonRpcException failed) when (failed.Code == ExecutionReverted || IsAboutGas(failed))
        {
            // The probe itself never reverts: what got this far burnt all gas.
            return Failed(failed.ErrorMessage);
        }
        catch (JsonRpcException refused)
        {
            throw new ChainUnavailableException($"{refused.Message}.", refused);
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<(UInt256 Now, UInt256 Later)?>> ReadHoldingsAsync(
        BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(holdings);
        ImmutableArray<(UInt256 Now, UInt256 Later)?>.Builder all =
            ImmutableArray.CreateBuilder<(UInt256 Now, UInt256 Later)?>(holdings.Count);
        foreach (TokenHolding[] part in holdings.Chunk(HoldingsPerCall))
        {
            byte[] payload = AbiWriter.Call(Holdings)
                .Addresses([.. part.Select(h => h.Pool)])
                .Addresses([.. part.Select(h => h.Token)])
                .ToArray();
            UInt256[] now = await ReadBalancesAsync(block, payload, part.Length, later: false, cancellation);
            UInt256[] later = await ReadBalancesAsync(block, payload, part.Length, later: true, cancellation);
            for (int i = 0; i < part.Length; i++)
            {
                all.Add(now[i] == UInt256.MaxValue || later[i] == UInt256.MaxValue ? null : (now[i], later[i]));
            }
        }

        return all.MoveToImmutable();
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<TokenHolding>> FindUnannouncedChangesAsync(
        BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation) =>
        _audit.FindAsync(block, holdings, cancellation);

    private static bool IsAboutGas(JsonRpcException failed) =>
        failed.ErrorMessage.Contains("gas", StringComparison.OrdinalIgnoreCase)
        || failed.ErrorMessage.Contains("revert", StringComparison.OrdinalIgnoreCase);

    private static TokenTrip Failed(string reason) => new(
        TokenTripStep.None, default, default, default, default, default, default, default, default, default, default, reason);

    private static TokenTrip ReadTrip(byte[] answer)
    {
        AbiReader trip = new AbiReader(answer).ReadTuple();
        ulong steps = trip.ReadNumber64();
        return steps <= (ulong)TokenTripStep.Sold
            ? new TokenTrip(
                (TokenTripStep)steps,
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                trip.ReadNumber(),
                steps == (ulong)TokenTripStep.Sold ? string.Empty : RevertReasons.Decode(trip.ReadBytes()))
            : throw new FormatException($"a round trip has no step {steps}");
    }

    private async Task<UInt256[]> ReadBalancesAsync(
        BlockStamp block, byte[] payload, int count, bool later, CancellationToken cancellation)
    {
        ulong time = block.TimestampSeconds + (later ? LaterSeconds : 0);
        try
        {
            return await CallAsync(block, payload, null, UInt256.Zero, later, answer => ReadBalances(answer, count, time), cancellation);
        }
        catch (JsonRpcException refused)
        {
            throw new ChainUnavailableException($"{refused.Message}.", refused);
        }
    }

    private static UInt256[] ReadBalances(byte[] answer, int count, ulong time)
    {
        AbiReader reader = new(answer);
        AbiReader balances = reader.ReadArray(out int length);
        if (length != count)
        {
            throw new FormatException($"{count} balances were asked, {length} came");
        }

        UInt256[] read = new UInt256[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = balances.ReadNumber();
        }

        UInt256 ran = reader.ReadNumber();
        return ran == time
            ? read
            : throw new FormatException($"the call was to run at {time}, it ran at {ran}: block overrides are not supported");
    }

    private Task<T> CallAsync<T>(
        BlockStamp block,
        byte[] payload,
        StorageWord? purse,
        UInt256 amount,
        bool later,
        Func<byte[], T> read,
        CancellationToken cancellation) => _client.CallAsync(
            Method,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("from", ProbeCode.Stranger.ToString());
                writer.WriteString("to", _executor.ToString());
                writer.WriteString("data", Hex.Of(payload));
                writer.WriteEndObject();
                ChainCall.WriteBlock(writer, block.Hash);
                WriteOverrides(writer, purse, amount);
                WriteBlockOverrides(writer, block, later ? LaterSeconds : 0);
            },
            result => read(RpcJson.Bytes(result, "result")),
            cancellation);

    private void WriteOverrides(Utf8JsonWriter writer, StorageWord? purse, UInt256 amount)
    {
        writer.WriteStartObject();
        foreach (Address account in (Address[])[_executor, ProbeCode.Stranger])
        {
            writer.WriteStartObject(account.ToString());
            writer.WriteString("code", ProbeCode.TokenProbe);
            writer.WriteEndObject();
        }

        if (purse is not null)
        {
            BalanceSlots.WriteOverride(writer, purse, amount);
        }

        writer.WriteEndObject();
    }

    private static void WriteBlockOverrides(Utf8JsonWriter writer, BlockStamp block, ulong seconds)
    {
        writer.WriteStartObject();
        writer.WriteString("number", Hex.Quantity(block.Number));
        writer.WriteString("time", Hex.Quantity(block.TimestampSeconds + seconds));
        writer.WriteEndObject();
    }
}
