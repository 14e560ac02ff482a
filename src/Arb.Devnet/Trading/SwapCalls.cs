using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Trading;

/// <summary>What a trader sends to swap.</summary>
/// <param name="To">Contract called.</param>
/// <param name="ValueWei">Ether sent along, wei.</param>
/// <param name="Calldata">What it is called with.</param>
internal readonly record struct SwapCall(Address To, UInt256 ValueWei, byte[] Calldata);

/// <summary>
/// Writes planned swaps down as the calls of each family's contracts. There are no slippage limits: whoever trades on a devnet takes
/// any price.
/// </summary>
/// <param name="contracts">What was deployed.</param>
/// <param name="others">Markets in the pools that are no pairs; their exchange is the pool's index.</param>
internal sealed class SwapCalls(DevnetContracts contracts, ImmutableArray<ReferencePool> others)
{
    // The swap kinds of Balancer's vault.
    private const ulong GivenIn = 0;
    private const ulong GivenOut = 1;

    /// <summary>A swap in a pair.</summary>
    public SwapCall OfPair(PlannedSwap swap, Address trader)
    {
        DevnetPool pool = contracts.Pools[swap.Pool];
        AbiWriter call = swap.SellsBase
            ? AbiWriter.Call("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)")
                .Number(swap.BaseAmount).Number(UInt256.Zero).Addresses([pool.BaseToken, pool.QuoteToken])
            : AbiWriter.Call("swapTokensForExactTokens(uint256,uint256,address[],address,uint256)")
                .Number(swap.BaseAmount).Number(UInt256.MaxValue).Addresses([pool.QuoteToken, pool.BaseToken]);
        return new SwapCall(
            pool.Router, UInt256.Zero, call.Address(trader).Number(UInt256.MaxValue).ToArray());
    }

    /// <summary>A swap in a pool of another family.</summary>
    public SwapCall OfOther(PlannedSwap swap, Address trader)
    {
        ReferencePool market = others[swap.Pool];
        PoolListing pool = contracts.Others[market.Exchange];
        Address baseToken = AddressIn(pool, market.BaseToken);
        Address quoteToken = AddressIn(pool, market.QuoteToken);
        (Address tokenIn, Address tokenOut) = swap.SellsBase ? (baseToken, quoteToken) : (quoteToken, baseToken);
        if (pool.Family == PoolFamily.BalancerWeighted)
        {
            return new SwapCall(contracts.Vault, UInt256.Zero, OfVault(swap, pool, tokenIn, tokenOut, trader));
        }

        AbiWriter call = pool.Family == PoolFamily.UniswapV3
            ? AbiWriter.Call("swapV3(address,bool,int256)").Address(pool.Key.Contract)
            : AbiWriter.Call("swapV4((address,address,uint24,int24,address),bool,int256)")
                .Address(pool.Tokens[0]).Address(pool.Tokens[1])
                .Number((ulong)pool.Fee.Value).Number((ulong)pool.TickSpacing).Address(Address.Zero);

        // Positive is paid exactly, negative is received exactly.
        call.Bool(tokenIn == pool.Tokens[0]).Number(swap.SellsBase ? swap.BaseAmount : UInt256.Zero - swap.BaseAmount);
        return new SwapCall(
            contracts.PoolRouter,
            tokenIn.IsZero && swap.SellsBase ? swap.BaseAmount : UInt256.Zero,
            call.ToArray());
    }

    private static byte[] OfVault(
        PlannedSwap swap, PoolListing pool, Address tokenIn, Address tokenOut, Address trader) =>
        AbiWriter.Call(
            "swap((bytes32,uint8,address,address,uint256,bytes),(address,bool,address,bool),uint256,uint256)")
            .Tuple(single => single
                .Bytes32(pool.VaultId).Number(swap.SellsBase ? GivenIn : GivenOut)
                .Address(tokenIn).Address(tokenOut).Number(swap.BaseAmount).Bytes([]))
            .Address(trader).Bool(false).Address(trader).Bool(false)
            .Number(swap.SellsBase ? UInt256.Zero : UInt256.MaxValue).Number(UInt256.MaxValue)
            .ToArray();

    /// <summary>A pool without wrapped ether that trades it trades ether itself.</summary>
    private Address AddressIn(PoolListing pool, int token) =>
        pool.Tokens.Contains(contracts.Tokens[token].Address) ? contracts.Tokens[token].Address : Address.Zero;
}
