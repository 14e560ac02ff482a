using System.Runtime.Versioning;
using Arb.Devnet.Hosting;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Tests.Devnet.Hosting;

public sealed class KeyFileTests
{
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_the_owner_can_read_it_even_where_everybody_could_before()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        using TempFolder folder = new();
        string path = folder.At("some.key");
        File.WriteAllText(path, "an older file that is longer than what comes now");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        KeyFile.Write(path, ["0x01", "0x02"]);

        Assert.Equal("0x01\n0x02\n", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_random_key_is_a_key_and_never_the_same()
    {
        string[] keys = [.. Enumerable.Range(0, 20).Select(_ => KeyFile.RandomKey())];

        Assert.Equal(keys.Length, keys.Select(key => Secp256k1Key.Parse(key).Address).Distinct().Count());
    }
}
