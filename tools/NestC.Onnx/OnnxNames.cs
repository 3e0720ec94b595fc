using System.Text;

namespace NestC.Onnx;

/// <summary>Between ONNX's operator names and those of the graph dialect.</summary>
public static class OnnxNames
{
    private static readonly (string Onnx, string Graph)[] Special =
    [
        ("PRelu", "prelu"), ("LRN", "lrn"), ("GatherND", "gather_nd"), ("ScatterND", "scatter_nd"), ("IsNaN", "is_nan"), ("IsInf", "is_inf"),
        ("MatMul", "matmul"), ("MatMulInteger", "matmul_integer"), ("QLinearConv", "qlinear_conv"), ("Scatter", "scatter_elements"), ("CastLike", "cast"),
        ("QLinearMatMul", "qlinear_matmul"), ("Upsample", "resize"), ("Swish", "mul"),
    ];

    /// <summary>The operators of the default domain, in order.</summary>
    public static IReadOnlyList<string> Known => OperatorSchemas.Names().FindAll(static name => !name.Contains(':'));

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
