using System.Reflection;
using ArbFunctions.LocalRuntime.Hosting;

namespace ArbFunctions.LocalRuntime.Tests.Surface;

/// <summary>Microsoft's packages, read as metadata from the NuGet folder if they are there; nothing of them is run.</summary>
internal sealed class RealPackages : IDisposable
{
    private static readonly string[] Frameworks = ["net10.0", "net9.0", "net8.0", "netstandard2.1", "netstandard2.0"];

    /// <summary>Where the types of the surface come from.</summary>
    private static readonly string[] Wanted =
    [
        "Azure.Messaging.ServiceBus",
        "Microsoft.Azure.DurableTask.Core",
        "Microsoft.Azure.Functions.Worker",
        "Microsoft.Azure.Functions.Worker.Core",
        "Microsoft.Azure.Functions.Worker.Extensions.Abstractions",
        "Microsoft.Azure.Functions.Worker.Extensions.DurableTask",
        "Microsoft.Azure.Functions.Worker.Extensions.Http",
        "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
        "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer",
        "Microsoft.DurableTask.Abstractions",
        "Microsoft.DurableTask.Client",
    ];

    private readonly MetadataLoadContext _context;
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);

    private RealPackages(MetadataLoadContext context) => _context = context;

    public IReadOnlyList<string> Present { get; private init; } = [];

    public IReadOnlyList<string> Missing { get; private init; } = [];

    public static RealPackages Open()
    {
        string root = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Dictionary<string, string[]> found = Wanted.ToDictionary(package => package, package => LibraryOf(root, package));
        string[] present = [.. Wanted.Where(package => found[package].Length > 0)];
        RealPackages packages = new(new MetadataLoadContext(new Resolver(root, [.. found.Values.SelectMany(files => files)])))
        {
            Present = present,
            Missing = [.. Wanted.Except(present)],
        };
        foreach (Type type in present.SelectMany(package => found[package])
            .SelectMany(file => packages._context.LoadFromAssemblyPath(file).GetExportedTypes()))
        {
            packages._types.TryAdd(type.FullName!, type);
        }

        return packages;
    }

    /// <summary>Our own surface, read the same way: what is compared is metadata on both sides.</summary>
    public static MetadataLoadContext OpenOurs() => new(new Resolver(null, [typeof(HostStartException).Assembly.Location]));

    public Type? Find(string fullName) => _types.GetValueOrDefault(fullName);

    public void Dispose() => _context.Dispose();

    private static string[] LibraryOf(string root, string package)
    {
        string folder = Path.Combine(root, package.ToLowerInvariant());
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string newest = Directory.GetDirectories(folder).MaxBy(VersionOf)!;
        string? library = Frameworks.Select(framework => Path.Combine(newest, "lib", framework))
            .FirstOrDefault(Directory.Exists);
        return library is null ? [] : Directory.GetFiles(library, "*.dll");
    }

    private static Version VersionOf(string folder) =>
        Version.TryParse(Path.GetFileName(folder).Split('-')[0], out Version? version) ? version : new Version(0, 0);

    /// <summary>By name alone: the versions packages were built against do not matter for reading them.</summary>
    private sealed class Resolver : MetadataAssemblyResolver
    {
        private readonly string? _root;
        private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);

        public Resolver(string? root, IEnumerable<string> first)
        {
            _root = root;
            string[] folders =
            [
                AppContext.BaseDirectory,
                Path.GetDirectoryName(typeof(object).Assembly.Location)!,
                Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpRequest).Assembly.Location)!,
            ];
            foreach (string file in first.Concat(folders.SelectMany(folder => Directory.GetFiles(folder, "*.dll"))))
            {
                _files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            }
        }

        public override Assembly? Resolve(MetadataLoadContext context, AssemblyName assemblyName)
        {
            string name = assemblyName.Name!;
            if (!_files.TryGetValue(name, out string? file) && _root is not null)
            {
                file = LibraryOf(_root, name).FirstOrDefault(candidate =>
                    Path.GetFileNameWithoutExtension(candidate).Equals(name, StringComparison.OrdinalIgnoreCase));
            }

            return file is null ? null : context.LoadFromAssemblyPath(file);
        }
    }
}
