using System.Collections.Immutable;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>Fills a fresh anvil with the real contracts, liquidity, traders and our executor.</summary>
public static class DevnetDeployer
{
    private const ulong LoanLiquidityWholeEther = 20_000;
    private const ulong TraderWholeEther = 20_000;
    private const ulong OperatorWholeEther = 10;

    // The chain's start lies behind the clock by more seconds than the deployment has blocks, each of which takes one.
    private static readonly TimeSpan ChainAge = TimeSpan.FromSeconds(60);

    /// <summary>How anvil must be started for <see cref="DeployAsync"/>.</summary>
    /// <param name="time">Clock; the chain's first block lies a minute before it.</param>
    public static AnvilOptions NodeOptions(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        long start = time.GetUtcNow().Subtract(ChainAge).ToUnixTimeSeconds();
        return new AnvilOptions
        {
            ChainId = (long)DevnetChain.ChainId,
            GasLimit = (long)DevnetChain.BlockGasLimit,
            BaseFeePerGasWei = (long)DevnetChain.ReferenceBaseFeePerGasWei,
            BalanceEth = DevnetChain.AccountBalanceEther,
            Accounts = DevnetAccounts.Count,
            ExtraArguments = ["--timestamp", start.ToString(System.Globalization.CultureInfo.InvariantCulture)],
        };
    }

    /// <summary>Deploys everything. Addresses are the same for every seed; pool depths follow the seed.</summary>
    /// <param name="node">A fresh anvil started with <see cref="NodeOptions"/>.</param>
    /// <param name="tools">Where the contracts' code is.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DevnetException">A transaction was refused or reverted, or the chain is not fresh.</exception>
    public static async Task<DevnetContracts> DeployAsync(
        JsonRpcClient node, ToolSet tools, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(tools);
        await PrepareAccountsAsync(node, cancellation);

        // Calls to addresses without code succeed silently, so whatever calls a contract waits for the contracts.
        List<DeploymentStep> creations = [];
        DeploymentScript script = new(DevnetAccounts.Deployer, 0, creations);
        DevnetContracts contracts = CreateContracts(script, new DevnetCode(tools));
        DeploymentChain chain = new(node);
        ulong gasUsed = await chain.RunAsync(creations, cancellation);

        ImmutableArray<ReferencePool> pools = ReferenceMarket.Pools(seed);
        List<DeploymentStep> calls = [];
        Provide(new DeploymentScript(DevnetAccounts.Deployer, (ulong)creations.Count, calls), contracts, pools);
        foreach (Secp256k1Key trader in DevnetAccounts.Traders)
        {
            Equip(new DeploymentScript(trader, 0, calls), contracts);
        }

        gasUsed += await chain.RunAsync(calls, cancellation);
        return contracts with
        {
            GasUsed = gasUsed,
            Pools = await FindPoolsAsync(node, contracts, pools, cancellation),
        };
    }

    private static async Task PrepareAccountsAsync(JsonRpcClient node, CancellationToken cancellation)
    {
        List<JsonRpcRequest> requests =
        [
            new("anvil_setCoinbase", writer => writer.WriteStringValue(DevnetAccounts.Coinbase.Address.ToString())),
        ];
        foreach (string key in DevnetAccounts.OperatorKeys)
        {
            // A lane holds what its gas may cost, not a fortune.
            string lane = Secp256k1Key.Parse(key).Address.ToString();
            requests.Add(new("anvil_setBalance", writer =>
            {
                writer.WriteStringValue(lane);
                writer.WriteStringValue(Hex.Quantity(DevnetChain.OneEther * OperatorWholeEther));
            }));
        }

        foreach (JsonRpcReply reply in await node.BatchAsync(requests, cancellation))
        {
            reply.ResultOrThrow();
        }
    }

    private static DevnetContracts CreateContracts(DeploymentScript script, DevnetCode code)
    {
        Address deployer = DevnetAccounts.Deployer.Address;
        Address owner = DevnetAccounts.Owner.Address;
        ImmutableArray<Address> operators =
            [.. DevnetAccounts.OperatorKeys.Select(key => Secp256k1Key.Parse(key).Address)];

        Address multicall3 = script.Create("Multicall3", code.Multicall3);
        Address wrappedEther = script.Create("WETH9", code.WrappedEther);
        ImmutableArray<TokenInfo> tokens =
        [
            .. ReferenceMarket.Tokens.Select((token, i) => new TokenInfo(
                i == ReferenceMarket.WrappedEther ? wrappedEther : script.Create(token.Symbol, code.Token(token)),
                token.Symbol,
                token.Decimals)),
        ];
        ImmutableArray<DevnetExchange> exchanges =
        [
            .. ReferenceMarket.Exchanges.Select((dex, i) =>
            {
                Address factory = script.Create($"factory of {dex}", code.Factory(i, deployer));
                Address router = script.Create($"router of {dex}", code.Router(i, factory, wrappedEther));
                return new DevnetExchange(dex, factory, router, ReferenceMarket.Fee);
            }),
        ];
        Address vault = script.Create("Balancer V2 Vault", code.Vault(deployer, wrappedEther));
        return new DevnetContracts
        {
            ChainId = DevnetChain.ChainId,
            WrappedEther = wrappedEther,
            Multicall3 = multicall3,
            Vault = vault,
            Executor = script.Create(
                "ArbExecutor", code.Executor(owner, DevnetAccounts.Recipient, vault, default, wrappedEther, operators)),
            GasBurner = script.Create("gas burner", DevnetCode.GasBurner),
            Owner = owner,
            Recipient = DevnetAccounts.Recipient,
            Coinbase = DevnetAccounts.Coinbase.Address,
            Operators = operators,
            Tokens = tokens,
            Exchanges = exchanges,
            Pools = [],
            GasUsed = 0,
        };
    }

    private static void Provide(DeploymentScript script, DevnetContracts contracts, ImmutableArray<ReferencePool> pools)
    {
        TokenInfo wrappedEther = contracts.Tokens[ReferenceMarket.WrappedEther];
        UInt256 loanLiquidity = DevnetChain.OneEther * LoanLiquidityWholeEther;
        UInt256[] needed = new UInt256[contracts.Tokens.Length];
        needed[ReferenceMarket.WrappedEther] = loanLiquidity + UInt256.One;
        foreach (ReferencePool pool in pools)
        {
            needed[pool.BaseToken] += pool.BaseReserve;
            needed[pool.QuoteToken] += pool.QuoteReserve;
        }

        script.Wrap(wrappedEther.Address, needed[ReferenceMarket.WrappedEther]);
        for (int i = 0; i < contracts.Tokens.Length; i++)
        {
            TokenInfo token = contracts.Tokens[i];
            if (i != ReferenceMarket.WrappedEther)
            {
                UInt256 perTrader = ReferenceMarket.Tokens[i].RawUnitsWorth(
                    TraderWholeEther * ReferenceMarket.Tokens[ReferenceMarket.WrappedEther].PriceUsd);
                script.Mint(token, DevnetAccounts.Deployer.Address, needed[i]);
                foreach (Secp256k1Key trader in DevnetAccounts.Traders)
                {
                    script.Mint(token, trader.Address, perTrader);
                }
            }

            foreach (DevnetExchange exchange in contracts.Exchanges)
            {
                script.Approve(token, exchange.Router);
            }
        }

        foreach (ReferencePool pool in pools)
        {
            script.AddLiquidity(
                contracts.Exchanges[pool.Exchange],
                contracts.Tokens[pool.BaseToken], contracts.Tokens[pool.QuoteToken],
                pool.BaseReserve, pool.QuoteReserve);
        }

        // A flash loan lends what the vault holds, whoever sent it.
        script.Transfer(wrappedEther, contracts.Vault, loanLiquidity);

        // One raw unit stays in the executor for good and keeps the slot of its balance from being emptied by every trade.
        script.Transfer(wrappedEther, contracts.Executor, UInt256.One);
    }

    private static void Equip(DeploymentScript script, DevnetContracts contracts)
    {
        script.Wrap(contracts.WrappedEther, DevnetChain.OneEther * TraderWholeEther);
        foreach (TokenInfo token in contracts.Tokens)
        {
            foreach (DevnetExchange exchange in contracts.Exchanges)
            {
                script.Approve(token, exchange.Router);
            }
        }
    }

    private static async Task<ImmutableArray<DevnetPool>> FindPoolsAsync(
        JsonRpcClient node,
        DevnetContracts contracts,
        ImmutableArray<ReferencePool> pools,
        CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await node.BatchAsync(
            [
                .. pools.Select(pool => EthCall(
                    contracts.Exchanges[pool.Exchange].Factory,
                    AbiWriter.Call("getPair(address,address)")
                        .Address(contracts.Tokens[pool.BaseToken].Address)
                        .Address(contracts.Tokens[pool.QuoteToken].Address))),
            ],
            cancellation);
        return
        [
            .. pools.Zip(replies, (pool, reply) =>
            {
                AbiReader result = new(RpcJson.Bytes(reply.ResultOrThrow(), "result"));
                DevnetExchange exchange = contracts.Exchanges[pool.Exchange];
                Address a = contracts.Tokens[pool.BaseToken].Address;
                Address b = contracts.Tokens[pool.QuoteToken].Address;
                return new DevnetPool(
                    new PoolInfo(result.ReadAddress(), exchange.Dex, a < b ? a : b, a < b ? b : a, exchange.Fee),
                    exchange.Router, a, b);
            }),
        ];
    }

    private static JsonRpcRequest EthCall(Address to, AbiWriter call) => new("eth_call", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("to", to.ToString());
        writer.WriteString("input", Hex.Of(call.ToArray()));
        writer.WriteEndObject();
        writer.WriteStringValue("latest");
    });
}
