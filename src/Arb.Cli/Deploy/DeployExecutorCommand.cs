using System.CommandLine;
using Arb.Cli.Chains;
using Arb.Devnet;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Cli.Deploy;

/// <summary><c>arb deploy-executor</c>: says where the executor will be and what that costs; deploys it only when told to, and checks it then.</summary>
internal static class DeployExecutorCommand
{
    public static Command Create(TimeProvider time)
    {
        Option<string> rpc = new("--rpc") { Description = "JSON-RPC URL of a node.", Required = true };
        Option<ulong> chainId = new("--chain-id") { Description = "The chain you mean; compared with the node's.", Required = true };
        chainId.Validators.Add(OptionRules.WholeNumber(1, ulong.MaxValue));
        Option<string> owner = new("--owner")
        {
            Description = "Account that adds operators, pauses and sweeps. Keep its key offline; it is never an operator.",
            Required = true,
        };
        Option<string> recipient = new("--recipient") { Description = "Account that profits go to, for good.", Required = true };
        Option<string[]> operators = new("--operator") { Description = "Account that trades; repeat it for more lanes.", Required = true };
        Option<string> weth = new("--wrapped-ether") { Description = "Wrapped ether.", DefaultValueFactory = _ => Mainnet.WrappedEther };
        Option<string> vault = new("--vault")
        {
            Description = "Balancer V2 Vault; the zero address where there is none.",
            DefaultValueFactory = _ => Mainnet.BalancerVault,
        };
        Option<string> manager = new("--pool-manager")
        {
            Description = "Uniswap V4 pool manager; the zero address where there is none.",
            DefaultValueFactory = _ => Mainnet.PoolManager,
        };
        Option<string> salt = new("--salt")
        {
            Description = "0x and 64 hex digits; another one gives another address.",
            DefaultValueFactory = _ => default(Hash256).ToString(),
        };
        Option<FileInfo?> keystore = new("--keystore") { Description = "Keystore of the account that pays; any account may." };
        keystore.Validators.Add(OptionRules.Path);
        Option<FileInfo?> password = new("--password-file") { Description = "File with the keystore's password; asked for otherwise." };
        password.Validators.Add(OptionRules.Path);
        Option<bool> send = new("--send") { Description = "Deploys it. Without it nothing is sent." };
        Option<string> tip = new("--priority-fee-wei") { Description = "Tip per gas, wei.", DefaultValueFactory = _ => "100000000" };
        Option<string> cap = new("--max-gas-price-wei") { Description = "Highest gas price accepted, wei.", DefaultValueFactory = _ => "100000000000" };
        Command command = new("deploy-executor", "Deploys the executor contract at an address known before. Dry-run unless --send is said.")
        {
            rpc, chainId, owner, recipient, operators, weth, vault, manager, salt, keystore, password, send, tip, cap,
        };
        command.SetAction((parsed, cancellation) => new DeployExecutorRun(
            new DeployExecutorOptions
            {
                Rpc = parsed.GetValue(rpc)!,
                ChainId = parsed.GetValue(chainId),
                Arguments = new ExecutorArguments(
                    Account("--owner", parsed.GetValue(owner)!),
                    Account("--recipient", parsed.GetValue(recipient)!),
                    Account("--vault", parsed.GetValue(vault)!),
                    Account("--pool-manager", parsed.GetValue(manager)!),
                    Account("--wrapped-ether", parsed.GetValue(weth)!),
                    [.. parsed.GetValue(operators)!.Select(static text => Account("--operator", text))]),
                Salt = Hash256.TryParse(parsed.GetValue(salt), out Hash256 value)
                    ? value
                    : throw new DevnetException($"--salt '{parsed.GetValue(salt)}' is not 0x and 64 hex digits."),
                Keystore = parsed.GetValue(keystore),
                PasswordFile = parsed.GetValue(password),
                Send = parsed.GetValue(send),
                PriorityFeePerGasWei = Wei("--priority-fee-wei", parsed.GetValue(tip)!),
                MaxGasPriceWei = Wei("--max-gas-price-wei", parsed.GetValue(cap)!),
            },
            time).RunAsync(cancellation));
        return command;
    }

    private static Address Account(string option, string text) =>
        Address.TryParse(text, out Address address)
            ? address
            : throw new DevnetException($"{option} '{text}' is not an address: 0x and 40 hex digits are expected.");

    private static UInt256 Wei(string option, string text) =>
        UInt256.TryParse(text, null, out UInt256 wei)
            ? wei
            : throw new DevnetException($"{option} '{text}' is not an amount in wei: decimal digits are expected.");
}
