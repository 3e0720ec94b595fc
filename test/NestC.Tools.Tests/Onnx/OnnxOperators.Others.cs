using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Operators that move, generate, detect, and those on sequences and optionals.</summary>
internal static partial class OnnxOperators
{
    private static object?[]? Movement(OnnxNode n)
    {
        switch (n.Proto.OpType)
        {
            case "Identity": return [n.Inputs[0]];
            case "Reshape": return [Moves.Reshape(n[0], n.List("shape", 1), n.Flag("allowzero"))];
            case "Flatten": return [Moves.Flatten(n[0], n.Int("axis", 1))];
            case "Squeeze": return [Moves.Squeeze(n[0], n.List("axes", 1), n.Optional(1) == null && n.Find("axes") == null)];
            case "Unsqueeze": return [Moves.Unsqueeze(n[0], n.List("axes", 1))];
            case "Transpose": return [Moves.Transpose(n[0], n.Ints("perm"))];
            case "Concat": return [Moves.Concat(n.Arrays(), n.Int("axis", 1))];
            case "Split":
                long extent = n[0].Shape[Shapes.Axis(n.Int("axis", 0), n[0].Rank)];
                return Moves.Split(n[0], n.Int("axis", 0), Moves.SplitSizes(extent, n.List("split", 1), n.Proto.Output.Count));
            case "Slice": return [Moves.Slice(n[0], n.List("starts", 1), n.List("ends", 2), n.List("axes", 3), n.List("steps", 4))];
            case "Expand": return [Moves.Expand(n[0], n[1].ToInt64s())];
            case "Tile": return [Moves.Tile(n[0], n[1].ToInt64s())];
            case "DepthToSpace": return [Moves.DepthToSpace(n[0], n.Int("blocksize", 1), n.Text("mode", "DCR") == "CRD")];
            case "SpaceToDepth": return [Moves.SpaceToDepth(n[0], n.Int("blocksize", 1))];
            case "Trilu": return [Moves.Trilu(n[0], n.Optional(1)?.GetInt64(0) ?? 0, n.Flag("upper", true))];
            case "ReverseSequence": return [Moves.ReverseSequence(n[0], n[1].ToInt64s(), n.Int("batch_axis", 1), n.Int("time_axis", 0))];
            case "Gather": return [Indexing.Gather(n[0], n[1], n.Int("axis", 0))];
            case "GatherElements": return [Indexing.GatherElements(n[0], n[1], n.Int("axis", 0))];
            case "GatherND": return [Indexing.GatherNd(n[0], n[1], n.Int("batch_dims", 0))];
            case "Scatter" or "ScatterElements": return [Indexing.ScatterElements(n[0], n[1], n[2], n.Int("axis", 0), Reduction(n))];
            case "ScatterND": return [Indexing.ScatterNd(n[0], n[1], n[2], Reduction(n))];
            case "Compress": return [Indexing.Compress(n[0], n[1], n.Find("axis")?.I)];
            case "NonZero": return [Indexing.NonZero(n[0])];
            case "OneHot": return [Indexing.OneHot(n[0], (long)n[1].GetDouble(0), n[2], n.Int("axis", -1))];
            case "Unique":
                var unique = Ordering.Unique(n[0], n.Find("axis")?.I, n.Flag("sorted", true));
                return [unique.Values, unique.First, unique.Inverse, unique.Counts];
            case "Shape":
                long start = n.Int("start", 0), end = n.Int("end", n[0].Rank), rank = n[0].Rank;
                start = Math.Clamp(start < 0 ? start + rank : start, 0, rank);
                end = Math.Clamp(end < 0 ? end + rank : end, start, rank);
                return [NdArray.Vector<long>(n[0].Shape[(int)start..(int)end])];
            case "Size": return [NdArray.Scalar(n[0].Count)];
            case "Pad":
                var mode = n.Text("mode", "constant") switch { "reflect" => PadMode.Reflect, "edge" => PadMode.Edge, "wrap" => PadMode.Wrap, _ => PadMode.Constant };
                var value = n.Opset < 11 ? n.Find("value") is { } v ? Cast.To(NdArray.Scalar(v.F), n[0].Kind) : null : n.Optional(2);
                return [Padding.Apply(n[0], n.Opset < 2 ? n.Ints("paddings") : n.List("pads", 1), mode, value)];
            case "ArgMax" or "ArgMin":
                return [Ordering.ArgExtreme(n[0], n.Int("axis", 0), n.Flag("keepdims", true), n.Proto.OpType == "ArgMax", n.Flag("select_last_index"))];
            case "TopK":
                var top = Ordering.TopK(n[0], n.Optional(1)?.GetInt64(0) ?? n.Int("k", 1), n.Int("axis", -1), n.Flag("largest", true));
                return [top.Values, top.Indices];
            case "CumSum": return [Ordering.CumSum(n[0], n[1].GetInt64(0), n.Flag("exclusive"), n.Flag("reverse"))];
            case "Resize" or "Upsample": return [ResizeNode(n)];
            case "GridSample":
                return
                [
                    GridSample.Apply(
                        n[0], n[1], n.Text("mode", "bilinear") switch { "nearest" => GridMode.Nearest, "bicubic" => GridMode.Bicubic, _ => GridMode.Bilinear },
                        n.Text("padding_mode", "zeros") switch { "border" => GridPadding.Border, "reflection" => GridPadding.Reflection, _ => GridPadding.Zeros },
                        n.Flag("align_corners"))
                ];
            default: return null;
        }
    }

    private static ScatterReduction Reduction(OnnxNode n) => n.Text("reduction", "none") switch
    {
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Mul,
        "max" => ScatterReduction.Max,
        "min" => ScatterReduction.Min,
        _ => ScatterReduction.None,
    };

    private static NdArray ResizeNode(OnnxNode n)
    {
        var x = n[0];
        bool old = n.Proto.OpType == "Upsample" || n.Opset < 11;
        var scales = n.Proto.OpType == "Upsample" && n.Opset < 9 ? n.Floats("scales").Select(s => (double)s).ToArray()
            : (n.Optional(old ? 1 : 2)?.ToDoubles() ?? []);
        var sizes = !old && n.Optional(3) is { } given && given.Count > 0 ? given.ToInt64s() : Resize.InferShape(x.Shape, scales);
        var parameters = new ResizeParams
        {
            Mode = n.Text("mode", "nearest") switch { "linear" => ResizeMode.Linear, "cubic" => ResizeMode.Cubic, "bilinear" => ResizeMode.Linear, _ => ResizeMode.Nearest },
            Coordinates = old ? CoordinateMode.Asymmetric : n.Text("coordinate_transformation_mode", "half_pixel") switch
            {
                "half_pixel" => CoordinateMode.HalfPixel,
                "pytorch_half_pixel" => CoordinateMode.PytorchHalfPixel,
                "align_corners" => CoordinateMode.AlignCorners,
                "asymmetric" => CoordinateMode.Asymmetric,
                "tf_crop_and_resize" => CoordinateMode.TfCropAndResize,
                "tf_half_pixel_for_nn" => CoordinateMode.TfHalfPixelForNn,
                var other => throw new UnsupportedException(other),
            },
            Nearest = old ? NearestMode.Floor : n.Text("nearest_mode", "round_prefer_floor") switch
            {
                "floor" => NearestMode.Floor,
                "ceil" => NearestMode.Ceil,
                "round_prefer_ceil" => NearestMode.RoundPreferCeil,
                _ => NearestMode.RoundPreferFloor,
            },
            CubicA = n.Float("cubic_coeff_a", -0.75f),
            ExcludeOutside = n.Flag("exclude_outside"),
            ExtrapolationValue = n.Float("extrapolation_value", 0),
        };
        var roi = old ? [] : n.Optional(1)?.ToDoubles() ?? [];
        return Resize.Apply(x, sizes, scales, roi, parameters);
    }

    private static object?[]? Others(OnnxNode n)
    {
        switch (n.Proto.OpType)
        {
            case "Constant":
                if (n.Tensor("value") is { } value) return [value];
                if (n.Find("value_float") is { } f) return [NdArray.Scalar(f.F)];
                if (n.Find("value_int") is { } i) return [NdArray.Scalar(i.I)];
                if (n.Find("value_string") is not null) return [NdArray.Scalar(n.Text("value_string", ""))];
                if (n.Find("value_floats") is not null) return [NdArray.Vector<float>(n.Floats("value_floats"))];
                if (n.Find("value_ints") is not null) return [NdArray.Vector<long>(n.Ints("value_ints"))];
                if (n.Find("value_strings") is not null) return [NdArray.Vector<string>(n.Texts("value_strings"))];
                throw new UnsupportedException("a sparse Constant");
            case "ConstantOfShape": return [Generate.Fill(n[0].ToInt64s(), n.Tensor("value"))];
            case "Range": return [Generate.Range(n[0], n[1], n[2])];
            case "EyeLike": return [Generate.Eye(n[0].Shape[0], n[0].Shape[1], n.Int("k", 0), n.Kind("dtype", n[0].Kind))];
            case "RandomUniform":
                return [Generate.Uniform(n.Ints("shape"), n.Kind("dtype", ElementKind.F32), n.Float("low", 0), n.Float("high", 1), Seed(n))];
            case "RandomUniformLike":
                return [Generate.Uniform(n[0].Shape, n.Kind("dtype", n[0].Kind), n.Float("low", 0), n.Float("high", 1), Seed(n))];
            case "RandomNormal":
                return [Generate.Normal(n.Ints("shape"), n.Kind("dtype", ElementKind.F32), n.Float("mean", 0), n.Float("scale", 1), Seed(n))];
            case "RandomNormalLike":
                return [Generate.Normal(n[0].Shape, n.Kind("dtype", n[0].Kind), n.Float("mean", 0), n.Float("scale", 1), Seed(n))];
            case "Bernoulli": return [Generate.Bernoulli(n[0], n.Kind("dtype", n[0].Kind), Seed(n))];
            case "Multinomial": return [Generate.Multinomial(n[0], n.Int("sample_size", 1), n.Kind("dtype", ElementKind.I32), Seed(n))];
            case "HannWindow": return [Generate.CosineWindow(n[0].GetInt64(0), n.Flag("periodic", true), n.Kind("output_datatype", ElementKind.F32), 0.5, 0.5, 0)];
            case "HammingWindow":
                return [Generate.CosineWindow(n[0].GetInt64(0), n.Flag("periodic", true), n.Kind("output_datatype", ElementKind.F32), 25.0 / 46, 21.0 / 46, 0)];
            case "BlackmanWindow":
                return [Generate.CosineWindow(n[0].GetInt64(0), n.Flag("periodic", true), n.Kind("output_datatype", ElementKind.F32), 0.42, 0.5, 0.08)];
            case "MelWeightMatrix":
                return
                [
                    Signal.MelWeights(
                        n[0].GetInt64(0), n[1].GetInt64(0), n[2].GetInt64(0), n[3].GetDouble(0), n[4].GetDouble(0), n.Kind("output_datatype", ElementKind.F32))
                ];
            case "DFT": return [Signal.Dft(n[0], n.Int("axis", 1), n.Optional(1)?.GetInt64(0), n.Flag("inverse"), n.Flag("onesided"))];
            case "STFT": return [Signal.Stft(n[0], n[1].GetInt64(0), n.Optional(2), n.Optional(3)?.GetInt64(0), n.Flag("onesided", true))];
            case "NonMaxSuppression":
                return
                [
                    Detection.NonMaxSuppression(
                        n[0], n[1], n.Optional(2)?.GetInt64(0) ?? 0, (float)(n.Optional(3)?.GetDouble(0) ?? 0), (float?)n.Optional(4)?.GetDouble(0), n.Flag("center_point_box"))
                ];
            case "RoiAlign":
                bool half = n.Opset >= 16 && n.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
                return
                [
                    Detection.RoiAlign(
                        n[0], n[1], n[2], n.Int("output_height", 1), n.Int("output_width", 1), n.Int("sampling_ratio", 0), n.Float("spatial_scale", 1), n.Text("mode", "avg") == "max", half)
                ];
            case "MaxRoiPool": return [Detection.MaxRoiPool(n[0], n[1], n.Ints("pooled_shape")[0], n.Ints("pooled_shape")[1], n.Float("spatial_scale", 1))];
            case "NegativeLogLikelihoodLoss": return [Losses.NegativeLogLikelihood(n[0], n[1], n.Optional(2), n.Find("ignore_index")?.I, LossReductionOf(n))];
            case "SoftmaxCrossEntropyLoss":
                var loss = Losses.SoftmaxCrossEntropy(n[0], n[1], n.Optional(2), n.Find("ignore_index")?.I, LossReductionOf(n));
                return [loss.Loss, loss.LogProbabilities];
            case "StringNormalizer":
                var change = n.Text("case_change_action", "NONE") switch { "LOWER" => CaseChange.Lower, "UPPER" => CaseChange.Upper, _ => CaseChange.None };
                return [Text.Normalize(n[0], change, n.Flag("is_case_sensitive"), n.Texts("stopwords"))];
            case "TfIdfVectorizer":
                string mode = n.Text("mode", "TF");
                return
                [
                    TfIdf.Apply(n[0], new TfIdfParams
                    {
                        MinGramLength = n.Int("min_gram_length", 1),
                        MaxGramLength = n.Int("max_gram_length", 1),
                        MaxSkipCount = n.Int("max_skip_count", 0),
                        UseFrequency = mode != "IDF",
                        UseInverse = mode != "TF",
                        NgramCounts = n.Ints("ngram_counts"),
                        NgramIndexes = n.Ints("ngram_indexes"),
                        Weights = n.Floats("weights"),
                        PoolIntegers = n.Ints("pool_int64s"),
                        PoolStrings = n.Texts("pool_strings"),
                    })
                ];
            case "SequenceEmpty": return [new List<object?>()];
            case "SequenceConstruct": return [new List<object?>(n.Inputs)];
            case "SequenceLength": return [NdArray.Scalar((long)n.Sequence(0).Count)];
            case "SequenceAt": return [n.Sequence(0)[Place(n.Sequence(0).Count, n[1].GetInt64(0), false)]];
            case "SequenceInsert":
                var longer = new List<object?>(n.Sequence(0));
                longer.Insert(n.Optional(2) is { } at ? Place(longer.Count, at.GetInt64(0), true) : longer.Count, n[1]);
                return [longer];
            case "SequenceErase":
                var shorter = new List<object?>(n.Sequence(0));
                shorter.RemoveAt(n.Optional(1) is { } gone ? Place(shorter.Count, gone.GetInt64(0), false) : shorter.Count - 1);
                return [shorter];
            case "ConcatFromSequence":
                var parts = n.Sequence(0).Select(v => (NdArray)v!).ToArray();
                if (n.Flag("new_axis")) parts = parts.Select(p => Moves.Unsqueeze(p, [n.Int("axis", 0)])).ToArray();
                return [Moves.Concat(parts, n.Int("axis", 0))];
            case "SplitToSequence": return [SplitToSequence(n)];
            case "Optional": return [n.Count > 0 ? n.Inputs[0] : null];
            case "OptionalHasElement": return [NdArray.Scalar(n.Count > 0 && n.Inputs[0] != null)];
            case "OptionalGetElement": return [n.Inputs[0] ?? throw new EvaluationException("the optional is empty")];
            default: return null;
        }
    }

    private static ulong Seed(OnnxNode n) => BitConverter.SingleToUInt32Bits(n.Float("seed", 0));

    private static int Place(int count, long at, bool insert)
    {
        if (at < -count || at > count || (at == count && !insert)) throw new EvaluationException($"position {at} is outside a sequence of {count}");
        return (int)(at < 0 ? at + count : at);
    }

    private static List<object?> SplitToSequence(OnnxNode n)
    {
        long axis = Shapes.Axis(n.Int("axis", 0), n[0].Rank), extent = n[0].Shape[(int)axis];
        var sizes = new List<long>();
        if (n.Optional(1) is { Rank: 1 } list) sizes.AddRange(list.ToInt64s());
        else
            for (long left = extent, size = n.Optional(1)?.GetInt64(0) ?? 1; left > 0; left -= size) sizes.Add(Math.Min(left, size));
        bool squeeze = n.Optional(1) == null && !n.Flag("keepdims", true);
        return Moves.Split(n[0], axis, sizes.ToArray()).Select(p => (object?)(squeeze ? Moves.Squeeze(p, [axis], false) : p)).ToList();
    }

    private static LossReduction LossReductionOf(OnnxNode n) => n.Text("reduction", "mean") switch
    {
        "none" => LossReduction.None,
        "sum" => LossReduction.Sum,
        _ => LossReduction.Mean,
    };

    private static object?[] Optimizers(OnnxNode n)
    {
        if (n.Proto.OpType is not ("Adagrad" or "Adam" or "Momentum")) throw new UnsupportedException($"{n.Proto.Domain}:{n.Proto.OpType}");
        double rate = n[0].GetDouble(0);
        long step = n[1].GetInt64(0);
        int states = n.Proto.OpType == "Adam" ? 4 : 3, count = (n.Count - 2) / states;
        NdArray Part(int which, int i) => n[2 + which * count + i];
        var results = new object?[count * (states - 1)];
        for (int i = 0; i < count; i++)
        {
            switch (n.Proto.OpType)
            {
                case "Adagrad":
                    var a = Training.Adagrad(
                        rate, step, Part(0, i), Part(1, i), Part(2, i), n.Float("decay_factor", 0), n.Float("epsilon", 1e-6f), n.Float("norm_coefficient", 0));
                    (results[i], results[count + i]) = (a.X, a.H);
                    break;
                case "Adam":
                    var d = Training.Adam(
                        rate, step, Part(0, i), Part(1, i), Part(2, i), Part(3, i), n.Float("alpha", 0.9f), n.Float("beta", 0.999f), n.Float("epsilon", 1e-6f),
                        n.Float("norm_coefficient", 0), n.Float("norm_coefficient_post", 0));
                    (results[i], results[count + i], results[2 * count + i]) = (d.X, d.V, d.H);
                    break;
                default:
                    var m = Training.Momentum(
                        rate, step, Part(0, i), Part(1, i), Part(2, i), n.Float("alpha", 0), n.Float("beta", 0), n.Float("norm_coefficient", 0), n.Text("mode", "standard") == "nesterov");
                    (results[i], results[count + i]) = (m.X, m.V);
                    break;
            }
        }
        return results;
    }
}
