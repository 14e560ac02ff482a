using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Arb.Devnet.Tooling;

namespace Arb.Devnet.Processes;

/// <summary>A running anvil that answers RPC and ends with this process.</summary>
public sealed class AnvilNode : IAsyncDisposable
{
    private const string ListeningPrefix = "Listening on ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private AnvilNode(ChildProcess process, Uri rpcUrl)
    {
        Process = process;
        RpcUrl = rpcUrl;
    }

    /// <summary>JSON-RPC over HTTP; the same port serves WebSocket.</summary>
    public Uri RpcUrl { get; }

    /// <summary>The process, for its exit and its output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts anvil and returns when it answers.</summary>
    /// <param name="tools">Where anvil is.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellation">Gives up and ends it.</param>
    /// <returns>The node; dispose it to end it.</returns>
    /// <exception cref="DevnetException">
    /// The port asked for is taken, anvil refused its arguments, or it does not answer with the chain id asked for.
    /// </exception>
    public static async Task<AnvilNode> StartAsync(
        NpmTools tools,
        AnvilOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Port is { } port)
        {
            FreePort.RequireFree(port, "anvil");
        }

        AnnouncedLines announced = new(1);
        ChildProcess process = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "anvil",
                FileName = tools.AnvilPath,
                Arguments = Arguments(options),
                NodePath = tools.NodePath,
                // It ignores its stdin and has nothing to save.
                TerminateAfter = TimeSpan.Zero,
                KillAfter = TimeSpan.FromSeconds(1),
                OnLine = line =>
                {
                    if (line.Text.StartsWith(ListeningPrefix, StringComparison.Ordinal))
                    {
                        announced.Add(line.Text[ListeningPrefix.Length..]);
                    }
                },
            },
            cancellation);
        try
        {
            string[] addresses = await announced.WaitAsync(process, "anvil", StartTimeout, cancellation);
            AnvilNode node = new(process, new Uri($"http://{addresses[0]}/"));
            await node.CheckAsync(options.ChainId, cancellation);
            return node;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends anvil and forgets its chain.</summary>
    /// <returns>A task that ends with the process.</returns>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static List<string> Arguments(AnvilOptions options)
    {
        static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

        List<string> arguments =
        [
            "--host", "127.0.0.1", "--port", Text(options.Port ?? 0), "--chain-id", Text(options.ChainId),
            "--order", options.Order, "--accounts", Text(options.Accounts), "--balance", Text(options.BalanceEth),
        ];
        if (options.NoMining)
        {
            arguments.Add("--no-mining");
        }

        if (options.BaseFeePerGasWei is { } baseFee)
        {
            arguments.AddRange(["--block-base-fee-per-gas", Text(baseFee)]);
        }

        if (options.GasLimit is { } gasLimit)
        {
            arguments.AddRange(["--gas-limit", Text(gasLimit)]);
        }

        arguments.AddRange(options.ExtraArguments);
        return arguments;
    }

    private async Task CheckAsync(long chainId, CancellationToken cancellation)
    {
        using HttpClient http = new() { BaseAddress = RpcUrl, Timeout = StartTimeout };
        string answer = (await CallAsync(http, "eth_chainId", [], cancellation)).GetString()!;
        string expected = string.Create(CultureInfo.InvariantCulture, $"0x{chainId:x}");
        if (answer != expected)
        {
            throw new DevnetException($"anvil answers with chain id {answer} instead of {expected}. Run again.");
        }

        // Without this it prints a line for every request, which the pipe and its reader would pay for.
        await CallAsync(http, "anvil_setLoggingEnabled", [false], cancellation);
    }

    private static async Task<JsonElement> CallAsync(
        HttpClient http,
        string method,
        object[] parameters,
        CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(
            string.Empty, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancellation);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return answer.TryGetProperty("result", out JsonElement result)
            ? result
            : throw new DevnetException($"anvil answered {method} with {answer}. Run again.");
    }
}
