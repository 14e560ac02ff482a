using System.Text;
using Arb.Devnet;
using Arb.Devnet.Tooling;
using Arb.TestKit;

namespace Arb.Tests.Devnet;

public sealed class ArtifactStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "bytecode": "0x600a0b", "abi": [ { "type": "fallback" } ] }""", "bytecode", "abi")]
    [InlineData("""{ "bytecode": "600a0b", "abi": [ { "type": "fallback" } ] }""", "bytecode", "abi")]
    [InlineData(
        """{ "evm": { "code": { "object": "600A0B" } }, "out": { "abi": [ { "type": "fallback" } ] } }""",
        "evm.code.object",
        "out.abi")]
    public void Json_fields_are_dotted_paths_and_0x_is_optional(string content, string bytecode, string abi)
    {
        ContractArtifact contract = Store(content, "json", bytecode, abi).Load("Thing");

        Assert.Equal([0x60, 0x0a, 0x0b], contract.CreationBytecode.ToArray());
        Assert.Equal("""[ { "type": "fallback" } ]""", contract.AbiJson);
    }

    [Theory]
    [InlineData("exports.thingBytecode = '0x600a0b';\n")]
    [InlineData("const otherThingBytecode = '0x00'; const thingBytecode=\"0x600a0b\";")]
    public void A_source_assigns_the_bytecode_to_a_name(string content)
    {
        ContractArtifact contract = Store(content, "js", "thingBytecode", null).Load("Thing");

        Assert.Equal([0x60, 0x0a, 0x0b], contract.CreationBytecode.ToArray());
        Assert.Null(contract.AbiJson);
    }

    [Theory]
    [InlineData("""{ "bytecode": "0x60__$library$__", "abi": [] }""", "libraries linked")]
    [InlineData("""{ "bytecode": "0x", "abi": [] }""", "has no bytecode")]
    [InlineData("""{ "abi": [] }""", "has no 'bytecode'")]
    [InlineData("""{ "bytecode": "0x60" }""", "has no 'abi'")]
    public void A_file_without_usable_bytecode_is_explained(string content, string expected)
    {
        DevnetException error = Assert.Throws<DevnetException>(
            () => Store(content, "json", "bytecode", "abi").Load("Thing"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("Thing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_file_is_named_and_not_used()
    {
        ArtifactStore store = Store("""{ "bytecode": "0x60", "abi": [] }""", "json", "bytecode", "abi");
        string path = Directory.GetFiles(_folder.Path).Single();
        File.AppendAllText(path, " ");

        Assert.Contains(
            path, Assert.Throws<DevnetException>(() => store.Load("Thing")).Message, StringComparison.Ordinal);

        File.Delete(path);
        Assert.Contains(
            path, Assert.Throws<DevnetException>(() => store.Load("Thing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        ArtifactStore store = Store("{}", "json", "bytecode", "abi");

        DevnetException error = Assert.Throws<DevnetException>(() => store.Load("Thong"));

        Assert.Contains("'Thong'", error.Message, StringComparison.Ordinal);
        Assert.Contains("it has Thing", error.Message, StringComparison.Ordinal);
    }

    private ArtifactStore Store(string content, string format, string bytecode, string? abi)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        ArtifactEntry entry = new(
            "Thing", "thing", "1.0.0", FileHash.Of([]), "Thing.json", FileHash.Of(bytes), format, bytecode, abi);
        ArtifactStore store = new([entry], _folder.Path);
        File.WriteAllBytes(store.PathOf(entry), bytes);
        return store;
    }
}
