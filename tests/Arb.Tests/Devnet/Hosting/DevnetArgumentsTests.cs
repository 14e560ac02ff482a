using Arb.Devnet;
using Arb.Devnet.Hostile;
using Arb.Devnet.Hosting;

namespace Arb.Tests.Devnet.Hosting;

public sealed class DevnetArgumentsTests
{
    [Fact]
    public void Options_are_read_in_any_order()
    {
        DevnetArguments arguments = DevnetArguments.Parse(
            ["--seed", "18446744073709551615", "--work", "/somewhere/./else", "--block-time", "60"]);

        Assert.Equal(
            new DevnetArguments(TimeSpan.FromSeconds(60), ulong.MaxValue, Path.GetFullPath("/somewhere/else"), Hostility.None),
            arguments);
    }

    [Theory]
    [InlineData("rivals", (int)Hostility.Rivals)]
    [InlineData("late,empty, missed", (int)(Hostility.Late | Hostility.Empty | Hostility.Missed))]
    [InlineData("reorgs,lagging,lying", (int)(Hostility.Reorgs | Hostility.Lagging | Hostility.Lying))]
    [InlineData("all", (int)Hostility.All)]
    public void Hostilities_are_read_by_name(string names, int expected)
    {
        DevnetArguments arguments =
            DevnetArguments.Parse(["--seed", "1", "--work", "w", "--block-time", "1", "--hostile", names]);

        Assert.Equal((Hostility)expected, arguments.Hostility);
        Assert.Null(DevnetHostilities.FindUnknown(names));
    }

    [Theory]
    [InlineData("'--blocks' is not an option", "--blocks", "3")]
    [InlineData("--seed is missing", "--block-time", "1", "--work", "w")]
    [InlineData("--work is missing", "--block-time", "1", "--seed", "1")]
    [InlineData("--block-time is missing", "--work", "w", "--seed", "1")]
    [InlineData("--work has no value", "--block-time", "1", "--seed", "1", "--work")]
    [InlineData("--seed is given twice", "--seed", "1", "--seed", "2")]
    [InlineData("'0' is not a block time", "--block-time", "0", "--seed", "1", "--work", "w")]
    [InlineData("'61' is not a block time", "--block-time", "61", "--seed", "1", "--work", "w")]
    [InlineData("'1.5' is not a block time", "--block-time", "1.5", "--seed", "1", "--work", "w")]
    [InlineData("'-1' is not a seed", "--block-time", "1", "--seed", "-1", "--work", "w")]
    [InlineData("'18446744073709551616' is not a seed", "--block-time", "1", "--seed", "18446744073709551616", "--work", "w")]
    [InlineData("'none' is no hostility", "--block-time", "1", "--seed", "1", "--work", "w", "--hostile", "none")]
    [InlineData("'' is no hostility", "--block-time", "1", "--seed", "1", "--work", "w", "--hostile", "rivals,")]
    [InlineData("--work is empty", "--block-time", "1", "--seed", "1", "--work", " ")]
    public void Bad_input_is_named(string expected, params string[] arguments)
    {
        DevnetException refused = Assert.Throws<DevnetException>(() => DevnetArguments.Parse(arguments));

        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }
}
