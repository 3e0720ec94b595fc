using NestC.Analysis;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>
/// Erases operations without effect whose results nobody needs, across calls and branches: arguments and results of private functions that are
/// only called go too, with what is passed for them. Upstream refuses modules with branches; here block arguments go like those of functions.
/// </summary>
[Pass("remove-dead-values", "Remove dead values")]
public sealed class RemoveDeadValuesPass : Pass
{
    private static readonly StatisticInfo[] counted = [new("num-erased", "Number of operations erased"), new("num-values", "Number of arguments and results removed")];

    // What stays of a function's arguments and results.
    private sealed record Signature(CallGraphNode Node, bool[] Arguments, bool[] Results);

    public override ReadOnlySpan<StatisticInfo> Statistics => counted;

    protected override void Run(Operation op, PassContext ctx)
    {
        NeededValues needed = new(op);
        OpBuilder builder = new(op.Context);
        List<Operation> doomed = FindDead(op, needed);
        List<Signature> signatures = [];
        foreach (CallGraphNode node in needed.Shrinkable)
            if (Smaller(node, needed) is { } signature) signatures.Add(signature);
        long values = 0;
        // All uses of what goes are dropped before anything goes: the dead may use each other in circles.
        foreach (Operation dead in doomed)
            dead.Walk(inner =>
            {
                builder.SetOperands(inner, []);
                return WalkResult.Advance;
            });
        DropPassed(op, needed, builder);
        foreach (Signature signature in signatures)
        {
            foreach (Operation end in needed.ReturnsOf(signature.Node)) builder.SetOperands(end, Kept(end.Operands.ToArray(), signature.Results));
            foreach ((_, Operation call) in signature.Node.CalledBy) builder.SetOperands(call, Kept(call.Operands.ToArray(), signature.Arguments));
        }
        foreach (Operation dead in doomed) builder.Erase(dead);
        foreach (Signature signature in signatures) values += Shrink(signature, builder);
        values += EraseBlockArguments(op, needed);
        ctx.AddStatistic(0, doomed.Count);
        ctx.AddStatistic(1, values);
        if (doomed.Count == 0 && values == 0) ctx.PreserveAll();
    }

    private static List<Operation> FindDead(Operation root, NeededValues needed)
    {
        List<Operation> dead = [];
        root.Walk(op =>
        {
            if (op == root || !NeededValues.MayGo(op)) return WalkResult.Advance;
            foreach (Value result in op.Results)
                if (needed.Contains(result)) return WalkResult.Advance;
            dead.Add(op);
            return WalkResult.Skip;
        });
        return dead;
    }

    private static Signature? Smaller(CallGraphNode node, NeededValues needed)
    {
        ICallable callable = (ICallable)node.Callable;
        Block entry = callable.CallableRegion!.First!;
        bool[] arguments = new bool[callable.CallableType.Inputs.Length], results = new bool[callable.CallableType.Results.Length];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = needed.Contains(entry.ArgumentAt(i));
        foreach ((_, Operation call) in node.CalledBy)
            for (int i = 0; i < results.Length; i++) results[i] |= needed.Contains(call.Result(i));
        return Array.IndexOf(arguments, false) < 0 && Array.IndexOf(results, false) < 0 ? null : new Signature(node, arguments, results);
    }

    // br ^a(needed, dead) -> br ^a(needed)
    private static void DropPassed(Operation root, NeededValues needed, OpBuilder builder) => root.Walk(op =>
    {
        if (op is not IBranch branch) return WalkResult.Advance;
        for (int s = op.SuccessorCount - 1; s >= 0; s--)
        {
            OperandRange passed = branch.SuccessorOperands(s);
            Block target = op.Successor(s);
            int produced = target.ArgumentCount - passed.Count;
            Vec<Value> kept = default;
            for (int i = 0; i < passed.Count; i++)
                if (needed.Contains(target.ArgumentAt(produced + i))) kept.Add(passed[i]);
            if (kept.Count < passed.Count) branch.SetSuccessorOperands(builder, s, kept.Span);
        }
        return WalkResult.Advance;
    });

    private static long EraseBlockArguments(Operation root, NeededValues needed)
    {
        long erased = 0;
        root.Walk(op =>
        {
            foreach (Region region in op.Regions)
                for (Block? block = region.First?.Next; block is not null; block = block.Next)
                    for (int i = block.ArgumentCount - 1; i >= 0; i--)
                    {
                        if (needed.Contains(block.ArgumentAt(i))) continue;
                        block.EraseArgument(i);
                        erased++;
                    }
            return WalkResult.Advance;
        });
        return erased;
    }

    // Takes the arguments and results that nobody needs from a function, and makes its calls anew.
    private static long Shrink(Signature signature, OpBuilder builder)
    {
        (CallGraphNode node, bool[] arguments, bool[] results) = signature;
        Operation function = node.Callable;
        FunctionType type = ((ICallable)function).CallableType;
        Block entry = ((ICallable)function).CallableRegion!.First!;
        IrType[] inputs = Kept(type.Inputs.ToArray(), arguments), outputs = Kept(type.Results.ToArray(), results);
        if (outputs.Length < results.Length)
            foreach ((_, Operation call) in node.CalledBy)
            {
                Operation copy = builder.Recreate(call, call.Operands.ToArray(), outputs);
                for (int i = 0, at = 0; i < results.Length; i++)
                    if (results[i]) builder.ReplaceAllUses(call.Result(i), copy.Result(at++));
                builder.Erase(call);
            }
        for (int i = arguments.Length - 1; i >= 0; i--)
            if (!arguments[i]) entry.EraseArgument(i);
        builder.SetAttribute(function, "function_type", TypeAttr.Get(FunctionType.Get(function.Context, inputs, outputs)));
        KeepAttributes(function, "arg_attrs", function.Inherent("arg_attrs"u8), arguments, builder);
        KeepAttributes(function, "res_attrs", function.Inherent("res_attrs"u8), results, builder);
        return arguments.Length - inputs.Length + results.Length - outputs.Length;
    }

    private static void KeepAttributes(Operation function, string name, Attr? all, bool[] keep, OpBuilder builder)
    {
        if (all is not ArrayAttr array) return;
        Attr[] kept = Kept(array.Elements.ToArray(), keep);
        bool any = false;
        foreach (Attr attr in kept) any |= attr is DictionaryAttr { IsEmpty: false };
        if (any) builder.SetAttribute(function, name, ArrayAttr.Get(function.Context, kept));
        else builder.RemoveAttribute(function, name);
    }

    private static T[] Kept<T>(T[] all, bool[] keep)
    {
        List<T> kept = new(all.Length);
        for (int i = 0; i < all.Length; i++)
            if (keep[i]) kept.Add(all[i]);
        return kept.ToArray();
    }
}
