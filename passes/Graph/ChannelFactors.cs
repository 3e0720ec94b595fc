using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Graph;

/// <summary>Numbers by channel (dimension 1), as arithmetic after convolutions has them.</summary>
internal static class ChannelFactors
{
    /// <summary>The number of each channel that a constant gives by broadcasting to a shape of this rank; null where it gives others.</summary>
    public static double[]? Of(Value value, int rank, long channels)
    {
        if (rank < 2 || value.Type is not RankedTensorType { HasStaticShape: true } type || type.Rank > rank) return null;
        long count = 1;
        for (int i = 0; i < type.Rank; i++)
        {
            int dimension = rank - type.Rank + i;
            long extent = type.Shape[i];
            if (extent == 1) continue;
            if (dimension != 1 || extent != channels) return null;
            count = extent;
        }
        if (GraphConstants.ArrayOf(value) is not { } array || !array.Kind.IsFloat()) return null;
        var factors = new double[channels];
        for (int i = 0; i < factors.Length; i++) factors[i] = array.GetDouble(count == 1 ? 0 : i);
        return factors;
    }

    /// <summary>The elements of a vector; null where it is no constant of floats of this length.</summary>
    public static double[]? Vector(Value value, long channels) =>
        GraphConstants.ArrayOf(value) is { Rank: 1 } array && array.Count == channels && array.Kind.IsFloat() ? array.ToDoubles() : null;

    /// <summary>A vector of the kind that a tensor has.</summary>
    public static NdArray Array(ReadOnlySpan<double> values, ElementKind kind) => Cast.To(NdArray.Vector(values), kind);

    /// <summary>A weight whose slices along an axis are multiplied by factors.</summary>
    public static NdArray Scale(NdArray weight, ReadOnlySpan<double> factors, int axis)
    {
        var shape = new long[weight.Rank];
        System.Array.Fill(shape, 1);
        shape[axis] = factors.Length;
        return Binary.Apply(BinaryKind.Mul, weight, Array(factors, weight.Kind).Reshape(shape));
    }

    public static bool AllAre(ReadOnlySpan<double> values, double number)
    {
        foreach (double value in values)
            if (value != number) return false;
        return true;
    }
}
