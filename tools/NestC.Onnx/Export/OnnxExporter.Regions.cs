using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx.Export;

// Operations with regions become operators with graphs; values that are no tensors, and element types that only an attribute tells.
public sealed partial class OnnxExporter
{
    // The graphs that are being written, the innermost last, with the block that each is of.
    private readonly List<(Block Block, GraphProto Graph)> open = [];

    private GraphProto GraphOf(Block? block)
    {
        for (int i = open.Count - 1; i >= 0; i--)
            if (open[i].Block == block) return open[i].Graph;
        return graph;
    }

    /// <summary>The graph of a region; the values that it yields are its outputs.</summary>
    private GraphProto Body(Operation op, int region)
    {
        GraphProto outer = graph, body = new() { Name = names.Fresh("body") };
        Block block = op.Region(region).First!;
        graph = body;
        open.Add((block, body));
        for (int i = 0; i < block.ArgumentCount; i++) body.Input.Add(Info(names.Of(block.ArgumentAt(i), "arg"), block.ArgumentAt(i).Type, op));
        for (Operation? inner = block.First; inner is not null; inner = inner.Next)
        {
            if (inner is YieldOp) AddOutputs(inner);
            else if (inner is not ConstantOp) Convert(inner);
        }
        open.RemoveAt(open.Count - 1);
        graph = outer;
        return body;
    }

    private void AddGraphs(Operation op, NodeProto node)
    {
        switch (op)
        {
            case IfOp:
                node.Attribute.Add(GraphAttribute("then_branch", Body(op, 0)));
                node.Attribute.Add(GraphAttribute("else_branch", Body(op, 1)));
                break;
            case LoopOp:
                while (node.Input.Count < 2) node.Input.Add("");
                node.Attribute.Add(GraphAttribute("body", Body(op, 0)));
                break;
            case ScanOp scan:
                node.Attribute.Add(GraphAttribute("body", Body(op, 0)));
                node.Attribute.Add(IntAttribute("num_scan_inputs", scan.Scanned.Count));
                break;
            case SequenceMapOp: node.Attribute.Add(GraphAttribute("body", Body(op, 0))); break;
        }
    }

    private static AttributeProto GraphAttribute(string name, GraphProto graph) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };

    // Element types of results that no operand tells.
    private void AddElementType(Operation op, NodeProto node)
    {
        switch (op)
        {
            case WindowOp or MelWeightMatrixOp: node.Attribute.Add(IntAttribute("output_datatype", ElementType(GraphTypes.Element(op.Result(0)), op))); break;
            case RandomOp or EyeLikeOp: node.Attribute.Add(IntAttribute("dtype", ElementType(GraphTypes.Element(op.Result(0)), op))); break;
            case SequenceEmptyOp { Output.Type: SequenceType { ElementType: TensorType element } }: node.Attribute.Add(IntAttribute("dtype", ElementType(element.ElementType, op))); break;
            case BatchNormalizationTrainingOp: node.Attribute.Add(IntAttribute("training_mode", 1)); break;
            case OptionalOp { Input: null } optional when TypeOf(((OptionalType)optional.Output.Type).ElementType, op) is { } type:
                node.Attribute.Add(new AttributeProto { Name = "type", Type = AttributeProto.Types.AttributeType.TypeProto, Tp = type });
                break;
        }
    }

    private TypeProto? TypeOf(IrType type, Operation at)
    {
        switch (type)
        {
            case SequenceType sequence: return TypeOf(sequence.ElementType, at) is { } element ? new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = element } } : null;
            case OptionalType optional: return TypeOf(optional.ElementType, at) is { } inner ? new TypeProto { OptionalType = new TypeProto.Types.Optional { ElemType = inner } } : null;
            case TensorType tensor:
                TypeProto.Types.Tensor result = new() { ElemType = ElementType(tensor.ElementType, at) };
                if (tensor is RankedTensorType)
                {
                    result.Shape = new TensorShapeProto();
                    foreach (long extent in tensor.Shape) result.Shape.Dim.Add(ShapedType.IsDynamic(extent) ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = extent });
                }
                return new TypeProto { TensorType = result };
            default:
                Refuse(at, $"values of type '{type}'");
                return null;
        }
    }

    // The names of an argument's open dimensions.
    private static void NameDims(ValueInfoProto info, DictionaryAttr? attributes)
    {
        if (attributes is null || info.Type?.TensorType?.Shape is not { } shape) return;
        foreach (NamedAttr entry in attributes.Entries)
        {
            if (entry.Name.ToString() != "graph.dims" || entry.Value is not ArrayAttr list || list.Count != shape.Dim.Count) continue;
            for (int i = 0; i < list.Count; i++)
                if (list[i] is StringAttr { Value.Length: > 0 } name && !shape.Dim[i].HasDimValue) shape.Dim[i].DimParam = name.Value;
        }
    }
}
