using System.Text;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>Replaces <c>%Setting%</c> in attribute values as the real host does.</summary>
internal static class SettingText
{
    /// <exception cref="HostStartException">A named setting does not exist.</exception>
    public static string Resolve(IConfiguration configuration, string text, string where)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder resolved = new();
        int position = 0;
        while (position < text.Length)
        {
            int open = text.IndexOf('%', position);
            int close = open < 0 ? -1 : text.IndexOf('%', open + 1);
            if (close < 0)
            {
                break;
            }

            string name = text[(open + 1)..close];
            string value = configuration[name.Replace("__", ":", StringComparison.Ordinal)]
                ?? throw new HostStartException($"{where} refers to %{name}%, but there is no setting {name}.");
            resolved.Append(text, position, open - position).Append(value);
            position = close + 1;
        }

        return resolved.Append(text, position, text.Length - position).ToString();
    }
}
