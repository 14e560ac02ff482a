using System.CommandLine;
using Arb.Benchmarks.Exact;
using Arb.Benchmarks.Numbers;
using Arb.Benchmarks.Peers;
using Arb.Benchmarks.Search;

RootCommand root = new("Speed beside peers, and exactness beside real bytecode; each prints what it measured.")
{
    NumbersCommand.Create(),
    PeersCommand.Create(),
    ExactSubcommand.Create(),
    SearchCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
