using System.CommandLine;
using Arb.Cli;
using Arb.Cli.Bench;
using Arb.Cli.Demo;
using Arb.Cli.Deploy;
using Arb.Cli.Keys;
using Arb.Cli.Markets;
using Arb.Cli.Quotes;
using Arb.Cli.Run;
using Arb.Cli.Search;
using Arb.Devnet.Processes;

Interrupt.Heed();
RootCommand root = new("ArbFunctions: an autonomous DEX-arbitrage searcher.")
{
    DemoCommand.Create(TimeProvider.System), RunCommand.Create(TimeProvider.System), KeysCommand.Create(),
    QuoteCommand.Create(), MarketCommand.Create(), SearchCommand.Create(), DeployExecutorCommand.Create(TimeProvider.System),
    BenchCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (UsageErrors.Of(parsed, args.Length) is { } wrong)
{
    await Console.Error.WriteLineAsync($"arb: {wrong}");
    return 1;
}

return await ErrorReport.RunAsync(() => parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,

    // Commands handle signals themselves: the first one drains.
    ProcessTerminationTimeout = null,
}));
