using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Tests.Cookbook;

// muli(x, 2^k) -> shli(x, k)
sealed class ShiftForMultiply(long limit) : Pattern<MulIOp>()
{
    public override bool Rewrite(MulIOp op, Rewriter rw)
    {
        if (Folder.ConstantOf(op.Operand(1)) is not IntegerAttr factor) return rw.NoMatch(op, "the factor is not constant");
        if (!long.IsPow2(factor.Value)) return rw.NoMatch(op, $"{factor.Value} is no power of two");
        if (factor.Value > limit) return rw.NoMatch(op, $"{factor.Value} is above the limit {limit}");
        IrType type = op.Result(0).Type;
        IntegerAttr amount = IntegerAttr.Get(type, long.Log2(factor.Value));
        Operation shift = op.Info.Dialect!.MaterializeConstant(rw, amount, type, op.Location)!;
        return rw.ReplaceWithNew(op, "arith.shli", [op.Operand(0), shift.Result(0)]);
    }
}

[Pass("arith-shift-for-multiply", "Shifts where a factor is a power of two")]
public sealed partial class ShiftForMultiplyPass : Pass<FuncOp>
{
    [Option("limit", "The largest factor to replace")] public long Limit { get; init; } = 1 << 16;

    protected override void Run(FuncOp f, PassContext ctx) => ctx.ApplyGreedily(f, new PatternSet().Add(new ShiftForMultiply(Limit)));
}
