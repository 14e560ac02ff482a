using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;
using Arb.TestKit;

namespace Arb.Tests.Devnet;

/// <summary>What the clone brings: its root, its manifest, and what is said when they are wrong.</summary>
public sealed class ManifestTests : IDisposable
{
    private const string Hash =
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

    private readonly TempFolder _clone = new();

    public void Dispose() => _clone.Dispose();

    [Fact]
    public void The_committed_manifest_is_well_formed() =>
        Assert.Contains(ArtifactManifest.Load(RepositoryRoot.Find()), entry => entry.Name == "WETH9");

    [Fact]
    public void A_missing_manifest_is_named() => Refused(null, "artifacts.json");

    [Theory]
    [InlineData("nonsense", "artifacts.json")]
    [InlineData("{}", "'artifacts'")]
    [InlineData("""{ "artifacts": [ { "name": "A" } ] }""", "required properties")]
    public void A_manifest_that_cannot_be_read_is_refused(string content, string expected) =>
        Refused(content, expected);

    [Theory]
    [InlineData("xml", Hash, Hash, "'A' has the unknown format 'xml'")]
    [InlineData("json", "sha1-abc", Hash, "'A' has the malformed integrity 'sha1-abc'")]
    [InlineData("json", Hash, "sha512-abc", "'A' has the malformed sha512 'sha512-abc'")]
    public void A_wrong_entry_is_named(string format, string integrity, string sha512, string expected) =>
        Refused($$"""{ "artifacts": [ {{Entry(format, integrity, sha512)}} ] }""", expected);

    [Fact]
    public void A_name_stands_for_one_contract() =>
        Refused(
            $$"""{ "artifacts": [ {{Entry("json", Hash, Hash)}}, {{Entry("json", Hash, Hash)}} ] }""",
            "'A' is listed twice");

    [Fact]
    public void The_root_is_found_from_anywhere_below_it()
    {
        File.WriteAllText(_clone.At("ArbFunctions.sln"), string.Empty);
        string below = _clone.At("src", "Arb.Cli", "bin");
        Directory.CreateDirectory(below);

        Assert.Equal(_clone.Path, RepositoryRoot.FindFrom(below));
    }

    [Fact]
    public void Outside_a_clone_there_is_one_message()
    {
        DevnetException error = Assert.Throws<DevnetException>(() => RepositoryRoot.FindFrom(_clone.Path));

        Assert.Contains(_clone.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("Run it from a clone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_npms_complaints_the_first_are_shown_and_not_its_usage()
    {
        List<OutputLine> lines =
        [
            new("npm warn something", true), new("npm error code ETARGET", true), new("npm error", true),
            .. Enumerable.Range(0, 100).Select(i => new OutputLine($"npm error usage {i}", true)),
        ];

        string text = NpmClient.Describe(lines);

        Assert.StartsWith("  npm error code ETARGET\n  npm error usage 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("usage 50", text, StringComparison.Ordinal);
        Assert.Equal("  killed", NpmClient.Describe([new("killed", false)]));
        Assert.Equal("  (it printed nothing)", NpmClient.Describe([]));
    }

    [Fact]
    public void Of_npms_complaints_no_stack_frame_is_shown()
    {
        string text = NpmClient.Describe(
        [
            new("npm error code ECONNREFUSED", true),
            new("npm error FetchError: request to http://127.0.0.1:9/a failed", true),
            new("npm error     at ClientRequest.<anonymous> (/usr/lib/index.js:130:14)", true),
            new("npm error     at process.processTicksAndRejections (node:internal:83:21) {", true),
            new("npm error   code: 'ECONNREFUSED',", true),
            new("npm error }", true),
        ]);

        Assert.Equal("  npm error code ECONNREFUSED\n  npm error FetchError: request to http://127.0.0.1:9/a failed", text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_port_out_of_range_is_named(int port)
    {
        DevnetException error = Assert.Throws<DevnetException>(() => FreePort.RequireFree(port, "anvil"));

        Assert.Contains($"Port {port} for anvil", error.Message, StringComparison.Ordinal);
    }

    private static string Entry(string format, string integrity, string sha512) =>
        $$"""
        {
          "name": "A", "package": "a", "version": "1.0.0", "path": "a.json", "bytecodeField": "bytecode",
          "format": "{{format}}", "integrity": "{{integrity}}", "sha512": "{{sha512}}"
        }
        """;

    private void Refused(string? manifest, string expected)
    {
        if (manifest is not null)
        {
            Directory.CreateDirectory(_clone.At("contracts"));
            File.WriteAllText(_clone.At("contracts", "artifacts.json"), manifest);
        }

        DevnetException error = Assert.Throws<DevnetException>(() => ArtifactManifest.Load(_clone.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("run again", error.Message, StringComparison.Ordinal);
    }
}
