using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>N x C x H x W, or N x C, of bytes to blocks of 16 channels; what fills the last block is zero.</summary>
[Op("tensor.pack_channels", Format = "$input attr-dict `:` type($input) `to` type($packed)")]
[Rule("C1", "the operand has rank 2 or 4, a static shape and elements of signed bytes")]
[Rule("C2", "the result is the operand's packed type")]
public sealed partial class PackChannelsOp : Operation, IPure, IArrayEvaluable, IFoldable
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<PackedTensor>] public partial Value Packed { get; }

    public static PackChannelsOp Of(OpBuilder b, Value input) => Create(b, input, PackedLayout.Of((RankedTensorType)input.Type));

    public NdArray[] Evaluate(NdArray[] x) => [PackedLayout.Pack(x[0])];

    // pack(unpack(x)) -> x: what fills the last block is never read, so it may differ.
    public FoldResult Fold(FoldInputs inputs) => Input.DefiningOp is UnpackChannelsOp unpack && unpack.Input.Type == Packed.Type ? unpack.Input : FoldResult.None;

    protected override bool VerifyOp(Diag d) => LayoutRules.Plain(d, Input.Type)
        && d.Require(PackedLayout.Of((RankedTensorType)Input.Type) == Packed.Type, "C2", $"makes '{Packed.Type}' of '{Input.Type}', which is packed as '{PackedLayout.Of((RankedTensorType)Input.Type)}'");
}

/// <summary>The inverse of pack_channels: what filled the last block is dropped.</summary>
[Op("tensor.unpack_channels", Format = "$input attr-dict `:` type($input) `to` type($plain)")]
[Rule("C1", "the result has rank 2 or 4, a static shape and elements of signed bytes")]
[Rule("C2", "the operand is the result's packed type")]
public sealed partial class UnpackChannelsOp : Operation, IPure, IArrayEvaluable
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Plain { get; }

    public NdArray[] Evaluate(NdArray[] x) => [PackedLayout.Unpack(x[0], ((RankedTensorType)Plain.Type).Shape)];

    protected override bool VerifyOp(Diag d) => LayoutRules.Plain(d, Plain.Type)
        && d.Require(PackedLayout.Of((RankedTensorType)Plain.Type) == Input.Type, "C2", $"makes '{Plain.Type}' of '{Input.Type}'; packed, it is '{PackedLayout.Of((RankedTensorType)Plain.Type)}'");
}

/// <summary>
/// The elements of each window as channels: y[n, (c, i, j), h, w] = x[n, c, h stride + i dilation - pad, w stride + j dilation - pad], zero
/// outside. The whole kernel as window makes a convolution a product (im2col), one row of it folds that row, a window of the stride moves
/// space to depth.
/// </summary>
[Op("tensor.unfold_windows", Format = "$input `window` $window (`strides` $strides^)? (`dilations` $dilations^)? (`pads` $pads^)? attr-dict `:` type($input) `to` type($unfolded)")]
[Rule("C1", "operand and result have rank 4, a static shape and the same elements of signed bytes")]
[Rule("C2", "window, strides and dilations are two positive numbers, pads four that are not negative")]
[Rule("C3", "the result has the operand's batch, and a channel for each element of a window")]
public sealed partial class UnfoldWindowsOp : Operation, IPure, IArrayEvaluable
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Prop] public partial long[] Window { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    /// <summary>Top, left, bottom, right.</summary>
    [Prop] public partial long[]? Pads { get; }

    [Result<AnyTensor>] public partial Value Unfolded { get; }

    /// <summary>The bytes that the host reads and writes.</summary>
    public long Bytes => ((RankedTensorType)Input.Type).NumElements + ((RankedTensorType)Unfolded.Type).NumElements;

    public NdArray[] Evaluate(NdArray[] x)
    {
        ReadOnlySpan<long> from = x[0].Shape, to = ((RankedTensorType)Unfolded.Type).Shape;
        long[] strides = Strides ?? [1, 1], dilations = Dilations ?? [1, 1], pads = Pads ?? [0, 0, 0, 0];
        NdArray result = NdArray.Create(ElementKind.I8, to);
        ReadOnlySpan<sbyte> source = x[0].Read<sbyte>();
        Span<sbyte> target = result.Write<sbyte>();
        int at = 0;
        for (long n = 0; n < to[0]; n++)
        {
            for (long k = 0; k < to[1]; k++)
            {
                long c = k / (Window[0] * Window[1]), i = k / Window[1] % Window[0], j = k % Window[1];
                for (long h = 0; h < to[2]; h++)
                {
                    long row = h * strides[0] + i * dilations[0] - pads[0];
                    for (long w = 0; w < to[3]; w++, at++)
                    {
                        long col = w * strides[1] + j * dilations[1] - pads[1];
                        if ((ulong)row < (ulong)from[2] && (ulong)col < (ulong)from[3]) target[at] = source[(int)(((n * from[1] + c) * from[2] + row) * from[3] + col)];
                    }
                }
            }
        }
        return [result];
    }

    protected override bool VerifyOp(Diag d)
    {
        if (!LayoutRules.Plain(d, Input.Type) || !LayoutRules.Plain(d, Unfolded.Type)) return false;
        var from = (RankedTensorType)Input.Type;
        var to = (RankedTensorType)Unfolded.Type;
        return d.Require(from.Shape.Length == 4 && to.Shape.Length == 4 && from.ElementType == to.ElementType, "C1", $"makes '{to}' of '{from}'")
            && LayoutRules.Pair(d, "C2", "window", Window) && LayoutRules.Pair(d, "C2", "strides", Strides) && LayoutRules.Pair(d, "C2", "dilations", Dilations)
            && LayoutRules.Pads(d, "C2", Pads)
            && d.Require(from.Shape[0] == to.Shape[0] && from.Shape[1] * Window[0] * Window[1] == to.Shape[1], "C3", $"makes '{to}' of '{from}' and windows of {Window[0]} x {Window[1]}");
    }
}

/// <summary>What the verifiers of packed operations share.</summary>
internal static class LayoutRules
{
    public static bool Plain(Diag d, IrType type) =>
        d.Require(type is RankedTensorType { HasStaticShape: true, Shape.Length: 2 or 4 } t && PackedLayout.IsByte(t.ElementType), "C1", $"has '{type}', not N x C (x H x W) signed bytes");

    public static bool Pair(Diag d, string rule, string name, long[]? values) =>
        d.Require(values is null or [> 0 and < 1 << 16, > 0 and < 1 << 16], rule, $"{name} are not two positive numbers");

    public static bool Pads(Diag d, string rule, long[]? values) =>
        d.Require(values is null or [>= 0 and < 1 << 16, >= 0 and < 1 << 16, >= 0 and < 1 << 16, >= 0 and < 1 << 16], rule, "pads are not four numbers from 0 on (top, left, bottom, right)");
}
