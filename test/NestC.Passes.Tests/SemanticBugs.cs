using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Tests;

// Ten operations with the right semantics and a wrong canonicalization each.

[Dialect("bug")]
public sealed partial class BugDialect(NestContext context) : Dialect(context, "bug");

/// <summary>x * y, whose fold says x * 0 = x.</summary>
[Op("bug.mul")]
public sealed partial class BugMulOp : Operation, IPure, IEvaluable, IFoldable
{
    [Operand<AnyType>] public partial Value Lhs { get; }

    [Operand<AnyType>] public partial Value Rhs { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, width) => EvalValue.Wrap(a * b, width));

    public FoldResult Fold(FoldInputs inputs) => inputs[1] is Builtin.IntegerAttr { Value: 0 } ? Lhs : FoldResult.None;
}

/// <summary>x - y, lowered with the operands the wrong way round.</summary>
[Op("bug.sub")]
public sealed partial class BugSubOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value Lhs { get; }

    [Operand<AnyType>] public partial Value Rhs { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, width) => EvalValue.Wrap(a - b, width));

    // sub(x, y) -> subi(y, x)
    public static void Canonicalize(PatternSet p) =>
        p.Add<BugSubOp>("sub-operand-order", static (op, rw) => rw.ReplaceWithNew(op, "arith.subi", [op.Rhs, op.Lhs]));
}

/// <summary>Writes its operand somewhere; the pattern drops it.</summary>
[Op("bug.emit")]
public sealed partial class BugEmitOp : Operation, IMemoryEffects, ICanonicalizable
{
    [Operand<AnyType>] public partial Value What { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Write);

    public static void Canonicalize(PatternSet p) => p.Add<BugEmitOp>("drop-emit", static (op, rw) => rw.Erase(op));
}

/// <summary>(x + y) / 2 without overflow; the pattern forgets the carry.</summary>
[Op("bug.average")]
public sealed partial class BugAverageOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value Lhs { get; }

    [Operand<AnyType>] public partial Value Rhs { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => a + b >> 1);

    // average(x, y) -> shrui(addi(x, y), 1)
    public static void Canonicalize(PatternSet p) => p.Add<BugAverageOp>("average-overflow", static (op, rw) =>
    {
        Operation sum = rw.Create("arith.addi", [op.Lhs, op.Rhs], [op.Output.Type]);
        Operation one = op.Context.Dialect("arith")!.MaterializeConstant(rw, Builtin.IntegerAttr.Get(op.Output.Type, 1), op.Output.Type, op.Location)!;
        return rw.ReplaceWithNew(op, "arith.shrui", [sum.Result(0), one.Result(0)]);
    });
}

/// <summary>3 * x; the pattern computes 2 * x.</summary>
[Op("bug.triple")]
public sealed partial class BugTripleOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value In { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, width) => EvalValue.Wrap(3 * a, width));

    // triple(x) -> addi(x, x)
    public static void Canonicalize(PatternSet p) =>
        p.Add<BugTripleOp>("triple-constant", static (op, rw) => rw.ReplaceWithNew(op, "arith.addi", [op.In, op.In]));
}

/// <summary>A choice; the pattern swaps the alternatives.</summary>
[Op("bug.pick")]
public sealed partial class BugPickOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<I1>] public partial Value Condition { get; }

    [Operand<AnyType>] public partial Value Yes { get; }

    [Operand<AnyType>] public partial Value No { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => ctx.Set(0, ctx[0].Lanes[0].IsZero ? ctx[2] : ctx[1]);

    // pick(c, x, y) -> select(c, y, x)
    public static void Canonicalize(PatternSet p) =>
        p.Add<BugPickOp>("pick-arms", static (op, rw) => rw.ReplaceWithNew(op, "arith.select", [op.Condition, op.No, op.Yes]));
}

/// <summary>Unsigned x &lt; y; the pattern compares signed.</summary>
[Op("bug.less")]
public sealed partial class BugLessOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value Lhs { get; }

    [Operand<AnyType>] public partial Value Rhs { get; }

    [Result<I1>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) =>
        LaneMath.Integers(ctx, static (a, b, _) => a < b ? System.Numerics.BigInteger.One : System.Numerics.BigInteger.Zero);

    // less(x, y) -> cmpi slt
    public static void Canonicalize(PatternSet p) => p.Add<BugLessOp>("less-signedness", static (op, rw) =>
        rw.ReplaceWithNew(op, "arith.cmpi", [op.Lhs, op.Rhs],
            [new(op.Context.Identifier("predicate"), Builtin.IntegerAttr.Get(op.Context.Common.I64, 2))]));
}

/// <summary>Widens with zeros; the pattern widens with the sign.</summary>
[Op("bug.widen")]
public sealed partial class BugWidenOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value In { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, _) => a);

    // widen(x) -> extsi(x)
    public static void Canonicalize(PatternSet p) => p.Add<BugWidenOp>("widen-sign", static (op, rw) => rw.ReplaceWithNew(op, "arith.extsi", [op.In]));
}

/// <summary>Writes its operand; the pattern moves it behind the next one.</summary>
[Op("bug.log")]
public sealed partial class BugLogOp : Operation, IMemoryEffects, ICanonicalizable
{
    [Operand<AnyType>] public partial Value What { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Write);

    // log(x); log(y) -> log(y); log(x), once
    public static void Canonicalize(PatternSet p) => p.Add<BugLogOp>("log-order", static (op, rw) =>
    {
        if (op.Next is not BugLogOp next || op.Attribute("late") is not null) return rw.NoMatch(op, "no log follows");
        rw.SetAttribute(op, "late", op.Context.Common.Unit);
        rw.MoveAfter(op, next);
        return true;
    });
}

/// <summary>x / y, or 0 where y is 0; the pattern divides whatever y is.</summary>
[Op("bug.divide")]
public sealed partial class BugDivideOp : Operation, IPure, IEvaluable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value Lhs { get; }

    [Operand<AnyType>] public partial Value Rhs { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => b.IsZero ? 0 : a / b);

    // divide(x, y) -> divui(x, y)
    public static void Canonicalize(PatternSet p) =>
        p.Add<BugDivideOp>("divide-by-zero", static (op, rw) => rw.ReplaceWithNew(op, "arith.divui", [op.Lhs, op.Rhs]));
}
