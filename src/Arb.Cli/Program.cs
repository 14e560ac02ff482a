using System.CommandLine;
using Arb.Cli;
using Arb.Cli.Demo;
using Arb.Cli.Keys;
using Arb.Cli.Markets;
using Arb.Cli.Quotes;
using Arb.Cli.Run;

RootCommand root = new("ArbFunctions: an autonomous DEX-arbitrage searcher.")
{
    DemoCommand.Create(TimeProvider.System), RunCommand.Create(TimeProvider.System), KeysCommand.Create(),
    QuoteCommand.Create(), MarketCommand.Create(),
};
return await ErrorReport.RunAsync(() => root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,

    // Commands handle signals themselves: the first one drains.
    ProcessTerminationTimeout = null,
}));
