using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Trading;

/// <summary>
/// Sends the plans' swaps through the mempool, as traders do: signed, with a tip, by the exchanges' routers. One plan moves the
/// pairs, another the pools of the other families.
/// </summary>
internal sealed class Traders
{
    // A swap through a router uses 100,000 to 130,000, through several ranges of liquidity up to 300,000.
    private const ulong GasLimit = 600_000;

    private readonly JsonRpcClient _node;
    private readonly SendToMempool _send;
    private readonly DevnetContracts _contracts;
    private readonly TradePlan _pairs;
    private readonly TradePlan _others;
    private readonly SwapCalls _calls;
    private readonly ulong[] _nonces;
    private readonly HashSet<Hash256> _unmined = [];

    private Traders(JsonRpcClient node, SendToMempool send, DevnetContracts contracts, ulong seed)
    {
        _node = node;
        _send = send;
        _contracts = contracts;
        _nonces = new ulong[DevnetAccounts.Traders.Length];
        ImmutableArray<ReferencePool> others = ReferenceOthers.Of(seed).Markets;
        _pairs = new TradePlan(seed, ReferenceMarket.Pools(seed), _nonces.Length);
        _others = new TradePlan(seed, others, _nonces.Length, TradePlan.StreamOfOthers);
        _calls = new SwapCalls(contracts, others);
    }

    /// <summary>Gets the traders of a deployment ready, at the beginning of their plans.</summary>
    public static async Task<Traders> CreateAsync(
        JsonRpcClient node, SendToMempool send, DevnetContracts contracts, ulong seed, CancellationToken cancellation)
    {
        Traders traders = new(node, send, contracts, seed);
        await traders.ReadNoncesAsync(cancellation);
        return traders;
    }

    /// <summary>Sends the swaps of the plans' next block into the mempool.</summary>
    /// <param name="baseFeePerGasWei">Base fee of the head, wei per gas.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="JsonRpcException">The node refused one.</exception>
    public async Task<int> SendNextAsync(UInt256 baseFeePerGasWei, CancellationToken cancellation)
    {
        ImmutableArray<PlannedSwap> pairs = _pairs.Next();
        ImmutableArray<PlannedSwap> others = _others.Next();
        try
        {
            foreach ((PlannedSwap swap, bool isPair) in
                pairs.Select(static swap => (swap, true)).Concat(others.Select(static swap => (swap, false))))
            {
                Address trader = DevnetAccounts.Traders[swap.Trader].Address;
                SwapCall call = isPair ? _calls.OfPair(swap, trader) : _calls.OfOther(swap, trader);
                SignedTransaction transaction = Sign(swap, call, baseFeePerGasWei);
                Remember(transaction.Hash);
                await _send(transaction.Raw, cancellation);
            }
        }
        catch (JsonRpcException)
        {
            // Else the trader's later swaps would wait for a nonce that never comes.
            await ReadNoncesAsync(cancellation);
            throw;
        }

        return pairs.Length + others.Length;
    }

    /// <summary>How many of a block's transactions are the traders'; each is counted once.</summary>
    public int CountMined(ImmutableArray<Hash256> transactions)
    {
        lock (_unmined)
        {
            return transactions.Count(_unmined.Remove);
        }
    }

    private async Task ReadNoncesAsync(CancellationToken cancellation)
    {
        for (int i = 0; i < _nonces.Length; i++)
        {
            _nonces[i] = await Accounts.NonceAsync(_node, DevnetAccounts.Traders[i].Address, cancellation);
        }
    }

    private void Remember(Hash256 transaction)
    {
        lock (_unmined)
        {
            _unmined.Add(transaction);
        }
    }

    private SignedTransaction Sign(PlannedSwap swap, SwapCall call, UInt256 baseFeePerGasWei)
    {
        Secp256k1Key key = DevnetAccounts.Traders[swap.Trader];
        UInt256 tip = swap.PriorityFeePerGasWei;
        UnsignedTransaction transaction = new(
            _contracts.ChainId,
            key.Address,
            _nonces[swap.Trader]++,
            tip,
            // Room for a base fee that rises for 17 blocks on end: a swap never hangs in the mempool.
            (baseFeePerGasWei * 8) + tip,
            GasLimit,
            call.To,
            call.ValueWei,
            call.Calldata);
        return Eip1559Transaction.Sign(transaction, key);
    }
}
