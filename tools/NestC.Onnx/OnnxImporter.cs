using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>What an import does beyond the model itself.</summary>
public sealed record ImportOptions
{
    /// <summary>Extents of symbolic dimensions, by name.</summary>
    public IReadOnlyDictionary<string, long> Dims { get; init; } = new Dictionary<string, long>();

    /// <summary>Values that replace results of nodes, by name; see <see cref="SeededWeights"/>.</summary>
    public IReadOnlyDictionary<string, NdArray> Replaced { get; init; } = new Dictionary<string, NdArray>();
}

/// <summary>From an ONNX model to a module with one function, `main_graph`. The opset's history is resolved here: operations have one form.</summary>
public sealed partial class OnnxImporter
{
    private readonly NestContext context;
    private readonly OnnxModel model;
    private readonly ImportOptions options;
    private readonly OpBuilder builder;
    private readonly List<OnnxError> errors = [];
    private readonly SortedDictionary<string, List<string>> unsupported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueInfoProto> infos = new(StringComparer.Ordinal);

    private OnnxImporter(NestContext context, OnnxModel model, ImportOptions options)
    {
        (this.context, this.model, this.options) = (context, model, options);
        builder = new OpBuilder(context);
    }

    /// <summary>Where the elements of resources stand in files, by the resource's key.</summary>
    public List<WeightReference> References { get; } = [];

    /// <summary>Imports a model. Null where it cannot be; all errors are listed, unsupported operators with their nodes and count.</summary>
    public static ModuleOp? Import(NestContext context, OnnxModel model, ImportOptions options, out IReadOnlyList<OnnxError> errors, out IReadOnlyList<WeightReference> references)
    {
        OnnxImporter importer = new(context, model, options);
        ModuleOp? module = null;
        try
        {
            module = importer.Run();
        }
        catch (OnnxException e)
        {
            importer.errors.Add(e.Error);
        }
        foreach ((string what, List<string> nodes) in importer.unsupported)
        {
            string names = string.Join(", ", nodes.GetRange(0, Math.Min(nodes.Count, 5)));
            importer.errors.Add(new OnnxError(null, null, $"{what} is not supported: {nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")} ({names}{(nodes.Count > 5 ? ", ..." : "")})"));
        }
        (errors, references) = (importer.errors, importer.References);
        return importer.errors.Count == 0 ? module : null;
    }

    private ModuleOp? Run()
    {
        GraphProto graph = model.Graph;
        foreach (var t in graph.Initializer) initializers[t.Name] = t;
        foreach (var info in graph.ValueInfo) infos[info.Name] = info;
        foreach (var info in graph.Output) infos[info.Name] = info;
        var module = (ModuleOp)builder.Create("builtin.module", [], [], [], 1);
        Block top = module.BodyRegion.AddBlock();
        List<IrType> inputs = [];
        List<string> names = [];
        foreach (var info in graph.Input)
        {
            if (initializers.ContainsKey(info.Name)) continue;
            inputs.Add(TypeOf(info) ?? throw new OnnxException(info.Name, "type", "only tensors of numbers can be inputs"));
            names.Add(info.Name);
        }
        builder.AtEnd(top);
        // The results' types are known at the end only.
        FuncOp function = FuncOp.Create(builder, "main_graph", FunctionType.Get(context, inputs.ToArray(), []));
        Block entry = function.AddEntryBlock();
        for (int i = 0; i < names.Count; i++)
        {
            values[names[i]] = entry.ArgumentAt(i);
            builder.SetArgumentLocation(entry.ArgumentAt(i), LocationOf(names[i]));
        }
        builder.AtEnd(entry);
        foreach (var node in graph.Node) Import(node);
        if (errors.Count > 0 || unsupported.Count > 0) return null;
        builder.Location = LocationOf(graph.Output);
        List<Value> results = [];
        List<IrType> types = [];
        foreach (var output in graph.Output)
        {
            if (Find(output.Name) is not { } value) throw new OnnxException(output.Name, null, "the output is computed by no node");
            results.Add(value);
            types.Add(value.Type);
        }
        builder.Create("func.return", results.ToArray(), []);
        function.SetFunctionType(builder, FunctionType.Get(context, inputs.ToArray(), types.ToArray()));
        return module;
    }

    // The names of outputs are kept by the return that yields them.
    private Location LocationOf(IReadOnlyList<ValueInfoProto> outputs)
    {
        var names = new LocationAttr[outputs.Count];
        for (int i = 0; i < names.Length; i++) names[i] = NameLoc.Get(context, context.Identifier(outputs[i].Name));
        return context.Handle(FusedLoc.Get(context, names));
    }

    private Location LocationOf(string name) => name.Length == 0 ? default : context.Handle(NameLoc.Get(context, context.Identifier(name)));

    private IrType? TypeOf(ValueInfoProto info)
    {
        if (info.Type?.TensorType is not { } tensor || OnnxTensors.TryKind(tensor.ElemType) is not { } kind) return null;
        if (GraphTypes.TryTypeOf(context, kind) is not { } element) return null;
        if (tensor.Shape is not { } shape) return GraphTypes.Tensor((long[]?)null, element);
        var dims = new long[shape.Dim.Count];
        for (int i = 0; i < dims.Length; i++)
        {
            var dim = shape.Dim[i];
            dims[i] = dim.HasDimValue && dim.DimValue >= 0 ? dim.DimValue
                : dim.HasDimParam && options.Dims.TryGetValue(dim.DimParam, out long given) ? given : ShapedType.Dynamic;
        }
        return GraphTypes.Tensor(dims, element);
    }

    /// <summary>A value by name: a result, an argument, or an initializer, whose constant is made at its first use.</summary>
    private Value? Find(string name)
    {
        if (values.TryGetValue(name, out Value value)) return value;
        if (!initializers.TryGetValue(name, out var tensor)) return null;
        Location saved = builder.Location;
        builder.Location = LocationOf(name);
        value = Constant(model.Tensor(tensor), name, tensor);
        builder.Location = saved;
        return values[name] = value;
    }

    private Value Constant(NdArray array, string name, TensorProto? source = null)
    {
        if (GraphTypes.TryTypeOf(context, array.Kind) is not { } element) throw new OnnxException(name, "data_type", "constants of strings are not supported");
        Attr attr = GraphTypes.AttrOf(context, array, KeyOf(name));
        if (source is not null && attr is DenseResourceElementsAttr resource && model.TryLocate(source, out string path, out long offset, out long length))
            References.Add(new WeightReference(resource.Handle, path, offset, length));
        IrType type = GraphTypes.Tensor(array.Shape, element);
        return builder.Create("graph.constant", [], [type], [new NamedAttr(context.Identifier("value"), attr)]).Result(0);
    }

    // A resource's key is a bare identifier.
    private static string KeyOf(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 1);
        foreach (char c in name) text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_');
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_')) text.Insert(0, "w_");
        return text.ToString();
    }

    private void Reject(NodeProto node, string? why = null)
    {
        string what = $"{(node.Domain.Length == 0 ? "" : node.Domain + ":")}{node.OpType} (opset {model.Opset(node.Domain)}){(why is null ? "" : ": " + why + ",")}";
        if (!unsupported.TryGetValue(what, out var nodes)) unsupported[what] = nodes = [];
        nodes.Add($"'{(node.Name.Length > 0 ? node.Name : node.Output.Count > 0 ? node.Output[0] : "")}'");
    }

    private void Import(NodeProto node)
    {
        string label = node.Name.Length > 0 ? node.Name : node.Output.Count > 0 ? node.Output[0] : "";
        builder.Location = LocationOf(label);
        if (node.Output.Count == 1 && options.Replaced.TryGetValue(node.Output[0], out var given))
        {
            values[node.Output[0]] = Constant(given, node.Output[0]);
            return;
        }
        if (node.Domain is not ("" or "ai.onnx"))
        {
            Reject(node);
            return;
        }
        if (node.OpType == "Constant")
        {
            ImportConstant(node);
            return;
        }
        string name = OnnxNames.ToGraph(node.OpType);
        if (!context.OpInfo(name).IsRegistered)
        {
            Reject(node);
            return;
        }
        List<Value?> operands = [];
        foreach (string input in node.Input)
        {
            if (input.Length == 0)
            {
                operands.Add(null);
                continue;
            }
            if (Find(input) is not { } value) return;   // What computes it was rejected.
            operands.Add(value);
        }
        Form form = new(node, operands);
        if (Resolve(form) is { } why)
        {
            Reject(node, why);
            return;
        }
        while (form.Operands.Count > 0 && form.Operands[^1] is null) form.Operands.RemoveAt(form.Operands.Count - 1);
        int count = Results(node);
        for (int i = count; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0)
            {
                Reject(node, $"result {i}");
                return;
            }
        if (form.Operands.Contains(null))
        {
            Reject(node, "an optional input before others");
            return;
        }
        try
        {
            Value[] made = Make(form, name, count, label);
            for (int i = 0; i < made.Length && i < node.Output.Count; i++)
                if (node.Output[i].Length > 0) values[node.Output[i]] = made[i];
        }
        catch (Exception e) when (e is EvaluationException or ArgumentException or IndexOutOfRangeException or InvalidCastException)
        {
            errors.Add(new OnnxError(label, null, $"{node.OpType}: {e.Message}"));
        }
    }

    private Value[] Make(Form form, string name, int count, string label)
    {
        var operands = new Value[form.Operands.Count];
        for (int i = 0; i < operands.Length; i++) operands[i] = form.Operands[i]!.Value;
        var provisional = new IrType[count];
        Array.Fill(provisional, GraphTypes.Tensor((long[]?)null, form.Element ?? FloatType.F32(context)));
        List<NamedAttr> attributes = [];
        foreach (var attribute in form.Attributes)
            if (Convert(attribute) is { } attr) attributes.Add(new NamedAttr(context.Identifier(attribute.Name), attr));
        foreach ((string key, Attr attr) in form.Extra) attributes.Add(new NamedAttr(context.Identifier(key), attr));
        Operation op = builder.Create(name, operands, provisional, attributes.ToArray());
        IrType[] types = ((GraphOp)op).InferTypes();
        var results = new Value[count];
        for (int i = 0; i < count; i++)
        {
            IrType type = types[i];
            if (type is UnrankedTensorType && i < form.Node.Output.Count && infos.TryGetValue(form.Node.Output[i], out var info) && TypeOf(info) is { } declared
                && GraphTypes.Compatible(type, declared)) type = declared;
            builder.SetResultType(op, i, type);
            results[i] = op.Result(i);
        }
        return form.After is { } after ? [after(results[0])] : results;
    }

    private static int Results(NodeProto node) => node.OpType switch
    {
        "Split" => node.Output.Count,
        "TopK" => 2,
        "DynamicQuantizeLinear" => 3,
        _ => 1,
    };

    private Attr? Convert(AttributeProto a) => a.Type switch
    {
        AttributeProto.Types.AttributeType.Int => IntegerAttr.Get(context.Common.I64, a.I),
        AttributeProto.Types.AttributeType.Float => FloatAttr.Get(FloatType.F32(context), a.F),
        AttributeProto.Types.AttributeType.String => StringAttr.Get(context, a.S.ToStringUtf8()),
        AttributeProto.Types.AttributeType.Ints => DenseArrayAttr.Get(context, a.Ints.ToArray()),
        AttributeProto.Types.AttributeType.Floats => DenseArrayAttr.Get(context, a.Floats.ToArray()),
        _ => null,
    };

    private void ImportConstant(NodeProto node)
    {
        string name = node.Output.Count > 0 ? node.Output[0] : "";
        foreach (var a in node.Attribute)
        {
            NdArray? value = a.Name switch
            {
                "value" when a.T is not null => model.Tensor(a.T),
                "value_float" => NdArray.Scalar(a.F),
                "value_int" => NdArray.Scalar(a.I),
                "value_floats" => NdArray.Vector<float>(a.Floats.ToArray()),
                "value_ints" => NdArray.Vector<long>(a.Ints.ToArray()),
                _ => null,
            };
            if (value is null || GraphTypes.TryTypeOf(context, value.Kind) is null) continue;
            values[name] = Constant(value, name, a.T);
            return;
        }
        Reject(node, "a value of this kind");
    }

    /// <summary>A node on its way to the current form.</summary>
    private sealed class Form(NodeProto node, List<Value?> operands)
    {
        public NodeProto Node { get; } = node;

        public List<Value?> Operands { get; } = operands;

        public List<AttributeProto> Attributes { get; } = [.. node.Attribute];

        public List<(string, Attr)> Extra { get; } = [];

        /// <summary>The element type of the result, where the operation does not say it.</summary>
        public IrType? Element { get; set; }

        /// <summary>What is done with the result.</summary>
        public Func<Value, Value>? After { get; set; }

        public AttributeProto? Take(string name)
        {
            for (int i = 0; i < Attributes.Count; i++)
            {
                if (Attributes[i].Name != name) continue;
                var found = Attributes[i];
                Attributes.RemoveAt(i);
                return found;
            }
            return null;
        }
    }
}

/// <summary>Where a resource's bytes stand.</summary>
public sealed record WeightReference(ResourceHandle Handle, string Path, long Offset, long Length);
