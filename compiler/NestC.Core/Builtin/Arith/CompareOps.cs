using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin.Arith;

/// <summary>Compares integers; the predicate says whether as signed or unsigned.</summary>
[Op("arith.cmpi", Format = "$predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)")]
public sealed partial class CmpIOp : Operation, IPure, ISameTypeOperands, IElementwise
{
    [Prop] public partial CmpIPredicate Predicate { get; }

    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<BoolLike>("result"), TypeFrom("lhs", nameof(BoolTypes.OfShape), BoolTypes.Text)] public partial Value Output { get; }

    private static IrType? OfShape(IrType type) => BoolTypes.OfShape(type);
}

/// <summary>Compares floats; the predicate says what holds when one is NaN.</summary>
[Op("arith.cmpf", Format = "$predicate `,` $lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($lhs)")]
public sealed partial class CmpFOp : Operation, IPure, ISameTypeOperands, IElementwise
{
    [Prop] public partial CmpFPredicate Predicate { get; }

    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }

    [Result<BoolLike>("result"), TypeFrom("lhs", nameof(BoolTypes.OfShape), BoolTypes.Text)] public partial Value Output { get; }

    private static IrType? OfShape(IrType type) => BoolTypes.OfShape(type);
}

/// <summary>Result types of comparisons.</summary>
internal static class BoolTypes
{
    public const string Text = "result type has i1 element type and same shape as operands";

    /// <summary>i1, in the shape of a vector or tensor type.</summary>
    public static IrType OfShape(IrType type) => OfShape(type, type.Context.Common.I1);

    /// <summary>An element type in the shape of a vector or tensor type.</summary>
    public static IrType OfShape(IrType type, IrType element) => type switch
    {
        RankedTensorType tensor => RankedTensorType.Get(tensor.Shape, element, tensor.Encoding),
        UnrankedTensorType => UnrankedTensorType.Get(element),
        VectorType vector => VectorType.Get(vector.Shape, element, ScalableOf(vector)),
        _ => element,
    };

    private static bool[] ScalableOf(VectorType vector)
    {
        if (!vector.IsScalable) return [];
        bool[] scalable = new bool[vector.Rank];
        for (int i = 0; i < scalable.Length; i++) scalable[i] = vector.IsScalableDim(i);
        return scalable;
    }
}

/// <summary>One of two values: of all elements by an i1, or element by element by i1 of the same shape.</summary>
[Op("arith.select")]
public sealed partial class SelectOp : Operation, IPure, ISelectCondition, IElementwise, ICustomSyntax
{
    [Operand<BoolLike>] public partial Value Condition { get; }

    [Operand<AnyType>] public partial Value TrueValue { get; }

    [Operand<AnyType>, SameTypeAs("true_value")] public partial Value FalseValue { get; }

    [Result<AnyType>("result"), SameTypeAs("true_value")] public partial Value Output { get; }

    public static bool Parse(AsmParser parser, OperationState state)
    {
        Support.Vec<UnresolvedOperand> operands = default;
        int position = parser.Position;
        if (parser.Kind is TokenKind.LParen or TokenKind.LSquare) return parser.Error(position, "NEST1001", "unexpected delimiter");
        if (parser.Kind != TokenKind.PercentIdentifier) return parser.ExpectedError("NEST1001", "expected operand");
        if (!parser.ParseOperandList(ref operands)) return false;
        if (operands.Count != 3) return parser.CustomError(state, position, "NEST1411", "expected 3 operands");
        if (!parser.ParseAttrDict(state) || !parser.ParseColon()) return false;
        if (parser.ParseType() is not { } type) return false;
        IrType conditionType = parser.Context.Common.I1;
        if (parser.TryParseComma())
        {
            conditionType = type;
            if ((type = parser.ParseType()) is null) return false;
        }
        state.ResultTypes.Add(type);
        return parser.ResolveOperand(operands[0], conditionType, ref state.Operands) && parser.ResolveOperand(operands[1], type, ref state.Operands)
            && parser.ResolveOperand(operands[2], type, ref state.Operands);
    }

    protected internal override bool VerifyOp(Diag d)
    {
        IrType condition = Condition.Type, result = Output.Type;
        if (condition.IsSignlessInteger(1) || result is not (VectorType or TensorType)) return true;
        IrType wanted = BoolTypes.OfShape(result);
        return condition == wanted
            || d.Error(Diag.RuleCode, $"expected condition type to have the same shape as the result type, expected '{wanted}', but got '{condition}'");
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteOperands(Operands);
        printer.WriteAttrDict(this, default);
        printer.Out.Write(" : "u8);
        if (Condition.Type is ShapedType)
        {
            printer.Write(Condition.Type);
            printer.Out.Write(", "u8);
        }
        printer.Write(Output.Type);
    }
}

/// <summary>The condition of `select` is an i1, or i1 in the shape of the result.</summary>
public interface ISelectCondition
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        IrType condition = op.Operand(0).Type, result = op.Result(0).Type;
        if (condition.IsSignlessInteger(1)) return true;
        return (condition is ShapedType c && result is ShapedType r && ShapeOf(c).SequenceEqual(ShapeOf(r)))
            || d.Error("NEST2030", "failed to verify that condition is signless i1 or has matching shape");
    }

    // As upstream, what has no rank is alike to what has no dimensions.
    private static ReadOnlySpan<long> ShapeOf(ShapedType type) => type.HasRank ? type.Shape : default;
}
