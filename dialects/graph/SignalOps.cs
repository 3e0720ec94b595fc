using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The discrete Fourier transform along an axis; the last dimension holds real and imaginary parts.</summary>
[Op("graph.dft", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DFTOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value? Length { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Axis { get; }

    [Prop(Default = 0L)] public partial long Inverse { get; }

    [Prop(Default = 0L)] public partial long Onesided { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Signal.Dft(x[0], Axis, x.Length > 1 ? x[1].GetInt64(0) : null, Inverse != 0, Onesided != 0)];

    public override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } a) return null;
        long? length = Length is null ? null : s.List(1) is { } n ? n[0] : Shapes.Unknown;
        return Signal.InferDft(a, Axis, length, Onesided != 0);
    }
}

/// <summary>The short-time Fourier transform: of frames, a step apart, under a window.</summary>
[Op("graph.stft", Format = "$signal `,` $step (`window` $window^)? (`length` $length^)? attr-dict `:` functional-type(operands, results)")]
public sealed partial class STFTOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Signal { get; }

    [Operand<IndexTensor>] public partial Value Step { get; }

    [Operand<FloatTensor>] public partial Value? Window { get; }

    [Operand<IndexTensor>] public partial Value? Length { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Onesided { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 2;
        return [Kernels.Signal.Stft(x[0], x[1].GetInt64(0), Window is null ? null : x[at++], Length is null ? null : x[at].GetInt64(0), Onesided != 0)];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: > 0 } a ? [a[0], Shapes.Unknown, Shapes.Unknown, 2] : null;
}

/// <summary>A window of the cosine family, whose length is the operand's.</summary>
public abstract class WindowOp : GraphOp
{
    protected abstract bool IsPeriodic { get; }

    protected abstract (double A0, double A1, double A2) Coefficients { get; }

    public sealed override NdArray[] Evaluate(NdArray[] x)
    {
        (double a0, double a1, double a2) = Coefficients;
        return [Generate.CosineWindow(x[0].GetInt64(0), IsPeriodic, GraphTypes.KindOf(Result(0).Type), a0, a1, a2)];
    }

    public sealed override long[]? Infer(ShapeArguments s) => [s.List(0) is { } n ? n[0] : Shapes.Unknown];

    public sealed override IrType? ElementType(int result) => null;
}

/// <summary>The Hann window: 1/2 - 1/2 cos(2 pi n / N).</summary>
[Op("graph.hann_window", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class HannWindowOp : WindowOp, IPure
{
    [Operand<IndexTensor>] public partial Value Length { get; }

    [Result<NumberTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Periodic { get; }

    protected override bool IsPeriodic => Periodic != 0;

    protected override (double A0, double A1, double A2) Coefficients => (0.5, 0.5, 0);
}

/// <summary>The Hamming window: 25/46 - 21/46 cos(2 pi n / N).</summary>
[Op("graph.hamming_window", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class HammingWindowOp : WindowOp, IPure
{
    [Operand<IndexTensor>] public partial Value Length { get; }

    [Result<NumberTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Periodic { get; }

    protected override bool IsPeriodic => Periodic != 0;

    protected override (double A0, double A1, double A2) Coefficients => (25.0 / 46, 21.0 / 46, 0);
}

/// <summary>The Blackman window: 0.42 - 0.5 cos(2 pi n / N) + 0.08 cos(4 pi n / N).</summary>
[Op("graph.blackman_window", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class BlackmanWindowOp : WindowOp, IPure
{
    [Operand<IndexTensor>] public partial Value Length { get; }

    [Result<NumberTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Periodic { get; }

    protected override bool IsPeriodic => Periodic != 0;

    protected override (double A0, double A1, double A2) Coefficients => (0.42, 0.5, 0.08);
}

/// <summary>The matrix that turns a spectrum into mel bands: from bins, length, sample rate, and the lowest and highest frequency.</summary>
[Op("graph.mel_weight_matrix", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MelWeightMatrixOp : GraphOp, IPure
{
    [Operand<IndexTensor>] public partial Value Bins { get; }

    [Operand<IndexTensor>] public partial Value Length { get; }

    [Operand<IndexTensor>] public partial Value SampleRate { get; }

    [Operand<FloatTensor>] public partial Value Low { get; }

    [Operand<FloatTensor>] public partial Value High { get; }

    [Result<NumberTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
        [Signal.MelWeights(x[0].GetInt64(0), x[1].GetInt64(0), x[2].GetInt64(0), x[3].GetDouble(0), x[4].GetDouble(0), GraphTypes.KindOf(Output.Type))];

    public override long[]? Infer(ShapeArguments s) => [s.List(1) is { } n ? n[0] / 2 + 1 : Shapes.Unknown, s.List(0) is { } bins ? bins[0] : Shapes.Unknown];

    public override IrType? ElementType(int result) => null;
}
