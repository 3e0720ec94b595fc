using System.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.Onnx.Proto;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Runs an ONNX graph node by node on the kernels: the check that the kernels mean what ONNX means, without the IR in between. Values are
/// arrays, sequences (lists), or null for an optional that is empty.</summary>
internal sealed class OnnxReference(OnnxModel model)
{
    /// <summary>Time spent in each operator, when asked for.</summary>
    public Dictionary<string, double>? Profile { get; init; }

    /// <summary>Values that replace nodes of the main graph, by name.</summary>
    public Dictionary<string, NdArray>? Replaced { get; init; }

    /// <summary>Runs the main graph on inputs in the order of its inputs, less those that initializers give.</summary>
    public object?[] Run(params object?[] inputs)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var initialized = model.Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        int next = 0;
        foreach (var input in model.Graph.Input)
            if (!initialized.Contains(input.Name) && next < inputs.Length) values[input.Name] = inputs[next++];
        return Run(model.Graph, values, [.. inputs, .. Replaced?.Values ?? Enumerable.Empty<object?>()]);
    }

    /// <summary>Runs a graph whose inputs (and, in a subgraph, all values around it) are already named.</summary>
    private object?[] Run(GraphProto graph, Dictionary<string, object?> values, IReadOnlyList<object?> inputs)
    {
        foreach (var tensor in graph.Initializer) values[tensor.Name] = model.Tensor(tensor);
        // A value is dropped after its last use, except by subgraphs, which may use any name.
        var lastUse = new Dictionary<string, int>(StringComparer.Ordinal);
        bool nested = graph != model.Graph || model.Proto.Functions.Count > 0 || graph.Node.Any(n => n.Attribute.Any(a => a.G != null));
        for (int i = 0; i < graph.Node.Count; i++)
            foreach (string name in graph.Node[i].Input) lastUse[name] = i;
        foreach (var output in graph.Output) lastUse[output.Name] = int.MaxValue;
        for (int i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (Replaced != null && node.Output.Count == 1 && Replaced.TryGetValue(node.Output[0], out var given))
            {
                values[node.Output[0]] = given;
                continue;
            }
            long start = Stopwatch.GetTimestamp();
            var results = Execute(node, values);
            if (Profile != null) Profile[node.OpType] = Profile.GetValueOrDefault(node.OpType) + Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int k = 0; k < node.Output.Count && k < results.Length; k++)
                if (node.Output[k].Length > 0) values[node.Output[k]] = results[k];
            if (nested) continue;
            foreach (string name in node.Input)
                if (lastUse[name] == i && values.Remove(name, out object? dead)) Recycle(dead, values, inputs);
        }
        return graph.Output.Select(o => values[o.Name]).ToArray();
    }

    // Memory may be reused once no other value shares it; the caller's inputs stay its own.
    private static void Recycle(object? dead, Dictionary<string, object?> values, IReadOnlyList<object?> inputs)
    {
        if (dead is not NdArray array || array.IsReadOnly) return;
        foreach (object? value in values.Values)
            if (value is List<object?> || (value is NdArray live && live.SharesStorageWith(array))) return;
        foreach (object? value in inputs)
            if (value is List<object?> || (value is NdArray live && live.SharesStorageWith(array))) return;
        array.Release();
    }

    private object?[] Execute(NodeProto proto, Dictionary<string, object?> values)
    {
        var inputs = new object?[proto.Input.Count];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = proto.Input[i].Length == 0 ? null : values[proto.Input[i]];
        var function = model.Proto.Functions.FirstOrDefault(f => f.Name == proto.OpType && f.Domain == proto.Domain);
        if (function != null) return Call(function, inputs);
        var node = new OnnxNode(model, proto, inputs, model.Opset(proto.Domain));
        return proto.OpType switch
        {
            "If" => Run(node.Graph(node[0].GetInt64(0) != 0 ? "then_branch" : "else_branch"), new(values), []),
            "Loop" => Loop(node, values),
            "Scan" => Scan(node, values),
            "SequenceMap" => SequenceMap(node, values),
            _ => OnnxOperators.Execute(node),
        };
    }

    private object?[] Call(FunctionProto function, object?[] inputs)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (int i = 0; i < function.Input.Count; i++) values[function.Input[i]] = i < inputs.Length ? inputs[i] : null;
        var body = new GraphProto();
        body.Node.AddRange(function.Node);
        foreach (string output in function.Output) body.Output.Add(new ValueInfoProto { Name = output });
        return Run(body, values, []);
    }

    private object?[] Loop(OnnxNode node, Dictionary<string, object?> values)
    {
        var body = node.Graph("body");
        long trips = node.Optional(0)?.GetInt64(0) ?? long.MaxValue;
        bool running = node.Optional(1) is not { } c || c.GetInt64(0) != 0;
        var carried = node.Inputs[2..];
        int scans = body.Output.Count - 1 - carried.Length;
        var collected = Enumerable.Range(0, scans).Select(_ => new List<NdArray>()).ToArray();
        for (long i = 0; i < trips && running; i++)
        {
            var inner = new Dictionary<string, object?>(values)
            {
                [body.Input[0].Name] = NdArray.Scalar(i),
                [body.Input[1].Name] = NdArray.Scalar(running),
            };
            for (int k = 0; k < carried.Length; k++) inner[body.Input[k + 2].Name] = carried[k];
            var results = Run(body, inner, []);
            running = ((NdArray)results[0]!).GetInt64(0) != 0;
            carried = results[1..(1 + carried.Length)];
            for (int k = 0; k < scans; k++) collected[k].Add((NdArray)results[1 + carried.Length + k]!);
        }
        return [.. carried, .. collected.Select((list, k) => Stack(list, 0, body.Output[1 + carried.Length + k]))];
    }

    private static NdArray Stack(List<NdArray> list, long axis, ValueInfoProto type)
    {
        if (list.Count > 0) return Moves.Concat(list.Select(a => Moves.Unsqueeze(a, [axis])).ToArray(), axis);
        var kind = OnnxTensors.Kind(type.Type.TensorType.ElemType, type.Name);
        return NdArray.Create(kind, [0, .. type.Type.TensorType.Shape.Dim.Select(d => d.DimValue)]);
    }

    private object?[] Scan(OnnxNode node, Dictionary<string, object?> values)
    {
        if (node.Opset < 9) return BatchedScan(node, values);
        var body = node.Graph("body");
        int scanned = (int)node.Int("num_scan_inputs", 0), states = node.Count - scanned;
        return ScanOnce(
            node, body, values, node.Inputs[..states], node.Arrays(states), node.Ints("scan_input_axes"), node.Ints("scan_input_directions"),
            node.Ints("scan_output_axes"), node.Ints("scan_output_directions"));
    }

    // Opset 8 scans each entry of a batch by itself.
    private object?[] BatchedScan(OnnxNode node, Dictionary<string, object?> values)
    {
        var body = node.Graph("body");
        int scanned = (int)node.Int("num_scan_inputs", 0), states = node.Count - scanned - 1;
        long batch = node[1].Shape[0];
        var rows = new List<object?[]>();
        for (long b = 0; b < batch; b++)
        {
            NdArray Row(NdArray a) => Moves.Squeeze(Moves.Slice(a, [b], [b + 1], [0], []), [0], false);
            var initial = Enumerable.Range(1, states).Select(i => (object?)Row(node[i])).ToArray();
            var inputs = Enumerable.Range(1 + states, scanned).Select(i => Row(node[i])).ToArray();
            rows.Add(ScanOnce(node, body, values, initial, inputs, [], node.Ints("directions"), [], []));
        }
        return Enumerable.Range(0, body.Output.Count)
            .Select(k => (object?)Moves.Concat(rows.Select(r => Moves.Unsqueeze((NdArray)r[k]!, [0])).ToArray(), 0)).ToArray();
    }

    private object?[] ScanOnce(
        OnnxNode node, GraphProto body, Dictionary<string, object?> values, object?[] states, NdArray[] inputs, long[] axes, long[] directions, long[] outputAxes,
        long[] outputDirections)
    {
        long Axis(int k) => axes.Length > 0 ? axes[k] : 0;
        long length = inputs[0].Shape[Shapes.Axis(Axis(0), inputs[0].Rank)];
        var collected = Enumerable.Range(0, body.Output.Count - states.Length).Select(_ => new List<NdArray>()).ToArray();
        for (long i = 0; i < length; i++)
        {
            var inner = new Dictionary<string, object?>(values);
            for (int k = 0; k < states.Length; k++) inner[body.Input[k].Name] = states[k];
            for (int k = 0; k < inputs.Length; k++)
            {
                long at = directions.Length > 0 && directions[k] == 1 ? length - 1 - i : i;
                inner[body.Input[states.Length + k].Name] = Moves.Squeeze(Moves.Slice(inputs[k], [at], [at + 1], [Axis(k)], []), [Axis(k)], false);
            }
            var results = Run(body, inner, []);
            states = results[..states.Length];
            for (int k = 0; k < collected.Length; k++) collected[k].Add((NdArray)results[states.Length + k]!);
        }
        for (int k = 0; k < collected.Length; k++)
            if (outputDirections.Length > 0 && outputDirections[k] == 1) collected[k].Reverse();
        return [.. states, .. collected.Select((list, k) => Stack(list, outputAxes.Length > 0 ? outputAxes[k] : 0, body.Output[states.Length + k]))];
    }

    private object?[] SequenceMap(OnnxNode node, Dictionary<string, object?> values)
    {
        var body = node.Graph("body");
        var results = body.Output.Select(_ => new List<object?>()).ToArray();
        for (int i = 0; i < node.Sequence(0).Count; i++)
        {
            var inner = new Dictionary<string, object?>(values);
            for (int k = 0; k < node.Count; k++) inner[body.Input[k].Name] = node.Inputs[k] is List<object?> list ? list[i] : node.Inputs[k];
            var once = Run(body, inner, []);
            for (int k = 0; k < once.Length; k++) results[k].Add(once[k]);
        }
        return results;
    }
}
