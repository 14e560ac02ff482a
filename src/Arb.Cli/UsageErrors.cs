using System.CommandLine;
using System.CommandLine.Parsing;

namespace Arb.Cli;

/// <summary>A command line that cannot be understood, told in one message instead of a page of help.</summary>
internal static class UsageErrors
{
    /// <summary>What is wrong and where to read more; null when nothing is, or when nothing at all was asked for.</summary>
    public static string? Of(ParseResult parsed, int arguments)
    {
        if (arguments == 0 || parsed.Errors.Count == 0)
        {
            return null;
        }

        // A mistyped command is an unknown word and a missing command: the word is what the reader must see.
        IEnumerable<ParseError> errors = parsed.UnmatchedTokens.Count > 0
            ? parsed.Errors.Where(e => parsed.UnmatchedTokens.Any(t => e.Message.Contains($"'{t}'", StringComparison.Ordinal)))
            : parsed.Errors;
        return $"{string.Join(' ', errors.Select(e => e.Message).Distinct())} See '{Path(parsed.CommandResult)} --help'.";
    }

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "arb";
}
