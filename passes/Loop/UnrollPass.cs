using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Loop;

/// <summary>Repeats the bodies of loops of a known number of iterations: all of it, or some of it in each iteration of what remains.</summary>
[Pass("loop-unroll", "Repeat loop bodies, wholly or by a factor")]
public sealed partial class UnrollPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("unrolled", "Number of loops unrolled")];

    [Option("factor", "How often a body is repeated; 0: as often as it runs")]
    public long Factor { get; init; } = 4;

    [Option("innermost", "Unroll only loops that hold no other one")]
    public bool Innermost { get; init; } = true;

    [Option("limit", "Repeat a body wholly only where that makes no more operations than this")]
    public long Limit { get; init; } = 4096;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        List<ForOp> loops = [];
        function.WalkPostOrder(op =>
        {
            if (op is ForOp loop && (!Innermost || !HoldsLoop(loop))) loops.Add(loop);
            return WalkResult.Advance;
        });
        OpBuilder builder = new(function.Context);
        bool changed = false;
        foreach (ForOp loop in loops) changed |= Unroll(loop, builder, ctx);
        if (!changed) ctx.PreserveAll();
    }

    private static bool HoldsLoop(ForOp loop)
    {
        bool found = false;
        loop.Walk(op =>
        {
            found |= op is ForOp && op != loop;
            return found ? WalkResult.Interrupt : WalkResult.Advance;
        });
        return found;
    }

    private bool Unroll(ForOp loop, OpBuilder builder, PassContext ctx)
    {
        if (loop.TripCount is not { } trips)
        {
            ctx.Remark(loop, "NEST6201", "the loop is not unrolled: how often it runs is not known");
            return false;
        }
        if (trips == 0) return false;
        long factor = Factor == 0 || Factor >= trips ? trips : Factor;
        if (factor <= 1 && trips > 1) return false;
        long size = 0;
        loop.Walk(_ =>
        {
            size++;
            return WalkResult.Advance;
        });
        if (factor > Limit / Math.Max(size, 1))
        {
            ctx.Remark(loop, "NEST6201", $"the loop is not unrolled: {factor} times {size} operations are more than {Limit}");
            return false;
        }
        long lower = Bounds.Constant(loop.LowerBound) ?? 0, step = Bounds.Constant(loop.Step) ?? 1;
        long main = trips / factor * factor;
        IrType type = loop.LowerBound.Type;
        builder.AtBefore(loop);
        Value[] carried = loop.InitArgs.ToArray();
        if (main > factor)
        {
            // What is left over comes after a loop with a larger step.
            Value upper = Bounds.Make(builder, type, lower + main * step), by = Bounds.Make(builder, type, factor * step);
            ForOp body = ForOp.Create(builder, loop.LowerBound, upper, by, carried, (b, at, values) => Repeat(b, loop, at, step, factor, values));
            carried = body.Outputs.ToArray();
        }
        else main = 0;
        builder.AtBefore(loop);
        for (long i = main; i < trips; i++)
            carried = CloneBody(builder, loop, Bounds.Make(builder, type, lower + i * step), carried);
        for (int i = 0; i < carried.Length; i++) builder.ReplaceAllUses(loop.Outputs[i], carried[i]);
        builder.Erase(loop);
        ctx.AddStatistic(0);
        return true;
    }

    private static Value[] Repeat(OpBuilder builder, ForOp loop, Value at, long step, long factor, Value[] carried)
    {
        for (long i = 0; i < factor; i++)
        {
            Value index = i == 0 ? at : Builtin.Arith.AddIOp.Create(builder, at, Bounds.Make(builder, at.Type, i * step)).Output;
            carried = CloneBody(builder, loop, index, carried);
        }
        return carried;
    }

    /// <summary>Copies the body for one iteration; returns what it yields.</summary>
    internal static Value[] CloneBody(OpBuilder builder, ForOp loop, Value index, Value[] carried)
    {
        Cloner cloner = new(builder);
        cloner.Map(loop.InductionVar, index);
        for (int i = 0; i < carried.Length; i++) cloner.Map(loop.IterArg(i), carried[i]);
        foreach (Operation op in loop.Body.Operations)
            if (op != loop.Yield) cloner.Clone(op);
        Value[] yielded = loop.Yield.Operands.ToArray();
        for (int i = 0; i < yielded.Length; i++) yielded[i] = cloner.Mapped(yielded[i]);
        return yielded;
    }
}
