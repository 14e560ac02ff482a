using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

public sealed class LaunchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anvil_answers_with_the_chain_id_asked_for()
    {
        await using AnvilNode node = await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), new AnvilOptions { ChainId = 4242 }, Cancellation);
        using HttpClient http = new();

        using HttpResponseMessage response = await http.PostAsJsonAsync(
            node.RpcUrl,
            new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<object>() },
            Cancellation);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.Equal("0x1092", answer.GetProperty("result").GetString());
    }

    [Fact]
    public async Task Anvil_explains_an_argument_it_refuses()
    {
        DevnetException error = await Assert.ThrowsAsync<DevnetException>(async () => await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), new AnvilOptions { Order = "sideways" }, Cancellation));

        Assert.Contains("sideways", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_by_its_number()
    {
        using TcpListener holder = new(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        int port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(async () => await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), new AnvilOptions { Port = port }, Cancellation));

        Assert.Contains($"Port {port} for anvil", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azurite_listens_and_takes_its_temporary_folder_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Its arguments are read from /proc.");
        AzuriteService service = await AzuriteService.StartAsync(await TestTools.NpmAsync(), null, Cancellation);
        string folder;
        await using (service)
        {
            // Its own one: other tests and other runs have theirs in the same place.
            string[] arguments = (await File.ReadAllTextAsync($"/proc/{service.Process.Pid}/cmdline", Cancellation)).Split('\0');
            folder = arguments[Array.IndexOf(arguments, "--location") + 1];
            Assert.True(Directory.Exists(folder), folder);
            using HttpClient http = new();
            using HttpResponseMessage blobs = await http.GetAsync(service.BlobEndpoint, Cancellation);
            using HttpResponseMessage queues = await http.GetAsync(service.QueueEndpoint, Cancellation);
            using HttpResponseMessage tables = await http.GetAsync(service.TableEndpoint, Cancellation);
            // Refused without a signature, but by Azurite.
            Assert.All(
                [blobs, queues, tables],
                answer => Assert.Contains("Azurite", answer.Headers.Server.ToString(), StringComparison.Ordinal));
        }

        Assert.True(service.Process.Exited.IsCompleted);
        Assert.False(Directory.Exists(folder), folder);
    }
}
