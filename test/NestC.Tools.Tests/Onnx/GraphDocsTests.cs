using System.Text.RegularExpressions;
using NestC.IR;
using NestC.TestKit;
using NestC.Tools.Docs;
using Xunit;

namespace NestC.Tools.Tests.Onnx;

/// <summary>What is written about the graph dialect is what it is.</summary>
public sealed class GraphDocsTests
{
    [Fact]
    public void ThePageOfTheDialectIsUpToDate()
    {
        string path = Path.Combine(TestData.Checkout, "docs", "dialects", "graph.md"), page = GraphPage.Markdown();
        if (Environment.GetEnvironmentVariable(Snapshot.AcceptVariable) == "1") File.WriteAllText(path, page);
        Assert.True(File.Exists(path), "docs/dialects/graph.md is missing: nest-translate --graph-docs -o docs/dialects/graph.md");
        Assert.Equal(page, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    /// <summary>Every numbered rule of every operation has a test that breaks it.</summary>
    [Fact]
    public void EveryRuleHasAnExpectedError()
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        string tests = "";
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.Checkout, "lit-tests", "Dialects", "graph"), "*.mlir")) tests += File.ReadAllText(file);
        SortedSet<string> missing = new(StringComparer.Ordinal);
        foreach (string name in context.Dialect("graph")!.OpNames)
            foreach ((string id, string _) in context.OpInfo(name).Definition!.Documentation.Rules)
                if (!Regex.IsMatch(tests, $@"expected-error[^\n]*('{Regex.Escape(name)}' op [^\n]*\[{id}\]|\[{id}\][^\n]*\n[^\n]*\b{Regex.Escape(name)}\b)")) missing.Add($"{name} {id}");
        foreach (string id in new[] { "T1", "T2", "T3" })
            if (!Regex.IsMatch(tests, $@"expected-error[^\n]*\[{id}\]")) missing.Add(id);
        Assert.Empty(missing);
    }
}
