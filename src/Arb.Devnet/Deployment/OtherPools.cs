using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>
/// Puts the pools of Uniswap V3, Uniswap V4 and Balancer on the chain: creates them, finds out what they are called, and fills them.
/// </summary>
internal sealed class OtherPools(JsonRpcClient node, DevnetContracts contracts, ReferenceOthers reference)
{
    // What they use at most, with a margin: 4.7, 4.2, 0.6 and 0.5 million.
    private const ulong PoolCreationGasLimit = 7_000_000;
    private const ulong DepositGasLimit = 1_500_000;

    // Worth this many dollars, amounts of every token are whole: prices are exact.
    private const ulong PriceUsd = 60_000_000;

    private const ulong WeightUnit = 10_000_000_000_000_000;
    private const ulong FeeUnit = 1_000_000_000_000;

    /// <summary>Raw units of every token that filling the pools takes at most; ether counts as wrapped ether.</summary>
    public ImmutableArray<UInt256> Needed
    {
        get
        {
            UInt256[] needed = new UInt256[contracts.Tokens.Length];
            foreach (ReferencePool market in reference.Markets)
            {
                needed[market.BaseToken] += market.BaseReserve;
                needed[market.QuoteToken] += market.QuoteReserve;
            }

            return [.. needed];
        }
    }

    /// <summary>Creates all pools.</summary>
    public void Create(DeploymentScript script)
    {
        foreach (ReferenceConcentrated pool in reference.Concentrated)
        {
            (Address token0, Address token1) = Tokens(pool);
            if (pool.Family == PoolFamily.UniswapV3)
            {
                script.Call(
                    $"create {Name(pool)}", Source(pool.Family),
                    AbiWriter.Call("createPool(address,address,uint24)")
                        .Address(token0).Address(token1).Number((ulong)pool.Fee.Value),
                    PoolCreationGasLimit);
            }
            else
            {
                script.Call(
                    $"create {Name(pool)}", Source(pool.Family),
                    Key(AbiWriter.Call("initialize((address,address,uint24,int24,address),uint160)"), pool).Number(SqrtPrice(pool)),
                    DepositGasLimit);
            }
        }

        foreach (ReferenceWeighted pool in reference.Weighted)
        {
            ImmutableArray<int> order = Order(pool);
            script.Call(
                $"create {Name(pool)}", Source(PoolFamily.BalancerWeighted),
                AbiWriter.Call("create(string,string,address[],uint256[],uint256,address)")
                    .Text(Name(pool)).Text("BPT")
                    .Addresses([.. order.Select(i => contracts.Tokens[pool.Tokens[i]].Address)])
                    .Numbers([.. order.Select(i => (UInt256)WeightUnit * (ulong)pool.WeightsPercent[i])])
                    .Number((UInt256)FeeUnit * (ulong)pool.Fee.Value)
                    .Address(DevnetAccounts.Deployer.Address),
                PoolCreationGasLimit);
        }
    }

    /// <summary>What the created pools are called, in the order of the reference.</summary>
    public async Task<ImmutableArray<PoolListing>> FindAsync(CancellationToken cancellation)
    {
        // A factory's creations follow from its own nonce, which begins at one (EIP-161).
        Address[] weighted =
        [
            .. reference.Weighted.Select((_, i) =>
                ContractAddress.OfCreation(Source(PoolFamily.BalancerWeighted), (ulong)i + 1)),
        ];
        ReferenceConcentrated[] v3 = [.. reference.Concentrated.Where(pool => pool.Family == PoolFamily.UniswapV3)];
        IReadOnlyList<JsonRpcReply> replies = await node.BatchAsync(
            [
                .. v3.Select(pool => DeploymentChain.EthCall(
                    Source(PoolFamily.UniswapV3),
                    AbiWriter.Call("getPool(address,address,uint24)")
                        .Address(Tokens(pool).Token0).Address(Tokens(pool).Token1).Number((ulong)pool.Fee.Value))),
                .. weighted.Select(pool => DeploymentChain.EthCall(pool, AbiWriter.Call("getPoolId()"))),
            ],
            cancellation);
        byte[][] found = [.. replies.Select(reply => RpcJson.Bytes(reply.ResultOrThrow(), "result"))];
        return
        [
            .. reference.Concentrated.Select((pool, i) => Listing(
                pool,
                pool.Family == PoolFamily.UniswapV3
                    ? new PoolKey(new AbiReader(found[i]).ReadAddress())
                    : new PoolKey(Source(pool.Family), Keccak.Hash256(Key(new AbiWriter(), pool).ToArray())))),
            .. reference.Weighted.Select((pool, i) => Listing(
                pool, weighted[i], new AbiReader(found[v3.Length + i]).ReadBytes32())),
        ];
    }

    /// <summary>Fills the pools.</summary>
    public void Provide(DeploymentScript script, ImmutableArray<PoolListing> found)
    {
        for (int i = 0; i < reference.Concentrated.Length; i++)
        {
            ReferenceConcentrated pool = reference.Concentrated[i];
            if (pool.Family == PoolFamily.UniswapV3)
            {
                script.Call(
                    $"open {Name(pool)}", found[i].Key.Contract,
                    AbiWriter.Call("initialize(uint160)").Number(SqrtPrice(pool)),
                    DepositGasLimit);
            }

            foreach (ReferenceRange range in pool.Ranges)
            {
                Mint(script, pool, found[i], range);
            }
        }

        for (int i = 0; i < reference.Weighted.Length; i++)
        {
            Join(script, reference.Weighted[i], found[reference.Concentrated.Length + i]);
        }
    }

    private void Mint(DeploymentScript script, ReferenceConcentrated pool, PoolListing found, ReferenceRange range)
    {
        UInt256 sqrtPrice = SqrtPrice(pool);
        UInt256 whole = UInt256.One << 96;
        bool baseIsToken0 = found.Tokens[0] == AddressIn(pool, pool.BaseToken);
        UInt256 liquidity = baseIsToken0
            ? MulDiv.Floor(pool.BaseDepth, sqrtPrice, whole)
            : MulDiv.Floor(pool.BaseDepth, whole, sqrtPrice);
        int tick = TickMath.TickAtSqrtPrice(sqrtPrice);
        int centre = (int)Math.Floor((double)tick / ReferenceOthers.TickGrid) * ReferenceOthers.TickGrid;
        bool v3 = pool.Family == PoolFamily.UniswapV3;
        AbiWriter call = v3
            ? AbiWriter.Call("mintV3(address,int24,int24,uint128)").Address(found.Key.Contract)
            : Key(AbiWriter.Call("mintV4((address,address,uint24,int24,address),int24,int24,uint128)"), pool);
        script.Call(
            $"provide to {Name(pool)}", contracts.PoolRouter,
            call.Number((UInt256)(long)(centre + range.LowerOffset)).Number((UInt256)(long)(centre + range.UpperOffset))
                .Number(liquidity * (ulong)range.ShareTenths / 10UL),
            DepositGasLimit,

            // What is not needed comes back.
            pool.NativeEther ? pool.BaseDepth : UInt256.Zero);
    }

    private void Join(DeploymentScript script, ReferenceWeighted pool, PoolListing found)
    {
        Address owner = DevnetAccounts.Deployer.Address;
        UInt256[] amounts = [.. Order(pool).Select(i => pool.Balances[i])];
        script.Call(
            $"fill {Name(pool)}", contracts.Vault,
            AbiWriter.Call("joinPool(bytes32,address,address,(address[],uint256[],bytes,bool))")
                .Bytes32(found.VaultId).Address(owner).Address(owner)
                .Tuple(request => request
                    .Addresses(found.Tokens)
                    .Numbers(amounts)

                    // Join kind 0 is INIT in every pool.
                    .Bytes(new AbiWriter().Number(0UL).Numbers(amounts).ToArray())
                    .Bool(false)),
            DepositGasLimit);
    }

    private PoolListing Listing(ReferenceConcentrated pool, PoolKey key) => new(
        key, pool.Family, contracts.Sources.Single(source => source.Family == pool.Family).Dex,
        [Tokens(pool).Token0, Tokens(pool).Token1], pool.Fee)
    {
        TickSpacing = pool.TickSpacing,
    };

    private PoolListing Listing(ReferenceWeighted pool, Address address, Hash256 id)
    {
        ImmutableArray<int> order = Order(pool);
        DevnetPoolSource source = contracts.Sources.Single(source => source.Family == PoolFamily.BalancerWeighted);

        // The pool's own fee can change and is part of its state.
        return new PoolListing(
            new PoolKey(address), source.Family, source.Dex,
            [.. order.Select(i => contracts.Tokens[pool.Tokens[i]].Address)], source.Fee)
        {
            Vault = contracts.Vault,
            VaultId = id,
            Variant = (int)BalancerWeightedVariant.V1,
            Weights = [.. order.Select(i => (UInt256)WeightUnit * (ulong)pool.WeightsPercent[i])],
            Decimals = [.. order.Select(i => contracts.Tokens[pool.Tokens[i]].Decimals)],
        };
    }

    private AbiWriter Key(AbiWriter writer, ReferenceConcentrated pool) => writer
        .Address(Tokens(pool).Token0).Address(Tokens(pool).Token1)
        .Number((ulong)pool.Fee.Value).Number((ulong)pool.TickSpacing).Address(Address.Zero);

    private UInt256 SqrtPrice(ReferenceConcentrated pool)
    {
        UInt256 baseAmount = ReferenceMarket.Tokens[pool.BaseToken].RawUnitsWorth(PriceUsd);
        UInt256 quoteAmount = ReferenceMarket.Tokens[pool.QuoteToken].RawUnitsWorth(PriceUsd);
        (UInt256 amount0, UInt256 amount1) = Tokens(pool).Token0 == AddressIn(pool, pool.BaseToken)
            ? (baseAmount, quoteAmount)
            : (quoteAmount, baseAmount);
        return UInt256.Sqrt(MulDiv.Floor(amount1, UInt256.One << 192, amount0));
    }

    private (Address Token0, Address Token1) Tokens(ReferenceConcentrated pool)
    {
        Address a = AddressIn(pool, pool.BaseToken);
        Address b = AddressIn(pool, pool.QuoteToken);
        return a < b ? (a, b) : (b, a);
    }

    private Address AddressIn(ReferenceConcentrated pool, int token) =>
        pool.NativeEther && token == ReferenceMarket.WrappedEther ? Address.Zero : contracts.Tokens[token].Address;

    /// <summary>Positions of a pool's tokens, by address: the order in which the vault registers them.</summary>
    private ImmutableArray<int> Order(ReferenceWeighted pool) =>
        [.. Enumerable.Range(0, pool.Tokens.Length).OrderBy(i => contracts.Tokens[pool.Tokens[i]].Address)];

    private Address Source(PoolFamily family) => contracts.Sources.Single(source => source.Family == family).Address;

    private string Name(ReferenceConcentrated pool) =>
        $"{contracts.Tokens[pool.BaseToken].Symbol}/{contracts.Tokens[pool.QuoteToken].Symbol} {pool.Fee.Value} of {pool.Family}";

    private string Name(ReferenceWeighted pool) =>
        string.Join('/', pool.Tokens.Select(token => contracts.Tokens[token].Symbol)) + " of Balancer";
}
