using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Trading;

/// <summary>Sends the plan's swaps through the mempool, as traders do: signed, with a tip, by the exchanges' routers.</summary>
internal sealed class Traders
{
    // A swap through a router uses 100,000 to 130,000.
    private const ulong GasLimit = 250_000;

    private readonly JsonRpcClient _node;
    private readonly SendToMempool _send;
    private readonly DevnetContracts _contracts;
    private readonly TradePlan _plan;
    private readonly ulong[] _nonces;
    private readonly HashSet<Hash256> _unmined = [];

    private Traders(JsonRpcClient node, SendToMempool send, DevnetContracts contracts, TradePlan plan, ulong[] nonces)
    {
        _node = node;
        _send = send;
        _contracts = contracts;
        _plan = plan;
        _nonces = nonces;
    }

    /// <summary>Gets the traders of a deployment ready, at the beginning of their plan.</summary>
    public static async Task<Traders> CreateAsync(
        JsonRpcClient node, SendToMempool send, DevnetContracts contracts, ulong seed, CancellationToken cancellation)
    {
        ulong[] nonces = new ulong[DevnetAccounts.Traders.Length];
        TradePlan plan = new(seed, ReferenceMarket.Pools(seed), nonces.Length);
        Traders traders = new(node, send, contracts, plan, nonces);
        await traders.ReadNoncesAsync(cancellation);
        return traders;
    }

    /// <summary>Sends the swaps of the plan's next block into the mempool.</summary>
    /// <param name="baseFeePerGasWei">Base fee of the head, wei per gas.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="JsonRpcException">The node refused one.</exception>
    public async Task<int> SendNextAsync(UInt256 baseFeePerGasWei, CancellationToken cancellation)
    {
        ImmutableArray<PlannedSwap> swaps = _plan.Next();
        try
        {
            foreach (PlannedSwap swap in swaps)
            {
                SignedTransaction transaction = Sign(swap, baseFeePerGasWei);
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

        return swaps.Length;
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

    private SignedTransaction Sign(PlannedSwap swap, UInt256 baseFeePerGasWei)
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
            _contracts.Pools[swap.Pool].Router,
            UInt256.Zero,
            Calldata(swap, _contracts.Pools[swap.Pool], key.Address));
        return Eip1559Transaction.Sign(transaction, key);
    }

    private static byte[] Calldata(PlannedSwap swap, DevnetPool pool, Address trader)
    {
        // Without slippage limits: whoever trades on a devnet takes any price.
        AbiWriter call = swap.SellsBase
            ? AbiWriter.Call("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)")
                .Number(swap.BaseAmount).Number(UInt256.Zero).Addresses([pool.BaseToken, pool.QuoteToken])
            : AbiWriter.Call("swapTokensForExactTokens(uint256,uint256,address[],address,uint256)")
                .Number(swap.BaseAmount).Number(UInt256.MaxValue).Addresses([pool.QuoteToken, pool.BaseToken]);
        return call.Address(trader).Number(UInt256.MaxValue).ToArray();
    }
}
