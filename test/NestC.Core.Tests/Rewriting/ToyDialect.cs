using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Core.Tests.Rewriting;

/// <summary>Operations that fold, refuse and misbehave in known ways.</summary>
[Dialect("toy")]
public sealed partial class ToyDialect(NestContext context) : Dialect(context, "toy")
{
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location) =>
        value is IntegerAttr integer && integer.Type == type ? ToyConstantOp.Create(builder, integer, type) : null;
}

/// <summary>An integer constant.</summary>
[Op("toy.constant")]
public sealed partial class ToyConstantOp : Operation, IPure, IConstantLike
{
    [Prop] public partial IntegerAttr Number { get; }

    [Result<AnyType>] public partial Value Out { get; }

    public Attr ConstantValue => Number;
}

/// <summary>Adds.</summary>
[Op("toy.add")]
public sealed partial class ToyAddOp : Operation, IPure, ICommutative, IFoldable, ICanonicalizable
{
    [Operand<AnyType>] public partial Value Left { get; }

    [Operand<AnyType>] public partial Value Right { get; }

    [Result<AnyType>] public partial Value Out { get; }

    public FoldResult Fold(FoldInputs inputs)
    {
        if (inputs[1] is not IntegerAttr right) return FoldResult.None;
        if (right.Value == 0) return Left;
        return inputs[0] is IntegerAttr left ? IntegerAttr.Get(left.Type, left.Value + right.Value) : FoldResult.None;
    }

    // add(add(x, c), d) -> add(x, c + d)
    public static void Canonicalize(PatternSet patterns) => patterns.Add<ToyAddOp>("add-of-add", static (op, rw) =>
    {
        if (Folder.ConstantOf(op.Right) is not IntegerAttr d) return rw.NoMatch(op, "the right side is not constant");
        if (op.Left.DefiningOp is not ToyAddOp inner) return rw.NoMatch(op, $"the left side is not an addition but {op.Left.DefiningOp}");
        if (Folder.ConstantOf(inner.Right) is not IntegerAttr c) return rw.NoMatch(op, "the inner right side is not constant");
        Value sum = ToyConstantOp.Create(rw, IntegerAttr.Get(c.Type, c.Value + d.Value), op.Out.Type).Out;
        return rw.Replace(op, ToyAddOp.Create(rw, inner.Left, sum, op.Out.Type).Out);
    });
}

/// <summary>Negates.</summary>
[Op("toy.neg")]
public sealed partial class ToyNegOp : Operation, IPure, IInvolution
{
    [Operand<AnyType>] public partial Value In { get; }

    [Result<AnyType>] public partial Value Out { get; }
}

/// <summary>The absolute value.</summary>
[Op("toy.abs")]
public sealed partial class ToyAbsOp : Operation, IPure, IIdempotent
{
    [Operand<AnyType>] public partial Value In { get; }

    [Result<AnyType>] public partial Value Out { get; }
}

/// <summary>The greater of two.</summary>
[Op("toy.max")]
public sealed partial class ToyMaxOp : Operation, IPure, ICommutative, IIdempotent
{
    [Operand<AnyType>] public partial Value Left { get; }

    [Operand<AnyType>] public partial Value Right { get; }

    [Result<AnyType>] public partial Value Out { get; }
}

/// <summary>Says that it folds in place but does nothing.</summary>
[Op("toy.liar")]
public sealed partial class ToyLiarOp : Operation, IFoldable
{
    [Result<AnyType>] public partial Value Out { get; }

    public FoldResult Fold(FoldInputs inputs) => FoldResult.InPlace;
}

/// <summary>Quotient and remainder.</summary>
[Op("toy.divmod")]
public sealed partial class ToyDivModOp : Operation, IPure, IMultiFoldable, IConditionallySpeculatable
{
    [Operand<AnyType>] public partial Value Left { get; }

    [Operand<AnyType>] public partial Value Right { get; }

    [Result<AnyType>] public partial Value Quotient { get; }

    [Result<AnyType>] public partial Value Remainder { get; }

    public bool IsSpeculatable => Folder.ConstantOf(Right) is IntegerAttr { Value: not 0 };

    public bool Fold(FoldInputs inputs, Span<FoldResult> results)
    {
        if (inputs[1] is not IntegerAttr { Value: 1 } one) return false;
        results[0] = Left;
        results[1] = IntegerAttr.Get(one.Type, 0);
        return true;
    }
}

/// <summary>Reads memory.</summary>
[Op("toy.read")]
public sealed partial class ToyReadOp : Operation, IMemoryEffects
{
    [Result<AnyType>] public partial Value Out { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Read);
}

/// <summary>Allocates its result.</summary>
[Op("toy.alloc")]
public sealed partial class ToyAllocOp : Operation, IMemoryEffects
{
    [Result<AnyType>] public partial Value Out { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Allocate, Out);
}

/// <summary>Uses values, with an effect on memory.</summary>
[Op("toy.use")]
public sealed partial class ToyUseOp : Operation, IMemoryEffects
{
    [Operands<AnyType>] public partial OperandRange Values { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Write);
}

/// <summary>Runs its region once.</summary>
[Op("toy.once")]
public sealed partial class ToyOnceOp : Operation, IRecursiveMemoryEffects, INoTerminator
{
    [OpRegion] public partial Region Body { get; }
}

/// <summary>Isolated; with the attribute `inline` its canonicalization takes the operations out once there are no more than two.</summary>
[Op("toy.isolated")]
public sealed partial class ToyIsolatedOp : Operation, IIsolatedFromAbove, INoTerminator, ICanonicalizable
{
    [OpRegion] public partial Region Body { get; }

    public static void Canonicalize(PatternSet patterns) => patterns.Add<ToyIsolatedOp>("take-out", static (op, rw) =>
    {
        if (op.Attribute("inline") is null) return rw.NoMatch(op, "it is to stay");
        int count = 0;
        foreach (Operation _ in op.Body.First!.Operations) count++;
        if (count > 2) return rw.NoMatch(op, $"it holds {count} operations");
        rw.InlineBlockBefore(op.Body.First!, op);
        return rw.Erase(op);
    });
}

/// <summary>Its canonicalization breaks the rule: it changes an operation of another function.</summary>
[Op("toy.meddle")]
public sealed partial class ToyMeddleOp : Operation, ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) => patterns.Add<ToyMeddleOp>("meddle", static (op, rw) =>
    {
        Operation? victim = null;
        op.ParentOp!.ParentOp!.Walk<ToyNegOp>(found => victim = found);
        Value once = ((ToyNegOp)victim!).In;
        rw.AtBefore(victim);
        rw.SetOperand(victim, 0, ToyNegOp.Create(rw, once, once.Type).Out);
        return rw.Erase(op);
    });
}
