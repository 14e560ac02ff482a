using System.CommandLine;
using System.Runtime.InteropServices;
using Arb.Cli.App;
using Arb.Cli.Chains;
using Arb.Cli.Keys;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;

namespace Arb.Cli.Run;

/// <summary><c>arb run</c>: the Functions app in the embedded runtime against any chain, dry-run unless live is asked for.</summary>
internal static class RunCommand
{
    private static readonly string[] MainnetFactories =
    [
        "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f,uniswap-v2,3000",
        "0xc0aee478e3658e2610c5f7a4a2e1777ce9e4f2ac,sushiswap,3000",
    ];

    public static Command Create(TimeProvider time)
    {
        Option<string> rpc = new("--rpc") { Description = "JSON-RPC URL of a node.", Required = true };
        Option<ulong> chainId = new("--chain-id") { Description = "The chain you mean; compared with the node's.", Required = true };
        chainId.Validators.Add(OptionRules.WholeNumber(1, ulong.MaxValue));
        Option<string> executor = new("--executor") { Description = "Executor contract.", Required = true };
        Option<string> recipient = new("--recipient") { Description = "The executor's recipient.", Required = true };
        Option<FileInfo[]> keystores = new("--keystore") { Description = "Operator keystore; repeat it for more lanes.", Required = true };
        keystores.Validators.Add(OptionRules.Path);
        Option<FileInfo?> password = new("--password-file") { Description = "File with the keystores' password; asked for otherwise." };
        password.Validators.Add(OptionRules.Path);
        Option<string> bundleRelay = new("--bundle-relay")
        {
            Description = "Bundle relay (Flashbots dialect).",
            DefaultValueFactory = _ => "https://relay.flashbots.net",
        };
        Option<bool> live = new("--live") { Description = "Sends bundles. Without it nothing is ever sent." };
        Option<int> slot = new("--slot-seconds") { Description = "Seconds between blocks.", DefaultValueFactory = _ => 12 };
        slot.Validators.Add(OptionRules.WholeNumber(1, 600));
        Option<string> weth = new("--wrapped-ether") { Description = "Wrapped ether.", DefaultValueFactory = _ => Mainnet.WrappedEther };
        Option<string> multicall = new("--multicall") { Description = "Multicall3.", DefaultValueFactory = _ => Mainnet.Multicall3 };
        Option<string> vault = new("--vault") { Description = "Balancer V2 Vault.", DefaultValueFactory = _ => Mainnet.BalancerVault };
        Option<string[]> factories = new("--factory") { Description = "address,dex,feePips[,family[,variant]] of a pool factory; family is UniswapV2 unless said.", DefaultValueFactory = _ => MainnetFactories };
        Option<string[]> lenders = new("--lender")
        {
            Description = "kind,address[,pairFeePips] of a flash lender: Morpho, BalancerV3, UniswapV3, UniswapV2, AaveV3 or Erc3156. The vault and V4's pool manager lend unasked.",
        };
        Option<DirectoryInfo> state = new("--state") { Description = "Folder for the memory bank.", DefaultValueFactory = _ => new DirectoryInfo(".arb") };
        state.Validators.Add(OptionRules.Path);
        Option<int?> port = new("--app-port") { Description = "Port of the app; a free one by default." };
        port.Validators.Add(OptionRules.WholeNumber(1, 65_535));
        Command command = new("run", "Runs the searcher against any chain. Dry-run unless --live is said.")
        {
            rpc, chainId, executor, recipient, keystores, password, bundleRelay, live, slot, weth, multicall, vault, factories, lenders, state, port,
        };
        command.SetAction((parsed, _) => RunAsync(
            new RunOptions
            {
                Rpc = parsed.GetValue(rpc)!,
                ChainId = parsed.GetValue(chainId),
                Executor = parsed.GetValue(executor)!,
                Recipient = parsed.GetValue(recipient)!,
                Keystores = parsed.GetValue(keystores)!,
                PasswordFile = parsed.GetValue(password),
                BundleRelay = parsed.GetValue(bundleRelay)!,
                Live = parsed.GetValue(live),
                SlotSeconds = parsed.GetValue(slot),
                WrappedEther = parsed.GetValue(weth)!,
                Multicall = parsed.GetValue(multicall)!,
                Vault = parsed.GetValue(vault)!,
                Factories = parsed.GetValue(factories)!,
                Lenders = parsed.GetValue(lenders) ?? [],
                State = parsed.GetValue(state)!,
                Port = parsed.GetValue(port),
            },
            time));
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, TimeProvider time)
    {
        if (options.Port is { } port)
        {
            FreePort.RequireFree(port, "the Functions app");
        }

        if (options.Keystores.FirstOrDefault(k => !k.Exists) is { } missing)
        {
            throw new DevnetException($"There is no keystore {missing.FullName}. Make one with 'arb keys new'.");
        }

        string password = Passwords.Get(options.PasswordFile);
        OutputPaths.Create(options.State, "--state");
        await using ParentWatch parent = ParentWatch.Start(time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(parent.ParentGone);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, stop));
        using WorkFolder work = new();
        string passwordFile = Path.Combine(work.Path, "keystore.password");
        PrivateFile.Write(passwordFile, password);

        NpmTools tools = await ToolSetup.EnsureNpmToolsAsync(ToolSetupOptions.ForThisClone(), new Lines(), stop.Token);
        await using AzuriteService storage =
            await AzuriteService.StartAsync(tools, Path.Combine(options.State.FullName, "storage"), stop.Token);
        await using AppChild app = await AppChild.StartAsync(
            RunSettings.Of(options, storage.ConnectionString, passwordFile),
            options.Port,
            tools,
            Console.Error.WriteLine,
            ChildLog.To(Console.Out),
            stop.Token);
        Console.WriteLine(options.Live ? "LIVE: bundles are sent." : "Dry-run: nothing is sent. Say --live to trade.");
        using CancellationTokenRegistration ended = stop.Token.Register(() => _ = app.StopAsync(CancellationToken.None));
        await app.Exited;
        return stop.IsCancellationRequested ? 0 : throw new DevnetException(app.DescribeEnd("The Functions app ended"));
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private sealed class Lines : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => Console.WriteLine(value);
    }
}
