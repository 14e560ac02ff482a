using System.Reflection;
using System.Text.RegularExpressions;
using Arb.Tests.Architecture;
using ArbFunctions;

namespace Arb.Tests.Deployment;

/// <summary>Every app setting the code reads, by its name in Azure (<c>__</c> between the parts).</summary>
internal static partial class AppSettings
{
    /// <summary>All of them. An element of a list is <c>*</c>.</summary>
    public static SortedSet<string> Read() => [.. OfOptions(), .. OfTriggers(), .. OfPlatform()];

    /// <summary>Names the code reads that a deployment does not set, each with its reason.</summary>
    public static IReadOnlyDictionary<string, string> NotDeployed { get; } = new Dictionary<string, string>
    {
        ["AzureWebJobsStorage"] = "a connection string, for Azurite; in Azure the account is named and the identity used",
        ["ServiceBus"] = "a connection string, for an emulator; in Azure the namespace is named and the identity used",
        ["Keys__OperatorFile"] = "keys in a plain file, for the devnet only",
        ["Keys__Keystores"] = "keys in encrypted files, for arb run; in Azure they are secrets of the vault",
        ["Keys__KeystorePasswordFile"] = "the password of those",
        ["Keys__BundleRelayAuthFile"] = "a key in a plain file, for a developer's machine",
    };

    /// <summary>Names a deployment sets that only the Functions host reads, each with its reader.</summary>
    public static IReadOnlyDictionary<string, string> OfHost { get; } = new Dictionary<string, string>
    {
        ["AzureWebJobsStorage__credential"] = "host storage and Durable: sign in with an identity",
        ["AzureWebJobsStorage__queueServiceUri"] = "Durable: control and work item queues",
        ["ServiceBus__credential"] = "Service Bus trigger: sign in with an identity",
        ["ServiceBus__clientId"] = "Service Bus trigger: which identity",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "host telemetry: which identity",
    };

    private static IEnumerable<string> OfOptions() =>
        from type in typeof(ChainOptions).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
        where section is { IsLiteral: true }
        from name in OfOption(type)
        select $"{section.GetRawConstantValue()}__{name}";

    private static IEnumerable<string> OfOption(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
            property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IList<>)
                ? OfOption(property.PropertyType.GetGenericArguments()[0]).Select(inner => $"{property.Name}__*__{inner}")
                : [property.Name]);

    private static IEnumerable<string> OfTriggers()
    {
        foreach (object attribute in AppFunctions.Methods.SelectMany(m => m.GetParameters()).SelectMany(p => p.GetCustomAttributes(inherit: false)))
        {
            foreach (PropertyInfo property in attribute.GetType().GetProperties().Where(p => p.PropertyType == typeof(string)))
            {
                string text = (string?)property.GetValue(attribute) ?? string.Empty;
                if (property.Name == "Connection" && text.Length > 0)
                {
                    yield return $"{text}__fullyQualifiedNamespace";
                }

                foreach (Match setting in Percent().Matches(text))
                {
                    yield return setting.Groups[1].Value;
                }
            }
        }
    }

    /// <summary>Azure mode is not compiled here, so its sources are read: a setting there is a literal that begins with a service's prefix.</summary>
    private static IEnumerable<string> OfPlatform() =>
        from file in Directory.GetFiles(Path.Combine(Repository.Root, "src", "ArbFunctions", "Platform", "Azure"), "*.cs")
        from Match literal in ServiceSetting().Matches(File.ReadAllText(file))
        select literal.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal);

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Percent();

    [GeneratedRegex("\"((?:AzureWebJobsStorage|ServiceBus|APPLICATIONINSIGHTS)[A-Za-z_:]*)\"")]
    private static partial Regex ServiceSetting();
}
