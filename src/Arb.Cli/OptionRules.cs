using System.CommandLine.Parsing;
using System.Globalization;

namespace Arb.Cli;

/// <summary>What option values must be, refused with the range in one sentence before anything starts.</summary>
internal static class OptionRules
{
    /// <summary>A whole number in a range, both ends included.</summary>
    public static Action<OptionResult> WholeNumber(ulong least, ulong most) => result =>
    {
        if (Text(result) is { } text
            && (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) || value < least || value > most))
        {
            result.AddError($"{result.Option.Name} must be a whole number from {least} to {most}, not '{text}'.");
        }
    };

    /// <summary>A path of something that is or shall be.</summary>
    public static void Path(OptionResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError($"{result.Option.Name} must be a path, not an empty text.");
        }
    }

    /// <summary>The option's one value; null when it has none, or more than it may have, which the parser itself refuses.</summary>
    private static string? Text(OptionResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
}
