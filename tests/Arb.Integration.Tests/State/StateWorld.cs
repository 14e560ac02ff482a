using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.State;

/// <summary>One thing to do to one pool (<c>contracts/harness/PoolDriver.sol</c>).</summary>
internal readonly record struct PoolAction(int Kind, Address Pool, int A, UInt256 B, UInt256 Amount);

/// <summary>
/// A chain with real pools of Uniswap V2, Sushi, Uniswap V3, Pancake V3 and Uniswap V4, and a driver that does to them whatever
/// can be done, drawn from a seed. Every mining call is one block.
/// </summary>
public sealed class StateWorld : IAsyncLifetime
{
    private const ulong Ether = 1_000_000_000_000_000_000;
    private static readonly UInt256 OneToOneX96 = UInt256.One << 96;

    private readonly List<Address> _tokens = [];
    private ExactNode? _node;

    /// <summary>The node.</summary>
    public JsonRpcClient Node => Exact.Node;

    /// <summary>Deploys and sends.</summary>
    public ExactChain Exact => _node!.Chain;

    /// <summary>The node's endpoint.</summary>
    public Uri RpcUrl => _node!.RpcUrl;

    /// <summary>Reads blocks.</summary>
    public ChainReader Chain { get; private set; } = null!;

    /// <summary>Does things to pools.</summary>
    public Address Driver { get; private set; }

    /// <summary>All pools.</summary>
    public ImmutableArray<PoolListing> Pools { get; private set; } = [];

    /// <summary>Actions the pools took since the start.</summary>
    public int Done { get; private set; }

    /// <summary>Actions they refused.</summary>
    public int Refused { get; private set; }

    private static CancellationToken Cancellation => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _node = await ExactNode.StartAsync(Cancellation);
        Chain = new ChainReader(Node);
        Address own = Exact.Deployer.Address;
        Address manager = await Exact.DeployAsync("UniswapV4PoolManager", new AbiWriter().Address(own), Cancellation);
        Address deployer = await Exact.DeployAsync(
            "PancakeV3PoolDeployer",
            new AbiWriter().Bytes(Exact.Contract("PancakeV3Pool").CreationBytecode.Span),
            Cancellation);
        Address pancake = await Exact.DeployAsync("PancakeV3Factory", new AbiWriter().Address(deployer), Cancellation);
        Driver = await Exact.DeployAsync("PoolDriver", new AbiWriter().Address(manager).Address(pancake), Cancellation);
        for (int i = 0; i < 3; i++)
        {
            Address token = await Exact.DeployAsync(
                "DevToken", new AbiWriter().Text($"Token {i}").Text($"T{i}").Number(18UL), Cancellation);
            await Exact.SendAsync(
                token, AbiWriter.Call("mint(address,uint256)").Address(Driver).Number(UInt256.One << 120), Cancellation);
            _tokens.Add(token);
        }

        _tokens.Sort();
        List<PoolListing> pools = [];
        foreach (string factory in (string[])["UniswapV2Factory", "SushiFactory"])
        {
            Address address = await Exact.DeployAsync(factory, new AbiWriter().Address(own), Cancellation);
            pools.Add(await PairAsync(address, factory, 0, 1));
            pools.Add(await PairAsync(address, factory, 1, 2));
        }

        Address v3 = await Exact.DeployAsync("UniswapV3Factory", null, Cancellation);
        pools.Add(await V3Async(v3, "uniswap-v3", 0, 1, 500, 10));
        pools.Add(await V3Async(v3, "uniswap-v3", 0, 2, 3_000, 60));
        pools.Add(await V3Async(pancake, "pancake-v3", 1, 2, 2_500, 50));
        await Exact.SendAsync(v3, AbiWriter.Call("setOwner(address)").Address(Driver), Cancellation);
        await Exact.SendAsync(pancake, AbiWriter.Call("setOwner(address)").Address(Driver), Cancellation);
        await Exact.SendAsync(manager, AbiWriter.Call("setProtocolFeeController(address)").Address(Driver), Cancellation);
        pools.Add(await V4Async(manager, 0, 1, 3_000, 60));
        pools.Add(await V4Async(manager, 1, 2, 500, 10));
        Pools = [.. pools];

        // Blocks by hand from here on: after evm_revert anvil's automatic mining now and then forgets a transaction.
        await Node.CallAsync("evm_setAutomine", static writer => writer.WriteBooleanValue(false), Cancellation);
        await MineAsync([.. Pools.SelectMany(FirstLiquidity)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    /// <summary>A block with these actions.</summary>
    internal async Task MineAsync(IReadOnlyList<PoolAction> actions)
    {
        AbiWriter call = AbiWriter.Call("run((uint8,address,int256,int256,uint256)[])").Array(
            actions,
            static (writer, action) => writer
                .Number((ulong)action.Kind).Address(action.Pool).Number((UInt256)(long)action.A).Number(action.B).Number(action.Amount));
        UInt256 refused = UInt256.FromBigEndian(await Exact.CallAsync(Driver, call, Cancellation));
        Hash256 sent = await Node.CallAsync(
            "eth_sendTransaction",
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("from", Exact.Deployer.Address.ToString());
                writer.WriteString("to", Driver.ToString());
                writer.WriteString("input", Hex.Of(call.ToArray()));
                writer.WriteString("gas", Hex.Quantity(ExactChain.GasLimit));
                writer.WriteEndObject();
            },
            static hash => RpcJson.Hash(hash, "hash"),
            Cancellation);
        await RpcAsync("evm_mine");
        if (await Chain.GetReceiptAsync(sent, Cancellation) is not { Succeeded: true })
        {
            throw new InvalidOperationException($"Transaction {sent} was not mined, or it reverted.");
        }

        Refused += (int)(ulong)refused;
        Done += actions.Count - (int)(ulong)refused;
    }

    /// <summary>A block with actions drawn at random.</summary>
    internal Task MineAsync(Random random, int actions) =>
        MineAsync([.. Enumerable.Range(0, actions).Select(_ => Draw(random))]);

    /// <summary>Calls a method with text parameters.</summary>
    internal Task<JsonElement> RpcAsync(string method, params string[] parameters) => Node.CallAsync(
        method,
        writer =>
        {
            foreach (string parameter in parameters)
            {
                writer.WriteStringValue(parameter);
            }
        },
        Cancellation);

    /// <summary>What actions call a pool: its contract, or the name that stands for a V4 pool.</summary>
    internal static Address NameOf(PoolListing pool)
    {
        if (pool.Key.Id.IsZero)
        {
            return pool.Key.Contract;
        }

        Span<byte> id = stackalloc byte[Hash256.Size];
        pool.Key.Id.CopyTo(id);
        return new Address(id[12..]);
    }

    private PoolAction Draw(Random random)
    {
        PoolListing pool = Pools[random.Next(Pools.Length)];
        Address name = NameOf(pool);
        int direction = random.Next(2) == 0 ? 1 : -1;
        UInt256 amount = (UInt256)(ulong)random.NextInt64(1, (long)Ether) * (ulong)random.Next(1, 40);
        if (pool.Family == PoolFamily.UniswapV2)
        {
            // Swaps mostly; donations, skim, sync, mint, burn and flash swaps in between.
            int kind = random.Next(12) is var drawn && drawn < 5 ? 0 : drawn - 5;
            return new PoolAction(Math.Min(kind, 6), name, direction, UInt256.Zero, amount);
        }

        int spacing = pool.TickSpacing;
        int lower = random.Next(-40, 40) * spacing;
        int upper = lower + (random.Next(1, 30) * spacing);
        bool v4 = pool.Family == PoolFamily.UniswapV4;
        int first = v4 ? 20 : 10;
        return random.Next(10) switch
        {
            < 4 => new PoolAction(
                first, name, direction,
                v4 == (random.Next(2) == 0) ? UInt256.Zero - amount : amount, UInt256.Zero),
            < 7 => new PoolAction(first + 1, name, lower, (UInt256)(long)upper, amount),
            7 => new PoolAction(first + 2, name, lower, (UInt256)(long)upper, amount / 16UL),
            8 => v4
                ? new PoolAction(23, name, 0, UInt256.Zero, amount)
                : new PoolAction(random.Next(2) == 0 ? 13 : 14, name, lower, (UInt256)(long)upper, amount),
            _ => v4
                ? new PoolAction(24, name, 0, UInt256.Zero, (ulong)(random.Next(1_000) | (random.Next(1_000) << 12)))
                : pool.Dex == "pancake-v3"
                    ? new PoolAction(16, name, random.Next(1_000, 4_000), (ulong)random.Next(1_000, 4_000), UInt256.Zero)
                    : new PoolAction(15, name, random.Next(4, 11), (ulong)random.Next(4, 11), UInt256.Zero),
        };
    }

    private static IEnumerable<PoolAction> FirstLiquidity(PoolListing pool)
    {
        Address name = NameOf(pool);
        UInt256 deep = (UInt256)Ether * 1_000UL;
        int edge = pool.TickSpacing * (887_200 / Math.Max(pool.TickSpacing, 1) / 2);
        return pool.Family switch
        {
            PoolFamily.UniswapV2 => [new PoolAction(4, name, 1, UInt256.Zero, deep)],
            PoolFamily.UniswapV3 => [new PoolAction(11, name, -edge, (UInt256)(long)edge, deep)],
            _ => [new PoolAction(21, name, -edge, (UInt256)(long)edge, deep)],
        };
    }

    private async Task<PoolListing> PairAsync(Address factory, string dex, int a, int b)
    {
        await Exact.SendAsync(factory, Two("createPair(address,address)", a, b), Cancellation);
        Address pair = new AbiReader(
            await Exact.CallAsync(factory, Two("getPair(address,address)", a, b), Cancellation)).ReadAddress();
        return new PoolListing(new PoolKey(pair), PoolFamily.UniswapV2, dex, [_tokens[a], _tokens[b]], new FeePips(3_000));
    }

    private async Task<PoolListing> V3Async(Address factory, string dex, int a, int b, int fee, int spacing)
    {
        await Exact.SendAsync(
            factory, Two("createPool(address,address,uint24)", a, b).Number((ulong)fee), Cancellation);
        Address pool = new AbiReader(await Exact.CallAsync(
            factory, Two("getPool(address,address,uint24)", a, b).Number((ulong)fee), Cancellation)).ReadAddress();
        await Exact.SendAsync(pool, AbiWriter.Call("initialize(uint160)").Number(OneToOneX96), Cancellation);
        return new PoolListing(new PoolKey(pool), PoolFamily.UniswapV3, dex, [_tokens[a], _tokens[b]], new FeePips(fee))
        {
            TickSpacing = spacing,
        };
    }

    private async Task<PoolListing> V4Async(Address manager, int a, int b, int fee, int spacing)
    {
        AbiWriter Key(AbiWriter writer) => writer
            .Address(_tokens[a]).Address(_tokens[b]).Number((ulong)fee).Number((ulong)spacing).Address(Address.Zero);
        PoolKey key = new(manager, Keccak.Hash256(Key(new AbiWriter()).ToArray()));
        PoolListing pool = new(key, PoolFamily.UniswapV4, "uniswap-v4", [_tokens[a], _tokens[b]], new FeePips(fee))
        {
            TickSpacing = spacing,
        };
        await Exact.SendAsync(
            manager,
            Key(AbiWriter.Call("initialize((address,address,uint24,int24,address),uint160)")).Number(OneToOneX96),
            Cancellation);
        await Exact.SendAsync(
            Driver,
            Key(AbiWriter.Call("setKey(address,(address,address,uint24,int24,address))").Address(NameOf(pool))),
            Cancellation);
        return pool;
    }

    private AbiWriter Two(string function, int a, int b) =>
        AbiWriter.Call(function).Address(_tokens[a]).Address(_tokens[b]);
}
