using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.State;

/// <summary>
/// A chain with StableSwap pools and Solidly pairs by their published rules (<c>contracts/harness</c>; no package has their bytecode),
/// over tokens of 18, 6 and 8 decimals.
/// </summary>
public sealed class StableWorld : IAsyncLifetime
{
    /// <summary>Seconds between blocks here.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromSeconds(12);

    private static readonly int[] Decimals = [18, 6, 8];

    private readonly List<(Address Token, int Decimals)> _tokens = [];
    private ExactNode? _node;

    /// <summary>Deploys and sends; every transaction is a block.</summary>
    public ExactChain Exact => _node!.Chain;

    /// <summary>Reads blocks.</summary>
    public ChainReader Chain => new(Exact.Node);

    /// <summary>Multicall3.</summary>
    public Address Multicall3 { get; private set; }

    /// <summary>The factory that Solidly pairs ask for their fee.</summary>
    public Address Fees { get; private set; }

    /// <summary>Plain rates.</summary>
    public PoolListing Plain { get; private set; } = null!;

    /// <summary>Rates that the pool is asked for.</summary>
    public PoolListing Rated { get; private set; } = null!;

    /// <summary>A stable pair.</summary>
    public PoolListing Stable { get; private set; } = null!;

    /// <summary>A volatile pair.</summary>
    public PoolListing Volatile { get; private set; } = null!;

    /// <summary>All of them.</summary>
    public ImmutableArray<PoolListing> Pools => [Plain, Rated, Stable, Volatile];

    private static CancellationToken Cancellation => CancellationToken.None;

    private Address Own => Exact.Deployer.Address;

    /// <summary>Whole tokens in raw units.</summary>
    public static UInt256 Whole(ulong amount, int decimals)
    {
        UInt256 raw = amount;
        for (int i = 0; i < decimals; i++)
        {
            raw *= 10u;
        }

        return raw;
    }

    public async ValueTask InitializeAsync()
    {
        _node = await ExactNode.StartAsync(Cancellation);
        Multicall3 = await Exact.DeployAsync("Multicall3", null, Cancellation);
        Fees = await Exact.DeployAsync("SolidlyFees", null, Cancellation);
        foreach (int decimals in Decimals)
        {
            Address token = await Exact.DeployAsync("DevToken", new AbiWriter().Text("T").Text("T").Number((ulong)decimals), Cancellation);
            await Exact.SendAsync(token, AbiWriter.Call("mint(address,uint256)").Address(Own).Number(UInt256.One << 120), Cancellation);
            _tokens.Add((token, decimals));
        }

        Plain = await CurveAsync(CurveRates.Plain);
        Rated = await CurveAsync(CurveRates.Stored);
        Stable = await PairAsync(PoolFamily.SolidlyStable);
        Volatile = await PairAsync(PoolFamily.SolidlyVolatile);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    /// <summary>Calls a pool's function in a block of its own.</summary>
    public Task SendAsync(PoolListing pool, AbiWriter call) => Exact.SendAsync(pool.Key.Contract, call, Cancellation);

    /// <summary>One thing drawn at random, in a block of its own; what a pool refuses is drawn again.</summary>
    public async Task DoAsync(Random random, PoolListing pool)
    {
        if (pool.Family == PoolFamily.CurveStableSwap)
        {
            if (random.Next(6) == 0)
            {
                await SendAsync(pool, AbiWriter.Call("add_liquidity(uint256[3],uint256)")
                    .Number(Part(random, 0)).Number(Part(random, 1)).Number(Part(random, 2)).Number(0UL));
                return;
            }

            int tokenIn = random.Next(3);
            await SendAsync(pool, AbiWriter.Call("exchange(int128,int128,uint256,uint256)")
                .Number((ulong)tokenIn).Number((ulong)((tokenIn + random.Next(1, 3)) % 3)).Number(Part(random, tokenIn)).Number(0UL));
            return;
        }

        int side = random.Next(2);
        int index = _tokens.FindIndex(token => token.Token == pool.Tokens[side]);
        UInt256 amount = Part(random, index);
        await Exact.SendAsync(
            pool.Tokens[side], AbiWriter.Call("transfer(address,uint256)").Address(pool.Key.Contract).Number(amount), Cancellation);
        if (random.Next(6) == 0)
        {
            await SendAsync(pool, AbiWriter.Call("sync()"));
            return;
        }

        UInt256 quote = UInt256.FromBigEndian(await Exact.CallAsync(
            pool.Key.Contract, AbiWriter.Call("getAmountOut(uint256,address)").Number(amount).Address(pool.Tokens[side]), Cancellation));

        // Solidly's first solver may quote a unit too much for its own check of k.
        UInt256 amountOut = quote - UInt256.Min(quote, 2UL);
        await SendAsync(pool, AbiWriter.Call("swapFor(uint256,uint256,address)")
            .Number(side == 0 ? UInt256.Zero : amountOut).Number(side == 0 ? amountOut : UInt256.Zero).Address(Own));
    }

    private UInt256 Part(Random random, int token) =>
        Whole(1, _tokens[token].Decimals) / 1_000UL * (ulong)random.Next(1, 50_000);

    private async Task<PoolListing> CurveAsync(CurveRates rates)
    {
        AbiWriter arguments = new();
        foreach ((Address token, _) in _tokens)
        {
            arguments.Address(token);
        }

        Address pool = await Exact.DeployAsync(
            "CurveThreePool", arguments.Number(200UL).Bool(rates == CurveRates.Stored), Cancellation);
        AbiWriter amounts = AbiWriter.Call("add_liquidity(uint256[3],uint256)");
        foreach ((Address token, int decimals) in _tokens)
        {
            await Exact.SendAsync(token, AbiWriter.Call("approve(address,uint256)").Address(pool).Number(UInt256.MaxValue), Cancellation);
            amounts.Number(Whole(100_000UL + (ulong)decimals, decimals));
        }

        await Exact.SendAsync(pool, amounts.Number(0UL), Cancellation);
        return new PoolListing(
            new PoolKey(pool), PoolFamily.CurveStableSwap, "curve", [.. _tokens.Select(static token => token.Token)], new FeePips(400))
        {
            Decimals = [.. Decimals],
            Traits = new CurveTraits(CurveVariant.Base2021, 100, rates),
        };
    }

    private async Task<PoolListing> PairAsync(PoolFamily family)
    {
        ((Address Token, int Decimals) one, (Address Token, int Decimals) other) =
            _tokens[0].Token < _tokens[1].Token ? (_tokens[0], _tokens[1]) : (_tokens[1], _tokens[0]);
        Address pair = await Exact.DeployAsync(
            "SolidlyPair",
            new AbiWriter().Address(one.Token).Address(other.Token).Bool(family == PoolFamily.SolidlyStable).Address(Fees),
            Cancellation);
        foreach ((Address token, int decimals) in ((Address, int)[])[one, other])
        {
            await Exact.SendAsync(
                token, AbiWriter.Call("transfer(address,uint256)").Address(pair).Number(Whole(50_000UL, decimals)), Cancellation);
        }

        await Exact.SendAsync(pair, AbiWriter.Call("sync()"), Cancellation);
        return new PoolListing(new PoolKey(pair), family, "velodrome", [one.Token, other.Token], new FeePips(0))
        {
            Decimals = [one.Decimals, other.Decimals],
            Traits = new SolidlyTraits(SolidlyVariant.VelodromeV1, SolidlyFee.FactoryByKind, Fees),
        };
    }
}
