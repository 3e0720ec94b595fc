using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class RewriteChecksTests
{
    private static (Toy Toy, RewriteResult Result) Run(PatternSet patterns, string body = "\"t.a\"() : () -> ()\n return", RewriteConfig? config = null)
    {
        Toy toy = new();
        Operation module = toy.ParseBody(body);
        return (toy, toy.Apply(module, patterns, config));
    }

    [Fact]
    public void SuccessWithoutChangeIsReported()
    {
        (Toy toy, RewriteResult result) = Run(new PatternSet().Add<UnregisteredOp>("boaster", static (op, rw) => true));
        Assert.True(result.Failed);
        Assert.Equal("NEST3001", toy.Codes);
        Assert.Contains("pattern 'boaster' says that it rewrote 't.a' but changed nothing", toy.Said[0].Message);
    }

    [Fact]
    public void FailureAfterAChangeIsReported()
    {
        (Toy toy, RewriteResult result) = Run(new PatternSet().Add<UnregisteredOp>("denier", static (op, rw) =>
        {
            rw.SetAttribute(op, "seen", StringAttr.Get(rw.Context, "yes"));
            return rw.NoMatch(op, "changed my mind");
        }));
        Assert.True(result.Failed);
        Assert.Equal("NEST3002", toy.Codes);
        Assert.Contains("'denier'", toy.Said[0].Message);
    }

    [Fact]
    public void UseOfAnErasedOperationNamesBothPatterns()
    {
        Operation? kept = null;
        (Toy toy, _) = Run(new PatternSet()
            .Add<UnregisteredOp>("eraser", (op, rw) =>
            {
                if (op.Name != "t.a") return rw.NoMatch(op, "not mine");
                kept = op;
                return rw.Erase(op);
            }, benefit: 2)
            .Add<UnregisteredOp>("necromancer", (op, rw) => kept is not null && kept.OperandCount == 0 && rw.Erase(op)),
            "\"t.b\"() : () -> ()\n \"t.a\"() : () -> ()\n return");
        Assert.Equal("NEST3003", toy.Codes);
        Assert.Equal("pattern 'necromancer' uses a 't.a' op that pattern 'eraser' has erased", toy.Said[0].Message);
    }

    [Fact]
    public void AResultOfAnErasedOperationAsOperandIsReported()
    {
        (Toy toy, _) = Run(new PatternSet().Add<UnregisteredOp>("keeper", static (op, rw) =>
        {
            if (op.Name != "t.a") return rw.NoMatch(op, "not mine");
            Value result = op.Result(0);
            rw.Erase(op);
            rw.Create("t.b", [result], []);
            return true;
        }), "%0 = \"t.a\"() : () -> i32\n return");
        Assert.Equal("NEST3003", toy.Codes);
        Assert.Contains("'keeper' uses a 't.a' op that it has erased itself", toy.Said[0].Message);
    }

    [Fact]
    public void PatternsThatUndoEachOtherAreNamed()
    {
        (Toy toy, RewriteResult result) = Run(new PatternSet()
            .Add(new GreedyRewriteTests.Rename("t.a", "t.b", "a-to-b"))
            .Add(new GreedyRewriteTests.Rename("t.b", "t.a", "b-to-a"))
            .Add(new GreedyRewriteTests.Rename("t.z", "t.y", "innocent")),
            "\"t.z\"() : () -> ()\n \"t.a\"() : () -> ()\n return");
        Assert.True(result.Failed);
        Assert.Equal("NEST3004", toy.Codes);
        string message = toy.Said[0].Message;
        Assert.Contains("pattern 'a-to-b'", message);
        Assert.Contains("pattern 'b-to-a'", message);
        Assert.DoesNotContain("innocent", message);
    }

    [Fact]
    public void GrowthWithoutEndIsReported()
    {
        (Toy toy, RewriteResult result) = Run(new PatternSet().Add<UnregisteredOp>("breeder", static (op, rw) =>
        {
            rw.Create("t.a", [], []);
            return true;
        }), config: new RewriteConfig { GrowthLimit = 1 });
        Assert.True(result.Failed);
        Assert.Equal("NEST3005", toy.Codes);
        Assert.Contains("pattern 'breeder'", toy.Said[0].Message);
    }

    [Fact]
    public void IterationsThatEndWhereTheyBeganAreAWarning()
    {
        // Each iteration makes an operation that the simplification of regions erases again.
        (Toy toy, RewriteResult result) = Run(new PatternSet().Add<UnregisteredOp>("sisyphus", static (op, rw) =>
        {
            if (op.Name != "t.a" || op.Next?.Name == "t.rolled") return rw.NoMatch(op, "rolled");
            rw.AtAfter(op);
            rw.Create("t.rolled", [], []);
            return true;
        }).Add(new RollBack()), config: new RewriteConfig { TopDown = true });
        Assert.False(result.Converged);
        Assert.Equal("NEST3006", toy.Codes);
        Assert.Contains("'sisyphus'", toy.Said[0].Message);
    }

    // Undoes the other pattern's work at the very end of an iteration, where nothing visits the root again.
    private sealed class RollBack() : NamedPattern("t.rolled", "roll-back")
    {
        public override bool RewriteOp(Operation op, Rewriter rw) => rw.Erase(op);
    }

    [Fact]
    public void AFoldThatOnlySaysSoIsReported()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("%0 = \"toy.liar\"() : () -> i32\n \"toy.use\"(%0) : (i32) -> ()\n return");
        Assert.True(toy.Canonicalize(module).Failed);
        Assert.Equal("NEST3001", toy.Codes);
        Assert.Contains("fold of 'toy.liar'", toy.Said[0].Message);
    }

    [Fact]
    public void TheWalkDriverChecksToo()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n return");
        Assert.True(WalkRewrite.Apply(module, new PatternSet().Add<UnregisteredOp>("boaster", static (op, rw) => true)).Failed);
        Assert.Equal("NEST3001", toy.Codes);
    }

    [Fact]
    public void ChecksCanBeSwitchedOff()
    {
        (Toy toy, RewriteResult result) = Run(new PatternSet().Add<UnregisteredOp>("boaster", static (op, rw) => true),
            config: new RewriteConfig { Checks = false });
        Assert.Empty(toy.Said);
        Assert.False(result.Failed);
    }
}
