using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Arb.Devnet;
using Arb.Devnet.Tooling;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The set-up on a clone of its own: one small npm package, and one real package of artefacts.</summary>
public sealed class ToolSetupTests : IDisposable
{
    private readonly TempFolder _clone = new();
    private readonly ConcurrentQueue<string> _progress = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ToolSetupOptions Options => new() { RepositoryRoot = _clone.Path };

    private IProgress<SetupProgress> Progress => new Lines(_progress);

    private static string RealManifest =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "contracts", "artifacts.json"));

    public void Dispose() => _clone.Dispose();

    [Fact]
    public async Task Two_at_once_on_an_empty_cache_both_succeed()
    {
        WriteNpmManifest("command-exists", "1.2.9");
        WriteArtifacts("WETH9", "UniswapV2Router02");

        await using Probe first = await Probe.StartAsync(Cancellation, "set-up", _clone.Path, "command-exists");
        await using Probe second = await Probe.StartAsync(Cancellation, "set-up", _clone.Path, "command-exists");

        Assert.Equal(await first.LineAsync("ready", Cancellation), await second.LineAsync("ready", Cancellation));
        Assert.Equal(0, await first.Process.Exited);
        Assert.Equal(0, await second.Process.Exited);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(_clone.At(".cache"), "*", SearchOption.AllDirectories),
            path => path.Contains(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_corrupt_artefact_is_named_and_fetched_anew()
    {
        WriteArtifacts("WETH9", "UniswapV2Router02");
        ArtifactStore store = await ToolSetup.EnsureArtifactsAsync(Options, Progress, Cancellation);
        ContractArtifact original = store.Load("WETH9");
        string path = Directory.GetFiles(_clone.At(".cache", "artifacts"), "WETH9-*").Single();
        string other = Directory.GetFiles(_clone.At(".cache", "artifacts"), "UniswapV2Router02-*").Single();
        DateTime untouched = File.GetLastWriteTimeUtc(other);
        byte[] content = await File.ReadAllBytesAsync(path, Cancellation);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, content, Cancellation);

        DevnetException error = Assert.Throws<DevnetException>(() => store.Load("WETH9"));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        store = await ToolSetup.EnsureArtifactsAsync(Options, Progress, Cancellation);

        Assert.Contains(_progress, line => line.Contains($"{path} is corrupt", StringComparison.Ordinal));
        Assert.Equal(original.CreationBytecode.ToArray(), store.Load("WETH9").CreationBytecode.ToArray());
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(other));
    }

    [Fact]
    public async Task A_file_with_another_hash_is_refused_and_not_kept()
    {
        string wrong = FileHash.Of("something else"u8);
        WriteArtifacts(["WETH9"], entry => entry["sha512"] = wrong);

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(
            () => ToolSetup.EnsureArtifactsAsync(Options, Progress, Cancellation));

        Assert.Contains($"'WETH9' in contracts/artifacts*.json expects {wrong}", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_clone.At(".cache", "artifacts")));
    }

    [Fact]
    public async Task A_tarball_with_another_hash_is_refused()
    {
        string wrong = FileHash.Of("something else"u8);
        string right = string.Empty;
        WriteArtifacts(
            ["WETH9"],
            entry =>
            {
                right = entry["integrity"]!.GetValue<string>();
                entry["integrity"] = wrong;
            });

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(
            () => ToolSetup.EnsureArtifactsAsync(Options, Progress, Cancellation));

        Assert.Contains(right, error.Message, StringComparison.Ordinal);
        Assert.Contains(wrong, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_npm_failure_is_tried_twice_and_told_in_npms_words()
    {
        WriteNpmManifest("command-exists", "99.99.99");

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ToolSetup.EnsureNpmFolderAsync(
            new NpmFolderSpec("small", _clone.Path, ["node_modules/command-exists/package.json"]),
            Options,
            Progress,
            Cancellation));

        Assert.Contains("failed 2 times", error.Message, StringComparison.Ordinal);
        Assert.Contains("npm error", error.Message, StringComparison.Ordinal);
        Assert.Contains("run again", error.Message, StringComparison.Ordinal);
        Assert.Contains(_progress, line => line.Contains("trying once more", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_clone.At(".cache", "npm")));
    }

    [Fact]
    public async Task A_package_without_what_is_needed_from_it_is_refused()
    {
        WriteNpmManifest("command-exists", "1.2.9");

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ToolSetup.EnsureNpmFolderAsync(
            new NpmFolderSpec("small", _clone.Path, ["node_modules/command-exists/bin/tool"]),
            Options,
            Progress,
            Cancellation));

        Assert.Contains("without node_modules/command-exists/bin/tool", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_clone.At(".cache", "npm")));
    }

    [Theory]
    [InlineData("", "there is no 'node' on the PATH")]
    [InlineData("v16.20.2", "is version 16.20.2")]
    [InlineData("nonsense", "answered 'nonsense'")]
    public async Task A_missing_or_old_node_is_one_message_with_the_remedy(string version, string expected)
    {
        if (version.Length > 0)
        {
            WriteProgram("node", $"echo {version}");
            WriteProgram("npm", "exit 1");
        }

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ToolSetup.EnsureNpmToolsAsync(
            Options with { SearchPath = _clone.Path }, Progress, Cancellation));

        Assert.StartsWith("Node.js 20 or newer is needed", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("run again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_npm_is_one_message_with_the_remedy()
    {
        WriteProgram("node", "echo v20.0.0");

        DevnetException error = await Assert.ThrowsAsync<DevnetException>(() => ToolSetup.EnsureNpmToolsAsync(
            Options with { SearchPath = _clone.Path }, Progress, Cancellation));

        Assert.Contains("there is no 'npm' on the PATH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_real_contract_and_our_own_can_be_loaded()
    {
        ToolSet tools = await TestTools.AllAsync();

        foreach (string name in tools.Artifacts.Names)
        {
            Assert.InRange(tools.Artifacts.Load(name).CreationBytecode.Length, 500, 60_000);
        }

        ContractArtifact executor = tools.Contracts.Load("ArbExecutor");
        Assert.InRange(executor.CreationBytecode.Length, 500, 60_000);
        Assert.StartsWith("[", executor.AbiJson, StringComparison.Ordinal);
        DevnetException error = Assert.Throws<DevnetException>(() => tools.Contracts.Load("Nothing"));
        Assert.Contains("ArbExecutor", error.Message, StringComparison.Ordinal);
    }

    private void WriteNpmManifest(string package, string version)
    {
        File.WriteAllText(_clone.At(".npmrc"), "omit-lockfile-registry-resolved=true\n");
        string dependencies = $$"""{ "{{package}}": "{{version}}" }""";
        File.WriteAllText(
            _clone.At("package.json"),
            $$"""{ "name": "small", "private": true, "dependencies": {{dependencies}} }""");
        File.WriteAllText(
            _clone.At("package-lock.json"),
            $$"""
            {
              "name": "small", "lockfileVersion": 3, "requires": true,
              "packages": {
                "": { "name": "small", "dependencies": {{dependencies}} },
                "node_modules/{{package}}": { "version": "{{version}}" }
              }
            }
            """);
    }

    private void WriteArtifacts(params string[] names) => WriteArtifacts(names, _ => { });

    private void WriteArtifacts(string[] names, Action<JsonNode> change)
    {
        Directory.CreateDirectory(_clone.At("contracts"));
        JsonNode manifest = JsonNode.Parse(RealManifest)!;
        JsonArray artifacts = manifest["artifacts"]!.AsArray();
        artifacts.RemoveAll(entry => !names.Contains(entry!["name"]!.GetValue<string>()));
        Assert.Equal(names.Length, artifacts.Count);
        foreach (JsonNode? entry in artifacts)
        {
            change(entry!);
        }

        File.WriteAllText(_clone.At("contracts", "artifacts.json"), manifest.ToJsonString());
    }

    private void WriteProgram(string name, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Programs are faked by shell scripts.");
        File.WriteAllText(_clone.At(name), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                _clone.At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => lines.Enqueue(value.ToString());
    }
}
