using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Passes.Tests;

/// <summary>Passes over regions that are nested ten thousand deep, on a small stack.</summary>
public sealed class DeepNestingTests
{
    private const int Depth = 10_000;

    private static string Regions(string innermost)
    {
        StringBuilder text = new("func.func private @g(%a: i32) -> i32 {\n  return %a : i32\n}\nfunc.func @f(%a: i32) -> i32 {\n");
        for (int i = 0; i < Depth; i++) text.Append("\"u.region\"() ({\n");
        text.Append(innermost).Append("\n\"u.end\"() : () -> ()\n");
        for (int i = 0; i < Depth; i++) text.Append("\"u.end\"() : () -> ()\n}) : () -> ()\n");
        return text.Append("return %a : i32\n}\n").ToString();
    }

    private static string Modules(string innermost)
    {
        StringBuilder text = new();
        for (int i = 0; i < Depth; i++) text.Append("module {\n");
        text.Append(innermost);
        for (int i = 0; i < Depth; i++) text.Append("}\n");
        return text.ToString();
    }

    // Without printing: of ten thousand levels the indentation alone is 100 MB.
    private static Operation RunOnSmallStack(string input, string passes)
    {
        Operation? module = null;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                List<Diagnostic> said = [];
                NestContext context = Ir.Context(said);
                module = Ir.Parse(context, input);
                PassPipeline pipeline = new("builtin.module");
                Assert.True(PipelineParser.ParseInto(Ir.Registry, context, passes, pipeline));
                Assert.True(new PassManager(pipeline).Run(module), said.Count == 0 ? "" : said[0].Message);
            }
            catch (Exception e) { failure = e; }
        }, 512 << 10);
        thread.Start();
        thread.Join();
        return failure is null ? module! : throw new InvalidOperationException(failure.Message, failure);
    }

    // The first operation of the innermost region of the last operation on each level.
    private static Operation Innermost(Operation module)
    {
        Operation? at = module;
        for (Operation? next = at; next is not null; at = next)
        {
            next = null;
            for (Operation? op = at.Region(0).First!.First; op is not null; op = op.Next)
                if (op.RegionCount > 0) next = op;
            if (next is null) break;
        }
        return at.Region(0).First!.First!;
    }

    [Fact]
    public void TheGraphOfNestedRegionsGrowsWithTheirNumberAlone()
    {
        string regions = string.Concat(Enumerable.Repeat("\"u.region\"() ({\n", Depth)) + "\"u.end\"() : () -> ()\n" + string.Concat(Enumerable.Repeat("}) : () -> ()\n", Depth));
        (int exit, _, string graph) = Ir.Opt(regions, "--view-op-graph", "--allow-unregistered-dialect", "-o", "/dev/null");
        Assert.Equal(0, exit);
        Assert.Equal(2 * Depth + 2, graph.Split("subgraph cluster_").Length - 1);
        Assert.True(graph.Length < 2500L * Depth, $"{graph.Length} characters");
    }

    [Theory]
    [InlineData("canonicalize", true)]
    [InlineData("canonicalize{region-simplify=aggressive}", true)]
    [InlineData("sccp,cse", false)]
    [InlineData("inline", true)]
    [InlineData("loop-invariant-code-motion,topological-sort,strip-debuginfo,symbol-privatize", false)]
    public void NestedRegions(string passes, bool folds)
    {
        Operation module = RunOnSmallStack(Regions("%c = arith.constant 0 : i32\n%0 = arith.addi %a, %c : i32\n\"u.use\"(%0) : (i32) -> ()"), passes);
        Operation first = Innermost(module);
        Assert.Equal(folds ? "u.use" : "arith.constant", first.Name);
        if (folds) Assert.True(first.Operand(0).IsBlockArgument);
    }

    [Theory]
    [InlineData("canonicalize")]
    [InlineData("sccp,canonicalize")]
    [InlineData("cse,symbol-dce,inline")]
    public void NestedModules(string passes)
    {
        const string function = "func.func @f(%a: i32) -> i32 {\n  %0 = arith.constant 1 : i32\n  %1 = arith.addi %0, %0 : i32\n  return %1 : i32\n}\n";
        Operation constant = Innermost(RunOnSmallStack(Modules(function), passes));
        Assert.Equal("arith.constant", constant.Name);
        Assert.Equal("func.return", constant.Next!.Name);
    }

    [Fact]
    public void NestedLoops()
    {
        const int loops = 500;
        StringBuilder text = new("func.func @f(%m: memref<4xi32>, %lo: index, %hi: index, %s: index) {\n");
        for (int i = 0; i < loops; i++) text.Append($"loop.for %i{i} = %lo to %hi step %s {{\n");
        text.Append("%0 = arith.addi %lo, %hi : index\n\"u.use\"(%0) : (index) -> ()\n");
        for (int i = 0; i < loops; i++) text.Append("}\n");
        text.Append("return\n}\n");
        Operation function = RunOnSmallStack(text.ToString(), "loop-invariant-code-motion").Region(0).First!.First!;
        // Out of all of them.
        Assert.Equal("arith.addi", function.Region(0).First!.First!.Name);
    }
}
