using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Another number of samples in each dimension: by scales, or of given extents.</summary>
[Op("graph.resize", Format = "$input (`roi` $roi^)? (`scales` $scales^)? (`sizes` $sizes^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "scales or sizes are given")]
[Rule("C2", "the mode is nearest, linear or cubic")]
[Rule("C3", "the coordinate transformation and the rounding are among those that ONNX names")]
public sealed partial class ResizeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value? Roi { get; }

    [Operand<FloatTensor>] public partial Value? Scales { get; }

    [Operand<IndexTensor>] public partial Value? Sizes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = "nearest")] public partial string Mode { get; }

    [Prop(Default = "half_pixel")] public partial string CoordinateTransformationMode { get; }

    [Prop(Default = "round_prefer_floor")] public partial string NearestMode { get; }

    [Prop(Default = -0.75f)] public partial float CubicCoeffA { get; }

    [Prop(Default = 0L)] public partial long ExcludeOutside { get; }

    [Prop(Default = 0f)] public partial float ExtrapolationValue { get; }

    private CoordinateMode? Coordinates => CoordinateTransformationMode switch
    {
        "half_pixel" => CoordinateMode.HalfPixel,
        "pytorch_half_pixel" => CoordinateMode.PytorchHalfPixel,
        "align_corners" => CoordinateMode.AlignCorners,
        "asymmetric" => CoordinateMode.Asymmetric,
        "tf_crop_and_resize" => CoordinateMode.TfCropAndResize,
        "tf_half_pixel_for_nn" => CoordinateMode.TfHalfPixelForNn,
        "half_pixel_symmetric" => CoordinateMode.HalfPixelSymmetric,
        _ => null,
    };

    private ResizeParams Parameters => new()
    {
        Mode = Mode switch { "linear" => ResizeMode.Linear, "cubic" => ResizeMode.Cubic, _ => ResizeMode.Nearest },
        Coordinates = Coordinates ?? CoordinateMode.HalfPixel,
        Nearest = Rounding ?? Kernels.NearestMode.RoundPreferFloor,
        CubicA = CubicCoeffA,
        ExcludeOutside = ExcludeOutside != 0,
        ExtrapolationValue = ExtrapolationValue,
    };

    private NearestMode? Rounding => NearestMode switch
    {
        "round_prefer_floor" => Kernels.NearestMode.RoundPreferFloor,
        "round_prefer_ceil" => Kernels.NearestMode.RoundPreferCeil,
        "floor" => Kernels.NearestMode.Floor,
        "ceil" => Kernels.NearestMode.Ceil,
        _ => null,
    };

    protected override bool VerifyRules(Diag d) =>
        d.Require(Scales is not null || Sizes is not null, "C1", "neither scales nor sizes are given")
        && d.Require(Mode is "nearest" or "linear" or "cubic", "C2", $"the mode '{Mode}' is not nearest, linear or cubic")
        && d.Require(Coordinates is not null, "C3", $"the coordinate transformation '{CoordinateTransformationMode}' is not known")
        && d.Require(Rounding is not null, "C3", $"the rounding '{NearestMode}' is not known");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 1;
        double[] region = Roi is null ? [] : x[at++].ToDoubles(), scales = Scales is null ? [] : x[at++].ToDoubles();
        long[] sizes = Sizes is null ? [] : x[at].ToInt64s();
        return [Resize.Apply(x[0], sizes.Length > 0 ? sizes : Resize.InferShape(x[0].Shape, scales), scales, region, Parameters)];
    }

    /// <summary>For nearest samples of known extents, the place of the operand that each place of the result along a dimension copies; else null.</summary>
    public long[]? Sources(int dimension)
    {
        if (Mode != "nearest" || CoordinateTransformationMode == "tf_crop_and_resize") return null;
        if (Input.Type is not RankedTensorType { HasStaticShape: true } from || Output.Type is not RankedTensorType { HasStaticShape: true } to) return null;
        double[] scales = [];
        if (Scales is not null)
        {
            if (ShapeArguments.Numbers(Scales) is not { } all || (all.Length > 0 && all.Length != from.Shape.Length)) return null;
            if (all.Length > 0) scales = [all[dimension]];
        }
        var places = new long[from.Shape[dimension]];
        for (int i = 0; i < places.Length; i++) places[i] = i;
        return Resize.Apply(NdArray.Vector<long>(places), [to.Shape[dimension]], scales, [], Parameters).ToInt64s();
    }

    public override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } a) return null;
        if (ShapeArguments.List(Sizes) is { Length: > 0 } sizes) return sizes;
        if (Sizes is null && ShapeArguments.Numbers(Scales) is { } scales) return Resize.InferShape(a, scales);
        return s.AnyOfRank(a.Length);
    }
}

/// <summary>Samples at the places that the grid names, from -1 to 1 in each dimension.</summary>
[Op("graph.grid_sample", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the mode is bilinear, nearest or bicubic, and the padding zeros, border or reflection")]
public sealed partial class GridSampleOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Grid { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = "bilinear")] public partial string Mode { get; }

    [Prop(Default = "zeros")] public partial string PaddingMode { get; }

    [Prop(Default = 0L)] public partial long AlignCorners { get; }

    protected override bool VerifyRules(Diag d) =>
        d.Require(Mode is "bilinear" or "nearest" or "bicubic", "C1", $"the mode '{Mode}' is not bilinear, nearest or bicubic")
        && d.Require(PaddingMode is "zeros" or "border" or "reflection", "C1", $"the padding '{PaddingMode}' is not zeros, border or reflection");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        GridMode mode = Mode switch { "nearest" => GridMode.Nearest, "bicubic" => GridMode.Bicubic, _ => GridMode.Bilinear };
        GridPadding padding = PaddingMode switch { "border" => GridPadding.Border, "reflection" => GridPadding.Reflection, _ => GridPadding.Zeros };
        return [GridSample.Apply(x[0], x[1], mode, padding, AlignCorners != 0)];
    }

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) && a.Length == 4 && b.Length == 4 ? [a[0], a[1], b[1], b[2]] : null;
}
