using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx.Export;

public sealed partial class OnnxExporter
{
    /// <summary>Operators newer than <see cref="Opset"/>, and the opset that brought them.</summary>
    private static readonly (string Onnx, int Since)[] Newer =
    [
        ("BitwiseAnd", 18), ("BitwiseNot", 18), ("BitwiseOr", 18), ("BitwiseXor", 18), ("CenterCropPad", 18), ("Col2Im", 18), ("GroupNormalization", 21),
        ("DeformConv", 19), ("AffineGrid", 20), ("StringConcat", 20), ("RegexFullMatch", 20), ("StringSplit", 20),
    ];

    private static Dictionary<string, string>? onnxNames;

    /// <summary>The operator of an operation's name, or null.</summary>
    private static string? OnnxName(string graphName)
    {
        if (Volatile.Read(ref onnxNames) is not { } all)
        {
            all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string name in OperatorSchemas.Names())
                if (name is not ("Scatter" or "CastLike" or "Upsample" or "Swish")) all.TryAdd(OnnxNames.ToGraph(name), name);
            all["graph.dropout_training"] = "Dropout";
            all["graph.batch_normalization_training"] = "BatchNormalization";
            Volatile.Write(ref onnxNames, all);
        }
        return all.GetValueOrDefault(graphName);
    }

    private void Convert(Operation op)
    {
        switch (op)
        {
            case GeluOp gelu:
                ConvertGelu(gelu);
                return;
            case MishOp mish:
                Emit("Mul", names.Of(mish.Output, null), NameOf(mish.Input), Emit("Tanh", null, Emit("Softplus", null, NameOf(mish.Input))));
                return;
            case ReduceOp reduce when op is not ReduceSumOp && opset < 18:
                ConvertReduce(reduce);
                return;
        }
        if (OnnxName(op.Name) is not { } type)
        {
            Refuse(op, "there is no such operator");
            return;
        }
        NodeProto node = Plain(op, type);
        switch (op)
        {
            case ClipOp clip:
                if (IsNoLimit(clip.Low, low: true)) node.Input[1] = "";
                if (IsNoLimit(clip.High, low: false)) node.Input[2] = "";
                DropUnused(clip.Low, node);
                DropUnused(clip.High, node);
                TrimInputs(node);
                break;
            case CastOp: node.Attribute.Add(IntAttribute("to", ElementType(GraphTypes.Element(op.Result(0)), op))); break;
            case IfOp or LoopOp or ScanOp or SequenceMapOp: AddGraphs(op, node); break;
            case SplitOp split when opset >= 18 && split.OperandCount == 1: node.Attribute.Add(IntAttribute("num_outputs", split.ResultCount)); break;
        }
        AddElementType(op, node);
        graph.Node.Add(node);
    }

    // Before opset 18 only ReduceSum takes axes as an operand.
    private void ConvertReduce(ReduceOp op)
    {
        long[]? axes = op.OperandCount > 1 ? ListOf(op.Operand(1)) : [];
        bool noop = op.Inherent("noop_with_empty_axes"u8) is IntegerAttr { Value: not 0 };
        if (axes is [] && noop)
        {
            Emit("Identity", names.Of(op.Result(0), null), NameOf(op.Operand(0)));
            return;
        }
        NodeProto node = NodeOf(OnnxName(op.Name)!, names.Node(op), [NameOf(op.Operand(0))], [Result(op, 0)]);
        AddAttributes(op, node);
        for (int i = node.Attribute.Count - 1; i >= 0; i--)
            if (node.Attribute[i].Name == "noop_with_empty_axes") node.Attribute.RemoveAt(i);
        if (axes is { Length: > 0 }) node.Attribute.Add(IntsAttribute("axes", axes));
        graph.Node.Add(node);
    }

    // x/2 (1 + erf(x / sqrt 2)), or x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
    private void ConvertGelu(GeluOp op)
    {
        ElementKind kind = GraphTypes.KindOf(op.Input.Type);
        string x = NameOf(op.Input), inner;
        if (op.Approximate == "tanh")
        {
            string cube = Emit("Mul", null, Emit("Mul", null, x, x), x);
            string sum = Emit("Add", null, x, Emit("Mul", null, cube, Number(kind, 0.044715)));
            inner = Emit("Tanh", null, Emit("Mul", null, sum, Number(kind, Math.Sqrt(2 / Math.PI))));
        }
        else inner = Emit("Erf", null, Emit("Div", null, x, Number(kind, Math.Sqrt(2))));
        string product = Emit("Mul", null, x, Emit("Add", null, inner, Number(kind, 1)));
        Emit("Mul", names.Of(op.Output, null), product, Number(kind, 0.5));
    }

    // A node of an operator that stands for a part of an operation; the name of its result.
    private string Emit(string type, string? result, params ReadOnlySpan<string> inputs)
    {
        string name = result ?? names.Fresh(type.ToLowerInvariant());
        graph.Node.Add(NodeOf(type, name, inputs, [name]));
        return name;
    }

    private readonly Dictionary<(ElementKind, double), string> numbers = [];

    private string Number(ElementKind kind, double value)
    {
        if (numbers.TryGetValue((kind, value), out string? known)) return known;
        string name = names.Fresh("number");
        GraphOf(function.Entry).Initializer.Add(OnnxTensors.ToProto(Cast.To(NdArray.Scalar(value), kind), name));
        return numbers[(kind, value)] = name;
    }

    private static long[]? ListOf(Value value)
    {
        if (value.DefiningOp is not ConstantOp constant) return null;
        NdArray array = GraphTypes.ArrayOf(constant.Value);
        return array.Kind.IsInteger() && array.Count <= 64 ? array.ToInt64s() : null;
    }

    // A limit that every number of the kind keeps is what ONNX means by none.
    private static bool IsNoLimit(Value limit, bool low)
    {
        if (limit.DefiningOp is not ConstantOp { Value: DenseElementsAttr } constant || constant.Output.Type is not ShapedType { NumElements: 1 }) return false;
        NdArray array = GraphTypes.ArrayOf(constant.Value);
        if (array.Kind.IsFloat()) return array.GetDouble(0) == (low ? double.NegativeInfinity : double.PositiveInfinity);
        return array.Kind is not (ElementKind.U64 or ElementKind.I1) && array.GetInt64(0) == (low ? array.Kind.MinValue() : array.Kind.MaxValue());
    }

    // An initializer that was made for an input that is left out.
    private void DropUnused(Value value, NodeProto node)
    {
        if (!value.HasOneUse || !names.TryGet(value, out string name) || node.Input.Contains(name)) return;
        for (int i = graph.Initializer.Count - 1; i >= 0 && i >= graph.Initializer.Count - 2; i--)
            if (graph.Initializer[i].Name == name) graph.Initializer.RemoveAt(i);
    }

    private static int NeededOpset(Block block)
    {
        int needed = Opset;
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            needed = Math.Max(needed, Since(op));
            for (int i = 0; i < op.ResultCount; i++) needed = Math.Max(needed, Since(op.Result(i).Type));
        }
        return needed;
    }

    private static int Since(IrType type) => (type as ShapedType)?.ElementType switch
    {
        FloatType { Width: 8 } => 19,
        IntegerType { Width: 4 } => 21,
        _ => 0,
    };

    private static int Since(Operation op)
    {
        switch (op)
        {
            case ReduceOp when op is not ReduceSumOp && op.OperandCount > 1 && ListOf(op.Operand(1)) is null: return 18;
            case ScatterElementsOp { Reduction: "max" or "min" } or ScatterNDOp { Reduction: "max" or "min" }: return 18;
            case LpPoolOp pool when pool.Dilations is not null || pool.CeilMode != 0: return 18;
            case AveragePoolOp { Dilations: not null }: return 19;
            case PadOp { Mode: "wrap" }: return 19;
        }
        string? name = OnnxName(op.Name);
        foreach ((string newer, int since) in Newer)
            if (newer == name) return since;
        return 0;
    }
}
