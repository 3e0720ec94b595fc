using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>
/// Swaps two loops of which one holds nothing but the other, where more accesses run along memory then. Says why it does not where it might have.
/// </summary>
[Pass("loop-interchange", "Swap nested loops so that accesses run along memory")]
public sealed partial class InterchangePass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("interchanged", "Number of pairs of loops swapped")];

    [Option("force", "Swap wherever it is legal, not only where it helps")]
    public bool Force { get; init; }

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(FuncOp function, PassContext ctx)
    {
        List<ForOp> outerLoops = [];
        function.Walk(op =>
        {
            if (op is ForOp loop && Inner(loop) is not null) outerLoops.Add(loop);
            return WalkResult.Advance;
        });
        OpBuilder builder = new(function.Context);
        bool changed = false;
        foreach (ForOp outer in outerLoops)
        {
            ForOp inner = Inner(outer)!;
            long gain = Gain(inner, outer.InductionVar, inner.InductionVar);
            if (!Force && gain <= 0) continue;
            Verdict verdict = Legality(outer, inner);
            if (!verdict.IsYes)
            {
                ctx.Remark(outer, verdict.Code, $"the loops are not interchanged: {verdict}");
                continue;
            }
            Swap(outer, inner, builder);
            ctx.AddStatistic(0);
            changed = true;
        }
        if (!changed) ctx.PreserveAll();
    }

    // The only operation of the body before its end, when that is a loop.
    private static ForOp? Inner(ForOp outer) => outer.Body.First is ForOp inner && inner.Next == outer.Yield ? inner : null;

    // How many more accesses have the outer number as their last index than the inner one.
    private static long Gain(ForOp inner, Value outerNumber, Value innerNumber)
    {
        long gain = 0;
        inner.Walk(op =>
        {
            OperandRange indices = op switch { LoadOp load => load.Indices, StoreOp store => store.Indices, _ => default };
            if (op is LoadOp or StoreOp && indices.Count > 0)
            {
                Value last = indices[indices.Count - 1];
                gain += DependsOn(last, outerNumber) ? 1 : DependsOn(last, innerNumber) ? -1 : 0;
            }
            return WalkResult.Advance;
        });
        return gain;
    }

    private static bool DependsOn(Value value, Value number)
    {
        if (value == number) return true;
        if (value.DefiningOp is not { } op || op.RegionCount > 0) return false;
        foreach (Value operand in op.Operands)
            if (DependsOn(operand, number)) return true;
        return false;
    }

    /// <summary>Whether two loops may be swapped: every place in memory is touched by one iteration, or by those of one row or column, in the same order.</summary>
    public static Verdict Legality(ForOp outer, ForOp inner)
    {
        if (outer.InitArgs.Count > 0 || inner.InitArgs.Count > 0) return Verdict.No("NEST6202", "that no values are carried from one iteration to the next");
        foreach (Value bound in (ReadOnlySpan<Value>)[inner.LowerBound, inner.UpperBound, inner.Step])
            if (DependsOn(bound, outer.InductionVar)) return Verdict.No("NEST6202", "that the inner loop's bounds do not depend on the outer one");
        List<Operation> accesses = [];
        Operation? other = null;
        inner.Walk(op =>
        {
            if (op is LoadOp or StoreOp) accesses.Add(op);
            else if (op != inner && op.RegionCount == 0 && !NestC.Analysis.SideEffects.IsMemoryEffectFree(op)) other ??= op;
            return WalkResult.Advance;
        });
        if (other is not null) return Verdict.No("NEST6202", "that only loads and stores have effects", $"'{other.Name}'");
        foreach (Operation write in accesses)
        {
            if (write is not StoreOp store) continue;
            if (!IsOrdered(store.Indices, outer.InductionVar, inner.InductionVar)) return Verdict.No("NEST6202", "that a place is written by one iteration, or by one row or column");
            foreach (Operation access in accesses)
            {
                Value buffer = access is LoadOp load ? load.MemRef : ((StoreOp)access).MemRef;
                OperandRange indices = access is LoadOp read ? read.Indices : ((StoreOp)access).Indices;
                if (access == write || !BufferRoots.MayAlias(buffer, store.MemRef)) continue;
                if (buffer != store.MemRef || !Same(indices, store.Indices)) return Verdict.No("NEST6202", "that no iteration reads or writes what another one writes");
            }
        }
        return Verdict.Yes;
    }

    // One dimension for each number at most, plain numbers only, and at least one of both: else distant iterations share a place.
    private static bool IsOrdered(OperandRange indices, Value outer, Value inner)
    {
        bool any = false;
        foreach (Value index in indices)
        {
            if (index == outer || index == inner) any = true;
            else if (DependsOn(index, outer) || DependsOn(index, inner)) return false;
        }
        return any;
    }

    private static bool Same(OperandRange a, OperandRange b)
    {
        for (int i = 0; i < a.Count; i++)
            if (a[i] != b[i]) return false;
        return a.Count == b.Count;
    }

    private static void Swap(ForOp outer, ForOp inner, OpBuilder builder)
    {
        (Value lower, Value upper, Value step) = (outer.LowerBound, outer.UpperBound, outer.Step);
        Value outerNumber = outer.InductionVar, innerNumber = inner.InductionVar;
        // Bounds of the inner loop come from outside of both: see Legality.
        builder.SetOperand(outer, 0, inner.LowerBound);
        builder.SetOperand(outer, 1, inner.UpperBound);
        builder.SetOperand(outer, 2, inner.Step);
        builder.SetOperand(inner, 0, lower);
        builder.SetOperand(inner, 1, upper);
        builder.SetOperand(inner, 2, step);
        List<Use> outerUses = [];
        foreach (Use use in outerNumber.Uses) outerUses.Add(use);
        builder.ReplaceAllUses(innerNumber, outerNumber);
        foreach (Use use in outerUses) builder.SetOperand(use.Owner, use.Index, innerNumber);
    }
}
