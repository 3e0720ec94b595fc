using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>A convolution (or its transpose) whose weights are constant, followed by y -> scale y + shift by channel.</summary>
internal static class ConvAffine
{
    /// <summary>The convolution that computes a value which nothing else uses; null with the reason told.</summary>
    public static Operation? Source(Operation op, Value value, Rewriter rw)
    {
        if (value.DefiningOp is not { } conv || conv is not (ConvOp or ConvTransposeOp)) return No(op, rw, "no convolution computes the operand");
        if (!value.HasOneUse) return No(op, rw, "the convolution's result has other uses");
        if (conv.Operand(1).DefiningOp is not ConstantOp || (conv.OperandCount > 2 && conv.Operand(2).DefiningOp is not ConstantOp)) return No(op, rw, "the weights are not constant");
        if (conv is ConvTransposeOp { Group: not 1 }) return No(op, rw, "the transposed convolution has groups");
        if (GraphTypes.Element(value) is not FloatType) return No(op, rw, "it is not of floats");
        return GraphRewrite.Shape(conv.Operand(1)) is null ? No(op, rw, "the weights have no shape") : conv;
    }

    private static Operation? No(Operation op, Rewriter rw, string why)
    {
        rw.NoMatch(op, why);
        return null;
    }

    /// <summary>Channels of the result.</summary>
    public static long Channels(Operation conv) => GraphRewrite.Shape(conv.Operand(1))![ChannelAxis(conv)];

    private static int ChannelAxis(Operation conv) => conv is ConvTransposeOp ? 1 : 0;

    /// <summary>Replaces <paramref name="op"/>, which computes scale y + shift of the convolution's result y, by a convolution.</summary>
    public static bool Replace(Operation op, Operation conv, double[] scale, double[] shift, Rewriter rw)
    {
        NdArray? weight = GraphConstants.ArrayOf(conv.Operand(1)), bias = conv.OperandCount > 2 ? GraphConstants.ArrayOf(conv.Operand(2)) : null;
        if (weight is null || (bias is null && conv.OperandCount > 2)) return rw.NoMatch(op, "the weights have no data");
        Value scaled = conv.Operand(1);
        if (!ChannelFactors.AllAre(scale, 1))
            scaled = GraphConstants.Make(rw, ChannelFactors.Scale(weight, scale, ChannelAxis(conv)), GraphConstants.Stem(conv.Operand(1)));
        var moved = new double[scale.Length];
        for (int i = 0; i < moved.Length; i++) moved[i] = (bias is null ? 0 : bias.GetDouble(i) * scale[i]) + shift[i];
        string stem = conv.OperandCount > 2 ? GraphConstants.Stem(conv.Operand(2)) : "bias";
        Value shifted = GraphConstants.Make(rw, ChannelFactors.Array(moved, weight.Kind), stem);
        return rw.Replace(op, GraphRewrite.Like(rw, conv, [conv.Operand(0), scaled, shifted], op.Result(0).Type));
    }
}
