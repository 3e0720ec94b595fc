using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Padding becomes that of the convolution or pooling behind it.</summary>
[Pass("graph-fold-pad", "Fold padding into convolutions and pooling")]
public sealed class FoldPadPass : GraphPatternPass
{
    protected override void AddPatterns(PatternSet patterns) => patterns
        .Add(new FoldPadIntoConv())
        .Add(new FoldPadIntoAveragePool())
        .Add(new FoldPadIntoMaxPool())
        .Add(new MergePads());
}

/// <summary>Padding of images on their spatial dimensions alone.</summary>
internal static class SpatialPad
{
    /// <summary>Starts, then ends, of the spatial dimensions; null with the reason told.</summary>
    public static long[]? Of(Operation op, Value value, Rewriter rw, out PadOp pad)
    {
        pad = null!;
        if (value.DefiningOp is not PadOp { Mode: "constant" } found || found.OperandCount > 3) return No(op, rw, "the operand is no padding by a constant");
        if (GraphConstants.Ints(found.Pads) is not { } pads || GraphRewrite.Extents(found.Input) is not { } shape || pads.Length != 2 * shape.Length || shape.Length < 3) return No(op, rw, "the padding is not constant");
        int rank = shape.Length;
        var spatial = new long[2 * (rank - 2)];
        for (int i = 0; i < pads.Length; i++)
        {
            int dimension = i % rank;
            if (pads[i] < 0) return No(op, rw, "elements are removed");
            if (dimension < 2 && pads[i] != 0) return No(op, rw, "batch or channels are padded");
            if (dimension >= 2) spatial[i / rank * (rank - 2) + dimension - 2] = pads[i];
        }
        pad = found;
        return spatial;
    }

    /// <summary>The number that is padded with.</summary>
    public static double? Fill(PadOp pad) => pad.Value is { } value ? GraphConstants.Splat(value) : 0;

    /// <summary>An operation on what was padded, whose own padding grows; null where it pads by itself.</summary>
    public static Operation? Grow(Operation op, PadOp pad, long[] spatial, Rewriter rw, params ReadOnlySpan<(string, Attr)> more)
    {
        if (op.Inherent("auto_pad"u8) is StringAttr { Value: not ("NOTSET" or "VALID") }) return null;
        var grown = (long[])spatial.Clone();
        if (op.Inherent("auto_pad"u8) is not StringAttr { Value: "VALID" } && DenseArrayAttr.TryGet(op.Inherent("pads"u8), out long[] own))
            for (int i = 0; i < grown.Length; i++) grown[i] += own[i];
        var operands = op.Operands.ToArray();
        operands[0] = pad.Input;
        Operation made = GraphRewrite.Like(rw, op, operands, op.Result(0).Type);
        rw.SetAttribute(made, "pads", GraphRewrite.Ints(rw, grown));
        rw.SetAttribute(made, "auto_pad", StringAttr.Get(rw.Context, "NOTSET"));
        foreach ((string name, Attr value) in more) rw.SetAttribute(made, name, value);
        return made;
    }

    private static long[]? No(Operation op, Rewriter rw, string why)
    {
        rw.NoMatch(op, why);
        return null;
    }
}

/// <summary>A convolution pads with zeros itself.</summary>
public sealed class FoldPadIntoConv() : Pattern<ConvOp>("fold-pad-into-conv")
{
    // conv(pad(x, p, 0), pads = q) -> conv(x, pads = p + q)
    public override bool Rewrite(ConvOp op, Rewriter rw)
    {
        if (SpatialPad.Of(op, op.Input, rw, out PadOp pad) is not { } spatial) return false;
        if (SpatialPad.Fill(pad) != 0) return rw.NoMatch(op, "the padding is not zero");
        return SpatialPad.Grow(op, pad, spatial, rw) is { } made ? rw.Replace(op, made) : rw.NoMatch(op, "the convolution pads by itself");
    }
}

/// <summary>An average pooling that counts its padding pads with zeros.</summary>
public sealed class FoldPadIntoAveragePool() : Pattern<AveragePoolOp>("fold-pad-into-average-pool")
{
    // average_pool(pad(x, p, 0)) -> average_pool(x, pads = p, count_include_pad)
    public override bool Rewrite(AveragePoolOp op, Rewriter rw)
    {
        if (SpatialPad.Of(op, op.Input, rw, out PadOp pad) is not { } spatial) return false;
        if (SpatialPad.Fill(pad) != 0) return rw.NoMatch(op, "the padding is not zero");
        if (op.CeilMode != 0) return rw.NoMatch(op, "windows may hang over the end");
        if (op.CountIncludePad == 0 && op.Pads is { } own && Array.Exists(own, static p => p != 0)) return rw.NoMatch(op, "its own padding does not count");
        return SpatialPad.Grow(op, pad, spatial, rw, ("count_include_pad", GraphRewrite.Int(rw, 1))) is { } made ? rw.Replace(op, made) : rw.NoMatch(op, "the pooling pads by itself");
    }
}

/// <summary>Padding with what is less than everything does not change the greatest; nor do zeros where nothing is negative and each window has an element.</summary>
public sealed class FoldPadIntoMaxPool() : Pattern<MaxPoolOp>("fold-pad-into-max-pool")
{
    // max_pool(pad(x, p, -inf)) -> max_pool(x, pads = p)
    public override bool Rewrite(MaxPoolOp op, Rewriter rw)
    {
        if (SpatialPad.Of(op, op.Input, rw, out PadOp pad) is not { } spatial) return false;
        bool least = SpatialPad.Fill(pad) is { } fill && (double.IsNegativeInfinity(fill) || (fill == 0 && ValueRanges.IsNotNegative(pad.Input)));
        if (!least) return rw.NoMatch(op, "the padding may be greater than an element");
        if (op.CeilMode != 0) return rw.NoMatch(op, "windows may hang over the end");
        if (op.ResultCount != 1) return rw.NoMatch(op, "the places of the greatest are asked for");
        if (op.KernelShape is not { } kernel || op.Dilations is { } d && Array.Exists(d, static x => x != 1)) return rw.NoMatch(op, "the kernel is not known, or dilated");
        for (int i = 0; i < kernel.Length; i++)
        {
            long own = op.Pads is { } pads ? Math.Max(pads[i], pads[i + kernel.Length]) : 0;
            if (Math.Max(spatial[i], spatial[i + kernel.Length]) + own >= kernel[i]) return rw.NoMatch(op, "a window may have padding alone");
        }
        return SpatialPad.Grow(op, pad, spatial, rw) is { } made ? rw.Replace(op, made) : rw.NoMatch(op, "the pooling pads by itself");
    }
}

/// <summary>Two paddings by the same number are one.</summary>
public sealed class MergePads() : Pattern<PadOp>("merge-pads")
{
    // pad(pad(x, p, c), q, c) -> pad(x, p + q, c)
    public override bool Rewrite(PadOp op, Rewriter rw)
    {
        if (op.Mode != "constant" || op.Input.DefiningOp is not PadOp { Mode: "constant" } inner || op.OperandCount > 3 || inner.OperandCount > 3) return rw.NoMatch(op, "it is no padding of a padding");
        if (SpatialPad.Fill(op) is not { } fill || SpatialPad.Fill(inner) is not { } first || !fill.Equals(first)) return rw.NoMatch(op, "the numbers differ");
        if (GraphConstants.Ints(op.Pads) is not { } outer || GraphConstants.Ints(inner.Pads) is not { } pads || pads.Length != outer.Length) return rw.NoMatch(op, "the padding is not constant");
        var sum = new long[pads.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            if (pads[i] < 0 || outer[i] < 0) return rw.NoMatch(op, "elements are removed");
            sum[i] = pads[i] + outer[i];
        }
        var operands = op.Operands.ToArray();
        operands[0] = inner.Input;
        operands[1] = GraphConstants.MakeInts(rw, sum);
        return rw.Replace(op, GraphRewrite.Like(rw, op, operands, op.Output.Type));
    }
}
