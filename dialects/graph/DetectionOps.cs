using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The boxes of each class that overlap no better one: rows of batch, class and box.</summary>
[Op("graph.non_max_suppression", Format = "$boxes `,` $scores (`most` $most^)? (`overlap` $overlap^)? (`score` $score^)? attr-dict `:` functional-type(operands, results)")]
public sealed partial class NonMaxSuppressionOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Boxes { get; }

    [Operand<FloatTensor>] public partial Value Scores { get; }

    [Operand<IndexTensor>] public partial Value? Most { get; }

    [Operand<FloatTensor>] public partial Value? Overlap { get; }

    [Operand<FloatTensor>] public partial Value? Score { get; }

    [Result<IndexTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long CenterPointBox { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 2;
        long most = Most is null ? 0 : x[at++].GetInt64(0);
        float overlap = Overlap is null ? 0 : (float)x[at++].GetDouble(0);
        return [Detection.NonMaxSuppression(x[0], x[1], most, overlap, Score is null ? null : (float)x[at].GetDouble(0), CenterPointBox != 0)];
    }

    public override long[]? Infer(ShapeArguments s) => [Shapes.Unknown, 3];

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>A fixed number of samples from each region, by bilinear interpolation (He et al. 2017).</summary>
[Op("graph.roi_align", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the mode is avg or max, and the coordinates half_pixel or output_half_pixel")]
public sealed partial class RoiAlignOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Rois { get; }

    [Operand<IndexTensor>] public partial Value BatchIndices { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = "avg")] public partial string Mode { get; }

    [Prop(Default = "half_pixel")] public partial string CoordinateTransformationMode { get; }

    [Prop(Default = 1L)] public partial long OutputHeight { get; }

    [Prop(Default = 1L)] public partial long OutputWidth { get; }

    [Prop(Default = 0L)] public partial long SamplingRatio { get; }

    [Prop(Default = 1f)] public partial float SpatialScale { get; }

    protected override bool VerifyRules(Diag d) =>
        d.Require(Mode is "avg" or "max", "C1", $"the mode '{Mode}' is not avg or max")
        && d.Require(CoordinateTransformationMode is "half_pixel" or "output_half_pixel", "C1", $"the coordinates '{CoordinateTransformationMode}' are not known");

    public override NdArray[] Evaluate(NdArray[] x) =>
        [Detection.RoiAlign(x[0], x[1], x[2], OutputHeight, OutputWidth, SamplingRatio, SpatialScale, Mode == "max", CoordinateTransformationMode == "half_pixel")];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) && a.Length == 4 && b.Length == 2 ? [b[0], a[1], OutputHeight, OutputWidth] : null;
}

/// <summary>The greatest element of each cell of each region.</summary>
[Op("graph.max_roi_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the pooled shape has two extents")]
public sealed partial class MaxRoiPoolOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Rois { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop] public partial long[] PooledShape { get; }

    [Prop(Default = 1f)] public partial float SpatialScale { get; }

    protected override bool VerifyRules(Diag d) => d.Require(PooledShape.Length == 2, "C1", $"the pooled shape has {PooledShape.Length} extents, not 2");

    public override NdArray[] Evaluate(NdArray[] x) => [Detection.MaxRoiPool(x[0], x[1], PooledShape[0], PooledShape[1], SpatialScale)];

    public override long[]? Infer(ShapeArguments s) =>
        s.Both(out var a, out var b) && a.Length == 4 && b.Length == 2 ? [b[0], a[1], PooledShape[0], PooledShape[1]] : null;
}
