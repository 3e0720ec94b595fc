using System.Runtime.InteropServices;
using Google.Protobuf;
using NestC.Onnx.Proto;

namespace NestC.Examples.Digits;

/// <summary>Writes the trained network as an ONNX model of opset 17 that takes pixels of 0 to 255.</summary>
public static class OnnxFile
{
    public static byte[] Write(DigitNetwork network)
    {
        var graph = new GraphProto { Name = "digits" };
        graph.Input.Add(Value("pixels", 1, 1, 28, 28));
        graph.Output.Add(Value("logits", 1, 10));
        foreach (Parameters p in network.All) graph.Initializer.Add(Tensor(p, p == network.Conv1 ? DigitNetwork.PixelScale : 1));

        Convolution(graph, "conv1", "pixels");
        Node(graph, "Relu", "relu1", "conv1");
        Pool(graph, "pool1", "relu1");
        Convolution(graph, "conv2", "pool1");
        Node(graph, "Relu", "relu2", "conv2");
        Convolution(graph, "conv3", "relu2");
        Node(graph, "Add", "add", "conv3", "pool1");
        Node(graph, "Relu", "relu3", "add");
        Pool(graph, "pool2", "relu3");
        Convolution(graph, "conv4", "pool2");
        Node(graph, "Relu", "relu4", "conv4");
        Node(graph, "GlobalAveragePool", "mean", "relu4");
        Node(graph, "Flatten", "flat", "mean");
        NodeProto dense = Node(graph, "Gemm", "logits", "flat", "dense.weight", "dense.bias");
        dense.Name = "dense";
        dense.Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = 1 });

        var model = new ModelProto { IrVersion = 8, ProducerName = "NestC digits", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return model.ToByteArray();
    }

    private static void Convolution(GraphProto graph, string name, string input)
    {
        NodeProto node = Node(graph, "Conv", name, input, name + ".weight", name + ".bias");
        node.Attribute.Add(Ints("kernel_shape", 3, 3));
        node.Attribute.Add(Ints("pads", 1, 1, 1, 1));
    }

    private static void Pool(GraphProto graph, string name, string input)
    {
        NodeProto node = Node(graph, "MaxPool", name, input);
        node.Attribute.Add(Ints("kernel_shape", 2, 2));
        node.Attribute.Add(Ints("strides", 2, 2));
    }

    private static NodeProto Node(GraphProto graph, string kind, string name, params ReadOnlySpan<string> inputs)
    {
        var node = new NodeProto { OpType = kind, Name = name };
        foreach (string input in inputs) node.Input.Add(input);
        node.Output.Add(name);
        graph.Node.Add(node);
        return node;
    }

    private static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values) attribute.Ints.Add(value);
        return attribute;
    }

    private static TensorProto Tensor(Parameters parameters, float factor)
    {
        var values = new float[parameters.Value.Length];
        for (int i = 0; i < values.Length; i++) values[i] = parameters.Value[i] * factor;
        var tensor = new TensorProto { Name = parameters.Name, DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };
        tensor.Dims.AddRange(parameters.Shape);
        return tensor;
    }

    private static ValueInfoProto Value(string name, params ReadOnlySpan<long> shape)
    {
        var dims = new TensorShapeProto();
        foreach (long d in shape) dims.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dims } },
        };
    }
}
