using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Passes.Tests;

/// <summary>`--check-semantics` finds wrong rewrites, names them, and accepts right ones.</summary>
public sealed class SemanticCheckTests
{
    [Theory]
    [InlineData("%r = \"bug.mul\"(%m, %zero) : (i32, i32) -> i32", "the fold", "bug.mul")]
    [InlineData("%r = \"bug.sub\"(%m, %b) : (i32, i32) -> i32", "pattern 'sub-operand-order'", "bug.sub")]
    [InlineData("\"bug.emit\"(%m) : (i32) -> ()  %r = arith.addi %m, %a : i32", "pattern 'drop-emit'", "bug.emit")]
    [InlineData("%r = \"bug.average\"(%a, %b) : (i32, i32) -> i32", "pattern 'average-overflow'", "bug.average")]
    [InlineData("%r = \"bug.triple\"(%m) : (i32) -> i32", "pattern 'triple-constant'", "bug.triple")]
    [InlineData("%r = \"bug.pick\"(%lt, %m, %b) : (i1, i32, i32) -> i32", "pattern 'pick-arms'", "bug.pick")]
    [InlineData("%l = \"bug.less\"(%a, %b) : (i32, i32) -> i1  %r = arith.extui %l : i1 to i32", "pattern 'less-signedness'", "bug.less")]
    [InlineData("%n = arith.trunci %m : i32 to i8  %r = \"bug.widen\"(%n) : (i8) -> i32", "pattern 'widen-sign'", "bug.widen")]
    [InlineData("\"bug.log\"(%m) : (i32) -> ()  \"bug.log\"(%b) : (i32) -> ()  %r = arith.addi %m, %a : i32", "pattern 'log-order'", "bug.log")]
    [InlineData("%r = \"bug.divide\"(%m, %b) : (i32, i32) -> i32", "pattern 'divide-by-zero'", "bug.divide")]
    public void NamesPassPatternAndOperation(string planted, string step, string op)
    {
        List<Diagnostic> said = [];
        NestContext context = Ir.Context(said, static c => c.Register("bug", static own => new BugDialect(own)));
        Operation module = Ir.Parse(context, Program(planted));
        SemanticCheck check = Run(module, "builtin.module(func.func(cse,canonicalize),symbol-dce)");
        Assert.Equal(1, check.Differences);
        Diagnostic error = Assert.Single(said);
        Assert.StartsWith("pass 'canonicalize' changes what @main computes: @main(", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{step} on '{op}' is the first step after which it is wrong", error.Notes[0].Message);
        Assert.InRange(check.Reproducer!.TrimEnd().Split('\n').Length, 2, 15);

        // The reproducer shows the same fault.
        List<Diagnostic> again = [];
        NestContext fresh = Ir.Context(again, static c => c.Register("bug", static own => new BugDialect(own)));
        Run(Ir.Parse(fresh, check.Reproducer!), "builtin.module(func.func(canonicalize))");
        Assert.Equal(error.Notes[0].Message, Assert.Single(again).Notes[0].Message);
    }

    // Noise around what is planted: reduction has to take it away again.
    private static string Program(string planted) => $$"""
        func.func @main(%a: i32, %b: i32) -> i32 {
          %zero = arith.constant 0 : i32
          %seven = arith.constant 7 : i32
          %x = arith.xori %a, %seven : i32
          %y = arith.muli %x, %b : i32
          %m = arith.addi %y, %seven : i32
          %lt = arith.cmpi slt, %a, %b : i32
          cf.cond_br %lt, ^bb1(%x : i32), ^bb1(%y : i32)
        ^bb1(%p : i32):
          %q = func.call @helper(%p) : (i32) -> i32
          {{planted}}
          %s = arith.addi %r, %q : i32
          return %s : i32
        }
        func.func private @helper(%a: i32) -> i32 {
          %0 = arith.muli %a, %a : i32
          return %0 : i32
        }
        func.func @other(%a: i32) -> i32 {
          return %a : i32
        }
        """;

    private static SemanticCheck Run(Operation module, string pipeline)
    {
        SemanticCheck check = new(16);
        PassManager manager = new(PipelineParser.Parse(Ir.Registry, module.Context, pipeline)!) { Threads = 1 };
        manager.Hooks.Add(check);
        manager.Run(module);
        return check;
    }

    [Fact]
    public void SaysOnceThatAFunctionIsNotChecked()
    {
        List<Diagnostic> said = [];
        Operation module = Ir.Parse(Ir.Context(said), """
            func.func @f(%a: i32) -> i32 {
              %0 = "any.region"() ({
                "any.yield"(%a) : (i32) -> ()
              }) : () -> i32
              return %0 : i32
            }
            func.func @g(%a: i32) -> i32 {
              return %a : i32
            }
            """);
        SemanticCheck check = Run(module, "builtin.module(func.func(cse,canonicalize),cse)");
        Diagnostic warning = Assert.Single(said);
        Assert.Equal((Severity.Warning, "NEST3131"), (warning.Severity, warning.Code));
        Assert.Equal("@f is not checked: 'any.region' has regions and no evaluation", warning.Message);
        Assert.Equal((0, 1), (check.Differences, check.Skipped));
    }

    [Fact]
    public void AcceptsRightPasses()
    {
        List<Diagnostic> said = [];
        NestContext context = Ir.Context(said);
        Operation module = Ir.Parse(context, Program("%d = arith.divsi %m, %b : i32  %r = arith.maxsi %m, %b : i32"));
        SemanticCheck check = Run(module, "builtin.module(func.func(canonicalize,cse),sccp,inline,symbol-dce,canonicalize)");
        Assert.Empty(said);
        Assert.True(check.Compared > 100);
    }
}
