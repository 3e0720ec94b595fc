using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>A tensor that is known: dense elements, or a resource.</summary>
[Op("graph.constant", Format = "$value attr-dict `:` type($output)")]
[Rule("C1", "the value is of the result's type; of a quantized type, of the integers that store it")]
public sealed partial class ConstantOp : Operation, IPure, IConstantLike, IArrayEvaluable, IFoldable
{
    [Prop] public partial Attr Value { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    Attr IConstantLike.ConstantValue => Value;

    public FoldResult Fold(FoldInputs inputs) => Value;

    public NdArray[] Evaluate(NdArray[] x) => [GraphTypes.ArrayOf(Value)];

    protected override bool VerifyOp(Diag d) =>
        d.Require(Value is ITypedAttr typed && (typed.Type == Output.Type || IsStorage(typed.Type)), "C1", $"the value is not of the type '{Output.Type}'");

    private bool IsStorage(IrType type) =>
        type is RankedTensorType stored && Output.Type is RankedTensorType wanted && QuantizedTypes.Of(wanted) is { } quantized
        && stored.Shape.SequenceEqual(wanted.Shape) && stored.ElementType == QuantizedTypes.StorageOf(quantized);
}
