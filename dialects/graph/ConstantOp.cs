using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Dialects.Graph;

/// <summary>A tensor that is known: dense elements, or a resource. `graph.constant dense&lt;1&gt; : tensor&lt;2xi8&gt; as T` is of the quantized type T.</summary>
[Op("graph.constant")]
[Rule("C1", "the value is of the result's type; of a quantized type, of the integers that store it")]
public sealed partial class ConstantOp : Operation, IPure, IConstantLike, IArrayEvaluable, IFoldable, ICustomSyntax, IAsmNames
{
    [Prop] public partial Attr Value { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    Attr IConstantLike.ConstantValue => Value;

    public FoldResult Fold(FoldInputs inputs) => Value;

    public NdArray[] Evaluate(NdArray[] x) => [GraphTypes.ArrayOf(Value)];

    /// <summary>Makes a constant of the type that its value has.</summary>
    /// <exception cref="ArgumentException">The value is no elements.</exception>
    public static ConstantOp Create(OpBuilder builder, Attr value) =>
        Build(builder, value, value is ITypedAttr { Type: { } type } ? type : throw new ArgumentException($"'{value}' has no type"));

    public static bool Parse(AsmParser parser, OperationState state)
    {
        if (!parser.ParseAttrDict(state)) return false;
        int position = parser.Position;
        if (parser.ParseAttr() is not { } value) return false;
        if (value is not ITypedAttr { Type: { } type }) return parser.Error(position, "NEST1340", "custom op 'graph.constant' invalid kind of attribute specified");
        ((ConstantOp)state.Op)._value = value;
        if (parser.TryParseKeyword("as"u8))
        {
            if (parser.ParseType() is not { } quantized) return false;
            type = quantized;
        }
        state.ResultTypes.Add(type);
        return true;
    }

    public void Print(AsmPrinter printer)
    {
        printer.WriteAttrDict(this, ["value"]);
        printer.Out.Write(' ');
        printer.Write(Value);
        if (Value is ITypedAttr typed && typed.Type == Output.Type) return;
        printer.Out.Write(" as "u8);
        printer.Write(Output.Type);
    }

    /// <summary>`%cst`.</summary>
    public void NameResults(ValueNames names) => names.Name(Output, "cst"u8);

    protected override bool VerifyOp(Diag d) =>
        d.Require(Value is ITypedAttr typed && (typed.Type == Output.Type || IsStorage(typed.Type)), "C1", $"the value is not of the type '{Output.Type}'");

    private bool IsStorage(IrType type) =>
        type is RankedTensorType stored && Output.Type is RankedTensorType wanted && QuantizedTypes.Of(wanted) is { } quantized
        && stored.Shape.SequenceEqual(wanted.Shape) && stored.ElementType == QuantizedTypes.StorageOf(quantized);
}
