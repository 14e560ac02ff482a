using System.Reflection;
using System.Text.RegularExpressions;
using Arb.Domain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ArbFunctions;

/// <summary>Reads single settings with an error that names the setting, the value and what is expected.</summary>
internal static partial class SettingParser
{
    public static Address Address(string name, string value) =>
        Arb.Domain.Address.TryParse(value, out Address address)
            ? address
            : throw Invalid(name, $"'{value}' is not an address: 0x and 40 hex digits are expected.");

    public static UInt256 Wei(string name, string value) =>
        UInt256.TryParse(value, null, out UInt256 wei)
            ? wei
            : throw Invalid(name, $"'{value}' is not an amount in wei: decimal digits are expected.");

    public static FeePips Fee(string name, int pips) =>
        pips is >= 0 and < FeePips.Whole
            ? new FeePips(pips)
            : throw Invalid(name, $"{pips} is not a fee in pips: 0 to {FeePips.Whole - 1} are expected.");

    /// <summary>An http(s) URL. The value may carry a key, so the error does not repeat it.</summary>
    public static Uri Endpoint(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw Invalid(name, "its value is not an absolute http or https URL.");

    /// <summary>Fills options from their section; a value of the wrong type is named with what is expected.</summary>
    public static void Bind(IConfiguration configuration, string section, object options)
    {
        try
        {
            configuration.GetSection(section).Bind(options);
            BindElements(configuration.GetSection(section), options.GetType());
        }
        catch (InvalidOperationException e) when (BoundPath().Match(e.Message) is { Success: true } path)
        {
            string name = path.Groups["path"].Value;
            Type? type = TypeAt(options.GetType(), name[(section.Length + 1)..].Split(':'));
            string expected = type is { IsEnum: true } ? $"{string.Join(" or ", Enum.GetNames(type))} is" : "a number is";
            throw Invalid(name, $"'{configuration[name]}' cannot be read: {expected} expected.");
        }
    }

    /// <summary>The binder leaves an element of a list out when a value in it is of the wrong type; bound alone it says so.</summary>
    private static void BindElements(IConfigurationSection section, Type options)
    {
        foreach (PropertyInfo list in options.GetProperties().Where(static p => p.PropertyType is { IsGenericType: true, IsInterface: true }))
        {
            foreach (IConfigurationSection element in section.GetSection(list.Name).GetChildren())
            {
                element.Bind(Activator.CreateInstance(list.PropertyType.GetGenericArguments()[0])!);
            }
        }
    }

    /// <summary>Type of the setting at a path; an element of a list is a number in it.</summary>
    private static Type? TypeAt(Type? type, ReadOnlySpan<string> path)
    {
        foreach (string part in path)
        {
            type = type is { IsGenericType: true } list && int.TryParse(part, out _)
                ? list.GetGenericArguments()[0]
                : type?.GetProperty(part)?.PropertyType;
        }

        return type;
    }

    public static OptionsValidationException Invalid(string name, string problem) =>
        new(name, typeof(string), [$"Setting {name.Replace(":", "__", StringComparison.Ordinal)}: {problem}"]);

    // The binder names the setting only in its message: … value 'x' at 'Chain:Id' to type …
    [GeneratedRegex("' at '(?<path>[^']+)'")]
    private static partial Regex BoundPath();
}
