using System.Xml.Linq;

namespace Arb.Tests.Architecture;

public sealed class ProjectReferenceTests
{
    private static readonly ProjectRow Row = new("Arb.Some", "Arb.Domain", "Some.Package")
    {
        LocalProjects = "Arb.Local",
        AzurePackages = "Azure.Package",
        Frameworks = "Some.Framework",
        BuiltAlong = "Arb.Other",
    };

    private const string AsInRow = """
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>
            <ProjectReference Include="../Arb.Domain/Arb.Domain.csproj" />
            <ProjectReference Include="../Arb.Other/Arb.Other.csproj" ReferenceOutputAssembly="false" />
            <PackageReference Include="Some.Package" />
            <FrameworkReference Include="Some.Framework" />
          </ItemGroup>
          <ItemGroup Condition="'$(FunctionsRuntime)' == 'local'">
            <ProjectReference Include="../Arb.Local/Arb.Local.csproj" />
          </ItemGroup>
          <ItemGroup>
            <PackageReference Include="Azure.Package" Condition="'$(FunctionsRuntime)' == 'azure'" />
          </ItemGroup>
        </Project>
        """;

    public static TheoryData<string> Projects => [.. ProjectTable.Rows.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_exactly_what_the_table_says(string name)
    {
        ProjectRow row = ProjectTable.Rows.Single(r => r.Name == name);
        XDocument project = XDocument.Load(Path.Combine(Repository.Root, "src", name, name + ".csproj"));
        Complaints.None(ProjectReferences.Differences(row, project));
    }

    [Fact]
    public void Table_has_one_row_for_every_project_under_src()
    {
        // Not below: a publish in azure mode leaves the Worker SDK's generated WorkerExtensions.csproj under obj.
        string[] projects = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).SelectMany(room => Directory.GetFiles(room, "*.csproj"))];
        Assert.Equal(
            projects.Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal),
            ProjectTable.Rows.Select(r => r.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shared_properties_add_only_the_analyzer()
    {
        foreach (string shared in new[] { "Directory.Build.props", "Directory.Build.targets", "src/Directory.Build.props", "src/Directory.Build.targets" })
        {
            string file = Path.Combine(Repository.Root, shared);
            if (File.Exists(file))
            {
                Assert.All(
                    XDocument.Load(file).Descendants().Where(e => e.Name.LocalName.EndsWith("Reference", StringComparison.Ordinal)),
                    reference => Assert.Equal(ProjectTable.Everywhere, reference.Attribute("Include")?.Value));
            }
        }
    }

    [Fact]
    public void A_project_as_in_its_row_does_not_differ() =>
        Assert.Empty(ProjectReferences.Differences(Row, XDocument.Parse(AsInRow)));

    [Theory]
    [InlineData("<PackageReference Include=\"Some.Package\" />", "<PackageReference Include=\"Some.Package\" /><PackageReference Include=\"Azure.Core\" />", "references Package Azure.Core;")]
    [InlineData("../Arb.Domain/Arb.Domain.csproj", "../Arb.Cli/Arb.Cli.csproj", "references Project Arb.Cli;")]
    [InlineData("../Arb.Domain/Arb.Domain.csproj", "../Arb.Cli/Arb.Cli.csproj", "lacks Project Arb.Domain,")]
    [InlineData("ReferenceOutputAssembly=\"false\"", "", "references Project Arb.Other;")]
    [InlineData("'local'", "'azure'", "references Project Arb.Local (in Azure mode);")]
    [InlineData(" Condition=\"'$(FunctionsRuntime)' == 'azure'\"", "", "references Package Azure.Package;")]
    [InlineData("<FrameworkReference Include=\"Some.Framework\" />", "", "lacks Framework Some.Framework,")]
    public void A_project_that_differs_is_told_how(string was, string becomes, string complaint)
    {
        Assert.Contains(was, AsInRow, StringComparison.Ordinal);
        XDocument project = XDocument.Parse(AsInRow.Replace(was, becomes, StringComparison.Ordinal));
        Assert.Contains(ProjectReferences.Differences(Row, project), d => d.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<Import Project=\"more.props\" />")]
    [InlineData("<Target Name=\"Late\"><ItemGroup><PackageReference Include=\"Late\" /></ItemGroup></Target>")]
    [InlineData("<ItemGroup><PackageReference Update=\"Some.Package\" /></ItemGroup>")]
    [InlineData("<ItemGroup><Reference Include=\"Some.dll\" /></ItemGroup>")]
    [InlineData("<ItemGroup Condition=\"'$(Configuration)' == 'Debug'\"><PackageReference Include=\"Debug.Only\" /></ItemGroup>")]
    public void What_could_hide_a_reference_is_refused(string hiding) =>
        Assert.Throws<FormatException>(() => ProjectReferences.Read(XDocument.Parse($"<Project>{hiding}</Project>")));
}
