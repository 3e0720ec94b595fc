using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>
/// Moves elements of a packed tensor: y[n, to + k, h, w] = x[n, from + k, h stride + offset, w stride + offset] for k below count; zero in all
/// other channels, and where that is outside of x. Slices with steps, paddings by zeros and the parts of a split are moves.
/// </summary>
[Op("tensor.packed_move", Format = "$input `channels` $channels (`offsets` $offsets^)? (`strides` $strides^)? (`tile` $tile^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "channels are the first of the operand, how many, and the first of the result, within the blocks of both")]
[Rule("C2", "offsets are two numbers, strides two positive ones")]
[Rule("C3", "the result has the operand's batch")]
[Rule("C4", "tile has six entries")]
public sealed partial class PackedMoveOp : Operation, IPure, IArrayEvaluable, IPackedOp
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    /// <summary>From, count, to.</summary>
    [Prop] public partial long[] Channels { get; }

    /// <summary>The row and column of the operand that the result's first ones are; negative: so many are padding.</summary>
    [Prop] public partial long[]? Offsets { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Tile { get; }

    [Result<PackedTensor>] public partial Value Output { get; }

    public NdArray[] Evaluate(NdArray[] x) => [PackedMoves.Move(x[0], Channels, Offsets ?? [0, 0], Strides ?? [1, 1], PackedLayout.Shape(Output))];

    protected override bool VerifyOp(Diag d)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(Input), y = PackedLayout.Shape(Output);
        if (!d.Require(Channels is [>= 0, > 0, >= 0], "C1", "channels are not from, count and to")
            || !d.Require(Offsets is null or [> -65536 and < 65536, > -65536 and < 65536], "C2", "offsets are not two numbers") || !LayoutRules.Pair(d, "C2", "strides", Strides))
            return false;
        return d.Require(Channels[0] + Channels[1] <= x[1] * PackedLayout.Block && Channels[2] + Channels[1] <= y[1] * PackedLayout.Block, "C1",
                $"moves {Channels[1]} channels from {Channels[0]} of '{Input.Type}' to {Channels[2]} of '{Output.Type}'")
            && d.Require(x[0] == y[0], "C3", $"makes '{Output.Type}' of '{Input.Type}'") && PackedRules.Tile(d, "C4", null, Tile);
    }
}

/// <summary>
/// Matrices of bytes, B... x M x K, to 1 x (B K/16) x M x 1 x 16: rows are places, columns channels, each matrix has blocks of its own; what
/// fills the last block is zero.
/// </summary>
[Op("tensor.pack_rows", Format = "$input attr-dict `:` type($input) `to` type($packed)")]
[Rule("C1", "the operand has rank 2 or more, a static shape and elements of signed bytes")]
[Rule("C2", "the result is the operand's packed type")]
public sealed partial class PackRowsOp : Operation, IPure, IArrayEvaluable
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<PackedTensor>] public partial Value Packed { get; }

    public static PackRowsOp Of(OpBuilder b, Value input) => Create(b, input, PackedMatrices.Rows((RankedTensorType)input.Type));

    public NdArray[] Evaluate(NdArray[] x) => [PackedMatrices.PackRows(x[0])];

    protected override bool VerifyOp(Diag d) => PackedMatrices.IsMatrix(d, Input.Type)
        && d.Require(PackedMatrices.Rows((RankedTensorType)Input.Type) == Packed.Type, "C2",
            $"makes '{Packed.Type}' of '{Input.Type}', which is packed as '{PackedMatrices.Rows((RankedTensorType)Input.Type)}'");
}

/// <summary>The inverse of pack_rows: what filled the last block is dropped.</summary>
[Op("tensor.unpack_rows", Format = "$input attr-dict `:` type($input) `to` type($plain)")]
[Rule("C1", "the result has rank 2 or more, a static shape and elements of signed bytes")]
[Rule("C2", "the operand is the result's packed type")]
public sealed partial class UnpackRowsOp : Operation, IPure, IArrayEvaluable
{
    [Operand<PackedTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Plain { get; }

    public NdArray[] Evaluate(NdArray[] x) => [PackedMatrices.UnpackRows(x[0], ((RankedTensorType)Plain.Type).Shape)];

    protected override bool VerifyOp(Diag d) => PackedMatrices.IsMatrix(d, Plain.Type)
        && d.Require(PackedMatrices.Rows((RankedTensorType)Plain.Type) == Input.Type, "C2",
            $"makes '{Plain.Type}' of '{Input.Type}'; packed, it is '{PackedMatrices.Rows((RankedTensorType)Plain.Type)}'");
}

/// <summary>
/// Matrices of bytes that stand on the right of a product, B... x K x N, to weights (B N/16) x K/16 x 1 x 1 x 16 x 16: columns are output
/// channels; what fills the last blocks is zero.
/// </summary>
[Op("tensor.pack_columns", Format = "$input attr-dict `:` type($input) `to` type($packed)")]
[Rule("C1", "the operand has rank 2 or more, a static shape and elements of signed bytes")]
[Rule("C2", "the result is the operand's packed type")]
public sealed partial class PackColumnsOp : Operation, IPure, IArrayEvaluable
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<PackedWeights>] public partial Value Packed { get; }

    public static PackColumnsOp Of(OpBuilder b, Value input) => Create(b, input, PackedMatrices.Columns((RankedTensorType)input.Type));

    public NdArray[] Evaluate(NdArray[] x) => [PackedMatrices.PackColumns(x[0])];

    protected override bool VerifyOp(Diag d) => PackedMatrices.IsMatrix(d, Input.Type)
        && d.Require(PackedMatrices.Columns((RankedTensorType)Input.Type) == Packed.Type, "C2",
            $"makes '{Packed.Type}' of '{Input.Type}', which is packed as '{PackedMatrices.Columns((RankedTensorType)Input.Type)}'");
}

/// <summary>The reference semantics of moves.</summary>
internal static class PackedMoves
{
    private const int Block = PackedLayout.Block;

    public static NdArray Move(NdArray x, long[] channels, long[] offsets, long[] strides, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = y.Write<sbyte>();
        long height = x.Shape[2], width = x.Shape[3];
        for (long n = 0; n < shape[0]; n++)
        {
            for (long k = 0; k < channels[1]; k++)
            {
                long source = channels[0] + k, target = channels[2] + k;
                for (long h = 0; h < shape[2]; h++)
                {
                    long row = h * strides[0] + offsets[0];
                    if ((ulong)row >= (ulong)height) continue;
                    for (long w = 0; w < shape[3]; w++)
                    {
                        long col = w * strides[1] + offsets[1];
                        if ((ulong)col >= (ulong)width) continue;
                        to[(int)((((n * shape[1] + target / Block) * shape[2] + h) * shape[3] + w) * Block + target % Block)] =
                            from[(int)((((n * x.Shape[1] + source / Block) * height + row) * width + col) * Block + source % Block)];
                    }
                }
            }
        }
        return y;
    }
}

/// <summary>The packed forms of matrices.</summary>
public static class PackedMatrices
{
    private const int Block = PackedLayout.Block;

    /// <summary>The packed type of a matrix on the left of a product, or of the product.</summary>
    public static RankedTensorType Rows(RankedTensorType plain)
    {
        (long batch, long rows, long columns) = Extents(plain.Shape);
        return RankedTensorType.Get([1, batch * PackedLayout.Blocks(columns), rows, 1, Block], plain.ElementType);
    }

    /// <summary>The packed type of a matrix on the right of a product.</summary>
    public static RankedTensorType Columns(RankedTensorType plain)
    {
        (long batch, long rows, long columns) = Extents(plain.Shape);
        return RankedTensorType.Get([batch * PackedLayout.Blocks(columns), PackedLayout.Blocks(rows), 1, 1, Block, Block], plain.ElementType);
    }

    /// <summary>How many matrices there are, and their extents.</summary>
    public static (long Batch, long Rows, long Columns) Extents(ReadOnlySpan<long> shape)
    {
        long batch = 1;
        foreach (long extent in shape[..^2]) batch *= extent;
        return (batch, shape[^2], shape[^1]);
    }

    /// <summary>The weights of a matrix of bytes on the right of a product.</summary>
    public static NdArray PackColumns(NdArray x)
    {
        (long batch, long rows, long columns) = Extents(x.Shape);
        long down = PackedLayout.Blocks(rows), across = PackedLayout.Blocks(columns);
        NdArray result = NdArray.Create(ElementKind.I8, [batch * across, down, 1, 1, Block, Block]);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        int at = 0;
        for (long b = 0; b < batch; b++)
        {
            for (long k = 0; k < rows; k++)
            {
                for (long n = 0; n < columns; n++, at++)
                    to[(int)((((b * across + n / Block) * down + k / Block) * Block + n % Block) * Block + k % Block)] = from[at];
            }
        }
        return result;
    }

    internal static NdArray PackRows(NdArray x)
    {
        (long batch, long rows, long columns) = Extents(x.Shape);
        long across = PackedLayout.Blocks(columns);
        NdArray result = NdArray.Create(ElementKind.I8, [1, batch * across, rows, 1, Block]);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        int at = 0;
        for (long b = 0; b < batch; b++)
        {
            for (long m = 0; m < rows; m++)
            {
                for (long k = 0; k < columns; k++, at++) to[(int)(((b * across + k / Block) * rows + m) * Block + k % Block)] = from[at];
            }
        }
        return result;
    }

    internal static NdArray UnpackRows(NdArray x, ReadOnlySpan<long> shape)
    {
        (long batch, long rows, long columns) = Extents(shape);
        long across = PackedLayout.Blocks(columns);
        NdArray result = NdArray.Create(ElementKind.I8, shape);
        ReadOnlySpan<sbyte> from = x.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        int at = 0;
        for (long b = 0; b < batch; b++)
        {
            for (long m = 0; m < rows; m++)
            {
                for (long k = 0; k < columns; k++, at++) to[at] = from[(int)(((b * across + k / Block) * rows + m) * Block + k % Block)];
            }
        }
        return result;
    }

    internal static bool IsMatrix(Diag d, IrType type) =>
        d.Require(type is RankedTensorType { HasStaticShape: true, Shape.Length: >= 2 } t && PackedLayout.IsByte(t.ElementType), "C1", $"has '{type}', not matrices of signed bytes");
}
