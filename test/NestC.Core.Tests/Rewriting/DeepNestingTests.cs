using System.Text;
using NestC.Analysis;
using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

/// <summary>Walks over regions that are nested ten thousand deep, on a small stack: one that does not go on with a fresh one ends the process.</summary>
public class DeepNestingTests
{
    private const int Depth = 10_000;

    // A function around regions in regions; the innermost operation uses its argument and defines nothing.
    private static string Nested(string innermost, string op = "u.region")
    {
        StringBuilder text = new("func.func private @g(i32) -> i32\nfunc.func @f(%x: i32) -> i32 {\n");
        for (int i = 0; i < Depth; i++) text.Append($"\"{op}\"() ({{\n");
        text.Append(innermost).Append('\n');
        for (int i = 0; i < Depth; i++) text.Append("}) : () -> ()\n");
        return text.Append("return %x : i32\n}\n").ToString();
    }

    private static void OnSmallStack(Action body)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try { body(); }
            catch (Exception e) { failure = e; }
        }, 512 << 10);
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }

    private static Operation Innermost(Operation module)
    {
        Operation at = module.Region(0).First!.Last!;
        while (at.RegionCount > 0) at = at.Region(0).First!.First!;
        return at;
    }

    private static Value Argument(Operation module) => module.Region(0).First!.Last!.Region(0).First!.ArgumentAt(0);

    [Fact]
    public void LivenessOfValuesInBlocks() => OnSmallStack(() =>
    {
        Operation module = new Toy().Parse(Nested("\"u.use\"(%x) : (i32) -> ()"));
        Liveness liveness = new(module);
        Assert.True(liveness.IsLiveIn(Innermost(module).Block!, Argument(module)));
    });

    [Fact]
    public void CallGraphFindsTheInnermostCall() => OnSmallStack(() =>
    {
        Operation module = new Toy().Parse(Nested("%0 = func.call @f(%x) : (i32) -> i32"));
        CallGraphNode node = Assert.Single(new CallGraph(module).Nodes);
        Assert.Equal(Innermost(module), Assert.Single(node.Calls).Call);
    });

    [Fact]
    public void DataFlowForwardsAndBackwards() => OnSmallStack(() =>
    {
        Operation module = new Toy().Parse(Nested("%0 = \"toy.constant\"() <{number = 7 : i32}> : () -> i32\n\"toy.use\"(%0, %x) : (i32, i32) -> ()"));
        ConstantPropagation constants = new(module.Context);
        constants.Run(module);
        Assert.Equal(7, ((IntegerAttr)constants.StateOf(Innermost(module).Result(0)).Constant!).Value);
        ValueLiveness live = new();
        live.Run(module);
        Assert.True(live.StateOf(Innermost(module).Result(0)));
    });

    private sealed class Rename() : ConversionPattern(new TypeConverter().KeepOthers(), "rename")
    {
        public override string RootName => "t.a";

        public override bool ConvertOp(Operation op, ConvertedOperands operands, ConversionRewriter rw) =>
            rw.Replace(op, rw.Create("u.a", operands.All, op.Results.Types()).Results.ToArray());
    }

    [Fact]
    public void ConversionReachesTheInnermostOperation() => OnSmallStack(() =>
    {
        Operation module = new Toy().Parse(Nested("%0 = \"t.a\"(%x) : (i32) -> i32"));
        ConversionTarget target = new ConversionTarget().LegalDialect("u", "builtin").IllegalDialect("t");
        Assert.True(DialectConversion.Apply(module, target, new PatternSet().Add(new Rename())).Succeeded);
        Assert.Equal("u.a", Innermost(module).Name);
    });

    [Fact]
    public void CloningAndErasing() => OnSmallStack(() =>
    {
        Operation module = new Toy().Parse(Nested("\"u.use\"(%x) : (i32) -> ()"));
        Operation top = module.Region(0).First!.Last!.Region(0).First!.First!;
        OpBuilder builder = new(module.Context);
        builder.AtBefore(top);
        Operation copy = new Cloner(builder).Clone(top);
        // With the one in the function's return.
        Assert.Equal(3, Argument(module).Uses.Count());
        builder.Erase(top);
        builder.Listener = new Counter();
        builder.Erase(copy);
        Assert.Equal(1, Argument(module).Uses.Count());
        Assert.Equal(Depth + 1, ((Counter)builder.Listener).Erased);
    });

    private sealed class Counter : IOpListener
    {
        public int Erased { get; private set; }

        public void Erasing(Operation op) => Erased++;
    }

    [Fact]
    public void DeadRegionsAreFoundDeadAndErased() => OnSmallStack(() =>
    {
        Toy toy = new();
        Operation module = toy.Parse(Nested("%0 = \"toy.neg\"(%x) : (i32) -> i32", "toy.once"));
        Assert.True(toy.Canonicalize(module).Changed);
        Assert.Equal(["return %arg0 : i32"], Toy.Body(module)[^1..]);
        Assert.False(SideEffects.IsSpeculatable(module));
    });

    [Fact]
    public void IsolatedOperationsInEachOther() => OnSmallStack(() =>
    {
        Toy toy = new();
        StringBuilder text = new();
        for (int i = 0; i < Depth; i++) text.Append("module {\n");
        text.Append("func.func @f(%x: i32) -> i32 {\n  %c = arith.constant 0 : i32\n  %0 = arith.addi %x, %c : i32\n  return %0 : i32\n}\n");
        for (int i = 0; i < Depth; i++) text.Append("}\n");
        Operation module = toy.Parse(text.ToString());
        EarlyVerification verification = new();
        RewriteConfig config = new() { TopDown = true, RegionSimplification = RegionSimplification.Normal, Verification = verification };
        Assert.True(toy.Canonicalize(module, config).Changed);
        Assert.True(verification.VerifyRest(module));
        Assert.Equal("func.return", Innermost(module).Name);
    });
}
