using Google.Protobuf;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx.Export;

/// <summary>From a function of graph operations to an ONNX model: opset 17, or the first later one that has what the function uses. Names of
/// nodes and values come from locations; operations that no opset has are written as the operators that they stand for.</summary>
public sealed partial class OnnxExporter
{
    /// <summary>The opset that is written unless an operation needs a later one.</summary>
    public const int Opset = 17;

    private readonly NestContext context;
    private readonly FuncOp function;
    private GraphProto graph = new();
    private readonly ValueNames names;
    private readonly Dictionary<OpInfo, DictionaryAttr?> defaults = [];
    private readonly List<WeightSource> weights = [];
    private readonly int opset;
    private bool failed;

    private OnnxExporter(FuncOp function)
    {
        (context, this.function) = (function.Context, function);
        names = new ValueNames(context);
        opset = NeededOpset(function.Entry);
    }

    /// <summary>The model of a function of one block; null after every reason against it was reported to the context.</summary>
    public static ExportedModel? Export(FuncOp function)
    {
        OnnxExporter exporter = new(function);
        exporter.Run();
        return exporter.failed ? null : new ExportedModel(exporter.Model(), exporter.weights);
    }

    private void Run()
    {
        Block entry = function.Entry;
        if (entry.Next is not null)
        {
            Refuse(function, "the function has several blocks");
            return;
        }
        graph.Name = function.SymName.Value;
        open.Add((entry, graph));
        Operation? end = entry.Last;
        NameOutputs(end);
        for (int i = 0; i < entry.ArgumentCount; i++)
        {
            Value argument = entry.ArgumentAt(i);
            graph.Input.Add(Info(names.Of(argument, "arg"), argument.Type, function));
            NameDims(graph.Input[^1], function.ArgAttrsOf(i));
        }
        for (Operation? op = entry.First; op is not null; op = op.Next)
        {
            if (op == end && op is ReturnOp) AddOutputs(op);
            else if (op is not ConstantOp) Convert(op);
        }
    }

    private ModelProto Model()
    {
        ModelProto model = new() { IrVersion = opset < 19 ? 8 : opset < 21 ? 9 : 10, ProducerName = "NestC", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        return model;
    }

    private void Refuse(Operation op, string why)
    {
        failed = true;
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST4150", op.Location, $"'{op.Name}' op has no form in ONNX: {why}"));
    }

    // Inputs and outputs keep the names that users know: where the return's location has them, results are called so.
    private void NameOutputs(Operation? end)
    {
        if (end is not ReturnOp) return;
        List<string> given = [];
        switch (context.Resolve(end.Location))
        {
            case NameLoc one: given.Add(one.Name.ToString()); break;
            case FusedLoc several:
                foreach (LocationAttr part in several.Locations)
                    if (part is NameLoc name) given.Add(name.Name.ToString());
                break;
        }
        if (given.Count != end.OperandCount) return;
        for (int i = 0; i < given.Count; i++)
            if (end.Operand(i).DefiningOp is { } op and not ConstantOp) names.Give(end.Operand(i), given[i]);
    }

    private void AddOutputs(Operation end)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        for (int i = 0; i < end.OperandCount; i++)
        {
            Value value = end.Operand(i);
            string name = NameOf(value);
            // An output has a node of its own: runtimes do not take inputs, weights or one value twice.
            if (value.DefiningOp is null or ConstantOp || value.DefiningOp.Block != end.Block || !taken.Add(name))
            {
                string inner = name;
                taken.Add(name = names.Fresh(inner + "_out"));
                graph.Node.Add(NodeOf("Identity", name, [inner], [name]));
            }
            graph.Output.Add(Info(name, value.Type, end));
        }
    }

    private ValueInfoProto Info(string name, IrType type, Operation at) => new() { Name = name, Type = TypeOf(type, at) ?? new TypeProto() };

    private int ElementType(IrType type, Operation at)
    {
        try
        {
            return (int)OnnxTensors.DataType(GraphTypes.KindOf(type));
        }
        catch (EvaluationException)
        {
            Refuse(at, $"elements of type '{type}'");
            return 1;
        }
    }

    /// <summary>The name of a value; a constant becomes an initializer when it is first asked for.</summary>
    private string NameOf(Value value)
    {
        if (value.DefiningOp is not ConstantOp constant) return names.Of(value, value.IsBlockArgument ? "arg" : null);
        if (names.TryGet(value, out string known)) return known;
        // Passes gather constants, which have no place of their own then; their resource still has the name.
        string name = names.Of(value, constant.Value is DenseResourceElementsAttr resource ? resource.Handle.Key : "weight");
        GraphOf(constant.Block).Initializer.Add(Tensor(constant, constant.Value, name));
        return name;
    }

    private TensorProto Tensor(Operation at, Attr value, string name)
    {
        try
        {
            if (value is not DenseResourceElementsAttr resource) return OnnxTensors.ToProto(GraphTypes.ArrayOf(value), name);
            ElementKind kind = GraphTypes.KindOf(resource.ShapedType);
            TensorProto tensor = new() { Name = name, DataType = (int)OnnxTensors.DataType(kind) };
            foreach (long extent in resource.ShapedType.Shape) tensor.Dims.Add(extent);
            if (resource.Handle.Blob is not { } blob) Refuse(at, $"the resource '{resource.Handle.Key}' has no data");
            else if (blob.Length != NdArray.BytesFor(kind, resource.ShapedType.NumElements))
                Refuse(at, $"the resource '{resource.Handle.Key}' has {blob.Length} bytes, which is not what '{resource.Type}' takes");
            else weights.Add(new WeightSource(tensor, blob));
            return tensor;
        }
        catch (EvaluationException e)
        {
            Refuse(at, e.Message);
            return new TensorProto { Name = name };
        }
    }

    private static NodeProto NodeOf(string type, string name, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs)
    {
        NodeProto node = new() { OpType = type, Name = name };
        foreach (string input in inputs) node.Input.Add(input);
        foreach (string output in outputs) node.Output.Add(output);
        return node;
    }

    /// <summary>The node of an operation, with its operands and the properties that are not at their default.</summary>
    private NodeProto Plain(Operation op, string type)
    {
        NodeProto node = new() { OpType = type, Name = names.Node(op) };
        AddInputs(op, node);
        AddAttributes(op, node);
        for (int i = 0; i < op.ResultCount; i++) node.Output.Add(Result(op, i));
        return node;
    }

    private string Result(Operation op, int index)
    {
        Value value = op.Result(index);
        string name = names.Of(value, null);
        bool isOutput = false;
        foreach (Use use in value.Uses) isOutput |= use.Owner is ReturnOp or YieldOp;
        if (!isOutput && value.Type is RankedTensorType) graph.ValueInfo.Add(Info(name, value.Type, op));
        return name;
    }

    // An optional operand that is absent before one that is there has an empty name.
    private void AddInputs(Operation op, NodeProto node)
    {
        if (DenseArrayAttr.TryGet(op.Inherent("operandSegmentSizes"u8), out int[] sizes))
        {
            int at = 0;
            foreach (int size in sizes)
            {
                if (size == 0) node.Input.Add("");
                for (int i = 0; i < size; i++) node.Input.Add(NameOf(op.Operand(at++)));
            }
        }
        else
            for (int i = 0; i < op.OperandCount; i++) node.Input.Add(NameOf(op.Operand(i)));
        TrimInputs(node);
    }

    private static void TrimInputs(NodeProto node)
    {
        while (node.Input.Count > 0 && node.Input[^1].Length == 0) node.Input.RemoveAt(node.Input.Count - 1);
    }

    private void AddAttributes(Operation op, NodeProto node)
    {
        if (op.PropertiesAttr is not DictionaryAttr properties) return;
        DictionaryAttr? usual = Defaults(op);
        foreach (NamedAttr entry in properties.Entries)
        {
            string name = entry.Name.ToString();
            if (name is "operandSegmentSizes" or "resultSegmentSizes" || usual?.Find(entry.Name) == entry.Value) continue;
            if (Attribute(op, name, entry.Value) is { } attribute) node.Attribute.Add(attribute);
            else Refuse(op, $"its property '{name}'");
        }
    }

    // What the properties of a fresh operation are: ONNX's defaults are those of the dialect.
    private DictionaryAttr? Defaults(Operation op)
    {
        if (defaults.TryGetValue(op.Info, out DictionaryAttr? known)) return known;
        return defaults[op.Info] = Operation.Create(new OperationState(op.Info, default), static _ => { })?.PropertiesAttr as DictionaryAttr;
    }

    private AttributeProto? Attribute(Operation op, string name, Attr value)
    {
        switch (value)
        {
            case IntegerAttr integer: return IntAttribute(name, integer.Value);
            case FloatAttr real: return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)real.Value };
            case StringAttr text: return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text.Value) };
            case ElementsAttr elements: return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = Tensor(op, elements, "") };
            case DenseArrayAttr array when DenseArrayAttr.TryGet(array, out long[] integers): return IntsAttribute(name, integers);
            case DenseArrayAttr array when DenseArrayAttr.TryGet(array, out float[] reals):
                AttributeProto floats = new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
                floats.Floats.AddRange(reals);
                return floats;
            case ArrayAttr list:
                AttributeProto strings = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
                foreach (Attr element in list.Elements)
                {
                    if (element is not StringAttr one) return null;
                    strings.Strings.Add(ByteString.CopyFromUtf8(one.Value));
                }
                return strings;
            default: return null;
        }
    }

    private static AttributeProto IntAttribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto IntsAttribute(string name, ReadOnlySpan<long> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values) attribute.Ints.Add(value);
        return attribute;
    }
}
