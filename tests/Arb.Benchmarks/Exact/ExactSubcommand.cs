using System.CommandLine;
using Arb.TestKit.Exact;

namespace Arb.Benchmarks.Exact;

/// <summary><c>exact</c>: pool models against their bytecode, any number of quotes; its arguments are those of <see cref="ExactCommand"/>.</summary>
internal static class ExactSubcommand
{
    public static Command Create()
    {
        Command command = new("exact", "Holds every pool model against its real bytecode: --quotes N --seed S [--family F].")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, cancellation) =>
            ExactCommand.RunAsync([.. parsed.UnmatchedTokens], Console.Out, cancellation));
        return command;
    }
}
