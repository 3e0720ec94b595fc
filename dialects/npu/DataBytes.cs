using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>The bytes of dense attributes.</summary>
internal static class DataBytes
{
    /// <summary>The number of bytes that an attribute stands for, or -1 when it has none.</summary>
    public static long Count(Attr value) => value switch
    {
        DenseElementsAttr dense when !IsBit(dense.ElementType) => dense.NumElements * dense.ElementSize,
        DenseResourceElementsAttr { Handle.Blob: { } blob } => blob.Length,
        // Weights of a file that is not mapped yet: the type tells.
        DenseResourceElementsAttr { ShapedType: { HasStaticShape: true, ElementType: IntegerType { Width: 8 or 16 or 32 } element } type } => type.NumElements * (element.Width / 8),
        _ => -1,
    };

    /// <summary>Writes the bytes of an attribute; nothing for null.</summary>
    public static void CopyTo(Attr? value, Span<byte> to)
    {
        switch (value)
        {
            case DenseElementsAttr { IsSplat: false } dense:
                dense.RawData.CopyTo(to);
                break;
            case DenseElementsAttr splat:
                ReadOnlySpan<byte> one = splat.RawData;
                if (one.Length == 1)
                {
                    to.Fill(one[0]);
                    break;
                }
                for (int i = 0; i + one.Length <= to.Length; i += one.Length) one.CopyTo(to[i..]);
                break;
            case DenseResourceElementsAttr { Handle.Blob: null } missing:
                throw new EvaluationException($"the resource '{missing.Handle.Key}' has no data");
            case DenseResourceElementsAttr { Handle.Blob: { } blob }:
                for (long at = 0; at < blob.Length;)
                {
                    ReadOnlySpan<byte> chunk = blob.Chunk(at);
                    chunk.CopyTo(to[(int)at..]);
                    at += chunk.Length;
                }
                break;
        }
    }

    // One-bit elements are packed, so their number does not give their bytes.
    private static bool IsBit(IrType type) => type is IntegerType { Width: 1 };
}
