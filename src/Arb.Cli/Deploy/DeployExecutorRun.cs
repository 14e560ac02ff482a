using System.Globalization;
using Arb.Cli.Keys;
using Arb.Devnet;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Cli.Deploy;

/// <summary>One deployment: plan, check, and, when told to, send and verify.</summary>
internal sealed class DeployExecutorRun(DeployExecutorOptions options, TimeProvider time)
{
    private const int GasReserveParts = 8;
    private static readonly TimeSpan ReceiptPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReceiptPause = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (options.Arguments.FindProblem() is { } problem)
        {
            throw new DevnetException($"No executor can be deployed: {problem}.");
        }

        ToolSet tools = await ToolSetup.EnsureAsync(ToolSetupOptions.ForThisClone(), new SetupLines(), cancellation);
        ExecutorDeployment deployment = new(tools.Contracts.Load("ArbExecutor").CreationBytecode, options.Arguments, options.Salt);
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        DeploymentNode node = new(new JsonRpcClient(http, new JsonRpcOptions(Endpoint()), time));
        ulong chainId = await node.Chain.GetChainIdAsync(cancellation);
        if (chainId != options.ChainId)
        {
            throw new DevnetException($"The node serves chain {chainId}; --chain-id is {options.ChainId}. Nothing was sent.");
        }

        Say("executor", deployment.Executor.ToString());
        byte[] expected = await node.RunCreationAsync(deployment.InitCode, cancellation);
        if ((await node.GetCodeAsync(deployment.Executor, cancellation)).Length > 0)
        {
            await VerifyAsync(node, deployment.Executor, expected, cancellation);
            Console.WriteLine("It is there already; nothing was sent.");
            return 0;
        }

        if ((await node.GetCodeAsync(ExecutorDeployment.Proxy, cancellation)).Length == 0)
        {
            throw new DevnetException(
                $"There is no deterministic deployment proxy at {ExecutorDeployment.Proxy} on chain {chainId}. Deploy it first: its one "
                + "presigned transaction is at github.com/Arachnid/deterministic-deployment-proxy.");
        }

        Secp256k1Key? payer = OpenKey();
        UInt256 gasPrice = NextBaseFee.Of(await node.Chain.GetHeadAsync(cancellation)) + options.PriorityFeePerGasWei;
        ulong gas = await node.EstimateAsync(payer?.Address ?? options.Arguments.Owner, deployment.Payload, cancellation);
        UInt256 cost = gasPrice * gas;
        Say("runtime code", $"{expected.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes, {Keccak.Hash256(expected)}");
        Say("gas", gas.ToString("N0", CultureInfo.InvariantCulture));
        Say("cost", $"{cost} wei at {gasPrice} wei per gas");
        if (!options.Send)
        {
            Console.WriteLine("Dry-run: nothing was sent. Say --send with --keystore to deploy it.");
            return 0;
        }

        if (payer is null)
        {
            throw new DevnetException("--send needs --keystore: the account that pays.");
        }

        if (gasPrice > options.MaxGasPriceWei)
        {
            throw new DevnetException(
                $"The gas price of {gasPrice} wei is above --max-gas-price-wei {options.MaxGasPriceWei}. Nothing was sent.");
        }

        await SendAsync(node, deployment, payer, gas + (gas / GasReserveParts), gasPrice, cancellation);
        await VerifyAsync(node, deployment.Executor, expected, cancellation);
        Console.WriteLine(
            "Deployed and verified. Next: send the executor one raw unit of wrapped ether, which keeps a storage slot from being emptied; and let the "
            + "owner's key go offline. To hand ownership over: transferOwnership(new owner) by the owner, acceptOwnership(old owner) by the new one.");
        return 0;
    }

    private async Task SendAsync(
        DeploymentNode node, ExecutorDeployment deployment, Secp256k1Key payer, ulong gasLimit, UInt256 gasPrice, CancellationToken cancellation)
    {
        if (gasLimit > UnsignedTransaction.GasLimitMax)
        {
            throw new DevnetException($"A gas limit of {gasLimit} is above the {UnsignedTransaction.GasLimitMax} of EIP-7825. Nothing was sent.");
        }

        // The base fee may rise by an eighth in each block until it is mined: room for eight of them, within the cap.
        UInt256 room = UInt256.Min(gasPrice * 3UL, options.MaxGasPriceWei);
        UInt256 balance = await node.Chain.GetBalanceAsync(payer.Address, cancellation);
        if (balance < room * gasLimit)
        {
            throw new DevnetException($"{payer.Address} holds {balance} wei; {room * gasLimit} wei must be there for the gas limit. Nothing was sent.");
        }

        SignedTransaction signed = Eip1559Transaction.Sign(
            new UnsignedTransaction(
                options.ChainId,
                payer.Address,
                await node.Chain.GetNonceAsync(payer.Address, cancellation),
                UInt256.Min(options.PriorityFeePerGasWei, room),
                room,
                gasLimit,
                ExecutorDeployment.Proxy,
                UInt256.Zero,
                deployment.Payload),
            payer);
        Say("transaction", signed.Hash.ToString());
        await node.SendAsync(signed, cancellation);
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < ReceiptPatience)
        {
            if (await node.Chain.GetReceiptAsync(signed.Hash, cancellation) is { } receipt)
            {
                Say("block", receipt.BlockNumber.ToString(CultureInfo.InvariantCulture));
                Say("paid", $"{receipt.EffectiveGasPriceWei * receipt.GasUsed} wei for {receipt.GasUsed} gas");
                return;
            }

            await Task.Delay(ReceiptPause, time, cancellation);
        }

        throw new DevnetException($"{signed.Hash} is in no block after {ReceiptPatience.TotalMinutes} minutes. Run this again later: it sees whether the executor is there.");
    }

    /// <summary>The code must be, byte for byte, what its creation gives with these arguments.</summary>
    private static async Task VerifyAsync(DeploymentNode node, Address executor, byte[] expected, CancellationToken cancellation)
    {
        byte[] actual = await node.GetCodeAsync(executor, cancellation);
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw new DevnetException(
                $"The code at {executor} is {Keccak.Hash256(actual)} of {actual.Length} bytes, not {Keccak.Hash256(expected)} of {expected.Length}. Do not trade with it.");
        }

        Say("verified", $"{actual.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes, as its creation gives them");
    }

    private Secp256k1Key? OpenKey()
    {
        if (options.Keystore is null)
        {
            return null;
        }

        if (!options.Keystore.Exists)
        {
            throw new DevnetException($"There is no keystore {options.Keystore.FullName}. Make one with 'arb keys new'.");
        }

        try
        {
            return Keystore.Open(File.ReadAllText(options.Keystore.FullName), Passwords.Get(options.PasswordFile));
        }
        catch (Exception e) when (e is FormatException or UnauthorizedAccessException or IOException)
        {
            throw new DevnetException($"{options.Keystore.FullName}: {e.Message}", e);
        }
    }

    private Uri Endpoint() =>
        Uri.TryCreate(options.Rpc, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new DevnetException("--rpc is not an absolute http or https URL.");

    private static void Say(string what, string value) => Console.WriteLine($"{what + ":",-14}{value}");

    private sealed class SetupLines : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => Console.Error.WriteLine(value);
    }
}
