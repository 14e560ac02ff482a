using System.Reflection;
using ArbFunctions.LocalRuntime.Hosting;

namespace ArbFunctions.LocalRuntime.Tests.Surface;

/// <summary>What the function classes compile against here exists in Microsoft's packages, with the same signatures.</summary>
public sealed class SurfaceTests
{
    /// <summary>Differences that are meant, each with its reason.</summary>
    private static readonly Dictionary<string, string> Meant = [];

    [Fact]
    public void Everything_the_surface_declares_is_in_the_real_packages_with_the_same_signature()
    {
        using RealPackages packages = RealPackages.Open();
        using MetadataLoadContext context = RealPackages.OpenOurs();
        Assert.SkipWhen(
            packages.Present.Count == 0, $"NOT VERIFIED: none of {string.Join(", ", packages.Missing)} is in the NuGet folder.");
        List<string> differences = [];
        List<string> unverified = [];
        int compared = 0;
        foreach (Type ours in OurSurface(context))
        {
            if (packages.Find(ours.FullName!) is { } theirs)
            {
                compared++;
                differences.AddRange(SurfaceComparison.Differences(ours, theirs));
            }
            else if (packages.Missing.Count == 0)
            {
                differences.Add($"{ours.FullName}: in none of the packages");
            }
            else
            {
                unverified.Add(ours.FullName!);
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            "{0} types compared; NOT VERIFIED for want of {1}: {2}",
            compared,
            string.Join(", ", packages.Missing),
            string.Join(", ", unverified));
        string[] unexpected = [.. differences.Where(difference => !Meant.ContainsKey(difference))];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
        Assert.All(Meant.Keys, difference => Assert.Contains(difference, differences));

        // Whatever is missing, the types of the packages that are there were looked at.
        Assert.True(compared >= packages.Present.Count, $"Only {compared} types were compared.");
    }

    [Fact]
    public void Every_kind_of_difference_is_seen()
    {
        using MetadataLoadContext context = RealPackages.OpenOurs();
        Assembly here = context.LoadFromAssemblyPath(typeof(SurfaceTests).Assembly.Location);
        string[] differences =
        [
            .. ((string[])["Thing", "Closed", "Number", "Act"]).SelectMany(name => SurfaceComparison.Differences(
                here.GetType($"{typeof(Ours).FullName}+{name}", true)!,
                here.GetType($"{typeof(Theirs).FullName}+{name}", true)!)),
        ];
        string[] expected =
        [
            "is no System.IDisposable there",
            "OnlyHere() : System.Void is not there",
            "Named(System.Int32 here) : System.Void is there Named(System.Int32 there)",
            "Defaulted(System.Int32 value = 1) : System.Void is there Defaulted(System.Int32 value = 2)",
            "Optional(System.Int32 value = 1) : System.Void is there Optional(System.Int32 value)",
            "Returns() : System.Int32 is there Returns() : System.Int64",
            "set_Settable(System.Int32 value) : System.Void is there set_Settable(System.Int32 value) : System.Void init",
            "static Static() : System.Void is not there",
            "new(System.Int32 value) is there new()",
            "Closed: sealed there",
            "Two : ",
            "Invoke(System.Int32 value) : System.Void is there Invoke(System.Int64 value)",
        ];
        Assert.All(expected, part => Assert.Contains(differences, d => d.Contains(part, StringComparison.Ordinal)));
        Assert.DoesNotContain(differences, d => d.Contains("Same", StringComparison.Ordinal));
        Assert.DoesNotContain(differences, d => d.Contains("OnlyThere", StringComparison.Ordinal));
    }

    private static IEnumerable<Type> OurSurface(MetadataLoadContext context) => context
        .LoadFromAssemblyPath(typeof(HostStartException).Assembly.Location)
        .GetExportedTypes()
        .Where(type => !type.FullName!.StartsWith("ArbFunctions.", StringComparison.Ordinal));

#pragma warning disable CA1034, CA1052, CA1822, CA1711, CA1716, CA1065, CA1816 // Shapes to compare, never used.
    public static class Ours
    {
        public enum Number
        {
            One = 1,
            Two = 2,
        }

        public delegate void Act(int value);

        public class Thing : IDisposable
        {
            public Thing(int value) => Settable = value;

            public int Settable { get; set; }

            public static void Static() => throw new NotSupportedException();

            public static int Same(string? text = null) => throw new NotSupportedException();

            public void OnlyHere() => throw new NotSupportedException();

            public void Named(int here) => throw new NotSupportedException();

            public void Defaulted(int value = 1) => throw new NotSupportedException();

            public void Optional(int value = 1) => throw new NotSupportedException();

            public int Returns() => throw new NotSupportedException();

            public void Dispose() => throw new NotSupportedException();
        }

        public class Closed;
    }

    public static class Theirs
    {
        public enum Number
        {
            One = 1,
            Two = 3,
        }

        public delegate void Act(long value);

        public class Thing
        {
            public int Settable { get; init; }

            public static int Same(string? text = null) => throw new NotSupportedException();

            public void Static() => throw new NotSupportedException();

            public void OnlyThere() => throw new NotSupportedException();

            public void Named(int there) => throw new NotSupportedException();

            public void Defaulted(int value = 2) => throw new NotSupportedException();

            public void Optional(int value) => throw new NotSupportedException();

            public long Returns() => throw new NotSupportedException();
        }

        public sealed class Closed;
    }
#pragma warning restore CA1034, CA1052, CA1822, CA1711, CA1716, CA1065, CA1816
}
