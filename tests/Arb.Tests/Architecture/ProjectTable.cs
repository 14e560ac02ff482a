using System.Collections.Immutable;

namespace Arb.Tests.Architecture;

/// <summary>What one project may reference, exactly. Names in a cell are separated by blanks.</summary>
/// <param name="Name">Project, as its folder is called.</param>
/// <param name="Projects">Projects in both build modes.</param>
/// <param name="Packages">Packages in both build modes.</param>
internal sealed record ProjectRow(string Name, string Projects = "", string Packages = "")
{
    /// <summary>Shared frameworks.</summary>
    public string Frameworks { get; init; } = "";

    /// <summary>Projects that are built along and started as processes, but not linked.</summary>
    public string BuiltAlong { get; init; } = "";

    /// <summary>Projects in local mode only.</summary>
    public string LocalProjects { get; init; } = "";

    /// <summary>Packages in azure mode only.</summary>
    public string AzurePackages { get; init; } = "";

    /// <summary>The row as references.</summary>
    public ImmutableHashSet<Reference> References() =>
    [
        .. Cell(ReferenceKind.Project, Projects, BuildMode.Both),
        .. Cell(ReferenceKind.Project, LocalProjects, BuildMode.Local),
        .. Cell(ReferenceKind.BuiltAlong, BuiltAlong, BuildMode.Both),
        .. Cell(ReferenceKind.Package, Packages, BuildMode.Both),
        .. Cell(ReferenceKind.Package, AzurePackages, BuildMode.Azure),
        .. Cell(ReferenceKind.Framework, Frameworks, BuildMode.Both),
    ];

    private static IEnumerable<Reference> Cell(ReferenceKind kind, string names, BuildMode mode) =>
        names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(name => new Reference(kind, name, mode));
}

/// <summary>
/// The rooms and what they import. Data flows one way; a reference that is not in this table is a decision, so it is made here.
/// </summary>
internal static class ProjectTable
{
    /// <summary>Packages every project under src gets from Directory.Build.props.</summary>
    public const string Everywhere = "Microsoft.CodeAnalysis.BannedApiAnalyzers";

    public static readonly ImmutableArray<ProjectRow> Rows =
    [
        new("Arb.Domain"),
        new("Arb.Search", "Arb.Domain"),
        new("Arb.Scoring", "Arb.Domain"),
        new("Arb.Engine", "Arb.Domain Arb.Search Arb.Scoring", "Microsoft.Extensions.Logging.Abstractions"),
        new("Arb.Evm", "Arb.Domain Arb.Engine", "BouncyCastle.Cryptography"),
        new("Arb.BundleRelay", "Arb.Domain Arb.Engine Arb.Evm"),
        new("Arb.MemoryBank", "Arb.Domain Arb.Engine", "Azure.Data.Tables Azure.Storage.Blobs"),
        new("ArbFunctions", "Arb.Domain Arb.Search Arb.Scoring Arb.Engine Arb.Evm Arb.BundleRelay Arb.MemoryBank")
        {
            Frameworks = "Microsoft.AspNetCore.App",
            LocalProjects = "ArbFunctions.LocalRuntime",
            AzurePackages = """
                Azure.Identity
                Azure.Messaging.ServiceBus
                Azure.Monitor.OpenTelemetry.Exporter
                Azure.Security.KeyVault.Secrets
                Microsoft.Azure.Functions.Worker
                Microsoft.Azure.Functions.Worker.Extensions.DurableTask
                Microsoft.Azure.Functions.Worker.Extensions.Http
                Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore
                Microsoft.Azure.Functions.Worker.Extensions.ServiceBus
                Microsoft.Azure.Functions.Worker.Extensions.Timer
                Microsoft.Azure.Functions.Worker.OpenTelemetry
                Microsoft.Azure.Functions.Worker.Sdk
                Nethereum.Web3
                OpenTelemetry.Extensions.Hosting
                """,
        },
        new("ArbFunctions.LocalRuntime", "", "Azure.Data.Tables Azure.Storage.Blobs NCrontab.Signed")
        {
            Frameworks = "Microsoft.AspNetCore.App",
        },
        new("Arb.Devnet", "Arb.Domain Arb.Engine Arb.Evm")
        {
            Frameworks = "Microsoft.AspNetCore.App",
        },
        new(
            "Arb.Cli",
            "Arb.Devnet Arb.Domain Arb.Engine Arb.Evm Arb.MemoryBank Arb.Search",
            "Azure.Data.Tables Spectre.Console System.CommandLine")
        {
            BuiltAlong = "ArbFunctions",
        },
    ];
}
