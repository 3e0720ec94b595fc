using Google.Protobuf;
using NestC.Onnx.Proto;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Models of which something is wrong, made from a seed: a well-formed model is mutated as a message or as bytes.</summary>
internal sealed class HostileModels(ulong seed)
{
    private ulong state = seed * 0x9E3779B97F4A7C15 + 1;

    private static readonly string[] operators =
    [
        "Add", "Conv", "Gemm", "MatMul", "Reshape", "Slice", "Concat", "Split", "Gather", "Transpose", "MaxPool", "Softmax", "Pad", "Resize", "TopK", "LSTM", "GRU", "RNN", "If", "Loop",
        "Scan", "Cast", "Constant", "ConstantOfShape", "Expand", "Tile", "OneHot", "Range", "Einsum", "Unsqueeze", "Squeeze", "ReduceSum", "BatchNormalization", "QuantizeLinear",
        "ConvTranspose", "GatherND", "ScatterND", "DFT", "SequenceAt", "SplitToSequence", "Optional", "TfIdfVectorizer", "Upsample", "Clip", "Dropout", "Where", "CumSum", "DepthToSpace",
        "GridSample", "NonMaxSuppression", "LayerNormalization", "MaxUnpool", "Compress", "Unique", "StringNormalizer", "QLinearConv", "SequenceMap", "Nonsense", "",
    ];

    private static readonly string[] attributes =
    [
        "axis", "axes", "perm", "to", "kernel_shape", "strides", "pads", "dilations", "group", "value", "mode", "keepdims", "equation", "body", "then_branch", "else_branch", "hidden_size",
        "direction", "num_scan_inputs", "blocksize", "auto_pad", "shape", "split", "k", "epsilon", "alpha", "dtype", "scales", "activations", "num_outputs", "",
    ];

    private static readonly long[] extents = [0, 1, 2, 3, 4, 7, -1, -2, 64, 1L << 31, 1L << 32, 1L << 60, long.MaxValue, long.MinValue, 1000000007];

    private ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private int Below(int count) => (int)(Next() % (ulong)count);

    private T Any<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>The bytes of a file.</summary>
    public byte[] Make(byte[][] models)
    {
        byte[] source = Any(models);
        switch (Below(8))
        {
            case 0: return Cut(source);
            case 1 or 2: return Flip(source);
            case 3: return Random().ToByteArray();
            default:
                var model = ModelProto.Parser.ParseFrom(source);
                for (int i = Below(4); i >= 0; i--) Mutate(model);
                byte[] bytes = model.ToByteArray();
                return Below(10) == 0 ? Flip(bytes) : bytes;
        }
    }

    private byte[] Cut(byte[] source) => source[..Below(source.Length + 1)];

    private byte[] Flip(byte[] source)
    {
        byte[] copy = (byte[])source.Clone();
        for (int i = Below(8); i >= 0 && copy.Length > 0; i--) copy[Below(copy.Length)] ^= (byte)(1 << Below(8));
        return copy;
    }

    // A graph of operators that are wired at random.
    private ModelProto Random()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "g" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 1 + Below(20) });
        List<string> names = [];
        for (int i = Below(3); i >= 0; i--)
        {
            names.Add($"x{i}");
            model.Graph.Input.Add(new ValueInfoProto { Name = $"x{i}", Type = Type() });
        }
        for (int i = Below(3); i >= 0; i--)
        {
            names.Add($"w{i}");
            model.Graph.Initializer.Add(Tensor($"w{i}"));
        }
        for (int i = Below(6); i >= 0; i--) model.Graph.Node.Add(Node(names, i));
        model.Graph.Output.Add(new ValueInfoProto { Name = Any(names), Type = Type() });
        return model;
    }

    private NodeProto Node(List<string> names, int index)
    {
        var node = new NodeProto { OpType = Any(operators), Name = $"n{index}" };
        for (int k = Below(5); k > 0; k--) node.Input.Add(Below(8) == 0 ? "" : Any(names));
        for (int k = Below(3); k >= 0; k--)
        {
            string name = $"v{index}_{k}";
            node.Output.Add(name);
            names.Add(name);
        }
        for (int k = Below(4); k > 0; k--) node.Attribute.Add(Attribute(names));
        return node;
    }

    private AttributeProto Attribute(List<string> names)
    {
        var a = new AttributeProto { Name = Any(attributes), Type = (AttributeProto.Types.AttributeType)Below(9) };
        switch (a.Type)
        {
            case AttributeProto.Types.AttributeType.Int: a.I = Any(extents); break;
            case AttributeProto.Types.AttributeType.Float: a.F = Below(5) - 2; break;
            case AttributeProto.Types.AttributeType.String: a.S = ByteString.CopyFromUtf8(Any((string[])["SAME_UPPER", "linear", "ij,jk->ik", "...", "->", "a,", "reverse", "\0", "DCR"])); break;
            case AttributeProto.Types.AttributeType.Tensor: a.T = Tensor("t"); break;
            case AttributeProto.Types.AttributeType.Ints:
                for (int i = Below(6); i > 0; i--) a.Ints.Add(Any(extents));
                break;
            case AttributeProto.Types.AttributeType.Floats:
                for (int i = Below(6); i > 0; i--) a.Floats.Add(Below(5) - 2);
                break;
            case AttributeProto.Types.AttributeType.Strings: a.Strings.Add(ByteString.CopyFromUtf8("Tanh")); break;
            case AttributeProto.Types.AttributeType.Graph:
                a.G = new GraphProto { Name = "inner" };
                for (int i = Below(4); i > 0; i--) a.G.Input.Add(new ValueInfoProto { Name = $"i{Next() % 100}", Type = Type() });
                a.G.Node.Add(new NodeProto { OpType = Any(operators), Input = { Any(names) }, Output = { $"o{Next() % 100}" } });
                for (int i = Below(4); i > 0; i--) a.G.Output.Add(new ValueInfoProto { Name = Below(2) == 0 ? a.G.Node[0].Output[0] : Any(names), Type = Type() });
                break;
        }
        return a;
    }

    private TypeProto Type()
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = Below(6) == 0 ? Below(40) : 1 };
        if (Below(6) > 0) tensor.Shape = new TensorShapeProto();
        for (int i = Below(5); i > 0 && tensor.Shape is not null; i--)
            tensor.Shape.Dim.Add(Below(5) == 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new TensorShapeProto.Types.Dimension { DimValue = Below(4) == 0 ? Any(extents) : 1 + Below(4) });
        var type = new TypeProto { TensorType = tensor };
        return Below(10) == 0 ? new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = type } } : type;
    }

    private TensorProto Tensor(string name)
    {
        var tensor = new TensorProto { Name = name, DataType = Below(5) == 0 ? Below(30) : Below(2) == 0 ? 1 : 7 };
        long count = 1;
        for (int i = Below(4); i > 0; i--)
        {
            long extent = Below(5) == 0 ? Any(extents) : 1 + Below(3);
            tensor.Dims.Add(extent);
            count *= extent;
        }
        if (count is < 0 or > 1000) count = 2;
        if (tensor.DataType == 7)
            for (long i = 0; i < count; i++) tensor.Int64Data.Add(Below(6) == 0 ? Any(extents) : Below(4));
        else if (Below(3) == 0)
            for (long i = 0; i < count; i++) tensor.FloatData.Add(i);
        else tensor.RawData = ByteString.CopyFrom(new byte[count * 4]);
        return tensor;
    }

    private void Mutate(ModelProto model)
    {
        GraphProto graph = model.Graph;
        if (graph is null || graph.Node.Count == 0) return;
        NodeProto node = Any(graph.Node);
        switch (Below(16))
        {
            case 0 when node.Input.Count > 0: node.Input[Below(node.Input.Count)] = "no such value"; break;
            case 1 when node.Output.Count > 0: node.Input.Add(node.Output[0]); break;
            case 2: graph.Node.Add(node.Clone()); break;
            case 3 when graph.Initializer.Count > 0: Any(graph.Initializer).Dims.Add(Any(extents)); break;
            case 4 when graph.Initializer.Count > 0:
                var weight = Any(graph.Initializer);
                for (int i = 0; i < weight.Dims.Count; i++) weight.Dims[i] = Any(extents);
                break;
            case 5 when graph.Initializer.Count > 0:
                var outside = Any(graph.Initializer);
                outside.DataLocation = TensorProto.Types.DataLocation.External;
                outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Any((string[])["../../etc/passwd", "/etc/passwd", "a/../../b", "", "C:\\x", "model.onnx", "\0"]) });
                outside.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = Any((string[])["0", "-1", "9223372036854775807", "x"]) });
                break;
            case 6: node.Attribute.Add(Attribute([.. node.Input, "x"])); break;
            case 7 when node.Attribute.Count > 0: node.Attribute.RemoveAt(Below(node.Attribute.Count)); break;
            case 8 when node.Attribute.Count > 0:
                var a = Any(node.Attribute);
                a.I = Any(extents);
                for (int i = 0; i < a.Ints.Count; i++) a.Ints[i] = Any(extents);
                break;
            case 9: node.OpType = Any(operators); break;
            case 10 when node.Input.Count > 0: node.Input.RemoveAt(Below(node.Input.Count)); break;
            case 11:
                foreach (var import in model.OpsetImport) import.Version = Any(extents);
                break;
            case 12 when graph.Input.Count > 0: Any(graph.Input).Type = Type(); break;
            case 13 when node.Input.Count > 1: (node.Input[0], node.Input[1]) = (node.Input[1], node.Input[0]); break;
            case 14:
                // A function that calls itself.
                var function = new FunctionProto { Name = "F", Domain = "local", Input = { "a" }, Output = { "b" }, Node = { new NodeProto { OpType = "F", Domain = "local", Input = { "a" }, Output = { "b" } } } };
                model.Functions.Add(function);
                graph.Node.Insert(0, new NodeProto { OpType = "F", Domain = "local", Input = { graph.Input.Count > 0 ? graph.Input[0].Name : "x" }, Output = { "from F" } });
                break;
            default:
                if (graph.Output.Count > 0) Any(graph.Output).Name = "computed by nobody";
                break;
        }
    }
}
