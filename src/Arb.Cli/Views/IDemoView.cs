using Arb.Cli.App;
using Arb.Cli.Demo;
using Arb.Devnet.Hosting;

namespace Arb.Cli.Views;

/// <summary>What a demo shows while it runs.</summary>
internal interface IDemoView : IAsyncDisposable
{
    /// <summary>A step of the set-up or of the end.</summary>
    void Step(string message);

    /// <summary>A warning from a child process.</summary>
    void Warn(string message);

    /// <summary>A block was made.</summary>
    void Block(DevnetBlock block, int tradedBlocks, int blocks);

    /// <summary>The newest orchestrations and the books so far.</summary>
    void Trading(IReadOnlyList<OrchestrationView> orchestrations, ProfitAndLoss books);
}
