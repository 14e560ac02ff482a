using System.Collections.Immutable;
using System.Xml.Linq;

namespace Arb.Tests.Architecture;

/// <summary>Kinds of references a project file can hold.</summary>
internal enum ReferenceKind
{
    Project,
    BuiltAlong,
    Package,
    Framework,
}

/// <summary>Build modes in which a reference counts.</summary>
internal enum BuildMode
{
    Both,
    Local,
    Azure,
}

/// <summary>One reference of a project.</summary>
internal readonly record struct Reference(ReferenceKind Kind, string Name, BuildMode Mode)
{
    public override string ToString() => Mode == BuildMode.Both ? $"{Kind} {Name}" : $"{Kind} {Name} (in {Mode} mode)";
}

/// <summary>
/// Reads references from project files as text: unused ones vanish when compiled, and an evaluated project shows one mode only.
/// Whatever could hide a reference from this reader is refused.
/// </summary>
internal static class ProjectReferences
{
    /// <exception cref="FormatException">The file holds something whose references this reader cannot see.</exception>
    public static ImmutableHashSet<Reference> Read(XDocument project)
    {
        foreach (string hiding in new[] { "Import", "Choose", "Target", "Sdk", "Reference" })
        {
            if (project.Descendants(hiding).Any())
            {
                throw new FormatException($"<{hiding}> may bring references that the architecture test cannot see: remove it.");
            }
        }

        return
        [
            .. Of(project, "ProjectReference", ReferenceKind.Project),
            .. Of(project, "PackageReference", ReferenceKind.Package),
            .. Of(project, "FrameworkReference", ReferenceKind.Framework),
        ];
    }

    /// <summary>How a project differs from its row, in words; empty when it does not.</summary>
    public static IEnumerable<string> Differences(ProjectRow row, XDocument project)
    {
        ImmutableHashSet<Reference> actual = Read(project);
        ImmutableHashSet<Reference> allowed = row.References();
        return
        [
            .. actual.Except(allowed).Select(r => $"{row.Name} references {r}; the table does not allow it."),
            .. allowed.Except(actual).Select(r => $"{row.Name} lacks {r}, which the table says it has."),
        ];
    }

    private static IEnumerable<Reference> Of(XDocument project, string element, ReferenceKind kind)
    {
        foreach (XElement reference in project.Descendants(element))
        {
            string include = reference.Attribute("Include")?.Value
                ?? throw new FormatException($"A <{element}> without Include changes references elsewhere: remove it.");
            bool linked = !string.Equals(reference.Attribute("ReferenceOutputAssembly")?.Value, "false", StringComparison.OrdinalIgnoreCase);
            foreach (string item in include.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                string name = kind == ReferenceKind.Project ? Path.GetFileNameWithoutExtension(item) : item;
                yield return new Reference(linked ? kind : ReferenceKind.BuiltAlong, name, ModeOf(reference));
            }
        }
    }

    private static BuildMode ModeOf(XElement reference)
    {
        BuildMode mode = BuildMode.Both;
        foreach (XElement element in reference.AncestorsAndSelf())
        {
            string? condition = element.Attribute("Condition")?.Value;
            mode = condition switch
            {
                null => mode,
                "'$(FunctionsRuntime)' == 'local'" when mode != BuildMode.Azure => BuildMode.Local,
                "'$(FunctionsRuntime)' == 'azure'" when mode != BuildMode.Local => BuildMode.Azure,
                _ => throw new FormatException($"References depend on the condition \"{condition}\", which is no build mode."),
            };
        }

        return mode;
    }
}
