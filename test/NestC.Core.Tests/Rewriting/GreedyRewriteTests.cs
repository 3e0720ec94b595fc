using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class GreedyRewriteTests
{
    private static PatternSet Renaming(string from, string to, string? name = null, int benefit = 1) => new PatternSet().Add(new Rename(from, to, name, benefit));

    internal sealed class Rename(string from, string to, string? name = null, int benefit = 1) : NamedPattern(from, name ?? $"{from}-to-{to}", benefit)
    {
        public override bool RewriteOp(Operation op, Rewriter rw) => rw.ReplaceWithNew(op, to, op.Operands.ToArray());
    }

    [Fact]
    public void PatternsAreAppliedUntilNoneMatches()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("""
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %a = "toy.add"(%x, %1) : (i32, i32) -> i32
            %b = "toy.add"(%a, %1) : (i32, i32) -> i32
            %d = "toy.add"(%b, %1) : (i32, i32) -> i32
            "toy.use"(%d) : (i32) -> ()
            return
            """);
        RewriteResult result = toy.Canonicalize(module);
        Assert.Equal(
            [
                "%0 = \"toy.constant\"() <{number = 3 : i32}> : () -> i32", "%1 = \"toy.add\"(%arg0, %0) : (i32, i32) -> i32",
                "\"toy.use\"(%1) : (i32) -> ()", "return",
            ],
            Toy.Body(module));
        Assert.True(result.Converged && result.Changed && !result.Failed);
        Assert.Equal(2, result.Rewrites);
    }

    [Fact]
    public void GreaterBenefitIsTriedFirstThenTheOrderOfAdding()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n return");
        PatternSet patterns = Renaming("t.a", "t.low").AddAll(Renaming("t.a", "t.high", benefit: 5)).AddAll(Renaming("t.a", "t.late", benefit: 5));
        toy.Apply(module, patterns);
        Assert.Contains("\"t.high\"() : () -> ()", Toy.Body(module));
    }

    [Fact]
    public void WhatLosesItsLastUseToAChangeInPlaceIsErasedWithWhatOnlyItUsed()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("""
            %a = "toy.add"(%x, %y) : (i32, i32) -> i32
            %b = "toy.add"(%a, %a) : (i32, i32) -> i32
            %k = "toy.add"(%a, %y) : (i32, i32) -> i32
            "toy.use"(%b, %b) : (i32, i32) -> ()
            "toy.use"(%k) : (i32) -> ()
            return
            """);
        Value x = module.Region(0).First!.First!.Region(0).First!.ArgumentAt(0);
        PatternSet patterns = new PatternSet().Add<ToyUseOp>("use-x", (op, rw) =>
        {
            if (op.Operand(0) == x) return rw.NoMatch(op, "uses x");
            rw.SetOperands(op, [x]);
            return true;
        });
        toy.Apply(module, patterns);
        Assert.Equal(["\"toy.use\"(%arg0) : (i32) -> ()", "\"toy.use\"(%arg0) : (i32) -> ()", "return"], Toy.Body(module));
        Assert.Empty(toy.Said);
    }

    [Fact]
    public void ARootWhoseUsesWereReplacedIsErasedThoughThePatternDoesNot()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("%a = \"toy.add\"(%x, %y) : (i32, i32) -> i32\n\"toy.use\"(%a) : (i32) -> ()\nreturn");
        toy.Apply(module, new PatternSet().Add<ToyAddOp>("forward", static (op, rw) =>
        {
            if (op.HasNoUses) return rw.NoMatch(op, "no uses");
            rw.ReplaceAllUses(op.Result(0), op.Operand(0));
            return true;
        }));
        Assert.Equal(["\"toy.use\"(%arg0) : (i32) -> ()", "return"], Toy.Body(module));
    }

    [Fact]
    public void PatternsForAnyOperationComeAfterThoseForTheKind()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"toy.use\"() : () -> ()\n return");
        List<string> order = [];
        PatternSet patterns = new PatternSet()
            .Add<Operation>("any", (op, rw) => Note(op, rw, "any"))
            .Add<ToyUseOp>("own", (op, rw) => Note(op, rw, "own"))
            .Add<IMemoryEffects>("interface", (op, rw) => Note((Operation)op, rw, "interface"));
        toy.Apply(module, patterns);
        Assert.Equal(["own", "interface", "any"], order);

        bool Note(Operation op, Rewriter rw, string name)
        {
            if (op is ToyUseOp) order.Add(name);
            return rw.NoMatch(op, "only looks");
        }
    }

    [Fact]
    public void MaxRewritesAndMaxIterationsBound()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n \"t.a\"() : () -> ()\n return");
        RewriteResult result = toy.Apply(module, Renaming("t.a", "t.b"), new RewriteConfig { MaxRewrites = 1, MaxIterations = 1 });
        Assert.Equal(1, result.Rewrites);
        Assert.False(result.Converged);
        Assert.Single(Toy.Body(module), static l => l.Contains("t.b"));
    }

    [Fact]
    public void TheOrderOfTheFirstVisitFollowsTheDirection()
    {
        Assert.Equal("func.func t.outer t.inner t.last func.return", Order(topDown: true));
        Assert.Equal("func.return t.last func.func t.outer t.inner", Order(topDown: false));

        static string Order(bool topDown)
        {
            Toy toy = new();
            Operation module = toy.ParseBody("\"t.outer\"() ({\n \"t.inner\"() : () -> ()\n }) : () -> ()\n \"t.last\"() : () -> ()\n return");
            List<string> order = [];
            PatternSet patterns = new PatternSet().Add<Operation>("look", (op, rw) =>
            {
                order.Add(op.Name);
                return false;
            });
            toy.Apply(module, patterns, new RewriteConfig { TopDown = topDown });
            return string.Join(" ", order);
        }
    }

    [Fact]
    public void StrictnessKeepsToTheOperationsThatWereGiven()
    {
        Assert.Equal("t.d t.a", Names(RewriteStrictness.ExistingAndNewOps));
        Assert.Equal("t.b t.a", Names(RewriteStrictness.ExistingOps));

        static string Names(RewriteStrictness strictness)
        {
            Toy toy = new();
            Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n \"t.a\"() : () -> ()\n return");
            Operation first = null!;
            module.Walk<Operation>(op => first ??= op.Name == "t.a" ? op : null!);
            PatternSet patterns = Renaming("t.a", "t.b").AddAll(Renaming("t.b", "t.d"));
            GreedyRewrite.ApplyTo([first], FrozenPatterns.For(toy.Context, patterns), new RewriteConfig { Strictness = strictness });
            List<string> names = [];
            module.Walk<Operation>(op =>
            {
                if (op.Name.StartsWith("t.", StringComparison.Ordinal)) names.Add(op.Name);
            });
            return string.Join(" ", names);
        }
    }

    [Fact]
    public void ErasingAnOperationWithRegionsRevisitsWhatItUsed()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("""
            %0 = "toy.neg"(%x) : (i32) -> i32
            "t.gone"() ({
              "toy.use"(%0) : (i32) -> ()
              "toy.use"(%0) : (i32) -> ()
              "toy.use"(%0) : (i32) -> ()
            }) : () -> ()
            return
            """);
        toy.Apply(module, new PatternSet().Add(new EraseNamed("t.gone")), new RewriteConfig { MaxIterations = 1, RegionSimplification = RegionSimplification.Disabled });
        Assert.Equal(["return"], Toy.Body(module));
    }

    internal sealed class EraseNamed(string op) : NamedPattern(op, "erase-" + op)
    {
        public override bool RewriteOp(Operation op, Rewriter rw) => rw.Erase(op);
    }

    [Fact]
    public void InlinedBlocksTakeTheirArguments()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("""
            "t.call"(%x) ({
            ^bb0(%a: i32):
              "toy.use"(%a) : (i32) -> ()
            }) : (i32) -> ()
            return
            """);
        PatternSet patterns = new PatternSet().Add<Operation>("inline", static (op, rw) =>
        {
            if (op.Name != "t.call") return rw.NoMatch(op, "not a call");
            rw.InlineBlockBefore(op.Region(0).First!, op, op.Operand(0));
            return rw.Erase(op);
        });
        toy.Apply(module, patterns);
        Assert.Equal(["\"toy.use\"(%arg0) : (i32) -> ()", "return"], Toy.Body(module));
        Assert.Empty(toy.Said);
    }

    [Fact]
    public void TheWalkDriverVisitsEachOperationOnce()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() ({\n \"t.a\"() : () -> ()\n }) : () -> ()\n \"t.b\"() : () -> ()\n return");
        PatternSet patterns = new PatternSet().Add(new EraseNamed("t.b")).Add<Operation>("b-after-a", static (op, rw) =>
        {
            if (op.Name != "t.a" || op.Next?.Name == "t.b2") return rw.NoMatch(op, "no");
            rw.AtAfter(op);
            rw.Create("t.b2", [], []);
            return true;
        });
        RewriteResult result = WalkRewrite.Apply(module, patterns);
        Assert.Equal(3, result.Rewrites);
        Assert.Equal(["\"t.a\"() ({", "\"t.a\"() : () -> ()", "\"t.b2\"() : () -> ()", "}) : () -> ()", "\"t.b2\"() : () -> ()", "return"], Toy.Body(module));
    }

    [Fact]
    public void FrozenPatternsLeaveOutWhatIsNotKept()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n return");
        FrozenPatterns patterns = FrozenPatterns.For(toy.Context, Renaming("t.a", "t.b", "first").AddAll(Renaming("t.a", "t.d", "second")), static name => name != "first");
        GreedyRewrite.Apply(module, patterns);
        Assert.Contains("\"t.d\"() : () -> ()", Toy.Body(module));
    }

    [Fact]
    public void ALongChainOfBlocksIsNoDanger()
    {
        const int blocks = 3000;
        System.Text.StringBuilder text = new("\"t.br\"()[^bb0] : () -> ()\n");
        for (int i = 0; i < blocks; i++) text.Append($"^bb{i}:\n \"t.br\"()[^bb{i + 1}] : () -> ()\n");
        text.Append($"^bb{blocks}:\n return");
        Toy toy = new();
        Operation module = toy.ParseBody(text.ToString());
        Assert.True(toy.Canonicalize(module).Converged);
        Assert.Equal(blocks + 2, ((FuncOp)((ModuleOp)module).Body.First!).Body.Blocks.Count());
    }
}

internal static class BlockRangeExtensions
{
    public static int Count(this BlockRange blocks)
    {
        int n = 0;
        foreach (Block _ in blocks) n++;
        return n;
    }
}
