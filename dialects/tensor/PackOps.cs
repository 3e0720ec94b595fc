using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>What pack and unpack share: how a plain tensor lies in tiles.</summary>
public interface ITiledLayout
{
    /// <summary>The order of the outer dimensions: number i is dimension perm[i]; empty for the plain order.</summary>
    long[] OuterPermutation { get; }

    /// <summary>The dimensions that are tiled, in the order of the tile's dimensions.</summary>
    long[] InnerDimsPos { get; }

    /// <summary>The sizes of the tile.</summary>
    MixedIndex[] MixedTiles { get; }

    RankedTensorType PlainType { get; }

    RankedTensorType PackedType { get; }
}

/// <summary>Cuts a tensor into tiles that lie together: `NCHW` with tiles of 16 channels becomes `NCHW16c`. What a tile has too much is padding.</summary>
[Op("tensor.pack", Format = "$source (`padding_value` `(` $padding_value^ `:` type($padding_value) `)`)? (`outer_dims_perm` `=` $outer_dims_perm^)? "
    + "`inner_dims_pos` `=` $inner_dims_pos `inner_tiles` `=` custom<IndexList>($inner_tiles, $static_inner_tiles) `into` $dest attr-dict `:` type($source) `->` type($dest)")]
public sealed partial class PackOp : MovingOp, IPure, IAsmNames, IDestinationStyle, ITiledLayout
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operand<AnyType>] public partial Value? PaddingValue { get; }

    [Operands<AnyIndex>] public partial OperandRange InnerTiles { get; }

    [Prop] public partial long[]? OuterDimsPerm { get; }

    [Prop] public partial long[] InnerDimsPos { get; }

    [Prop] public partial long[] StaticInnerTiles { get; }

    [Result<RankedTensor>("result"), TypeFrom("dest", nameof(Same), "result type matches type of dest")] public partial Value Output { get; }

    private static IrType? Same(IrType type) => type;

    public long[] OuterPermutation => OuterDimsPerm ?? [];

    public MixedIndex[] MixedTiles => MixedIndex.Merge(StaticInnerTiles, InnerTiles);

    public RankedTensorType PlainType => (RankedTensorType)Source.Type;

    public RankedTensorType PackedType => (RankedTensorType)Dest.Type;

    public OperandRange Inits => new(this, 1, 1);

    public void NameResults(ValueNames names) => names.Name(Output, "pack"u8);

    protected override bool VerifyOp(Diag d)
    {
        if (PaddingValue is { } padding && padding.Type != PlainType.ElementType)
            return d.Error(Diag.RuleCode, $"expected padding_value has '{PlainType.ElementType}' but got: '{padding.Type}'");
        return TiledLayouts.Verify(d, this, InnerTiles.Count, StaticInnerTiles, PaddingValue is null);
    }
}

/// <summary>Undoes pack: the plain tensor, without padding.</summary>
[Op("tensor.unpack", Format = "$source (`outer_dims_perm` `=` $outer_dims_perm^)? `inner_dims_pos` `=` $inner_dims_pos `inner_tiles` `=` "
    + "custom<IndexList>($inner_tiles, $static_inner_tiles) `into` $dest attr-dict `:` type($source) `->` type($dest)")]
public sealed partial class UnpackOp : MovingOp, IPure, IAsmNames, IDestinationStyle, ITiledLayout
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operands<AnyIndex>] public partial OperandRange InnerTiles { get; }

    [Prop] public partial long[]? OuterDimsPerm { get; }

    [Prop] public partial long[] InnerDimsPos { get; }

    [Prop] public partial long[] StaticInnerTiles { get; }

    [Result<RankedTensor>("result"), TypeFrom("dest", nameof(Same), "result type matches type of dest")] public partial Value Output { get; }

    private static IrType? Same(IrType type) => type;

    public long[] OuterPermutation => OuterDimsPerm ?? [];

    public MixedIndex[] MixedTiles => MixedIndex.Merge(StaticInnerTiles, InnerTiles);

    public RankedTensorType PlainType => (RankedTensorType)Dest.Type;

    public RankedTensorType PackedType => (RankedTensorType)Source.Type;

    public OperandRange Inits => new(this, 1, 1);

    public void NameResults(ValueNames names) => names.Name(Output, "unpack"u8);

    protected override bool VerifyOp(Diag d) => TiledLayouts.Verify(d, this, InnerTiles.Count, StaticInnerTiles, false);
}

/// <summary>The arithmetic of tiled layouts.</summary>
public static class TiledLayouts
{
    internal static bool Verify(Diag d, ITiledLayout op, int values, long[] staticTiles, bool needsFullTiles)
    {
        RankedTensorType plain = op.PlainType, packed = op.PackedType;
        int dynamic = 0;
        foreach (long tile in staticTiles)
        {
            if (Shapes.IsDynamic(tile)) dynamic++;
            else if (tile == 0) return TensorOp.Plain(d, "invalid zero tile factor");
        }
        if (dynamic != values) return TensorOp.Plain(d, "tile factors must be the same as the number of dynamic values");
        if (op.InnerDimsPos.Length > plain.Rank) return TensorOp.Plain(d, "invalid inner_dims_pos vector");
        if (!AreDistinct(op.InnerDimsPos, plain.Rank)) return TensorOp.Plain(d, "invalid inner_dims_pos vector");
        if (!AreDistinct(op.OuterPermutation, plain.Rank)) return TensorOp.Plain(d, "invalid outer_dims_perm vector");
        if (op.OuterPermutation.Length > 0 && op.OuterPermutation.Length != plain.Rank) return TensorOp.Plain(d, "outer_dims_perm must be a permutation or empty");
        if (staticTiles.Length > plain.Rank) return TensorOp.Plain(d, "tiling factors must be less than or equal to the input rank for pack or output rank for unpack");
        if (staticTiles.Length != op.InnerDimsPos.Length) return TensorOp.Plain(d, "tiling factors must equal the number of dimensions to tile");
        if (packed.Rank != plain.Rank + staticTiles.Length) return TensorOp.Plain(d, "packed rank must equal unpacked rank + tiling factors");
        for (int i = 0; needsFullTiles && i < staticTiles.Length; i++)
        {
            long size = plain.Shape[(int)op.InnerDimsPos[i]];
            if (!Shapes.IsDynamic(size) && !Shapes.IsDynamic(staticTiles[i]) && size % staticTiles[i] != 0)
                return d.Error(Diag.RuleCode, "invalid tile factor or output size provided. Only full tiles are supported when padding_value is not set");
        }
        RankedTensorType expected = Pack(plain, staticTiles, op.InnerDimsPos, op.OuterPermutation);
        for (int i = 0; i < packed.Rank; i++)
        {
            long want = expected.Shape[i], got = packed.Shape[i];
            if (!Shapes.IsDynamic(want) && !Shapes.IsDynamic(got) && want > got)
                return TensorOp.Plain(d, $"the shape of output is not large enough to hold the packed data. Expected at least '{expected}', got '{packed}'");
        }
        for (int i = 0; i < staticTiles.Length; i++)
        {
            long got = packed.Shape[plain.Rank + i];
            if (Shapes.IsDynamic(staticTiles[i]) ? Shapes.IsDynamic(got) : staticTiles[i] == got) continue;
            return TensorOp.Plain(d, "mismatch in inner tile sizes specified and shaped of tiled dimension in the packed type");
        }
        return d.Require(plain.ElementType == packed.ElementType, null, "element types of source and dest must be the same");
    }

    private static bool AreDistinct(ReadOnlySpan<long> dims, int rank)
    {
        for (int i = 0; i < dims.Length; i++)
            if (dims[i] < 0 || dims[i] >= rank || dims[..i].Contains(dims[i])) return false;
        return true;
    }

    /// <summary>The type of a tensor cut into tiles.</summary>
    public static RankedTensorType Pack(RankedTensorType plain, ReadOnlySpan<long> tiles, ReadOnlySpan<long> positions, ReadOnlySpan<long> outerPermutation)
    {
        long[] outer = plain.Shape.ToArray();
        for (int i = 0; i < tiles.Length; i++)
        {
            ref long size = ref outer[(int)positions[i]];
            size = Shapes.IsDynamic(size) || Shapes.IsDynamic(tiles[i]) ? ShapedType.Dynamic : Shapes.CeilDiv(size, tiles[i]);
        }
        long[] shape = new long[plain.Rank + tiles.Length];
        for (int i = 0; i < outer.Length; i++) shape[i] = outer[outerPermutation.IsEmpty ? i : (int)outerPermutation[i]];
        tiles.CopyTo(shape.AsSpan(outer.Length));
        return RankedTensorType.Get(shape, plain.ElementType, plain.Encoding);
    }

    /// <summary>Whether two layouts are the same.</summary>
    public static bool Same(ITiledLayout a, ITiledLayout b) =>
        a.InnerDimsPos.AsSpan().SequenceEqual(b.InnerDimsPos) && Slicing.Same(a.MixedTiles, b.MixedTiles)
        && Effective(a).AsSpan().SequenceEqual(Effective(b));

    /// <summary>Whether it is known that no tile has padding.</summary>
    public static bool AreTilesFull(ITiledLayout layout)
    {
        MixedIndex[] tiles = layout.MixedTiles;
        for (int i = 0; i < tiles.Length; i++)
        {
            long size = layout.PlainType.Shape[(int)layout.InnerDimsPos[i]];
            if (!tiles[i].IsKnown || Shapes.IsDynamic(size) || size % tiles[i].Number != 0) return false;
        }
        return true;
    }

    // The plain order may be written or not.
    private static long[] Effective(ITiledLayout layout)
    {
        for (int i = 0; i < layout.OuterPermutation.Length; i++)
            if (layout.OuterPermutation[i] != i) return layout.OuterPermutation;
        return [];
    }
}
