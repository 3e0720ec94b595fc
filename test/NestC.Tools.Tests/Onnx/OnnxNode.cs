using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.Onnx.Proto;

namespace NestC.Tools.Tests.Onnx;

/// <summary>The operator, or this use of it, is not known to the reference executor.</summary>
internal sealed class UnsupportedException(string message) : Exception(message);

/// <summary>A node with its inputs: arrays, sequences (lists) or nothing.</summary>
internal sealed class OnnxNode(OnnxModel model, NodeProto proto, object?[] inputs, long opset)
{
    public NodeProto Proto => proto;

    public OnnxModel Model => model;

    public long Opset => opset;

    public object?[] Inputs => inputs;

    public int Count => inputs.Length;

    public NdArray this[int i] => Optional(i) ?? throw new EvaluationException($"{proto.OpType} lacks input {i}");

    public NdArray? Optional(int i) => i < inputs.Length ? (NdArray?)inputs[i] : null;

    public List<object?> Sequence(int i) => (List<object?>)inputs[i]!;

    public NdArray[] Arrays(int from = 0)
    {
        var result = new NdArray[inputs.Length - from];
        for (int i = 0; i < result.Length; i++) result[i] = this[i + from];
        return result;
    }

    public AttributeProto? Find(string name)
    {
        foreach (var a in proto.Attribute)
            if (a.Name == name) return a;
        return null;
    }

    public long Int(string name, long otherwise) => Find(name)?.I ?? otherwise;

    public bool Flag(string name, bool otherwise = false) => Int(name, otherwise ? 1 : 0) != 0;

    public float Float(string name, float otherwise) => Find(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Find(name)?.S.ToStringUtf8() ?? otherwise;

    public long[] Ints(string name) => Find(name)?.Ints.ToArray() ?? [];

    public float[] Floats(string name) => Find(name)?.Floats.ToArray() ?? [];

    public string[] Texts(string name) => Find(name)?.Strings.Select(s => s.ToStringUtf8()).ToArray() ?? [];

    public NdArray? Tensor(string name) => Find(name) is { T: { } t } ? model.Tensor(t) : null;

    public GraphProto Graph(string name) => Find(name)?.G ?? throw new EvaluationException($"{proto.OpType} lacks the graph {name}");

    public ElementKind Kind(string name, ElementKind otherwise) => Find(name) is { } a ? OnnxTensors.Kind((int)a.I, proto.Name, name) : otherwise;

    /// <summary>A list that newer opsets take as an input and older ones as an attribute.</summary>
    public long[] List(string name, int input) => Optional(input)?.ToInt64s() ?? Ints(name);

    public WindowParams Window() => new()
    {
        Strides = Ints("strides"),
        Dilations = Ints("dilations"),
        Pads = Ints("pads"),
        CeilMode = Flag("ceil_mode"),
        AutoPad = Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => AutoPad.SameUpper,
            "SAME_LOWER" => AutoPad.SameLower,
            "VALID" => AutoPad.Valid,
            _ => AutoPad.NotSet,
        },
    };
}
