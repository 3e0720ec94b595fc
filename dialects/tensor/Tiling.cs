using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>What may be done with a dimension of an iteration space.</summary>
public enum IteratorKind : byte
{
    /// <summary>Its points are independent of each other.</summary>
    Parallel,

    /// <summary>Its points are combined to one result.</summary>
    Reduction,
}

/// <summary>A part of an iteration space, or of a tensor.</summary>
public readonly record struct TileBox(MixedIndex[] Offsets, MixedIndex[] Sizes)
{
    public int Rank => Offsets.Length;
}

/// <summary>
/// A computation on tensors that can be done tile by tile: its iteration space is cut, and each part is computed from slices of the operands.
/// </summary>
public interface ITiling
{
    /// <summary>What may be done with each dimension of the iteration space.</summary>
    IteratorKind[] Iterators { get; }

    /// <summary>The sizes of the iteration space.</summary>
    MixedIndex[] IterationSizes(OpBuilder builder);

    /// <summary>The part of a result that a part of the iteration space computes.</summary>
    TileBox ResultTile(OpBuilder builder, int result, TileBox tile);

    /// <summary>The part of the iteration space that computes a part of a result.</summary>
    TileBox IterationTile(OpBuilder builder, int result, TileBox part);

    /// <summary>Computes a part of the iteration space: the results' parts.</summary>
    /// <param name="builder">Makes slices of the operands and the operation on them.</param>
    /// <param name="tile">The part.</param>
    /// <param name="inits">What the results' parts hold before, where a reduction goes on; else empty.</param>
    Value[] Tile(OpBuilder builder, TileBox tile, ReadOnlySpan<Value> inits);
}

/// <summary>Finds how an operation is tiled.</summary>
public static class Tilings
{
    /// <summary>The operation's own way, or that of elementwise operations; null when there is none.</summary>
    public static ITiling? Of(Operation op)
    {
        if (op is ITiling own) return own;
        if (op is not IElementwise || op.ResultCount != 1 || op.Result(0).Type is not RankedTensorType { Rank: > 0 } type) return null;
        foreach (Value operand in op.Operands)
            if (operand.Type is TensorType && (operand.Type is not RankedTensorType other || other.Rank != type.Rank)) return null;
        return new ElementwiseTiling(op);
    }

    /// <summary>A part of a tensor, with strides of 1; the tensor itself where that is all of it.</summary>
    public static Value Slice(OpBuilder builder, Value tensor, TileBox part)
    {
        MixedIndex[] ones = new MixedIndex[part.Rank];
        Array.Fill(ones, 1);
        RankedTensorType type = (RankedTensorType)tensor.Type;
        bool whole = type.HasStaticShape;
        for (int i = 0; whole && i < part.Rank; i++) whole &= part.Offsets[i].Is(0) && part.Sizes[i].Is(type.Shape[i]);
        return whole ? tensor : ExtractSliceOp.Create(builder, tensor, part.Offsets, part.Sizes, ones).Output;
    }
}

/// <summary>Each element of the result is computed from the elements of the operands at the same place.</summary>
internal sealed class ElementwiseTiling(Operation op) : ITiling
{
    public IteratorKind[] Iterators => new IteratorKind[((RankedTensorType)op.Result(0).Type).Rank];

    // The sizes of an operand, so that the operation itself may go.
    public MixedIndex[] IterationSizes(OpBuilder builder)
    {
        foreach (Value operand in op.Operands)
            if (operand.Type is RankedTensorType) return DimOp.SizesOf(builder, operand);
        return DimOp.SizesOf(builder, op.Result(0));
    }

    public TileBox ResultTile(OpBuilder builder, int result, TileBox tile) => tile;

    public TileBox IterationTile(OpBuilder builder, int result, TileBox part) => part;

    public Value[] Tile(OpBuilder builder, TileBox tile, ReadOnlySpan<Value> inits)
    {
        OperationState state = new(op.Info, op.Location) { Properties = op.PropertiesAttr };
        foreach (NamedAttr attr in op.Attributes.Entries) state.AddAttribute(attr.Name, attr.Value);
        RankedTensorType? shape = null;
        foreach (Value operand in op.Operands)
        {
            Value part = operand.Type is RankedTensorType ? Tilings.Slice(builder, operand, tile) : operand;
            state.Operands.Add(part);
            shape ??= part.Type as RankedTensorType;
        }
        state.ResultTypes.Add(RankedTensorType.Get(shape!.Shape, ((RankedTensorType)op.Result(0).Type).ElementType));
        return [builder.Create(state).Result(0)];
    }
}

public sealed partial class GenerateOp : ITiling
{
    IteratorKind[] ITiling.Iterators => new IteratorKind[Type.Rank];

    MixedIndex[] ITiling.IterationSizes(OpBuilder builder) => MixedIndex.Merge(Type.Shape, DynamicExtents);

    TileBox ITiling.ResultTile(OpBuilder builder, int result, TileBox tile) => tile;

    TileBox ITiling.IterationTile(OpBuilder builder, int result, TileBox part) => part;

    // The body sees indices of the whole.
    Value[] ITiling.Tile(OpBuilder builder, TileBox tile, ReadOnlySpan<Value> inits)
    {
        Support.Vec<Value> extents = default;
        long[] shape = MixedIndex.Split(tile.Sizes, ref extents);
        GenerateOp part = Create(builder, extents.Span, RankedTensorType.Get(shape, Type.ElementType));
        InsertionPoint point = builder.SavePoint();
        IrType[] indices = new IrType[shape.Length];
        Array.Fill(indices, builder.Context.Common.Index);
        Block block = builder.CreateBlock(part.Body, indices), from = Body.First!;
        Cloner cloner = new(builder);
        for (int i = 0; i < shape.Length; i++)
        {
            Value index = block.ArgumentAt(i);
            if (!tile.Offsets[i].Is(0)) index = Builtin.Arith.AddIOp.Create(builder, index, tile.Offsets[i].ToValue(builder)).Output;
            cloner.Map(from.ArgumentAt(i), index);
        }
        foreach (Operation inner in from.Operations) cloner.Clone(inner);
        builder.RestorePoint(point);
        return [part.Output];
    }
}
