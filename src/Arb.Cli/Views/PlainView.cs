using Arb.Cli.App;
using Arb.Cli.Demo;
using Arb.Devnet.Hosting;

namespace Arb.Cli.Views;

/// <summary>One line per event, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output) : IDemoView
{
    private readonly Dictionary<string, string> _steps = [];

    public void Step(string message) => Write(message);

    public void Warn(string message) => Write($"warning: {message}");

    public void Block(DevnetBlock block, int tradedBlocks, int blocks) =>
        Write($"block {block.Number} ({tradedBlocks}/{blocks}): {block.Transactions} transactions, {block.BundlesIncluded} bundles{Rivals(block)}");

    public void Trading(IReadOnlyList<OrchestrationView> orchestrations, ProfitAndLoss books)
    {
        foreach (OrchestrationView orchestration in orchestrations.Reverse())
        {
            if (_steps.GetValueOrDefault(orchestration.InstanceId) != orchestration.Step)
            {
                _steps[orchestration.InstanceId] = orchestration.Step;
                Write($"bundle {orchestration.InstanceId[..10]} {orchestration.Step}; net so far {ProfitAndLoss.Ether(books.NetWei)}");
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Rivals(DevnetBlock block) =>
        block.RivalBundles > 0 ? $", {block.RivalBundles} of them rivals'" : string.Empty;

    private void Write(string line)
    {
        lock (_steps)
        {
            output.WriteLine(line);
        }
    }
}
