using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class RegionSimplifierTests
{
    private static string[] Simplified(string body, bool merge = false)
    {
        Toy toy = new();
        Operation module = toy.ParseBody(body);
        toy.Canonicalize(module, new RewriteConfig { TopDown = true, RegionSimplification = merge ? RegionSimplification.Aggressive : RegionSimplification.Normal });
        Assert.Empty(toy.Said);
        Assert.True(Verifier.Verify(module));
        return Toy.Body(module);
    }

    [Fact]
    public void UnreachableBlocksGoEvenWhenTheyLeadToEachOther() => Assert.Equal(
        ["return"],
        Simplified("""
            return
            ^bb1(%a: i32):
            %0 = "t.op"(%1) : (i32) -> i32
            "t.br"(%a)[^bb2] : (i32) -> ()
            ^bb2:
            %1 = "t.op"(%0) : (i32) -> i32
            "t.br"()[^bb1, ^bb2] : () -> ()
            """));

    [Fact]
    public void ArgumentsThatOnlyFeedThemselvesGoWithWhatComputesThem() => Assert.Equal(
        [
            "cf.br ^bb1(%arg1 : i32)", "^bb1(%0: i32):  // 2 preds: ^bb0, ^bb1", "\"toy.use\"(%0) : (i32) -> ()",
            "cf.cond_br %arg2, ^bb1(%0 : i32), ^bb2", "^bb2:  // pred: ^bb1", "return",
        ],
        Simplified("""
            cf.br ^bb1(%x, %x, %y : i32, i32, i32)
            ^bb1(%i: i32, %d: i32, %live: i32):
            %d2 = "toy.add"(%d, %i) : (i32, i32) -> i32
            "toy.use"(%live) : (i32) -> ()
            cf.cond_br %c, ^bb1(%i, %d2, %live : i32, i32, i32), ^bb2(%d2 : i32)
            ^bb2(%e: i32):
            return
            """));

    [Fact]
    public void DeadCyclesInGraphsGo()
    {
        Toy toy = new();
        Operation module = toy.Parse("""
            %0 = "toy.add"(%1, %1) : (i32, i32) -> i32
            %1 = "toy.neg"(%0) : (i32) -> i32
            """);
        toy.Canonicalize(module);
        Assert.Equal("module {\n}\n", Toy.Print(module) + (Toy.Print(module).EndsWith('\n') ? "" : "\n"));
    }

    [Fact]
    public void BlocksThatDifferInOperandsMergeIntoOneWithArguments() => Assert.Equal(
        ["%0 = arith.select %arg2, %arg0, %arg1 : i32", "\"toy.use\"(%0) : (i32) -> ()", "return"],
        Simplified("""
            cf.cond_br %c, ^bb1, ^bb2
            ^bb1:
            "toy.use"(%x) : (i32) -> ()
            return
            ^bb2:
            "toy.use"(%y) : (i32) -> ()
            return
            """, merge: true));

    [Fact]
    public void BlocksStayApartUnlessAsked() => Assert.Equal(3, Simplified("""
            cf.cond_br %c, ^bb1, ^bb2
            ^bb1:
            "toy.use"(%x) : (i32) -> ()
            return
            ^bb2:
            "toy.use"(%x) : (i32) -> ()
            return
            """).Count(static l => l.StartsWith('^') || l.StartsWith("cf.", StringComparison.Ordinal)));

    [Fact]
    public void ArgumentsThatAreTheSameFromEverywhereAreDropped() => Assert.Equal(
        ["cf.cond_br %arg2, ^bb1, ^bb2", "^bb1:  // pred: ^bb0", "\"toy.use\"() : () -> ()", "cf.br ^bb2", "^bb2:  // 2 preds: ^bb0, ^bb1", "\"toy.use\"(%arg0) : (i32) -> ()", "return"],
        Simplified("""
            cf.cond_br %c, ^bb1, ^bb2(%x : i32)
            ^bb1:
            "toy.use"() : () -> ()
            cf.br ^bb2(%x : i32)
            ^bb2(%a: i32):
            "toy.use"(%a) : (i32) -> ()
            return
            """, merge: true));
}
