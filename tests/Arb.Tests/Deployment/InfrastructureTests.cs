using System.Text.Json;
using System.Text.RegularExpressions;
using Arb.Tests.Architecture;
using ArbFunctions;
using Microsoft.Azure.Functions.Worker;

namespace Arb.Tests.Deployment;

public sealed partial class InfrastructureTests(CompiledInfrastructure infrastructure) : IClassFixture<CompiledInfrastructure>
{
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly Dictionary<string, string> BuiltInRoles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "infra"), "*.bicep")
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "bicep"), "*.bicep"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Build_says_nothing()
    {
        Assert.Equal(JsonValueKind.Object, infrastructure.Template.ValueKind);
        Assert.Empty(infrastructure.Complaints.Trim());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Lint_says_nothing(string file) =>
        Assert.Empty(await CompiledInfrastructure.LintAsync(Path.Combine(Repository.Root, file)));

    [Fact]
    public void Every_role_is_the_one_its_name_says()
    {
        JsonElement roles = infrastructure.Module("roles");
        Dictionary<string, string> named = [];
        foreach (JsonProperty variable in roles.GetProperty("variables").EnumerateObject())
        {
            IEnumerable<(string Name, string Id)> ids = variable.Value.ValueKind == JsonValueKind.Object
                ? variable.Value.EnumerateObject().Select(r => (r.Name, r.Value.GetString()!))
                : [(variable.Name, variable.Value.GetString()!)];
            foreach ((string name, string id) in ids)
            {
                named.Add(name, BuiltInRoles.GetValueOrDefault(id, $"unknown role {id}"));
            }
        }

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["blobDataOwner"] = "Storage Blob Data Owner",
                ["queueDataContributor"] = "Storage Queue Data Contributor",
                ["tableDataContributor"] = "Storage Table Data Contributor",
                ["dataReceiver"] = "Azure Service Bus Data Receiver",
                ["dataSender"] = "Azure Service Bus Data Sender",
                ["keyVaultSecretsUser"] = "Key Vault Secrets User",
                ["keyVaultSecretsOfficer"] = "Key Vault Secrets Officer",
                ["monitoringMetricsPublisher"] = "Monitoring Metrics Publisher",
            },
            named);
    }

    [Fact]
    public void Roles_are_given_on_single_resources_to_the_app_and_its_deployer_only()
    {
        JsonElement[] assignments =
        [
            .. CompiledInfrastructure.Resources(infrastructure.Module("roles"))
                .Where(r => r.GetProperty("type").GetString() == "Microsoft.Authorization/roleAssignments"),
        ];
        Assert.Equal(5, assignments.Length);
        Assert.All(assignments, assignment =>
        {
            Assert.True(assignment.TryGetProperty("scope", out _), "A role without a scope holds for the whole resource group.");
            JsonElement properties = assignment.GetProperty("properties");
            bool secretsOfficer = properties.GetProperty("roleDefinitionId").GetString()!.Contains("keyVaultSecretsOfficer", StringComparison.Ordinal);
            Assert.Equal(
                secretsOfficer ? "[parameters('deployerId')]" : "[parameters('principalId')]", properties.GetProperty("principalId").GetString());
        });
        Assert.Equal(5, Regex.Count(infrastructure.Template.GetRawText(), "\"Microsoft.Authorization/roleAssignments\""));
    }

    [Fact]
    public void No_key_of_a_resource_is_ever_asked_for_or_accepted()
    {
        string template = infrastructure.Template.GetRawText();
        Assert.DoesNotMatch(ListsSecrets(), template);
        Assert.Contains("\"allowSharedKeyAccess\": false", template, StringComparison.Ordinal);
        Assert.Contains("\"disableLocalAuth\": true", template, StringComparison.Ordinal);
        Assert.Contains("\"DisableLocalAuth\": true", template, StringComparison.Ordinal);
        Assert.Contains("\"enableRbacAuthorization\": true", template, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_differ_in_mode_readiness_and_vault_protection_only()
    {
        JsonElement presets = infrastructure.Template.GetProperty("variables").GetProperty("presets");
        Assert.Equal(["dry-run", "live"], presets.EnumerateObject().Select(p => p.Name));
        Assert.Equal("""{"mode":"DryRun","purgeProtection":false,"alwaysReady":[]}""", JsonSerializer.Serialize(presets.GetProperty("dry-run")));
        Assert.Equal(
            """{"mode":"Live","purgeProtection":true,"alwaysReady":[{"name":"durable","instanceCount":1},{"name":"function:HandleOpportunity","instanceCount":1}]}""",
            JsonSerializer.Serialize(presets.GetProperty("live")));
        Assert.Equal("dry-run", infrastructure.Template.GetProperty("parameters").GetProperty("preset").GetProperty("defaultValue").GetString());

        // The preset reaches the template through that table only.
        Assert.Equal(1, Regex.Count(infrastructure.Template.GetRawText(), Regex.Escape("parameters('preset')")));
    }

    [Fact]
    public void Always_ready_functions_exist()
    {
        HashSet<string> functions =
        [
            .. AppFunctions.Methods.Select(m => $"function:{AppFunctions.NameOf(m)}"), "http", "durable",
        ];
        foreach (JsonProperty preset in infrastructure.Template.GetProperty("variables").GetProperty("presets").EnumerateObject())
        {
            Assert.All(preset.Value.GetProperty("alwaysReady").EnumerateArray(), ready => Assert.Contains(ready.GetProperty("name").GetString()!, functions));
        }
    }

    [Fact]
    public void Queue_is_the_one_the_app_uses_and_detects_duplicates()
    {
        JsonElement queue = CompiledInfrastructure.Resources(infrastructure.Module("servicebus"))
            .Single(r => r.GetProperty("type").GetString() == "Microsoft.ServiceBus/namespaces/queues");
        string trigger = AppFunctions.Methods.SelectMany(m => m.GetParameters())
            .SelectMany(p => p.GetCustomAttributes(typeof(ServiceBusTriggerAttribute), inherit: false).Cast<ServiceBusTriggerAttribute>())
            .Select(t => t.QueueName!).Single();
        Assert.Equal(OpportunityQueue.Name, trigger);
        Assert.Equal($"[format('{{0}}/{{1}}', parameters('name'), '{trigger}')]", queue.GetProperty("name").GetString());
        Assert.True(queue.GetProperty("properties").GetProperty("requiresDuplicateDetection").GetBoolean());
        Assert.False(queue.GetProperty("properties").GetProperty("deadLetteringOnMessageExpiration").GetBoolean());
    }

    [Fact]
    public void Azd_finds_project_app_and_parameters()
    {
        string azd = File.ReadAllText(Path.Combine(Repository.Root, "azure.yaml"));
        Match service = AzdService().Match(azd);
        Assert.True(service.Success, "azure.yaml names no service with a project.");
        Assert.True(Directory.Exists(Path.Combine(Repository.Root, service.Groups["project"].Value)));
        Assert.Contains(
            $"createObject('azd-service-name', '{service.Groups["name"].Value}')", infrastructure.Module("functions").GetRawText(), StringComparison.Ordinal);

        using JsonDocument given = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "main.parameters.json")));
        HashSet<string> names = [.. given.RootElement.GetProperty("parameters").EnumerateObject().Select(p => p.Name)];
        JsonProperty[] parameters = [.. infrastructure.Template.GetProperty("parameters").EnumerateObject()];
        Assert.Empty(names.Except(parameters.Select(p => p.Name)));
        Assert.Empty(parameters.Where(p => !p.Value.TryGetProperty("defaultValue", out _)).Select(p => p.Name).Except(names));
    }

    [GeneratedRegex("listKeys|listSecrets|listAccountSas|listServiceSas|list\\(", RegexOptions.IgnoreCase)]
    private static partial Regex ListsSecrets();

    [GeneratedRegex(@"services:\s+(?<name>\w+):\s+project: \./(?<project>\S+)")]
    private static partial Regex AzdService();
}
