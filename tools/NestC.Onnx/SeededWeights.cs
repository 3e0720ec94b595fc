using System.Text;
using NestC.Evaluation;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>Deterministic weights for models that have none: networks published as topology only, whose every weight is a ConstantOfShape. Each weight
/// gets uniform numbers whose range follows its use (a convolution's by He's rule, a bias' small), so that activations keep their size
/// through the network. The numbers come from SplitMix64 seeded with the FNV-1a hash of the weight's name.</summary>
public static class SeededWeights
{
    /// <summary>The values that replace the results of ConstantOfShape nodes, by name; nodes whose shape is not an initializer, or whose result no
    /// operator with weights uses, are left alone.</summary>
    public static Dictionary<string, NdArray> Make(OnnxModel model)
    {
        var graph = model.Graph;
        var shapes = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var t in graph.Initializer) shapes[t.Name] = t;
        var uses = new Uses(graph);
        var result = new Dictionary<string, NdArray>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (node.OpType != "ConstantOfShape" || node.Input.Count == 0 || !shapes.TryGetValue(node.Input[0], out var tensor)) continue;
            string name = node.Output[0];
            if (uses.Role(name, 0) is not { } role) continue;
            var shape = model.Tensor(tensor).ToInt64s();
            if (Range(uses, role.Node, role.Input, shape) is not { } range)
                throw new OnnxException(OnnxError.Unsupported, node.Name, "output 0", $"'{name}' is input {role.Input} of {role.Node.OpType}, for which there is no rule");
            result[name] = Uniform(name, shape, range.Low, range.High);
        }
        return result;
    }

    /// <summary>Uniform f32 numbers in [low, high) for a name.</summary>
    public static NdArray Uniform(string name, ReadOnlySpan<long> shape, double low, double high)
    {
        ulong seed = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) seed = (seed ^ b) * 0x100000001B3;
        var y = NdArray.CreateUninitialized(ElementKind.F32, shape);
        var to = y.Write<float>();
        float start = (float)low, width = (float)(high - low);
        for (int i = 0; i < to.Length; i++)
        {
            ulong z = seed += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            to[i] = start + width * ((z >> 40) * (1f / (1 << 24)));
        }
        return y;
    }

    private static (double Low, double High)? Range(Uses uses, NodeProto node, int input, long[] shape)
    {
        bool residual = uses.FeedsResidual(node);
        switch (node.OpType, input)
        {
            case ("Conv", 1):
                double fan = 1;
                foreach (long d in shape.AsSpan(1)) fan *= d;
                return Symmetric(Math.Sqrt(6 / fan) * (residual ? 0.3 : 1));
            case ("Gemm", 1):
                bool transposed = false;
                foreach (var a in node.Attribute) transposed |= a.Name == "transB" && a.I != 0;
                return Symmetric(Math.Sqrt(6.0 / shape[transposed ? 1 : 0]));
            case ("Conv" or "Gemm", 2): return Symmetric(0.05);
            case ("BatchNormalization", 1): return residual ? (0.24, 0.36) : (0.8, 1.2);
            case ("BatchNormalization", 2 or 3): return Symmetric(0.1);
            case ("BatchNormalization", 4): return (0.8, 1.2);
            case ("MatMul", _): return Symmetric(Math.Sqrt(3.0 / shape[^2]));
            case ("Gather", _): return (-1, 1);
            case ("Expand" or "Concat", _): return (-0.5, 0.5);
            case ("Mul", _): return (0.8, 1.2);
            case ("Add" or "Sum", _): return Symmetric(0.1);
            default: return null;
        }
    }

    private static (double Low, double High) Symmetric(double bound) => (-bound, bound);

    private sealed class Uses
    {
        private readonly Dictionary<string, List<(NodeProto Node, int Input)>> consumers = new(StringComparer.Ordinal);
        private readonly HashSet<string> computed = new(StringComparer.Ordinal);

        public Uses(GraphProto graph)
        {
            foreach (var node in graph.Node)
            {
                if (node.OpType != "ConstantOfShape")
                    foreach (string output in node.Output) computed.Add(output);
                for (int k = 0; k < node.Input.Count; k++)
                {
                    if (!consumers.TryGetValue(node.Input[k], out var list)) consumers[node.Input[k]] = list = [];
                    list.Add((node, k));
                }
            }
        }

        /// <summary>The first operator that uses a value for what it is, seen through operators that only pass it on.</summary>
        public (NodeProto Node, int Input)? Role(string name, int depth)
        {
            if (depth > 100 || !consumers.TryGetValue(name, out var list)) return null;
            foreach (var (node, input) in list)
            {
                if (node.OpType is not ("Unsqueeze" or "Reshape" or "Identity") || input != 0) return (node, input);
                if (Role(node.Output[0], depth + 1) is { } role) return role;
            }
            return null;
        }

        /// <summary>Whether a node's result is added to another computed value.</summary>
        public bool FeedsResidual(NodeProto node)
        {
            if (!consumers.TryGetValue(node.Output[0], out var list)) return false;
            foreach (var (user, _) in list)
            {
                if (user.OpType is not ("Sum" or "Add")) continue;
                int count = 0;
                foreach (string input in user.Input)
                    if (computed.Contains(input)) count++;
                if (count == 2) return true;
            }
            return false;
        }
    }
}
