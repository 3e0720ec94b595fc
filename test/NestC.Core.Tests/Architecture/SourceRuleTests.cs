using System.Text.RegularExpressions;
using Xunit;

namespace NestC.Core.Tests.Architecture;

/// <summary>Rules of the sources that no compiler enforces.</summary>
public sealed class SourceRuleTests
{
    private const int MostLines = 800;

    [Fact]
    public void TheTopHoldsOnlyWhatTheLayoutNames()
    {
        HashSet<string> layout =
        [
            ".ci", ".editorconfig", ".gitattributes", ".gitignore", "Directory.Build.props", "Directory.Packages.props", "LICENSE", "NestC.sln",
            "README.md", "compiler", "dialects", "docs", "global.json", "grammar", "lit-tests", "passes", "test", "tools",
        ];
        // What README's commands write stands at the top too, and .gitignore names it.
        string[] written = [".html", ".mlir", ".onnx", ".safetensors", ".vta"];
        List<string> strays = Checkout.Top().FindAll(name => !layout.Contains(name) && Array.IndexOf(written, Path.GetExtension(name)) < 0);
        Assert.Empty(strays);
    }

    [Fact]
    public void FilesHoldOneIdea()
    {
        List<string> tooLong = [];
        foreach (string file in Checkout.Files("*.cs"))
        {
            if (file.StartsWith("grammar/Generated/", StringComparison.Ordinal)) continue;
            int lines = File.ReadAllLines(Checkout.PathOf(file)).Length;
            if (lines > MostLines) tooLong.Add($"{file}: {lines} lines");
        }
        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("compiler/NestC.Core/IR")]
    [InlineData("compiler/NestC.Core/Syntax")]
    [InlineData("compiler/NestC.Core/Rewriting")]
    [InlineData("compiler/NestC.Core/Support")]
    public void HotFoldersUseNoLinq(string folder)
    {
        Regex linq = new(@"\busing System\.Linq|\.(Select|SelectMany|Where|OrderBy|OrderByDescending|ToList|ToDictionary|Aggregate|Zip|FirstOrDefault)\(");
        List<string> uses = Matches(folder, linq);
        Assert.Empty(uses);
    }

    [Fact]
    public void NothingIsLeftForLater()
    {
        // Put together so that this file does not match itself; texts that tests check may hold such words.
        Regex later = new(@"^\s*//.*\b(TO" + "DO|FIX" + @"ME|XXX)\b|NotImplemented" + @"Exception|^\s*#reg" + "ion");
        List<string> found = [];
        foreach (string folder in new[] { "compiler", "dialects", "passes", "tools", "test" }) found.AddRange(Matches(folder, later));
        Assert.Empty(found);
    }

    private static List<string> Matches(string folder, Regex pattern)
    {
        List<string> found = [];
        foreach (string file in Checkout.Files("*.cs", folder))
        {
            string[] lines = File.ReadAllLines(Checkout.PathOf(file));
            for (int i = 0; i < lines.Length; i++)
                if (pattern.IsMatch(lines[i])) found.Add($"{file}:{i + 1}: {lines[i].Trim()}");
        }
        return found;
    }
}
