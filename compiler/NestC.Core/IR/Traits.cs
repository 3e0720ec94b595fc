using NestC.Builtin;
using NestC.Diagnostics;

namespace NestC.IR;

// A trait is an interface that an operation's class implements. When it has a static method
// `bool VerifyTrait(Operation op, Diag d)`, the generator calls that after operand and result types were checked.

/// <summary>Ends a block.</summary>
public interface ITerminator
{
    static bool VerifyTrait(Operation op, Diag d) =>
        op.Block is null || op.Block.Last == op || d.Error("NEST2010", "must be the last operation in the parent block");
}

/// <summary>Its regions use no value defined outside: the unit of parallel work.</summary>
public interface IIsolatedFromAbove;

/// <summary>Each region has at most one block.</summary>
public interface ISingleBlock
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        foreach (Region region in op.Regions)
        {
            if (region.IsEmpty) continue;
            if (!region.HasOneBlock) return d.Error("NEST2011", $"expects region #{region.Number} to have 0 or 1 blocks");
            if (region.First!.IsEmpty && !op.Has(OpTraits.NoTerminator)) return d.Error("NEST2012", "expects a non-empty block");
        }
        return true;
    }
}

/// <summary>Its blocks need no terminator.</summary>
public interface INoTerminator;

/// <summary>A terminator that hands its operands to the parent operation.</summary>
public interface IReturnLike : ITerminator;

/// <summary>Its regions are graph regions: order means nothing and dominance is not checked.</summary>
public interface IGraphRegion;

/// <summary>The order of the operands means nothing.</summary>
public interface ICommutative;

/// <summary>f(f(x)) = f(x); the fold follows from it.</summary>
public interface IIdempotent;

/// <summary>f(f(x)) = x; the fold follows from it.</summary>
public interface IInvolution;

/// <summary>No side effects, and may be executed speculatively.</summary>
public interface IPure;

/// <summary>Its effects are those of the operations in its regions.</summary>
public interface IRecursiveMemoryEffects;

/// <summary>Values defined at its top level may be used as affine symbols.</summary>
public interface IAffineScope;

/// <summary>Stack allocations in its regions are released when it ends.</summary>
public interface IAutomaticAllocationScope;

/// <summary>All operands have the same type.</summary>
public interface ISameTypeOperands
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        for (int i = 1; i < op.OperandCount; i++)
            if (op.Operand(i).Type != op.Operand(0).Type)
                return d.Error("NEST2013", "requires all operands to have the same type");
        return true;
    }
}

/// <summary>All operands and results have the same type.</summary>
public interface ISameOperandsAndResultType
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        if (op.OperandCount == 0 || op.ResultCount == 0) return true;
        IrType type = op.Result(0).Type;
        for (int i = 0; i < op.OperandCount; i++)
            if (!TypeRelations.Compatible(op.Operand(i).Type, type)) return Mismatch(op, d);
        for (int i = 1; i < op.ResultCount; i++)
            if (!TypeRelations.Compatible(op.Result(i).Type, type)) return Mismatch(op, d);
        return true;
    }

    private static bool Mismatch(Operation op, Diag d) =>
        d.Error("NEST2014", "requires the same type for all operands and results");
}

/// <summary>All operands and results have compatible shapes.</summary>
public interface ISameOperandsAndResultShape
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        if (op.OperandCount == 0) return true;
        IrType type = op.Operand(0).Type;
        foreach (Value v in op.Results)
            if (!TypeRelations.ShapesCompatible(v.Type, type)) return Mismatch(op, d);
        foreach (Value v in op.Operands)
            if (!TypeRelations.ShapesCompatible(v.Type, type)) return Mismatch(op, d);
        return true;
    }

    private static bool Mismatch(Operation op, Diag d) =>
        d.Error("NEST2015", "requires the same shape for all operands and results");
}

/// <summary>All operands and results have the same element type.</summary>
public interface ISameOperandsAndResultElementType
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        if (op.OperandCount == 0 || op.ResultCount == 0) return true;
        IrType element = TypeRelations.ElementType(op.Result(0).Type);
        foreach (Value v in op.Results)
            if (TypeRelations.ElementType(v.Type) != element) return Mismatch(op, d);
        foreach (Value v in op.Operands)
            if (TypeRelations.ElementType(v.Type) != element) return Mismatch(op, d);
        return true;
    }

    private static bool Mismatch(Operation op, Diag d) =>
        d.Error("NEST2016", "requires the same element type for all operands and results");
}

/// <summary>Works element by element on scalars, vectors and tensors of one shape.</summary>
public interface IElementwise
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        if (HasOneType(op)) return true;
        ShapedType? first = null, firstResult = null;
        bool alike = true, allResults = true;
        for (int i = 0; i < op.OperandCount; i++)
            if (op.Operand(i).Type is VectorType or TensorType) Meet((ShapedType)op.Operand(i).Type, ref first, ref alike);
        bool operands = first is not null;
        for (int i = 0; i < op.ResultCount; i++)
        {
            if (op.Result(i).Type is VectorType or TensorType) Meet(firstResult = (ShapedType)op.Result(i).Type, ref first, ref alike);
            else allResults = false;
        }
        if (first is null) return true;
        if (!operands) return d.Error(op, "NEST2018", "if a result is non-scalar, then at least one operand must be non-scalar");
        if (firstResult is null) return d.Error(op, "NEST2018", "if an operand is non-scalar, then there must be at least one non-scalar result");
        if (!allResults) return d.Error(op, "NEST2018", "if an operand is non-scalar, then all results must be non-scalar");
        return alike || d.Error(op, "NEST2018", "all non-scalar operands/results must have the same shape and base type");
    }

    // Most have operands and results of one and the same type: then no class need be looked at.
    private static bool HasOneType(Operation op)
    {
        OperandSlot[] operands = op.OperandSlots;
        if (operands.Length == 0 || op.ResultCount != 1) return false;
        IrType type = op.ResultSlot(0).Type;
        for (int i = 0; i < operands.Length; i++)
            if (operands[i].Value.Type != type) return false;
        return true;
    }

    private static void Meet(ShapedType type, ref ShapedType? first, ref bool alike)
    {
        if (first is null) first = type;
        else if (first != type) alike &= first.GetType() == type.GetType() && TypeRelations.ShapesCompatible(first, type);
    }
}

/// <summary>The operation that an operation must stand in.</summary>
public interface IHasParent<TParent> where TParent : Operation
{
    static bool VerifyTrait(Operation op, Diag d) =>
        op.ParentOp is null or TParent || d.Error("NEST2017", $"expects parent op '{Name}'");

    private static string Name => (Attribute.GetCustomAttribute(typeof(TParent), typeof(OpAttribute)) as OpAttribute)?.Name ?? typeof(TParent).Name;
}
