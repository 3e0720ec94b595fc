using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>Makes every loop count from 0 by 1: what depends on the number of the iteration computes the old one from the new.</summary>
[Pass("loop-normalize", "Make loops count from 0 by 1")]
public sealed class NormalizePass : Pass<FuncOp>
{
    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        List<Operation> loops = [];
        function.Walk(op =>
        {
            if (op is ForOp or ParallelOp) loops.Add(op);
            return WalkResult.Advance;
        });
        OpBuilder builder = new(function.Context);
        bool changed = false;
        foreach (Operation op in loops)
        {
            if (op is ForOp loop) changed |= Normalize(loop, 0, 1, 2, loop.InductionVar, builder);
            else if (op is ParallelOp space)
                for (int i = 0; i < space.Rank; i++) changed |= Normalize(space, i, space.Rank + i, 2 * space.Rank + i, space.InductionVar(i), builder);
        }
        if (!changed) ctx.PreserveAll();
    }

    // The operands with these numbers are a lower bound, an upper bound and a step.
    private static bool Normalize(Operation loop, int lowerAt, int upperAt, int stepAt, Value induction, OpBuilder builder)
    {
        Value lower = loop.Operand(lowerAt), upper = loop.Operand(upperAt), step = loop.Operand(stepAt);
        if (Bounds.Constant(lower) == 0 && Bounds.Constant(step) == 1) return false;
        IrType type = lower.Type;
        builder.AtBefore(loop);
        Value count = Bounds.TripCount(lower, upper, step) is { } trips
            ? Bounds.Make(builder, type, trips)
            : CeilDivSIOp.Create(builder, SubIOp.Create(builder, upper, lower).Output, step).Output;
        Value zero = Bounds.Make(builder, type, 0), one = Bounds.Make(builder, type, 1);
        builder.AtStart(induction.ArgumentBlock!);
        builder.Location = loop.Location;
        Value scaled = Bounds.Constant(step) == 1 ? induction : MulIOp.Create(builder, induction, step).Output;
        Value old = Bounds.Constant(lower) == 0 ? scaled : AddIOp.Create(builder, scaled, lower).Output;
        Operation? first = scaled == induction ? old.DefiningOp : scaled.DefiningOp;
        builder.ReplaceUsesIf(induction, old, use => use.Owner != first);
        builder.SetOperand(loop, lowerAt, zero);
        builder.SetOperand(loop, upperAt, count);
        builder.SetOperand(loop, stepAt, one);
        return true;
    }
}
