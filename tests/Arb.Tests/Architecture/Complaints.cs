namespace Arb.Tests.Architecture;

/// <summary>Shows every complaint, where a collection assertion would cut them short.</summary>
internal static class Complaints
{
    public static void None(IEnumerable<string> complaints)
    {
        string[] all = [.. complaints];
        if (all.Length > 0)
        {
            Assert.Fail(string.Join(Environment.NewLine, all));
        }
    }
}
