using System.Xml.Linq;
using NestC.TestKit;
using Xunit;

namespace NestC.Core.Tests.Architecture;

/// <summary>Dependencies run Core, dialects, passes, tools: each layer sees those before it, and no dialect sees another.</summary>
public sealed class DependencyTests
{
    private const string Core = "compiler/NestC.Core/NestC.Core.csproj";
    private const string Generators = "compiler/NestC.Generators/NestC.Generators.csproj";

    public static TheoryData<string> Projects()
    {
        TheoryData<string> data = [];
        foreach (string project in Checkout.Files("*.csproj")) data.Add(project);
        return data;
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectSeesOnlyTheLayersBeforeIt(string project)
    {
        foreach (Reference reference in ReferencesOf(project))
        {
            if (reference.Path == Generators) continue;
            Assert.True(MaySee(project, reference.Path), $"{project} must not refer to {reference.Path}");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void GeneratorsAreAnAnalyzerOnly(string project)
    {
        foreach (Reference reference in ReferencesOf(project))
        {
            if (reference.Path != Generators) continue;
            Assert.Equal("Analyzer", reference.OutputItemType);
            // Tests of the generator drive it as a library; nothing that ships does.
            if (!project.StartsWith("test/", StringComparison.Ordinal)) Assert.Equal("false", reference.ReferenceOutputAssembly);
        }
    }

    [Fact]
    public void CoreNeedsNoPackage() => Assert.Empty(PackagesOf(Core));

    [Fact]
    public void PackagesOfWhatShipsAreTheKnownOnes()
    {
        // A package costs start-up, size and trust: docs/design/dependencies.md says why each of these is worth it.
        HashSet<string> known = ["System.CommandLine", "Google.Protobuf", "Grpc.Tools", "Microsoft.CodeAnalysis.CSharp", "System.Numerics.Tensors"];
        foreach (string project in Checkout.Files("*.csproj"))
        {
            if (project.StartsWith("test/", StringComparison.Ordinal)) continue;
            foreach (string package in PackagesOf(project)) Assert.True(known.Contains(package), $"{project} uses {package}");
        }
    }

    [Fact]
    public void EveryPackageIsExplained()
    {
        string page = File.ReadAllText(Checkout.PathOf("docs/design/dependencies.md"));
        XDocument versions = XDocument.Load(Checkout.PathOf("Directory.Packages.props"));
        List<string> unexplained = [];
        foreach (XElement version in versions.Descendants("PackageVersion"))
        {
            string name = version.Attribute("Include")!.Value;
            if (!page.Contains($"`{name}` {version.Attribute("Version")!.Value}", StringComparison.Ordinal)) unexplained.Add(name);
        }
        Assert.Empty(unexplained);
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = File.ReadAllText(Checkout.PathOf("NestC.sln")).Replace('\\', '/');
        List<string> missing = [];
        foreach (string project in Checkout.Files("*.csproj"))
            if (!solution.Contains($"\"{project}\"", StringComparison.Ordinal)) missing.Add(project);
        Assert.Empty(missing);
    }

    private static bool MaySee(string from, string to) => LayerOf(from) switch
    {
        Layer.Core => false,
        Layer.Dialect => to == Core,
        Layer.Passes => LayerOf(to) is Layer.Core or Layer.Dialect,
        Layer.ToolLibrary => LayerOf(to) is Layer.Core or Layer.Dialect or Layer.Passes or Layer.ToolLibrary,
        Layer.Tool or Layer.Example => LayerOf(to) is not (Layer.Tool or Layer.Test or Layer.Example),
        _ => true,
    };

    private static Layer LayerOf(string project) => project switch
    {
        _ when project.StartsWith("compiler/", StringComparison.Ordinal) => Layer.Core,
        _ when project.StartsWith("dialects/", StringComparison.Ordinal) => Layer.Dialect,
        _ when project.StartsWith("passes/", StringComparison.Ordinal) => Layer.Passes,
        _ when project.StartsWith("tools/NestC.", StringComparison.Ordinal) => Layer.ToolLibrary,
        _ when project.StartsWith("tools/", StringComparison.Ordinal) => Layer.Tool,
        _ when project.StartsWith("test/", StringComparison.Ordinal) => Layer.Test,
        _ when project.StartsWith("docs/examples/", StringComparison.Ordinal) => Layer.Example,
        _ => throw new InvalidOperationException($"{project} is in no layer"),
    };

    private static IEnumerable<Reference> ReferencesOf(string project)
    {
        string folder = Path.GetDirectoryName(Checkout.PathOf(project))!;
        foreach (XElement e in XDocument.Load(Checkout.PathOf(project)).Descendants("ProjectReference"))
        {
            string path = Path.GetFullPath(Path.Combine(folder, e.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.True(File.Exists(path), $"{project} refers to {path}, which is not there");
            yield return new Reference(Checkout.Relative(path), e.Attribute("OutputItemType")?.Value, e.Attribute("ReferenceOutputAssembly")?.Value);
        }
    }

    private static List<string> PackagesOf(string project)
    {
        List<string> names = [];
        foreach (XElement e in XDocument.Load(Checkout.PathOf(project)).Descendants("PackageReference")) names.Add(e.Attribute("Include")!.Value);
        return names;
    }

    private enum Layer
    {
        Core,
        Dialect,
        Passes,
        ToolLibrary,
        Tool,
        Test,
        Example,
    }

    private sealed record Reference(string Path, string? OutputItemType, string? ReferenceOutputAssembly);
}
