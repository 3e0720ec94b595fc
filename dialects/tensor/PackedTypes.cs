using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>
/// A packed activation, N x C/16 x H x W x 16: blocks of 16 channels innermost, the last block filled up (NCHW16c; with batches of one
/// the same bytes as NCHW1n16c). Elements are 8-bit integers or quantized values that are stored as such.
/// </summary>
public readonly struct PackedTensor : ITypeConstraint
{
    public static bool Matches(IrType type) =>
        type is RankedTensorType { HasStaticShape: true, Shape: [_, _, _, _, PackedLayout.Block] } t && PackedLayout.IsByte(t.ElementType);

    public static string Describe => "packed tensor of N x C/16 x H x W x 16 signed bytes";
}

/// <summary>Packed weights, O/16 x I/16 x KH x KW x 16 x 16 (OIHW16o16i), or one tile of 16 x 16.</summary>
public readonly struct PackedWeights : ITypeConstraint
{
    public static bool Matches(IrType type) =>
        type is RankedTensorType { HasStaticShape: true, Shape: [_, _, _, _, PackedLayout.Block, PackedLayout.Block] } t && PackedLayout.IsByte(t.ElementType);

    public static string Describe => "packed weights of O/16 x I/16 x KH x KW x 16 x 16 signed bytes";
}

/// <summary>Vectors of 32-bit integers, one for each block of 16 channels.</summary>
public readonly struct PackedVector : ITypeConstraint
{
    public static bool Matches(IrType type) => type is RankedTensorType { HasStaticShape: true, Shape: [_, PackedLayout.Block] } t && t.ElementType.IsSignlessInteger(32);

    public static string Describe => "tensor of C/16 x 16 i32";
}

/// <summary>Shapes and elements of packed tensors.</summary>
public static class PackedLayout
{
    /// <summary>The channels of a block.</summary>
    public const int Block = 16;

    /// <summary>The blocks that hold so many channels.</summary>
    public static long Blocks(long channels) => (channels + Block - 1) / Block;

    /// <summary>Whether elements are stored as signed bytes.</summary>
    public static bool IsByte(IrType element) => element.IsSignlessInteger(8) || element is QuantizedType { Storage: { Width: 8, IsSigned: true } };

    /// <summary>The packed type of N x C x H x W or N x C.</summary>
    public static RankedTensorType Of(RankedTensorType plain)
    {
        ReadOnlySpan<long> s = plain.Shape;
        return RankedTensorType.Get([s[0], Blocks(s[1]), s.Length > 2 ? s[2] : 1, s.Length > 3 ? s[3] : 1, Block], plain.ElementType);
    }

    /// <summary>The extents of a packed value.</summary>
    public static ReadOnlySpan<long> Shape(Value value) => ((RankedTensorType)value.Type).Shape;

    /// <summary>N x C x H x W, or N x C, of bytes to N x C/16 x H x W x 16; what fills the last block is zero.</summary>
    public static NdArray Pack(NdArray x)
    {
        ReadOnlySpan<long> s = x.Shape;
        long batch = s[0], channels = s[1], plane = x.Count / Math.Max(1, batch * channels), blocks = Blocks(channels);
        NdArray result = NdArray.Create(ElementKind.I8, [batch, blocks, s.Length > 2 ? s[2] : 1, s.Length > 3 ? s[3] : 1, Block]);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        for (long n = 0; n < batch; n++)
        {
            for (long c = 0; c < channels; c++)
            {
                int source = (int)((n * channels + c) * plane), target = (int)((n * blocks + c / Block) * plane * Block + c % Block);
                for (int p = 0; p < plane; p++) to[target + p * Block] = from[source + p];
            }
        }
        return result;
    }

    /// <summary>The inverse of <see cref="Pack"/>, for the shape that is wanted.</summary>
    public static NdArray Unpack(NdArray x, ReadOnlySpan<long> shape)
    {
        long batch = shape[0], channels = shape[1], blocks = x.Shape[1], plane = x.Shape[2] * x.Shape[3];
        NdArray result = NdArray.Create(ElementKind.I8, shape);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        for (long n = 0; n < batch; n++)
        {
            for (long c = 0; c < channels; c++)
            {
                int target = (int)((n * channels + c) * plane), source = (int)((n * blocks + c / Block) * plane * Block + c % Block);
                for (int p = 0; p < plane; p++) to[target + p] = from[source + p * Block];
            }
        }
        return result;
    }
}
