using System.Globalization;
using System.Text;
using NestC.Dialects.Graph.Kernels;
using NestC.Dialects.Npu.Simulator;
using NestC.Evaluation;

namespace NestC.Passes.Tests.Npu;

/// <summary>A small quantized graph of the operations that the NPU covers, with random legal parameters, as text.</summary>
internal sealed class RandomGraph
{
    // Bytes of the whole range, and symmetric ones, which limit results to -127..127.
    private static readonly string[] scales = ["!quant.uniform<i8:f32, 5.000000e-01>", "!quant.uniform<i8<-127:127>:f32, 2.500000e-01>"];

    private readonly long mostMacs, mostElements;
    private readonly int mostExtent, mostChannels;

    private readonly record struct Tensor(string Name, int[] Shape, int Scale)
    {
        public string Type => $"tensor<{string.Join('x', Shape)}x{scales[Scale]}>";

        public int Rank => Shape.Length;

        public long Elements
        {
            get
            {
                long count = 1;
                foreach (int extent in Shape) count *= extent;
                return count;
            }
        }
    }

    private readonly StringBuilder body = new();
    private readonly List<Tensor> values = [];
    private readonly HashSet<string> used = [];
    private readonly ulong seed;
    private SplitMix64 random;
    private int names, constants;

    private RandomGraph(ulong seed, bool large)
    {
        (this.seed, random) = (seed, new(seed));
        (mostMacs, mostElements, mostExtent, mostChannels) = large ? (40_000_000, 400_000, 60, 200) : (1_500_000, 40_000, 14, 50);
    }

    /// <summary>The text of the graph of a seed; large ones do not fit the buffers at once.</summary>
    public static string Text(ulong seed, bool large) => new RandomGraph(seed, large).Make();

    private string Make()
    {
        int arguments = 1 + Pick(2);
        int[] shape = [Pick(4) == 0 ? 2 : 1, Channels(), 1 + Pick(mostExtent), 1 + Pick(mostExtent)];
        var parameters = new List<string>();
        for (int i = 0; i < arguments; i++)
        {
            int[] own = i == 0 ? shape : Pick(4) switch
            {
                0 => shape,
                1 => [shape[0], Channels(), shape[2], shape[3]],
                2 => [1 + Pick(3), 1 + Pick(20), 1 + Pick(40)],
                _ => [1 + Pick(5), 1 + Pick(90)],
            };
            values.Add(new($"%a{i}", own, Pick(2)));
            parameters.Add($"%a{i}: {values[^1].Type}");
        }
        int wanted = 1 + Pick(7);
        for (int tries = 0; names < wanted && tries < 80; tries++) Step();
        var results = new List<Tensor>();
        foreach (Tensor value in values)
        {
            if (!value.Name.StartsWith("%v", StringComparison.Ordinal)) continue;
            if (!used.Contains(value.Name) || Pick(8) == 0) results.Add(value);
        }
        if (results.Count == 0) results.Add(values[^1]);
        string types = string.Join(", ", results.ConvertAll(static r => r.Type));
        return $"func.func @main({string.Join(", ", parameters)}) -> ({types}) {{\n{body}  return {string.Join(", ", results.ConvertAll(static r => r.Name))} : {types}\n}}\n";
    }

    private int Pick(int bound) => random.Below(bound);

    // Below, at and above whole blocks; first layers have few.
    private int Channels() => Pick(5) switch
    {
        0 => 1 + Pick(4),
        1 => 16 * (1 + Pick(mostChannels / 16)),
        _ => 1 + Pick(mostChannels),
    };

    private void Step()
    {
        // Later values more often, so that chains get long.
        Tensor x = values[Math.Max(Pick(values.Count), Pick(values.Count))];
        switch (Pick(21))
        {
            case 0 or 1 or 2 or 3 or 4: Conv(x); break;
            case 5 or 6: MaxPool(x); break;
            case 7: AveragePool(x); break;
            case 8: Global(x); break;
            case 9 or 10: Add(x); break;
            case 11: Requantize(x); break;
            case 12: Limit(x); break;
            case 13 or 14: Concat(x); break;
            case 15: Move(x); break;
            case 16: Resize(x); break;
            case 17: Gemm(x); break;
            case 18: MatMul(x); break;
            case 19: View(x); break;
            default: Host(x); break;
        }
    }

    private void Conv(Tensor x)
    {
        if (x.Rank != 4) return;
        ReadOnlySpan<int> kernels = [1, 1, 2, 3, 3, 4, 5, 7], strides = [1, 1, 1, 2, 2, 3], dilations = [1, 1, 1, 2, 3];
        int kh = kernels[Pick(8)], kw = Pick(3) == 0 ? kernels[Pick(8)] : kh, sh = strides[Pick(6)], sw = Pick(3) == 0 ? strides[Pick(6)] : sh, dh = dilations[Pick(5)], dw = Pick(3) == 0 ? dilations[Pick(5)] : dh;
        int channels = x.Shape[1], group = 1, outputs = Channels();
        if (Pick(3) == 0)
        {
            group = channels;
            outputs = Pick(3) == 0 ? channels * 2 : channels;
        }
        else if (Pick(3) == 0)
        {
            for (int g = 2 + Pick(3); g <= channels; g++)
            {
                if (channels % g != 0) continue;
                (group, outputs) = (g, g * (1 + Pick(20)));
                break;
            }
        }
        if (!Pads(x, kh, dh, sh, 2, out int top, out int bottom, out int oh) || !Pads(x, kw, dw, sw, 3, out int left, out int right, out int ow)) return;
        int inner = channels / group * kh * kw;
        var y = new Tensor(Next(), [x.Shape[0], outputs, oh, ow], Pick(2));
        if (y.Elements * inner > mostMacs || y.Elements > mostElements) return;
        string w = Bytes(outputs, channels / group, kh, kw), operands = $"{x.Name}, {w}", types = $"{x.Type}, tensor<{outputs}x{channels / group}x{kh}x{kw}x{scales[0]}>";
        if (Pick(3) != 0) (operands, types) = (operands + $" bias {Words(outputs)}", types + $", tensor<{outputs}xi32>");
        string attributes = Shift(inner, outputs) + Strides(sh, sw, dh, dw) + $", pads = array<i64: {top}, {left}, {bottom}, {right}>, group = {group} : i64" + Clip();
        if (Find(y.Shape) is { } residual && Pick(3) != 0)
        {
            used.Add(residual.Name);
            (operands, types) = (operands + $" residual {residual.Name}", types + $", {residual.Type}");
            attributes += $", residual_shift = {Pick(7)} : i64";
        }
        Write(y, $"graph.quantized_conv {operands} {{{attributes}}} : ({types})", x);
    }

    // Pads such that the first and the last window touch the input.
    private bool Pads(Tensor x, int kernel, int dilation, int stride, int axis, out int before, out int after, out int extent)
    {
        int window = (kernel - 1) * dilation + 1, size = x.Shape[axis];
        before = Pick(2) == 0 ? 0 : Pick(Math.Min(window, 16));
        after = Pick(2) == 0 ? before : Pick(Math.Min(window, 16));
        extent = size + before + after >= window ? (size + before + after - window) / stride + 1 : 0;
        if (extent > 0 && (extent - 1) * stride - before < size) return true;
        (before, after) = (0, 0);
        extent = size >= window ? (size - window) / stride + 1 : 0;
        return extent > 0;
    }

    private void MaxPool(Tensor x)
    {
        if (x.Rank != 4) return;
        int kh = 1 + Pick(3), kw = 1 + Pick(3), sh = 1 + Pick(3), sw = 1 + Pick(3), d = Pick(4) == 0 ? 2 : 1;
        if (!Pads(x, kh, d, sh, 2, out int top, out int bottom, out _) || !Pads(x, kw, d, sw, 3, out int left, out int right, out _)) return;
        bool ceil = Pick(3) == 0;
        long[] shape = Pool.InferShape([.. Array.ConvertAll(x.Shape, static e => (long)e)], [kh, kw], new() { Strides = [sh, sw], Dilations = [d, d], Pads = [top, left, bottom, right], CeilMode = ceil });
        var y = new Tensor(Next(), Array.ConvertAll(shape, static e => (int)e), x.Scale);
        if (y.Elements == 0) return;
        Write(y, $"graph.max_pool {x.Name} {{kernel_shape = array<i64: {kh}, {kw}>{Strides(sh, sw, d, d)}, pads = array<i64: {top}, {left}, {bottom}, {right}>{(ceil ? ", ceil_mode = 1 : i64" : "")}}} : ({x.Type})", x);
    }

    private void AveragePool(Tensor x)
    {
        if (x.Rank != 4) return;
        int kh = 1 + Pick(4), kw = 1 + Pick(4), sh = 1 + Pick(3), sw = 1 + Pick(3);
        if (!Pads(x, kh, 1, sh, 2, out int top, out int bottom, out int oh) || !Pads(x, kw, 1, sw, 3, out int left, out int right, out int ow)) return;
        var y = new Tensor(Next(), [x.Shape[0], x.Shape[1], oh, ow], Pick(2));
        bool ceil = Pick(3) == 0, counted = Pick(2) == 0;
        if (ceil)
        {
            long[] shape = Pool.InferShape([.. Array.ConvertAll(x.Shape, static e => (long)e)], [kh, kw], new() { Strides = [sh, sw], Pads = [top, left, bottom, right], CeilMode = true });
            y = new(y.Name, Array.ConvertAll(shape, static e => (int)e), y.Scale);
        }
        // A window of which one element counts has the multiplier of them all.
        string mean = counted && !ceil ? Mean(kh * kw) : $"multiplier = {1 + Pick(127 / (kh * kw))} : i64, shift = {1 + Pick(5)} : i64";
        Write(y, $"graph.quantized_average_pool {x.Name} {{kernel_shape = array<i64: {kh}, {kw}>, strides = array<i64: {sh}, {sw}>, pads = array<i64: {top}, {left}, {bottom}, {right}>"
            + $"{(counted ? ", count_include_pad = 1 : i64" : "")}{(ceil ? ", ceil_mode = 1 : i64" : "")}, {mean}}} : ({x.Type})", x);
    }

    private void Global(Tensor x)
    {
        if (x.Rank != 4) return;
        bool mean = Pick(2) == 0;
        var y = new Tensor(Next(), [x.Shape[0], x.Shape[1], 1, 1], mean ? Pick(2) : x.Scale);
        Write(y, mean ? $"graph.quantized_global_average_pool {x.Name} {{{Mean(x.Shape[2] * x.Shape[3])}}} : ({x.Type})" : $"graph.global_max_pool {x.Name} : ({x.Type})", x);
    }

    private string Mean(int area)
    {
        int shift = 3 + Pick(10);
        return $"multiplier = {Math.Clamp((1 << shift) * 2 / area, 1, 127)} : i64, shift = {shift} : i64";
    }

    private void Add(Tensor x)
    {
        if (x.Rank is not (2 or 4) || Find(x.Shape) is not { } other) return;
        if (Pick(6) == 0) other = x;
        var y = new Tensor(Next(), x.Shape, Pick(2));
        int a = Pick(4), b = Pick(7);
        Write(y, $"graph.quantized_add {x.Name}, {other.Name} {{shifts = array<i64: {a}, {b}>, shift = array<i64: {Math.Max(0, Math.Max(a, b) - 1 + Pick(3))}>{Clip()}}} : ({x.Type}, {other.Type})", x, other);
    }

    private void Requantize(Tensor x)
    {
        if (x.Rank is not (2 or 4)) return;
        var y = new Tensor(Next(), x.Shape, Pick(2));
        Write(y, $"graph.requantize {x.Name} {{shift = array<i64: {Pick(4)}>, left_shift = {Pick(4)} : i64{Clip()}}} : ({x.Type})", x);
    }

    private void Limit(Tensor x)
    {
        if (x.Rank is not (2 or 4)) return;
        var y = new Tensor(Next(), x.Shape, x.Scale);
        if (Pick(2) == 0) Write(y, $"graph.relu {x.Name} : ({x.Type})", x);
        else
        {
            string type = $"tensor<{scales[x.Scale]}>", low = Scalar(-Pick(90), type), high = Scalar(10 + Pick(90), type);
            Write(y, $"graph.clip {x.Name}, {low}, {high} : ({x.Type}, {type}, {type})", x);
        }
    }

    private void Concat(Tensor x)
    {
        if (x.Rank is not (2 or 4)) return;
        var parts = new List<Tensor> { x };
        foreach (Tensor value in values)
        {
            if (parts.Count > 3 || value.Rank != x.Rank || value.Scale != x.Scale || value.Shape[0] != x.Shape[0] || !value.Shape.AsSpan(2).SequenceEqual(x.Shape.AsSpan(2)) || Pick(2) == 0) continue;
            parts.Insert(Pick(parts.Count + 1), value);
        }
        int channels = 0;
        foreach (Tensor part in parts) channels += part.Shape[1];
        int[] shape = [.. x.Shape];
        shape[1] = channels;
        var y = new Tensor(Next(), shape, x.Scale);
        if (y.Elements > mostElements) return;
        Write(y, $"graph.concat {string.Join(", ", parts.ConvertAll(static p => p.Name))} {{axis = 1 : i64}} : ({string.Join(", ", parts.ConvertAll(static p => p.Type))})", parts.ToArray());
    }

    private void Move(Tensor x)
    {
        if (x.Rank != 4) return;
        int[] shape = [.. x.Shape];
        if (Pick(2) == 0)
        {
            int first = Pick(shape[1]), top = Pick(shape[2]), left = Pick(shape[3]), sh = 1 + Pick(3), sw = 1 + Pick(2);
            if (Pick(2) == 0) first = 0;
            shape[1] = 1 + Pick(shape[1] - first);
            int[] ends = [first + shape[1], x.Shape[2], x.Shape[3]];
            shape[2] = (x.Shape[2] - top + sh - 1) / sh;
            shape[3] = (x.Shape[3] - left + sw - 1) / sw;
            Write(new(Next(), shape, x.Scale), $"graph.slice {x.Name}, {List(first, top, left)}, {List(ends)}, {List(1, 2, 3)}, {List(1, sh, sw)} : ({x.Type}, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>)", x);
            return;
        }
        int[] pads = [0, Pick(2) * Pick(20), Pick(2) * Pick(3), Pick(2) * Pick(3), 0, Pick(2) * Pick(20), Pick(2) * Pick(3), Pick(2) * Pick(3)];
        for (int i = 1; i < 4; i++) shape[i] += pads[i] + pads[i + 4];
        var y = new Tensor(Next(), shape, x.Scale);
        if (y.Elements <= mostElements) Write(y, $"graph.pad {x.Name}, {List(pads)} : ({x.Type}, tensor<8xi64>)", x);
    }

    private void Resize(Tensor x)
    {
        if (x.Rank != 4) return;
        int h = 1 + Pick(3), w = 1 + Pick(3);
        var y = new Tensor(Next(), [x.Shape[0], x.Shape[1], x.Shape[2] * h, x.Shape[3] * w], x.Scale);
        if (y.Elements > mostElements) return;
        ReadOnlySpan<string> modes = ["half_pixel", "asymmetric", "pytorch_half_pixel"];
        string mode = modes[Pick(3)], rounding = mode == "asymmetric" ? "floor" : "round_prefer_floor";
        // PyTorch's half pixels put a single sample at the first place whatever the factor is.
        string attributes = $"mode = \"nearest\", coordinate_transformation_mode = \"{mode}\", nearest_mode = \"{rounding}\"";
        Write(y, $"graph.resize {x.Name} sizes {List(y.Shape)} {{{attributes}}} : ({x.Type}, tensor<4xi64>)", x);
    }

    private void Gemm(Tensor x)
    {
        if (x.Rank == 3) return;
        if (x.Rank == 4)
        {
            var flat = new Tensor(Next(), [x.Shape[0], (int)(x.Elements / x.Shape[0])], x.Scale);
            if (flat.Shape[1] > 2000) return;
            Write(flat, $"graph.flatten {x.Name} : ({x.Type})", x);
            x = flat;
        }
        int outputs = 1 + Pick(60);
        var y = new Tensor(Next(), [x.Shape[0], outputs], Pick(2));
        string operands = $"{x.Name}, {Bytes(outputs, x.Shape[1])}", types = $"{x.Type}, tensor<{outputs}x{x.Shape[1]}x{scales[0]}>";
        if (Pick(2) == 0) (operands, types) = (operands + $" bias {Words(outputs)}", types + $", tensor<{outputs}xi32>");
        Write(y, $"graph.quantized_gemm {operands} {{{Shift(x.Shape[1], outputs)}{Clip()}}} : ({types})", x);
    }

    private void MatMul(Tensor x)
    {
        int rows = x.Shape[^2], inner = x.Shape[^1], columns = 1 + Pick(40);
        string w;
        string type;
        Tensor? other = null;
        foreach (Tensor value in values)
        {
            if (value.Rank == x.Rank && value.Shape[^2] == inner && value.Shape.AsSpan(..^2).SequenceEqual(x.Shape.AsSpan(..^2)) && value.Shape[^1] <= 64) other = value;
        }
        if (other is { } rhs)
        {
            (w, type, columns) = (rhs.Name, rhs.Type, rhs.Shape[^1]);
            used.Add(rhs.Name);
        }
        else (w, type) = (Bytes(inner, columns), $"tensor<{inner}x{columns}x{scales[0]}>");
        int[] shape = [.. x.Shape];
        shape[^1] = columns;
        var y = new Tensor(Next(), shape, Pick(2));
        if (y.Elements * inner > mostMacs || y.Elements > mostElements || rows == 0) return;
        Write(y, $"graph.quantized_matmul {x.Name}, {w} {{shift = array<i64: {ShiftOf(inner) + (other is null ? 0 : 2)}>{Clip()}}} : ({x.Type}, {type})", x);
    }

    private void View(Tensor x)
    {
        if (Pick(2) == 0 || x.Rank != 4 || x.Shape[2] * x.Shape[3] != 1) Write(new(Next(), x.Shape, x.Scale), $"graph.identity {x.Name} : ({x.Type})", x);
        else Write(new(Next(), [x.Shape[0], x.Shape[1]], x.Scale), $"graph.flatten {x.Name} : ({x.Type})", x);
    }

    // What the NPU does not have: the graph falls into regions.
    private void Host(Tensor x)
    {
        var table = new int[256];
        for (int i = 0; i < table.Length; i++) table[i] = Pick(255) - 127;
        Write(new(Next(), x.Shape, Pick(2)), $"graph.quantized_lookup {x.Name} {{table = array<i64: {string.Join(", ", table)}>}} : ({x.Type})", x);
    }

    private Tensor? Find(int[] shape)
    {
        Tensor? found = null;
        foreach (Tensor value in values)
        {
            if (value.Shape.AsSpan().SequenceEqual(shape) && (found is null || Pick(2) == 0)) found = value;
        }
        return found;
    }

    private void Write(Tensor y, string operation, params ReadOnlySpan<Tensor> operands)
    {
        foreach (Tensor operand in operands) used.Add(operand.Name);
        body.Append(CultureInfo.InvariantCulture, $"  {y.Name} = {operation} -> {y.Type}\n");
        values.Add(y);
        names++;
    }

    private string Next() => $"%v{body.Length}";

    private string Constant(string text)
    {
        string name = $"%c{constants++}";
        body.Append(CultureInfo.InvariantCulture, $"  {name} = graph.constant {text}\n");
        return name;
    }

    private string Bytes(params ReadOnlySpan<int> shape) => Constant($"{LoweringRig.Bytes(seed + (ulong)constants, shape)} as tensor<{string.Join('x', shape.ToArray())}x{scales[0]}>");

    private string Words(int count) => Constant(LoweringRig.Words(seed + (ulong)constants, count));

    private string Scalar(int value, string type) => Constant($"dense<{value}> : tensor<i8> as {type}");

    private string List(params int[] values) => Constant($"dense<[{string.Join(", ", values)}]> : tensor<{values.Length}xi64>");

    // A shift that leaves most of the range of the result used.
    private int ShiftOf(int inner) => Math.Clamp((int)Math.Round(4.5 + 0.5 * Math.Log2(inner)) + Pick(3) - 1, 0, 15);

    private string Shift(int inner, int outputs)
    {
        int one = ShiftOf(inner);
        if (Pick(4) != 0) return $"shift = array<i64: {one}>";
        var each = new int[outputs];
        for (int i = 0; i < each.Length; i++) each[i] = Math.Clamp(one + Pick(4) - 2, 0, 15);
        return $"shift = array<i64: {string.Join(", ", each)}>";
    }

    private static string Strides(int sh, int sw, int dh, int dw) => $", strides = array<i64: {sh}, {sw}>, dilations = array<i64: {dh}, {dw}>";

    private string Clip() => Pick(3) switch
    {
        0 => ", clip_min = 0 : i64",
        1 => $", clip_min = {-20 - Pick(100)} : i64, clip_max = {20 + Pick(100)} : i64",
        _ => "",
    };
}
