using NestC.Builtin;
using NestC.Diagnostics;
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
    private const int MaxErrors = 100;
    private readonly NestContext context;
    private readonly OnnxModel model;
    private readonly ImportOptions options;
    private readonly OpBuilder builder;
    private readonly List<OnnxError> errors = [];
    private readonly SortedDictionary<string, List<string>> unsupported = new(StringComparer.Ordinal);
    private readonly HashSet<string> usedDims = new(StringComparer.Ordinal);
    private Scope scope = null!;

    private OnnxImporter(NestContext context, OnnxModel model, ImportOptions options)
    {
        (this.context, this.model, this.options) = (context, model, options);
        builder = new OpBuilder(context);
    }

    /// <summary>Where the elements of resources stand in files, by the resource's key.</summary>
    public List<WeightReference> References { get; } = [];

    /// <summary>Imports and verifies a model. Null where it cannot be; all errors are listed, unsupported operators with their nodes and count.</summary>
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
            importer.errors.Add(new OnnxError(
                OnnxError.Unsupported, null, null, $"{what} is not supported: {nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")} ({names}{(nodes.Count > 5 ? ", ..." : "")})"));
        }
        if (importer.errors.Count == 0 && module is not null) importer.Verify(module);
        (errors, references) = (importer.errors, importer.References);
        return importer.errors.Count == 0 ? module : null;
    }

    // What the operations' own verifiers find is told with the node that became the operation.
    private void Verify(ModuleOp module)
    {
        using var handler = context.Diagnostics.PushHandler(d =>
        {
            if (d.Severity == Severity.Error) Error(OnnxError.Inputs, NameOf(d.Location), null, d.Message);
        });
        if (!Verifier.Verify(module) && errors.Count == 0) Error(OnnxError.Inputs, null, null, "the imported module is not valid");
    }

    private string? NameOf(Location location) => context.Resolve(location) is NameLoc name ? name.Name.ToString() : null;

    private void Error(string code, string? node, string? field, string message)
    {
        if (errors.Count < MaxErrors) errors.Add(new OnnxError(code, node, field, message));
    }

    private ModuleOp? Run()
    {
        CheckOpsets();
        if (errors.Count > 0) return null;
        GraphProto graph = model.Graph;
        var module = (ModuleOp)builder.Create("builtin.module", [], [], [], 1);
        Block top = module.BodyRegion.AddBlock();
        List<IrType> inputs = [];
        List<ValueInfoProto> infos = [];
        scope = new Scope(null, model.Proto.OpsetImport);
        Declare(graph);
        foreach (var info in graph.Input)
        {
            if (scope.Initializers.ContainsKey(info.Name)) continue;
            inputs.Add(TypeOf(info.Type, info.Name) ?? throw new OnnxException(OnnxError.Graph, info.Name, "type", "the input has no type that can be imported"));
            infos.Add(info);
        }
        foreach (string name in options.Dims.Keys)
            if (!usedDims.Contains(name)) Error(OnnxError.Graph, null, "--dim", $"no input has a dimension named '{name}'");
        builder.AtEnd(top);
        // The results' types are known at the end only.
        FuncOp function = FuncOp.Create(builder, "main_graph", FunctionType.Get(context, inputs.ToArray(), []));
        Block entry = function.AddEntryBlock();
        scope.Block = entry;
        for (int i = 0; i < infos.Count; i++)
        {
            scope.Values[infos[i].Name] = entry.ArgumentAt(i);
            builder.SetArgumentLocation(entry.ArgumentAt(i), LocationOf(infos[i].Name));
        }
        NameDims(function, infos);
        builder.AtEnd(entry);
        foreach (var node in graph.Node) Import(node);
        if (errors.Count > 0 || unsupported.Count > 0) return null;
        builder.Location = LocationOf(graph.Output);
        List<Value> results = [];
        List<IrType> types = [];
        foreach (var output in graph.Output)
        {
            if (Find(output.Name) is not { } value) throw new OnnxException(OnnxError.Graph, output.Name, "graph.output", "the output is computed by no node");
            results.Add(value);
            types.Add(value.Type);
        }
        builder.Create("func.return", results.ToArray(), []);
        function.SetFunctionType(builder, FunctionType.Get(context, inputs.ToArray(), types.ToArray()));
        return module;
    }

    private void CheckOpsets()
    {
        foreach (var import in model.Proto.OpsetImport)
        {
            if (import.Domain is not ("" or "ai.onnx")) continue;
            if (import.Version > OperatorSchemas.Newest)
                Error(OnnxError.OperatorSet, null, "opset_import", $"opset {import.Version} is newer than {OperatorSchemas.Newest}, the newest that is known");
            else if (import.Version < 1) Error(OnnxError.OperatorSet, null, "opset_import", $"there is no opset {import.Version}");
        }
    }

    // A symbolic dimension's name outlives the import as an attribute of the argument.
    private void NameDims(FuncOp function, List<ValueInfoProto> infos)
    {
        var all = new Attr[infos.Count];
        bool any = false;
        for (int i = 0; i < all.Length; i++)
        {
            List<Attr> names = [];
            bool named = false;
            foreach (var dim in infos[i].Type?.TensorType?.Shape?.Dim ?? [])
            {
                bool open = dim.DimParam.Length > 0 && !options.Dims.ContainsKey(dim.DimParam);
                names.Add(StringAttr.Get(context, open ? dim.DimParam : ""));
                named |= open;
            }
            any |= named;
            all[i] = DictionaryAttr.Get(context, named ? [new NamedAttr(context.Identifier("graph.dims"), ArrayAttr.Get(context, names.ToArray()))] : []);
        }
        if (any) function.SetArgAttrs(builder, ArrayAttr.Get(context, all));
    }

    private void Declare(GraphProto graph)
    {
        foreach (var t in graph.Initializer) scope.Initializers[t.Name] = t;
        foreach (var t in graph.SparseInitializer)
            if (t.Values is not null) scope.Sparse[t.Values.Name] = t;
        foreach (var info in graph.ValueInfo) scope.Infos[info.Name] = info;
        foreach (var info in graph.Output) scope.Infos[info.Name] = info;
    }

    // The names of outputs are kept by the return that yields them.
    private Location LocationOf(IReadOnlyList<ValueInfoProto> outputs)
    {
        var names = new LocationAttr[outputs.Count];
        for (int i = 0; i < names.Length; i++) names[i] = NameLoc.Get(context, context.Identifier(outputs[i].Name));
        return context.Handle(FusedLoc.Get(context, names));
    }

    private Location LocationOf(string name) => name.Length == 0 ? default : context.Handle(NameLoc.Get(context, context.Identifier(name)));

    /// <summary>The type of a value; null where it says none.</summary>
    private IrType? TypeOf(TypeProto? type, string name)
    {
        if (type is null) return null;
        switch (type.ValueCase)
        {
            case TypeProto.ValueOneofCase.TensorType: return TensorOf(type.TensorType, name);
            case TypeProto.ValueOneofCase.SequenceType: return TypeOf(type.SequenceType.ElemType, name) is { } element ? SequenceType.Get(element) : null;
            case TypeProto.ValueOneofCase.OptionalType: return TypeOf(type.OptionalType.ElemType, name) is { } inner ? OptionalType.Get(inner) : null;
            default: return null;
        }
    }

    private IrType? TensorOf(TypeProto.Types.Tensor tensor, string name)
    {
        if (OnnxTensors.TryKind(tensor.ElemType) is not { } kind || GraphTypes.TryTypeOf(context, kind) is not { } element) return null;
        if (tensor.Shape is not { } shape) return GraphTypes.Tensor((long[]?)null, element);
        if (shape.Dim.Count > OnnxTensors.MaxRank) throw new OnnxException(OnnxError.Tensor, name, "shape", $"rank {shape.Dim.Count} is more than {OnnxTensors.MaxRank}");
        var dims = new long[shape.Dim.Count];
        for (int i = 0; i < dims.Length; i++)
        {
            var dim = shape.Dim[i];
            dims[i] = ShapedType.Dynamic;
            if (dim.HasDimValue && dim.DimValue >= 0) dims[i] = dim.DimValue;
            else if (dim.HasDimParam && options.Dims.TryGetValue(dim.DimParam, out long given))
            {
                usedDims.Add(dim.DimParam);
                dims[i] = given;
            }
        }
        return GraphTypes.Tensor(dims, element);
    }

    /// <summary>A value by name: a result, an argument, or an initializer, whose constant is made at its first use.</summary>
    private Value? Find(string name)
    {
        for (Scope? at = scope; at is not null; at = at.Outer)
        {
            if (at.Values.TryGetValue(name, out Value value)) return value;
            bool sparse = at.Sparse.TryGetValue(name, out var parts);
            if (!at.Initializers.TryGetValue(name, out var tensor) && !sparse) continue;
            // A constant of a graph around this one stands before the operation whose region this is.
            InsertionPoint saved = builder.SavePoint();
            if (at != scope)
            {
                if (at.Current is { } current) builder.AtBefore(current);
                else builder.AtEnd(at.Block!);
            }
            builder.Location = LocationOf(name);
            value = sparse ? Constant(OnnxSparse.ToArray(model, parts!), name) : Constant(model.Tensor(tensor!), name, tensor);
            builder.RestorePoint(saved);
            return at.Values[name] = value;
        }
        return null;
    }

    private ValueInfoProto? InfoOf(string name) => scope.Infos.TryGetValue(name, out var info) ? info : null;

    private Value Constant(NdArray array, string name, TensorProto? source = null)
    {
        if (GraphTypes.TryTypeOf(context, array.Kind) is not { } element) throw new OnnxException(OnnxError.Tensor, name, "data_type", "constants of this type are not supported");
        Attr attr = GraphTypes.AttrOf(context, array, KeyOf(name));
        if (source is not null && attr is DenseResourceElementsAttr resource && model.TryLocate(source, out string path, out long offset, out long length))
            References.Add(new WeightReference(resource.Handle, path, offset, length));
        IrType type = GraphTypes.Tensor(array.Shape, element);
        return builder.Create("graph.constant", [], [type], [new NamedAttr(context.Identifier("value"), attr)]).Result(0);
    }

    private Value Integers(ReadOnlySpan<long> values, string name = "") => Constant(NdArray.Vector(values), name);

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
        string what = $"{(node.Domain.Length == 0 ? "" : node.Domain + ":")}{node.OpType} (opset {scope.Opset(node.Domain)}){(why is null ? "" : ": " + why + ",")}";
        if (!unsupported.TryGetValue(what, out var nodes)) unsupported[what] = nodes = [];
        nodes.Add($"'{LabelOf(node)}'");
    }

    private static string LabelOf(NodeProto node)
    {
        if (node.Name.Length > 0) return node.Name;
        foreach (string output in node.Output)
            if (output.Length > 0) return output;
        return node.OpType;
    }

    /// <summary>The names that a graph sees: its own, and those of the graphs around it.</summary>
    private sealed class Scope(Scope? outer, IEnumerable<OperatorSetIdProto> opsets)
    {
        public Scope? Outer { get; } = outer;

        /// <summary>Versions of operator sets.</summary>
        public IEnumerable<OperatorSetIdProto> Opsets { get; } = opsets;

        public Block? Block { get; set; }

        /// <summary>The operation of this scope whose regions are being filled.</summary>
        public Operation? Current { get; set; }

        public Dictionary<string, Value> Values { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, TensorProto> Initializers { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, SparseTensorProto> Sparse { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, ValueInfoProto> Infos { get; } = new(StringComparer.Ordinal);

        public long Opset(string domain)
        {
            foreach (var import in Opsets)
                if (Default(import.Domain) == Default(domain)) return import.Version;
            return 0;

            static string Default(string name) => name == "ai.onnx" ? "" : name;
        }
    }
}

/// <summary>Where a resource's bytes stand.</summary>
public sealed record WeightReference(ResourceHandle Handle, string Path, long Offset, long Length);
