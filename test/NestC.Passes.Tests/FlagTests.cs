using System.Text.Json;
using NestC.TestKit;
using Xunit;

namespace NestC.Passes.Tests;

/// <summary>nest-opt's flags about passes; headers and layouts are those of mlir-opt 19.</summary>
public sealed class FlagTests
{
    private const string Two = """
        func.func @f(%a: i32) -> i32 {
          %0 = arith.addi %a, %a : i32
          %1 = arith.addi %a, %a : i32
          %2 = arith.muli %0, %1 : i32
          return %2 : i32
        }
        func.func @g() {
          return
        }
        """;

    [Fact]
    public void RunsPassesInTheOrderGiven()
    {
        (int exit, string output, string error) = Ir.Opt(Two, "--cse", "--canonicalize=top-down=false", "--dump-pass-pipeline");
        Assert.Equal(0, exit);
        Assert.StartsWith("Pass Manager with 2 passes:\nbuiltin.module(cse,canonicalize{  max-iterations=10", error, StringComparison.Ordinal);
        Assert.Contains("top-down=false", error, StringComparison.Ordinal);
        Assert.Contains("arith.muli %0, %0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesPassesBesideAPipeline()
    {
        (int exit, _, string error) = Ir.Opt(Two, "--cse", "--pass-pipeline=builtin.module(cse)");
        Assert.Equal(1, exit);
        Assert.Contains("'-pass-pipeline' option can't be used with individual pass options", error, StringComparison.Ordinal);
    }

    [Fact]
    public void SuggestsAPassForAMisspelledFlag()
    {
        (int exit, _, string error) = Ir.Opt(Two, "--canonicaliz");
        Assert.Equal(2, exit);
        Assert.Equal("nest-opt: error: unknown command line argument '--canonicaliz'; did you mean '--canonicalize'?\n", error);
    }

    [Fact]
    public void PrintsTheIrOnlyWhereItChanged()
    {
        (_, _, string error) = Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse,cse))", "--mlir-print-ir-after-all", "--mlir-print-ir-after-change");
        Assert.Equal("""
            // -----// IR Dump After CSE (cse) //----- //
            func.func @f(%arg0: i32) -> i32 {
              %0 = arith.addi %arg0, %arg0 : i32
              %1 = arith.muli %0, %0 : i32
              return %1 : i32
            }


            """.ReplaceLineEndings("\n"), error);
    }

    [Fact]
    public void PrintsTheWholeModuleAndNamesTheOperation()
    {
        (_, _, string error) = Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse))", "--mlir-print-ir-before=cse", "--mlir-print-ir-module-scope");
        Assert.Contains("// -----// IR Dump Before CSE (cse) ('func.func' operation: @f) //----- //\nmodule {\n", error, StringComparison.Ordinal);
        Assert.Contains("// -----// IR Dump Before CSE (cse) ('func.func' operation: @g) //----- //\nmodule {\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WritesDumpsToATree()
    {
        using TemporaryFolder folder = new();
        Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse,canonicalize),symbol-dce)", "--mlir-print-ir-after-all", $"--mlir-print-ir-tree-dir={folder.Path}");
        List<string> files = [];
        foreach (string file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)) files.Add(Path.GetRelativePath(folder.Path, file).Replace('\\', '/'));
        files.Sort(StringComparer.Ordinal);
        Assert.Equal([
            "builtin_module_no-symbol-name/1_symbol-dce.mlir",
            "builtin_module_no-symbol-name/func_func_f/0_0_cse.mlir", "builtin_module_no-symbol-name/func_func_f/0_1_canonicalize.mlir",
            "builtin_module_no-symbol-name/func_func_g/0_0_cse.mlir", "builtin_module_no-symbol-name/func_func_g/0_1_canonicalize.mlir"], files);
    }

    [Fact]
    public void CountsWhatPassesDid()
    {
        (_, _, string error) = Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse),symbol-dce)", "--mlir-pass-statistics");
        Assert.Equal("""
            ===-------------------------------------------------------------------------===
                                     ... Pass statistics report ...
            ===-------------------------------------------------------------------------===
            'func.func' Pipeline
              CSE
                (S) 1 num-cse'd - Number of operations CSE'd
                (S) 0 num-dce'd - Number of operations DCE'd
            SymbolDCE
              (S) 0 num-dce'd - Number of symbols DCE'd


            """.ReplaceLineEndings("\n"), error);
    }

    [Fact]
    public void TimesPassesAsTextAndJson()
    {
        (_, _, string text) = Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse),symbol-dce)", "--mlir-timing", "--mlir-disable-threading");
        Assert.Matches("""  ----Wall Time----  ----Name----\n +\d+\.\d{4} \( *\d+\.\d%\)  Parser\n.*  'func.func' Pipeline\n.*    CSE\n""", text);
        (_, _, string json) = Ir.Opt(Two, "--cse", "--mlir-timing", "--mlir-timing-display=list", "--mlir-output-format=json");
        List<string?> names = [];
        foreach (JsonElement entry in JsonDocument.Parse(json).RootElement.EnumerateArray()) names.Add(entry.GetProperty("name").GetString());
        Assert.Equal("root", names[0]);
        Assert.Contains("CSE", names);
        Assert.Equal("Total", names[^1]);
        (_, _, string list) = Ir.Opt(Two, "--pass-pipeline=builtin.module(func.func(cse))", "--mlir-timing", "--mlir-timing-display=list");
        Assert.Contains("  Pipeline Collection : ['func.func']\n", list, StringComparison.Ordinal);
    }

    [Fact]
    public void TracesPassesAndPatterns()
    {
        using TemporaryFolder folder = new();
        string trace = Path.Combine(folder.Path, "trace.json");
        Ir.Opt(Two, "--canonicalize", "--trace=" + trace);
        HashSet<string?> categories = [];
        foreach (JsonElement e in JsonDocument.Parse(File.ReadAllText(trace)).RootElement.GetProperty("traceEvents").EnumerateArray())
            categories.Add(e.GetProperty("cat").GetString());
        Assert.Superset(new HashSet<string?> { "pass", "pattern", "pipeline" }, categories);
    }

    [Fact]
    public void WritesAReproducerThatRuns()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "crash.mlir");
        (int exit, _, string error) = Ir.Opt(Two, "--pass-pipeline=builtin.module(cse,func.func(inline))", $"--mlir-pass-pipeline-crash-reproducer={file}", "--mlir-pass-pipeline-local-reproducer");
        Assert.Equal(1, exit);
        Assert.Contains($"Pipeline failed while executing [`Inliner` on 'func.func' operation: @f, `Inliner` on 'func.func' operation: @g]: reproducer generated at `{file}`", error, StringComparison.Ordinal);
        Assert.Contains("pipeline: \"builtin.module(func.func(inline{", File.ReadAllText(file), StringComparison.Ordinal);
        (int again, _, string same) = Ir.Opt(File.ReadAllText(file), "--run-reproducer");
        Assert.Equal(1, again);
        Assert.Contains("was scheduled to run under the inliner", same, StringComparison.Ordinal);
    }

    [Fact]
    public void DebugRewritesGivesReasons()
    {
        (_, _, string error) = Ir.Opt(Two, "--canonicalize", "--debug-rewrites");
        Assert.Contains("  try add-of-add-constant on", error, StringComparison.Ordinal);
        Assert.Contains("    no match: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageOfPassesIsCurrent() =>
        Assert.Equal(File.ReadAllText(Path.Combine(TestData.Checkout, "docs", "passes.md")), PassDocumentation.Markdown(Ir.Registry));
}
