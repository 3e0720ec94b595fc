using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.TestKit;
using Xunit;

namespace NestC.Passes.Tests;

public sealed class PassManagerTests
{
    private static string Functions(int count)
    {
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            text.Append($"func.func @f{i}(%a: i32) -> i32 {{\n  %c = arith.constant {i % 7} : i32\n  %0 = arith.addi %a, %c : i32\n  %1 = arith.addi %a, %c : i32\n");
            text.Append($"  %2 = arith.muli %0, %1 : i32\n  %3 = arith.cmpi slt, %2, %c : i32\n  cf.cond_br %3, ^bb1(%0 : i32), ^bb1(%2 : i32)\n^bb1(%x: i32):\n");
            text.Append($"  %4 = func.call @f{(i + 1) % count}(%x) : (i32) -> i32\n  return %4 : i32\n}}\n");
        }
        return text.ToString();
    }

    [Fact]
    public void OutputAndDiagnosticsDoNotDependOnThreads()
    {
        string input = Functions(5000);
        string? output = null;
        List<string>? messages = null;
        foreach (int threads in (int[])[1, 2, 2, 4, 2])
        {
            List<Diagnostic> said = [];
            NestContext context = Ir.Context(said);
            Operation module = Ir.Parse(context, input);
            PassPipeline pipeline = new("builtin.module");
            pipeline.Nest("func.func").Add(Ir.Registry.FindPass("cse")!.Make()).Add(Ir.Registry.FindPass("canonicalize")!.Make()).Add(new RemarkPass());
            Assert.True(new PassManager(pipeline) { Threads = threads }.Run(module));
            string text = Ir.Generic(module);
            List<string> heard = said.ConvertAll(static d => d.Message);
            Assert.Equal(output ?? text, text);
            Assert.Equal(messages ?? heard, heard);
            (output, messages) = (text, heard);
        }
        Assert.Equal(5000, messages!.Count);
        Assert.Equal("@f0", messages[0]);
    }

    [Pass("test-remark", "Says the name of each function")]
    private sealed class RemarkPass : Pass
    {
        protected override void Run(Operation op, PassContext ctx) => ctx.Remark(op, "NEST3199", "@" + SymbolTable.NameOf(op)!.Value);
    }

    private sealed class Counter : IAnalysis<Counter>
    {
        public static int Made;

        public static Counter Create(Operation op, AnalysisManager analyses)
        {
            Made++;
            return new Counter();
        }
    }

    [Pass("test-analysis", "Asks for an analysis")]
    private sealed class AnalysisPass(bool preserves) : Pass
    {
        protected override void Run(Operation op, PassContext ctx)
        {
            Assert.Same(ctx.Get<Counter>(), ctx.Get<Counter>());
            if (preserves) ctx.Preserve<Counter>();
        }
    }

    [Fact]
    public void AnalysesLiveUntilAPassDoesNotPreserveThem()
    {
        Counter.Made = 0;
        PassPipeline pipeline = new("builtin.module");
        pipeline.Add(new AnalysisPass(true)).Add(new AnalysisPass(true)).Add(new AnalysisPass(false)).Add(new AnalysisPass(true));
        Assert.True(new PassManager(pipeline).Run(Ir.Parse(Ir.Context(), "")));
        Assert.Equal(2, Counter.Made);
    }

    [Fact]
    public void AllFunctionsAreTriedWhenOneFails()
    {
        List<Diagnostic> said = [];
        Operation module = Ir.Parse(Ir.Context(said), "func.func private @a()\nfunc.func private @b()\nfunc.func private @c()");
        PassPipeline pipeline = new("builtin.module");
        pipeline.Nest("func.func").Add(new FailPass());
        Assert.False(new PassManager(pipeline).Run(module));
        Assert.Equal(["@a", "@c"], said.ConvertAll(static d => d.Message));
    }

    [Pass("test-fail", "Fails on all functions but @b")]
    private sealed class FailPass : Pass<Builtin.FuncOp>
    {
        protected override void Run(Builtin.FuncOp op, PassContext ctx)
        {
            if (op.SymName.Value == "b") return;
            ctx.Error(op, "NEST3199", "@" + op.SymName.Value);
            ctx.SignalFailure();
        }
    }

    [Fact]
    public void APassForFunctionsIsNestedWhenNestingIsImplicit()
    {
        Assert.Equal("builtin.module(func.func(test-fail),test-remark)", new PassPipeline("builtin.module", PassNesting.Implicit).Add(new FailPass()).Add(new RemarkPass()).ToString());
        Assert.Throws<PipelineException>(() => new PassPipeline("builtin.module").Add(new FailPass()));
    }

    [Fact]
    public void APassThatBreaksTheIrIsNamedByTheVerifier()
    {
        List<Diagnostic> said = [];
        Operation module = Ir.Parse(Ir.Context(said), "func.func @f() {\n  return\n}");
        PassPipeline pipeline = new("builtin.module");
        pipeline.Nest("func.func").Add(new BreakPass());
        Assert.False(new PassManager(pipeline).Run(module));
        Assert.NotEmpty(said);
        Assert.True(new PassManager(pipeline) { VerifyEach = false }.Run(Ir.Parse(Ir.Context(), "func.func @f() {\n  return\n}")));
    }

    [Pass("test-break", "Erases the terminator")]
    private sealed class BreakPass : Pass<Builtin.FuncOp>
    {
        protected override void Run(Builtin.FuncOp op, PassContext ctx) => new OpBuilder(op.Context).Erase(op.Entry.Last!);
    }

    private static readonly string[] core = ["builtin", "func", "arith", "cf"];

    [DataFact("mlir/index-passes.tsv")]
    public void PrintsWhatMlirOptPrintsOnTheCorpus()
    {
        string root = TestData.PathOf("mlir");
        int run = 0;
        List<string> different = [];
        foreach (string line in File.ReadAllLines(Path.Combine(root, "index-passes.tsv"))[1..])
        {
            string[] row = line.Split('\t');
            if (Array.Exists(row[7].Split(','), static d => Array.IndexOf(core, d) < 0)) continue;
            string[] command = row[8].Split(' ')[1..];
            if (Array.Exists(command, static a => a.StartsWith("--convert-", StringComparison.Ordinal))) continue;
            run++;
            (int exit, string output, string error) = Ir.Opt(File.ReadAllText(Path.Combine(root, row[2])), [.. command, "-"]);
            if (exit != 0 || output != File.ReadAllText(Path.Combine(root, "passes", row[0] + ".out"))) different.Add($"{row[0]} {row[1]} {error}");
        }
        Assert.True(run >= 40, $"only {run} cases");
        Assert.Empty(different);
    }
}
