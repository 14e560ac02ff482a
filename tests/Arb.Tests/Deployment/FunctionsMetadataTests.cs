using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Arb.Tests.Architecture;
using ArbFunctions;
using Microsoft.Azure.Functions.Worker;

namespace Arb.Tests.Deployment;

/// <summary>
/// What the Functions host learns of the app. Microsoft's SDK writes <c>functions.metadata</c> in azure mode; here the same is read from
/// the same attributes, and .ci/run compares the file a publish writes with the expected one too.
/// </summary>
public sealed class FunctionsMetadataTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string ExpectedFile => Path.Combine(Repository.Root, "tests", "Arb.Tests", "Deployment", "functions.metadata.json");

    [Fact]
    public void Functions_are_indexed_as_expected()
    {
        JsonArray actual = [.. AppFunctions.Methods.OrderBy(AppFunctions.NameOf, StringComparer.Ordinal).Select(Function)];
        JsonNode expected = JsonNode.Parse(File.ReadAllText(ExpectedFile))!;
        Assert.True(
            JsonNode.DeepEquals(expected, actual),
            $"The functions changed. If that is meant, {ExpectedFile} becomes:{Environment.NewLine}{actual.ToJsonString(Indented)}");
    }

    [Fact]
    public void Function_names_are_unique_whatever_the_case() =>
        Assert.Distinct(AppFunctions.Methods.Select(AppFunctions.NameOf), StringComparer.OrdinalIgnoreCase);

    private static JsonNode Function(MethodInfo method)
    {
        JsonArray bindings = [.. method.GetParameters().Select(Binding).OfType<JsonNode>()];
        if (bindings.Any(b => (string?)b!["type"] == "httpTrigger"))
        {
            bindings.Add(new JsonObject { ["name"] = "$return", ["type"] = "http", ["direction"] = "Out" });
        }

        return new JsonObject
        {
            ["name"] = AppFunctions.NameOf(method),
            ["scriptFile"] = typeof(HandleOpportunity).Assembly.GetName().Name + ".dll",
            ["entryPoint"] = $"{method.DeclaringType!.FullName}.{method.Name}",
            ["language"] = "dotnet-isolated",
            ["properties"] = new JsonObject { ["IsCodeless"] = false },
            ["bindings"] = bindings,
        };
    }

    private static JsonObject? Binding(ParameterInfo parameter)
    {
        CustomAttributeData? attribute = parameter.GetCustomAttributesData()
            .SingleOrDefault(a => a.AttributeType.Namespace == typeof(FunctionAttribute).Namespace);
        if (attribute is null)
        {
            return null;
        }

        string name = attribute.AttributeType.Name;
        JsonObject binding = new() { ["name"] = parameter.Name, ["direction"] = "In", ["type"] = Camel(name[..^"Attribute".Length]) };
        foreach ((ParameterInfo argument, CustomAttributeTypedArgument value) in attribute.Constructor.GetParameters().Zip(attribute.ConstructorArguments))
        {
            binding[Camel(argument.Name!)] = Value(value);
        }

        foreach (CustomAttributeNamedArgument named in attribute.NamedArguments)
        {
            binding[Camel(named.MemberName)] = Value(named.TypedValue);
        }

        JsonObject properties = [];
        if (attribute.AttributeType == typeof(ServiceBusTriggerAttribute))
        {
            // One message a call, handed over as a reference that the worker resolves.
            binding["cardinality"] = "One";
            properties["supportsDeferredBinding"] = "True";
        }

        binding["properties"] = properties;
        return binding;
    }

    private static JsonNode? Value(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        IReadOnlyCollection<CustomAttributeTypedArgument> items => new JsonArray([.. items.Select(Value)]),
        { } value when argument.ArgumentType.IsEnum => Enum.GetName(argument.ArgumentType, value),
        { } value => JsonSerializer.SerializeToNode(value),
        null => null,
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
