namespace Arb.Cli.Markets.Formats;

/// <summary>State that a model's constructor refuses, told as the file's fault: the message says what the model takes.</summary>
internal static class ModelFault
{
    public static MarketFileException Of(JsonFields fields, ArgumentException e, Func<string?, string> fieldOf) =>
        new($"{fields.Where}: field '{fieldOf(e.ParamName)}': {Text(e)}", e);

    /// <summary>The message as the model wrote it, without what the runtime appends.</summary>
    public static string Text(ArgumentException e)
    {
        string first = e.Message.Split('\n')[0].TrimEnd('\r');
        return e.ParamName is null ? first : first.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal);
    }
}
