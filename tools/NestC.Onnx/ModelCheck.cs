using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>What must hold of any model before its nodes are looked at: opsets, unique names, values defined before they are used, tensors
/// whose data fit their shape.</summary>
internal sealed class ModelCheck
{
    private const int MaxErrors = 100;
    private readonly OnnxModel model;
    private readonly List<OnnxError> errors = [];

    private ModelCheck(OnnxModel model) => this.model = model;

    public static IReadOnlyList<OnnxError> Run(OnnxModel model)
    {
        var check = new ModelCheck(model);
        if (model.Proto.Graph == null) check.Add(null, "graph", "the model has no graph");
        else
        {
            if (model.Proto.OpsetImport.Count == 0) check.Add(null, "opset_import", "the model imports no operator set", OnnxError.OperatorSet);
            check.Graph(model.Proto.Graph, null, null);
        }
        return check.errors;
    }

    private void Add(string? node, string? field, string message, string code = OnnxError.Graph)
    {
        if (errors.Count < MaxErrors) errors.Add(new OnnxError(code, node, field, message));
    }

    private void Graph(GraphProto graph, Scope? outer, string? owner)
    {
        var scope = new Scope(outer);
        foreach (var input in graph.Input)
        {
            if (input.Name.Length == 0) Add(owner, "graph.input", "an input has no name");
            else if (!scope.Define(input.Name)) Add(input.Name, "graph.input", "the name is defined twice");
            else if (input.Type != null) Type(input);
        }
        var initialized = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer)
        {
            if (tensor.Name.Length == 0) Add(owner, "graph.initializer", "an initializer has no name");
            else if (!initialized.Add(tensor.Name)) Add(tensor.Name, "graph.initializer", "the name is defined twice");
            scope.Define(tensor.Name);
            Tensor(tensor);
        }
        foreach (var sparse in graph.SparseInitializer)
        {
            string name = sparse.Values?.Name ?? "";
            if (name.Length == 0) Add(owner, "graph.sparse_initializer", "an initializer has no name");
            else if (!initialized.Add(name)) Add(name, "graph.sparse_initializer", "the name is defined twice");
            scope.Define(name);
        }
        Nodes(graph, scope, initialized);
        foreach (var output in graph.Output)
            if (!scope.Knows(output.Name)) Add(output.Name, "graph.output", "no node, input or initializer defines it");
    }

    private void Nodes(GraphProto graph, Scope scope, HashSet<string> initialized)
    {
        // Which node defines a value tells a cycle from a name that nobody defines.
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
            foreach (string output in graph.Node[i].Output)
                if (output.Length > 0) producers.TryAdd(output, i);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            string name = Name(node, i);
            if (node.OpType.Length == 0) Add(name, "op_type", "the node has no operator");
            for (int k = 0; k < node.Input.Count; k++)
            {
                string input = node.Input[k];
                if (input.Length == 0 || scope.Knows(input)) continue;
                if (producers.TryGetValue(input, out int at))
                {
                    Add(name, $"input {k}", at == i
                        ? $"'{input}' is the node's own result"
                        : $"'{input}' is defined by a later node, '{Name(graph.Node[at], at)}': the nodes are not in order, or form a cycle");
                }
                else Add(name, $"input {k}", $"nothing defines '{input}'");
            }
            foreach (var attribute in node.Attribute)
            {
                if (attribute.T != null) Tensor(attribute.T, name, attribute.Name);
                foreach (var tensor in attribute.Tensors) Tensor(tensor, name, attribute.Name);
                if (attribute.G != null) Graph(attribute.G, scope, name);
                foreach (var inner in attribute.Graphs) Graph(inner, scope, name);
            }
            for (int k = 0; k < node.Output.Count; k++)
            {
                string output = node.Output[k];
                if (output.Length == 0) continue;
                if (initialized.Contains(output) || !scope.Define(output)) Add(name, $"output {k}", $"'{output}' is defined twice");
            }
        }
    }

    private void Type(ValueInfoProto value)
    {
        if (value.Type.TensorType is not { } tensor) return;
        if (OnnxTensors.TryKind(tensor.ElemType) == null) Add(value.Name, "elem_type", $"{tensor.ElemType} is not a known data type", OnnxError.Tensor);
        if (tensor.Shape == null) return;
        if (tensor.Shape.Dim.Count > OnnxTensors.MaxRank) Add(value.Name, "shape", $"rank {tensor.Shape.Dim.Count} is more than {OnnxTensors.MaxRank}");
        foreach (var d in tensor.Shape.Dim)
            if (d.HasDimValue && d.DimValue < 0) Add(value.Name, "shape", $"the extent {d.DimValue} is negative");
    }

    private void Tensor(TensorProto tensor, string? node = null, string? attribute = null)
    {
        try
        {
            model.Tensor(tensor);
        }
        catch (OnnxException e)
        {
            Add(node ?? e.Error.Node, attribute == null ? e.Error.Field : $"{attribute}.{e.Error.Field}", e.Error.Message, e.Error.Code);
        }
    }

    private static string Name(NodeProto node, int index) => node.Name.Length > 0 ? node.Name : $"{node.OpType} #{index}";

    // Names of one graph; those of the graphs around it can be used but not defined again.
    private sealed class Scope(Scope? outer)
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);

        public bool Define(string name) => !Knows(name) && names.Add(name);

        public bool Knows(string name) => names.Contains(name) || (outer != null && outer.Knows(name));
    }
}
