using System.Text;

namespace NestC.Onnx;

/// <summary>Between ONNX's operator names and those of the graph dialect.</summary>
public static class OnnxNames
{
    private static readonly (string Onnx, string Graph)[] Special =
    [
        ("PRelu", "prelu"), ("LRN", "lrn"), ("GatherND", "gather_nd"), ("ScatterND", "scatter_nd"), ("IsNaN", "is_nan"), ("IsInf", "is_inf"),
        ("MatMul", "matmul"), ("MatMulInteger", "matmul_integer"), ("QLinearConv", "qlinear_conv"), ("Scatter", "scatter_elements"), ("CastLike", "cast"),
    ];

    /// <summary>The operators that may have an operation, by name.</summary>
    public static readonly string[] Known =
    [
        "Abs", "Acos", "Acosh", "Add", "And", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh", "AveragePool", "BatchNormalization",
        "BitShift", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Concat", "ConstantOfShape", "Conv", "ConvInteger", "ConvTranspose", "Cos",
        "Cosh", "CumSum", "DepthToSpace", "DequantizeLinear", "Div", "Dropout", "DynamicQuantizeLinear", "Einsum", "Elu", "Equal", "Erf",
        "Exp", "Expand", "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gemm", "GlobalAveragePool", "GlobalLpPool",
        "GlobalMaxPool", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization", "IsInf",
        "IsNaN", "LRN", "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax", "LpNormalization", "LpPool",
        "MatMul", "MatMulInteger", "Max", "MaxPool", "Mean", "MeanVarianceNormalization", "Min", "Mish", "Mod", "Mul", "Neg", "NonZero",
        "Not", "OneHot", "Or", "PRelu", "Pad", "Pow", "QLinearConv", "QuantizeLinear", "Range", "Reciprocal", "ReduceL1", "ReduceL2",
        "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Relu",
        "Reshape", "ReverseSequence", "Round", "Scatter", "ScatterElements", "ScatterND", "Selu", "Shape", "Shrink", "Sigmoid", "Sign",
        "Sin", "Sinh", "Size", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Split", "Sqrt", "Squeeze", "Sub", "Sum", "Tan",
        "Tanh", "ThresholdedRelu", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze", "Where", "Xor",
    ];

    /// <summary>The full name of the operation for an operator of the default domain, whether there is one or not.</summary>
    public static string ToGraph(string onnx)
    {
        foreach ((string from, string to) in Special)
            if (from == onnx) return "graph." + to;
        var text = new StringBuilder("graph.");
        for (int i = 0; i < onnx.Length; i++)
        {
            if (char.IsUpper(onnx[i]) && i > 0 && !char.IsUpper(onnx[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(onnx[i]));
        }
        return text.ToString();
    }
}
