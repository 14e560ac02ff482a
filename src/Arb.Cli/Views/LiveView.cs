using Arb.Cli.App;
using Arb.Cli.Demo;
using Arb.Devnet.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Arb.Cli.Views;

/// <summary>A screen that redraws itself: blocks, orchestrations with their custom status, profit and loss.</summary>
internal sealed class LiveView : IDemoView
{
    private const int BlocksShownMax = 6;
    private const int OrchestrationsShownMax = 12;

    // Two tables' titles, heads and borders, and the line of the books.
    private const int OtherLines = 11;
    private const int StepsShown = 3;
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console;
    private readonly Lock _lock = new();
    private readonly Queue<string> _steps = new();
    private readonly Queue<(DevnetBlock Block, int Traded, int Of)> _blocks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _drawing;
    private IReadOnlyList<OrchestrationView> _orchestrations = [];
    private ProfitAndLoss _books = new(0, 0, 0, 0);

    public LiveView(IAnsiConsole console, TimeProvider time)
    {
        _console = console;
        _drawing = console.Live(new Text("starting…")).StartAsync(async live =>
        {
            while (!_stop.IsCancellationRequested)
            {
                live.UpdateTarget(Draw());
                await Task.Delay(Redraw, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            live.UpdateTarget(Draw());
        });
    }

    public void Step(string message) => Push(_steps, message, StepsShown);

    public void Warn(string message) => Push(_steps, $"warning: {message}", StepsShown);

    public void Block(DevnetBlock block, int tradedBlocks, int blocks) => Push(_blocks, (block, tradedBlocks, blocks), BlocksShownMax);

    public void Trading(IReadOnlyList<OrchestrationView> orchestrations, ProfitAndLoss books)
    {
        lock (_lock)
        {
            _orchestrations = orchestrations;
            _books = books;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _drawing;
        _stop.Dispose();
    }

    private void Push<T>(Queue<T> queue, T item, int most)
    {
        lock (_lock)
        {
            queue.Enqueue(item);
            while (queue.Count > most)
            {
                queue.Dequeue();
            }
        }
    }

    private Rows Draw()
    {
        lock (_lock)
        {
            List<IRenderable> parts = [.. _steps.Select(s => new Text(s).Ellipsis())];
            if (_blocks.Count > 0)
            {
                // What does not fit on the screen is cut off by the terminal, and the books would be out of sight.
                int rows = Math.Max(2, _console.Profile.Height - _steps.Count - OtherLines - 1);
                int blocks = Math.Clamp(rows / 3, 1, BlocksShownMax);
                parts.Add(Blocks(blocks));
                parts.Add(Orchestrations(Math.Clamp(rows - blocks, 1, OrchestrationsShownMax)));
                parts.Add(new Markup(
                    $"[bold]Landed[/] {_books.Included}   [bold]missed[/] {_books.Missed}   [bold]other[/] {_books.Other}   "
                    + $"[bold]net[/] [green]{Markup.Escape(ProfitAndLoss.Ether(_books.NetWei))}[/]"));
            }

            return new Rows(parts);
        }
    }

    private Table Blocks(int most)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Blocks").AddColumns("Block", "Traded", "Transactions", "Bundles", "Rivals'");
        foreach ((DevnetBlock block, int traded, int of) in _blocks.TakeLast(most))
        {
            table.AddRow($"{block.Number}", $"{traded}/{of}", $"{block.Transactions}", $"{block.BundlesIncluded}", $"{block.RivalBundles}");
        }

        return table;
    }

    private Table Orchestrations(int most)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Orchestrations").AddColumns("Opportunity", "State", "Step");
        foreach (OrchestrationView orchestration in _orchestrations.Take(most))
        {
            table.AddRow(
                Markup.Escape(orchestration.InstanceId[..10]),
                Markup.Escape(orchestration.RuntimeStatus),
                Markup.Escape(orchestration.Step));
        }

        return table;
    }
}
