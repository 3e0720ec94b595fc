using NestC.Analysis;
using NestC.Builtin;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class AnalysisTests
{
    private static Operation Named(Operation module, string label)
    {
        Operation? found = null;
        module.Walk<Operation>(op =>
        {
            if (op.Attribute("l") is StringAttr text && text.Value == label) found = op;
        });
        return found ?? throw new InvalidOperationException(label);
    }

    private static Block BlockOf(Operation module, string label) => Named(module, label).Block!;

    private const string Diamond = """
        "toy.use"() {l = "entry"} : () -> ()
        cf.cond_br %c, ^bb1, ^bb2
        ^bb1:
        %0 = "toy.neg"(%x) {l = "left"} : (i32) -> i32
        cf.br ^bb3(%0 : i32)
        ^bb2:
        "toy.use"() {l = "right"} : () -> ()
        cf.cond_br %c, ^bb3(%y : i32), ^bb4
        ^bb3(%a: i32):
        "toy.use"(%a) {l = "join"} : (i32) -> ()
        cf.br ^bb5
        ^bb4:
        "toy.use"() {l = "side"} : () -> ()
        cf.br ^bb5
        ^bb5:
        "toy.use"(%x) {l = "end"} : (i32) -> ()
        return
        """;

    [Fact]
    public void PostDominanceFollowsAllPathsToTheEnd()
    {
        Operation module = new Toy().ParseBody(Diamond);
        PostDominanceInfo info = new();
        Block Of(string label) => BlockOf(module, label);
        Assert.True(info.PostDominates(Of("end"), Of("entry")));
        Assert.True(info.PostDominates(Of("join"), Of("left")));
        Assert.False(info.PostDominates(Of("join"), Of("right")));
        Assert.False(info.PostDominates(Of("join"), Of("entry")));
        Assert.Equal(Of("end"), info.ImmediatePostDominator(Of("right")));
        Assert.Equal(Of("end"), info.ImmediatePostDominator(Of("entry")));
        Assert.Null(info.ImmediatePostDominator(Of("end")));
        Assert.True(info.PostDominates(Named(module, "end"), Named(module, "left")));
        Assert.False(info.PostDominates(Named(module, "entry"), Named(module, "left")));
    }

    [Fact]
    public void BlocksThatCannotEndArePostDominatedByThemselvesAlone()
    {
        Operation module = new Toy().ParseBody("""
            cf.cond_br %c, ^bb1, ^bb2
            ^bb1:
            "toy.use"() {l = "loop"} : () -> ()
            cf.br ^bb1
            ^bb2:
            "toy.use"() {l = "end"} : () -> ()
            return
            """);
        PostDominanceInfo info = new();
        Assert.False(info.PostDominates(BlockOf(module, "end"), BlockOf(module, "loop")));
        Assert.True(info.PostDominates(BlockOf(module, "loop"), BlockOf(module, "loop")));
    }

    [Fact]
    public void LivenessOfBlocksAndOperations()
    {
        Operation module = new Toy().ParseBody(Diamond);
        Liveness liveness = new(module);
        FuncOp f = (FuncOp)((ModuleOp)module).Body.First!;
        Value x = f.Entry.ArgumentAt(0), y = f.Entry.ArgumentAt(1);
        Assert.True(liveness.IsLiveIn(BlockOf(module, "side"), x));
        Assert.False(liveness.IsLiveIn(BlockOf(module, "side"), y));
        Assert.True(liveness.IsLiveOut(BlockOf(module, "entry"), y));
        Assert.False(liveness.IsLiveOut(BlockOf(module, "right"), y));
        Assert.False(liveness.IsLiveOut(BlockOf(module, "end"), x));
        Value joined = Named(module, "join").Operand(0);
        Assert.False(liveness.IsLiveIn(BlockOf(module, "join"), joined));
        Assert.True(liveness.IsDeadAfter(joined, Named(module, "join")));
        Assert.False(liveness.IsDeadAfter(x, Named(module, "left")));
        Assert.True(liveness.IsDeadAfter(x, Named(module, "end")));
    }

    [Fact]
    public void UsesInRegionsCountAtTheOperationThatHoldsThem()
    {
        Operation module = new Toy().ParseBody("""
            %0 = "toy.neg"(%x) {l = "def"} : (i32) -> i32
            cf.br ^bb1
            ^bb1:
            "toy.once"() ({
              %1 = "toy.neg"(%0) : (i32) -> i32
              "toy.use"(%1) : (i32) -> ()
            }) {l = "holder"} : () -> ()
            return
            """);
        Liveness liveness = new(module);
        Assert.Equal([Named(module, "def").Result(0)], liveness.LiveIn(BlockOf(module, "holder")));
        Assert.True(liveness.IsDeadAfter(Named(module, "def").Result(0), Named(module, "holder")));
    }

    [Fact]
    public void TheCallGraphOrdersCalleesFirstAndKnowsWhoMayBeCalledFromElsewhere()
    {
        Operation module = new Toy().Parse("""
            func.func @main() {
              func.call @even() : () -> ()
              func.call @extern() : () -> ()
              return
            }
            func.func private @even() {
              func.call @odd() : () -> ()
              return
            }
            func.func private @odd() {
              func.call @even() : () -> ()
              func.call @leaf() : () -> ()
              return
            }
            func.func private @leaf() { return }
            func.func private @taken() { return }
            func.func private @extern()
            "t.take"() {f = @taken} : () -> ()
            """);
        CallGraph graph = new(module);
        Assert.Equal(["leaf", "odd+even", "main", "taken"], graph.BottomUp().Select(static c => string.Join("+", c.Select(Name).OrderDescending(StringComparer.Ordinal))));
        Assert.Equal(["main", "taken"], graph.Nodes.Where(static n => n.MayBeCalledFromElsewhere).Select(Name));
        CallGraphNode main = graph.Nodes[0];
        Assert.Equal([false, true], main.Calls.Select(static e => e.Callee is null));
        Assert.Equal(2, graph.Nodes[1].CalledBy.Count);

        static string Name(CallGraphNode node) => ((FuncOp)node.Callable).SymName.Value;
    }

    private static ConstantPropagation Propagate(Operation module)
    {
        ConstantPropagation analysis = new(module.Context);
        analysis.Run(module);
        return analysis;
    }

    private static long? Constant(ConstantPropagation analysis, Operation module, string label) =>
        (analysis.StateOf(Named(module, label).Operand(0)).Constant as IntegerAttr)?.Value;

    [Fact]
    public void ConstantsArePropagatedThroughBranchesThatCanBeTaken()
    {
        Operation module = new Toy().ParseBody("""
            %t = "toy.constant"() <{number = 1 : i1}> : () -> i1
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %2 = "toy.constant"() <{number = 2 : i32}> : () -> i32
            cf.cond_br %t, ^bb1, ^bb2
            ^bb1:
            "toy.use"(%1) {l = "taken"} : (i32) -> ()
            %s = "toy.add"(%1, %2) : (i32, i32) -> i32
            cf.br ^bb3(%s : i32)
            ^bb2:
            "toy.use"(%1) {l = "never"} : (i32) -> ()
            cf.br ^bb3(%x : i32)
            ^bb3(%a: i32):
            "toy.use"(%a) {l = "joined"} : (i32) -> ()
            %u = "toy.add"(%x, %a) : (i32, i32) -> i32
            "toy.use"(%u) {l = "unknown"} : (i32) -> ()
            return
            """);
        string before = Toy.Print(module);
        ConstantPropagation analysis = Propagate(module);
        Assert.Equal(3, Constant(analysis, module, "joined"));
        Assert.True(analysis.StateOf(Named(module, "unknown").Operand(0)).IsUnknown);
        Assert.True(analysis.IsExecutable(BlockOf(module, "taken")));
        Assert.False(analysis.IsExecutable(BlockOf(module, "never")));
        Assert.Equal(before, Toy.Print(module));
    }

    [Fact]
    public void ALoopThatKeepsItsValueIsConstant()
    {
        Operation module = new Toy().ParseBody("""
            %0 = "toy.constant"() <{number = 0 : i32}> : () -> i32
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            cf.br ^bb1(%1, %1 : i32, i32)
            ^bb1(%same: i32, %grows: i32):
            "toy.use"(%same) {l = "same"} : (i32) -> ()
            "toy.use"(%grows) {l = "grows"} : (i32) -> ()
            %k = "toy.add"(%same, %0) : (i32, i32) -> i32
            %n = "toy.add"(%grows, %1) : (i32, i32) -> i32
            cf.cond_br %c, ^bb1(%k, %n : i32, i32), ^bb2
            ^bb2:
            return
            """);
        ConstantPropagation analysis = Propagate(module);
        Assert.Equal(1, Constant(analysis, module, "same"));
        Assert.True(analysis.StateOf(Named(module, "grows").Operand(0)).IsUnknown);
    }

    [Fact]
    public void ConstantsPassThroughCallsOfPrivateFunctions()
    {
        Operation module = new Toy().Parse("""
            func.func private @twice(%x: i32) -> i32 {
              %s = "toy.add"(%x, %x) : (i32, i32) -> i32
              return %s : i32
            }
            func.func private @any(%x: i32) -> i32 { return %x : i32 }
            func.func private @unused() {
              %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
              "toy.use"(%1) {l = "unused"} : (i32) -> ()
              return
            }
            func.func @main(%y: i32) {
              %4 = "toy.constant"() <{number = 4 : i32}> : () -> i32
              %0 = func.call @twice(%4) : (i32) -> i32
              %1 = func.call @any(%4) : (i32) -> i32
              %2 = func.call @any(%y) : (i32) -> i32
              "toy.use"(%0) {l = "twice"} : (i32) -> ()
              "toy.use"(%1) {l = "any"} : (i32) -> ()
              return
            }
            """);
        ConstantPropagation analysis = Propagate(module);
        Assert.Equal(8, Constant(analysis, module, "twice"));
        Assert.True(analysis.StateOf(Named(module, "any").Operand(0)).IsUnknown);
        Assert.False(analysis.IsExecutable(BlockOf(module, "unused")));
    }

    [Fact]
    public void ValuesThatOnlyFeedEachOtherAreNotLive()
    {
        Operation module = new Toy().ParseBody("""
            cf.br ^bb1(%x, %x : i32, i32)
            ^bb1(%dead: i32, %live: i32):
            %d = "toy.neg"(%dead) {l = "dead"} : (i32) -> i32
            %v = "toy.neg"(%live) {l = "live"} : (i32) -> i32
            cf.cond_br %c, ^bb1(%d, %v : i32, i32), ^bb2
            ^bb2:
            "toy.use"(%live) : (i32) -> ()
            return
            """);
        ValueLiveness liveness = new();
        liveness.Run(module);
        Assert.False(liveness.IsLive(Named(module, "dead").Result(0)));
        Assert.False(liveness.IsLive(Named(module, "dead").Operand(0)));
        Assert.True(liveness.IsLive(Named(module, "live").Result(0)));
        Assert.True(liveness.IsLive(((FuncOp)((ModuleOp)module).Body.First!).Entry.ArgumentAt(2)));
    }

    [Fact]
    public void EffectsAndSpeculation()
    {
        Operation module = new Toy().ParseBody("""
            %0 = "toy.constant"() <{number = 0 : i32}> : () -> i32
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %q:2 = "toy.divmod"(%x, %0) {l = "by-zero"} : (i32, i32) -> (i32, i32)
            %r:2 = "toy.divmod"(%x, %1) {l = "by-one"} : (i32, i32) -> (i32, i32)
            "toy.read"() {l = "read"} : () -> i32
            "toy.once"() ({
              %n = "toy.neg"(%x) : (i32) -> i32
            }) {l = "free"} : () -> ()
            "toy.once"() ({
              "toy.use"() : () -> ()
            }) {l = "writes"} : () -> ()
            "t.unknown"() {l = "unknown"} : () -> ()
            return
            """);
        Assert.False(SideEffects.IsSpeculatable(Named(module, "by-zero")));
        Assert.True(SideEffects.IsPure(Named(module, "by-one")));
        Assert.False(SideEffects.IsMemoryEffectFree(Named(module, "read")));
        Assert.True(SideEffects.WouldBeTriviallyDead(Named(module, "read")));
        Assert.True(SideEffects.IsMemoryEffectFree(Named(module, "free")));
        Assert.False(SideEffects.WouldBeTriviallyDead(Named(module, "writes")));
        EffectList effects = new();
        Assert.True(SideEffects.CollectEffects(Named(module, "writes"), ref effects));
        Assert.Equal(MemoryEffect.Write, effects.Items[0].Effect);
        Assert.False(SideEffects.CollectEffects(Named(module, "unknown"), ref effects));
    }

    [Fact]
    public void ABlockDominatesAnotherWhenNoPathAvoidsIt()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            int n = random.Next(2, 14);
            string text = "^bb0:\n";
            for (int b = 0; b < n; b++)
            {
                string[] to = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => $"^bb{random.Next(1, n)}")];
                text += (b == 0 ? "" : $"^bb{b}:\n") + (to.Length == 0 ? "\"t.end\"() : () -> ()\n" : $"\"t.br\"()[{string.Join(", ", to)}] : () -> ()\n");
            }
            Region region = new Toy().Parse($"\"t.region\"() ({{\n{text}}}) : () -> ()").Region(0).First!.First!.Region(0);
            Block[] blocks = [.. Blocks(region)];
            DominatorTree tree = new(region);
            HashSet<Block> reachable = Reachable(blocks[0], null);
            foreach (Block a in blocks)
            {
                Assert.Equal(reachable.Contains(a), tree.IsReachable(a));
                HashSet<Block> around = a == blocks[0] ? [] : Reachable(blocks[0], a);
                foreach (Block b in blocks)
                    Assert.True(tree.Dominates(a, b) == (a == b || !reachable.Contains(b) || (reachable.Contains(a) && !around.Contains(b))), $"seed {seed}");
            }
        }

        static IEnumerable<Block> Blocks(Region region)
        {
            for (Block? block = region.First; block is not null; block = block.Next) yield return block;
        }

        static HashSet<Block> Reachable(Block from, Block? without)
        {
            HashSet<Block> seen = [from];
            Stack<Block> open = new([from]);
            while (open.TryPop(out Block? at))
                for (int i = 0; i < at.SuccessorCount; i++)
                    if (at.Successor(i) != without && seen.Add(at.Successor(i))) open.Push(at.Successor(i));
            return seen;
        }
    }
}
