using System.CommandLine;
using Arb.Benchmarks.Numbers;

RootCommand root = new("Speed beside peers, and exactness beside real bytecode; each prints what it measured.")
{
    NumbersCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
