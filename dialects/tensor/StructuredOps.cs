using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>
/// A computation on packed tensors that an accelerator can take in one go. `tile` says how it is cut once that is decided: output rows,
/// columns and blocks, input blocks, 1 where places are outermost (0: output channels), virtual threads.
/// </summary>
public interface IPackedOp
{
    long[]? Tile { get; }

    void SetTile(OpBuilder builder, long[]? tile);
}

/// <summary>
/// Correlation of a packed input with packed weights, plus bias, plus a residual times 2^residual_shift; then the rounded right shift of
/// each channel, and the limits; then the greatest of each window of `pool`, which do not overlap. Sums are 32 bits and wrap.
/// </summary>
[Op("tensor.packed_conv", Format = "$input `,` $weight (`bias` $bias^)? (`residual` $residual^)? (`strides` $strides^)? (`dilations` $dilations^)? (`pads` $pads^)? "
    + "(`group_blocks` $group_blocks^)? `shift` $shift (`residual_shift` $residual_shift^)? (`clip` $clip^)? (`pool` $pool^)? (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "strides and dilations are two positive numbers, pads four that are not negative")]
[Rule("C2", "the weights' output blocks are the result's, and groups of blocks divide both sides")]
[Rule("C3", "shift has one entry, or one for each channel of the blocks, each from 0 to 31")]
[Rule("C4", "bias and residual fit the result")]
[Rule("C5", "the windows of the result's extents lie within the padded input")]
[Rule("C6", "clip and tile have two and six entries")]
[Rule("C7", "pool is two positive numbers, and stands for itself: without a residual")]
public sealed partial class PackedConvOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    [Operand<PackedWeights>] public partial Value Weight { get; }

    [Operand<PackedVector>] public partial Value? Bias { get; }

    [Operand<PackedTensor>] public partial Value? Residual { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    /// <summary>Top, left, bottom, right.</summary>
    [Prop] public partial long[]? Pads { get; }

    /// <summary>Output blocks that read the same input blocks; all of them when absent.</summary>
    [Prop] public partial long? GroupBlocks { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop(Default = 0L)] public partial long ResidualShift { get; }

    /// <summary>Least and greatest stored value; -128 and 127 when absent.</summary>
    [Prop] public partial long[]? Clip { get; }

    /// <summary>Rows and columns of sums of which the greatest is the result's; one each when absent.</summary>
    [Prop] public partial long[]? Pool { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    /// <summary>Rows and columns of the windows of the result.</summary>
    public ReadOnlySpan<long> PoolExtents => Pool ?? one;

    private static readonly long[] one = [1, 1];

    /// <summary>The output blocks of a group.</summary>
    public long BlocksOfGroup => GroupBlocks ?? PackedLayout.Shape(Output)[1];

    public NdArray[] Evaluate(NdArray[] x)
    {
        var geometry = new PackedWindow(Strides, Dilations, Pads);
        NdArray? bias = Bias is null ? null : x[2], residual = Residual is null ? null : x[^1];
        NdArray sums = PackedKernels.Conv(x[0], x[1], bias, residual, (int)ResidualShift, geometry, (int)BlocksOfGroup, new(Shift, Clip), SumExtents);
        return [Pool is null ? sums : PackedKernels.MaxPool(sums, Pool, new(Pool, null, null), PackedLayout.Shape(Output))];
    }

    // What is computed before the greatest of each window is taken.
    private long[] SumExtents
    {
        get
        {
            long[] extents = PackedLayout.Shape(Output).ToArray();
            extents[2] *= PoolExtents[0];
            extents[3] *= PoolExtents[1];
            return extents;
        }
    }

    protected override bool VerifyOp(Diag d)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(Input), w = PackedLayout.Shape(Weight), y = PackedLayout.Shape(Output);
        if (!LayoutRules.Pair(d, "C7", "pool", Pool)) return false;
        if (!LayoutRules.Pair(d, "C1", "strides", Strides) || !LayoutRules.Pair(d, "C1", "dilations", Dilations) || !LayoutRules.Pads(d, "C1", Pads)) return false;
        long group = BlocksOfGroup;
        var window = new PackedWindow(Strides, Dilations, Pads);
        return d.Require(w[0] == y[1] && group > 0 && y[1] % group == 0 && y[1] / group * w[1] == x[1] && x[0] == y[0], "C2",
                $"has weights of {w[0]} x {w[1]} blocks in groups of {group} for {x[1]} blocks of input and {y[1]} of output")
            & d.Require(Shift.Length == 1 || Shift.Length == y[1] * PackedLayout.Block, "C3", $"has {Shift.Length} shifts")
            & d.Require(!Array.Exists(Shift, static s => s is < 0 or > 31), "C3", "has a shift outside of 0..31")
            & d.Require(Bias is not { } b || ((RankedTensorType)b.Type).Shape[0] == y[1], "C4", $"has a bias of another number of blocks than {y[1]}")
            & d.Require(Residual is not { } r || PackedLayout.Shape(r).SequenceEqual(y), "C4", "has a residual of another shape than the result")
            & d.Require(window.Fits(x, w[2], w[3], SumExtents), "C5", $"has windows that do not lie within the padded input")
            & PackedRules.Tile(d, "C6", Clip, Tile)
            & d.Require(Pool is null || Residual is null, "C7", "has a pool and a residual");
    }
}

/// <summary>
/// The sum of packed tensors, each times 2^left_shift and repeated `scale` times along height and width; then the rounded right shift,
/// and the limits. One operand makes a copy, a requantization or a nearest-neighbour upsampling, two a residual sum.
/// </summary>
[Op("tensor.packed_sum", Format = "$inputs `left_shifts` $left_shifts (`scale` $scale^)? `shift` $shift (`clip` $clip^)? (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there is a left shift from 0 to 6 for each operand, and a shift from 0 to 31")]
[Rule("C2", "the operands have the shape that, repeated, is the result's")]
[Rule("C3", "clip and tile have two and six entries")]
public sealed partial class PackedSumOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operands<PackedTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Prop] public partial long[] LeftShifts { get; }

    /// <summary>Repetitions along height and width.</summary>
    [Prop] public partial long[]? Scale { get; }

    [Prop(Default = 0L)] public partial long Shift { get; }

    [Prop] public partial long[]? Clip { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    public NdArray[] Evaluate(NdArray[] x) => [PackedKernels.Sum(x, LeftShifts, Scale ?? [1, 1], new([Shift], Clip), PackedLayout.Shape(Output))];

    protected override bool VerifyOp(Diag d)
    {
        long[] scale = Scale ?? [1, 1];
        if (!LayoutRules.Pair(d, "C2", "scale", Scale)
            || !d.Require(LeftShifts.Length == Inputs.Count && !Array.Exists(LeftShifts, static s => s is < 0 or > 6) && Shift is >= 0 and <= 31, "C1", "has a shift too much, too few or out of range"))
            return false;
        ReadOnlySpan<long> y = PackedLayout.Shape(Output);
        foreach (Value input in Inputs)
        {
            ReadOnlySpan<long> x = PackedLayout.Shape(input);
            if (!d.Require(x[0] == y[0] && x[1] == y[1] && x[2] * scale[0] == y[2] && x[3] * scale[1] == y[3], "C2", $"makes '{Output.Type}' of '{input.Type}'")) return false;
        }
        return PackedRules.Tile(d, "C3", Clip, Tile);
    }
}

/// <summary>
/// The sum of each window times the multiplier, shifted right with rounding, and limited: a mean, which both make. Where `counted` says how much of
/// the padding counts, a window of which n elements of N count takes (multiplier N + n / 2) / n, in integers.
/// </summary>
[Op("tensor.packed_average_pool", Format = "$input `window` $window (`strides` $strides^)? (`dilations` $dilations^)? (`pads` $pads^)? (`counted` $counted^)? `multiplier` $multiplier `shift` $shift "
    + "(`clip` $clip^)? (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "window, strides and dilations are two positive numbers, pads four that are not negative")]
[Rule("C2", "the multiplier is from 1 to 127, the shift from 0 to 31")]
[Rule("C3", "the result has the operand's blocks, and the windows of its extents lie within the padded input")]
[Rule("C4", "clip and tile have two and six entries")]
[Rule("C5", "counted is four numbers that are not negative, and with them every multiplier is at most 127")]
public sealed partial class PackedAveragePoolOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    [Prop] public partial long[] Window { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    /// <summary>Top, left, bottom, right; padding counts as zeros.</summary>
    [Prop] public partial long[]? Pads { get; }

    /// <summary>How much of the padding counts: top, left, bottom, right; all of every window when absent.</summary>
    [Prop] public partial long[]? Counted { get; }

    [Prop] public partial long Multiplier { get; }

    [Prop] public partial long Shift { get; }

    /// <summary>Least and greatest stored value; -128 and 127 when absent.</summary>
    [Prop] public partial long[]? Clip { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    public NdArray[] Evaluate(NdArray[] x) =>
        [PackedKernels.AveragePool(x[0], Window, new(Strides, Dilations, Pads), Multipliers, new([Shift], Clip), PackedLayout.Shape(Output))];

    /// <summary>The multipliers of windows at the places of the result.</summary>
    public MeanMultipliers Multipliers => new(Multiplier, Window, Strides, Dilations, Pads, Counted, PackedLayout.Shape(Input), PackedLayout.Shape(Output));

    protected override bool VerifyOp(Diag d) =>
        PackedRules.Pool(d, Input, Output, Window, Strides, Dilations, Pads)
        && d.Require(Multiplier is >= 1 and <= 127 && Shift is >= 0 and <= 31, "C2", $"has the multiplier {Multiplier} and the shift {Shift}")
        && PackedRules.Tile(d, "C4", Clip, Tile) && LayoutRules.Pads(d, "C5", Counted)
        && d.Require(Counted is null || Multipliers.Greatest <= 127, "C5", $"has the multiplier {Multipliers.Greatest} where least elements count");
}

/// <summary>The greatest element of each window; padding never is.</summary>
[Op("tensor.packed_max_pool", Format = "$input `window` $window (`strides` $strides^)? (`dilations` $dilations^)? (`pads` $pads^)? (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "window, strides and dilations are two positive numbers, pads four that are not negative")]
[Rule("C3", "the result has the operand's blocks, and the windows of its extents lie within the padded input")]
[Rule("C4", "tile has six entries")]
public sealed partial class PackedMaxPoolOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    [Prop] public partial long[] Window { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    /// <summary>Top, left, bottom, right.</summary>
    [Prop] public partial long[]? Pads { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    public NdArray[] Evaluate(NdArray[] x) => [PackedKernels.MaxPool(x[0], Window, new(Strides, Dilations, Pads), PackedLayout.Shape(Output))];

    protected override bool VerifyOp(Diag d) => PackedRules.Pool(d, Input, Output, Window, Strides, Dilations, Pads) && PackedRules.Tile(d, "C4", null, Tile);
}

/// <summary>Joins packed tensors along the channels; `channels` says how many of each count, what fills their last block does not.</summary>
[Op("tensor.packed_concat", Format = "$inputs `channels` $channels (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there is a number of channels for each operand, which its blocks hold")]
[Rule("C2", "the operands have the result's batch, height and width, and together its blocks")]
[Rule("C3", "tile has six entries")]
public sealed partial class PackedConcatOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operands<PackedTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Prop] public partial long[] Channels { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    /// <summary>Whether each operand starts a block, so that the operands can be written where the result is.</summary>
    public bool IsAligned
    {
        get
        {
            for (int i = 0; i + 1 < Channels.Length; i++)
            {
                if (Channels[i] % PackedLayout.Block != 0) return false;
            }
            return true;
        }
    }

    public NdArray[] Evaluate(NdArray[] x) => [PackedKernels.Concat(x, Channels, PackedLayout.Shape(Output))];

    protected override bool VerifyOp(Diag d)
    {
        if (!d.Require(Channels.Length == Inputs.Count, "C1", $"has {Inputs.Count} operands, but {Channels.Length} numbers of channels")) return false;
        ReadOnlySpan<long> y = PackedLayout.Shape(Output);
        long total = 0;
        for (int i = 0; i < Channels.Length; i++)
        {
            ReadOnlySpan<long> x = PackedLayout.Shape(Inputs[i]);
            if (!d.Require(Channels[i] > 0 && PackedLayout.Blocks(Channels[i]) == x[1], "C1", $"takes {Channels[i]} channels of '{Inputs[i].Type}'")
                || !d.Require(x[0] == y[0] && x[2] == y[2] && x[3] == y[3], "C2", $"makes '{Output.Type}' of '{Inputs[i].Type}'"))
                return false;
            total += Channels[i];
        }
        return d.Require(PackedLayout.Blocks(total) == y[1], "C2", $"puts {total} channels into {y[1]} blocks") && PackedRules.Tile(d, "C3", null, Tile);
    }
}

/// <summary>What the verifiers of structured operations share.</summary>
internal static class PackedRules
{
    public static bool Tile(Diag d, string rule, long[]? clip, long[]? tile) =>
        d.Require(clip is null || (clip is [>= -128, <= 127] && clip[0] <= clip[1]), rule, "clip is not a range within -128..127")
        & d.Require(tile is null || (tile.Length == 6 && !Array.Exists(tile, static t => t is < 0 or > int.MaxValue) && tile[0] > 0 && tile[1] > 0 && tile[2] > 0 && tile[3] > 0 && tile[5] > 0), rule,
            "tile is not rows, columns, output blocks, input blocks, order and threads");

    public static bool Pool(Diag d, Value input, Value output, long[] window, long[]? strides, long[]? dilations, long[]? pads)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(input), y = PackedLayout.Shape(output);
        return LayoutRules.Pair(d, "C1", "window", window) && LayoutRules.Pair(d, "C1", "strides", strides) && LayoutRules.Pair(d, "C1", "dilations", dilations)
            && LayoutRules.Pads(d, "C1", pads)
            && d.Require(x[0] == y[0] && x[1] == y[1] && new PackedWindow(strides, dilations, pads).Fits(x, window[0], window[1], y), "C3", $"makes '{output.Type}' of '{input.Type}'");
    }
}
