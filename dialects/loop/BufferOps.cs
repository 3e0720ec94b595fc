using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Loop;

/// <summary>Memory for a buffer, whose elements are not defined yet.</summary>
[Op("loop.alloc", Format = "`(`$dynamic_sizes`)` attr-dict `:` type($memref)")]
[Rule("C1", "there is a value for each size that the type leaves open")]
[Rule("C2", "the type has the default layout")]
[Rule("C3", "the alignment is a power of two")]
public sealed partial class AllocOp : Operation, IMemoryEffects, IAsmNames
{
    [Operands<AnyIndex>] public partial OperandRange DynamicSizes { get; }

    /// <summary>In bytes.</summary>
    [Prop] public partial long? Alignment { get; }

    /// <summary>Where in its memory the buffer begins, in bytes, once memory was planned.</summary>
    [Prop] public partial long? Offset { get; }

    [Result<AnyMemRef>("memref")] public partial Value MemRef { get; }

    public MemRefType Type => (MemRefType)MemRef.Type;

    public void NameResults(ValueNames names) => names.Name(MemRef, "alloc"u8);

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Allocate, MemRef);

    protected override bool VerifyOp(Diag d)
    {
        int dynamic = 0;
        foreach (long size in Type.Shape)
            if (ShapedType.IsDynamic(size)) dynamic++;
        return d.Require(dynamic == DynamicSizes.Count, "C1", $"has {DynamicSizes.Count} sizes, but its type leaves {dynamic} open")
            && d.Require(Type.HasIdentityLayout, "C2", $"cannot make memory of layout {Type.Layout}")
            && d.Require(Alignment is null or > 0 && long.PopCount(Alignment ?? 1) == 1, "C3", $"alignment {Alignment ?? 0} is no power of two");
    }
}

/// <summary>Gives the memory of a buffer back.</summary>
[Op("loop.dealloc", Format = "$memref attr-dict `:` type($memref)")]
public sealed partial class DeallocOp : Operation, IMemoryEffects
{
    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Free, MemRef);
}

/// <summary>An element of a buffer.</summary>
[Op("loop.load", Format = "$memref `[` $indices `]` attr-dict `:` type($memref)")]
[Rule("C1", "there is an index for each dimension")]
public sealed partial class LoadOp : Operation, IMemoryEffects
{
    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<AnyType>("result"), TypeFrom("memref", nameof(ElementOf), "result type matches element type of 'memref'")] public partial Value Output { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Read, MemRef);

    protected override bool VerifyOp(Diag d) => LoopBuffers.VerifyIndices(d, MemRef, Indices);
}

/// <summary>Sets an element of a buffer.</summary>
[Op("loop.store", Format = "$value `,` $memref `[` $indices `]` attr-dict `:` type($memref)")]
[Rule("C1", "there is an index for each dimension")]
public sealed partial class StoreOp : Operation, IMemoryEffects
{
    [Operand<AnyType>, TypeFrom("memref", nameof(ElementOf), "type of 'value' matches element type of 'memref'")] public partial Value Value { get; }

    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Write, MemRef);

    protected override bool VerifyOp(Diag d) => LoopBuffers.VerifyIndices(d, MemRef, Indices);
}

/// <summary>Copies all elements of a buffer to another one, perhaps in another memory space. The buffers do not overlap, unless they are the same.</summary>
[Op("loop.copy", Format = "$source `,` $target attr-dict `:` type($source) `to` type($target)")]
[Rule("C1", "both have the same element type and shapes that may be the same")]
public sealed partial class CopyOp : Operation, IMemoryEffects
{
    [Operand<AnyMemRef>] public partial Value Source { get; }

    [Operand<AnyMemRef>] public partial Value Target { get; }

    public void GetEffects(ref EffectList effects)
    {
        effects.Add(MemoryEffect.Read, Source);
        effects.Add(MemoryEffect.Write, Target);
    }

    protected override bool VerifyOp(Diag d)
    {
        MemRefType from = (MemRefType)Source.Type, to = (MemRefType)Target.Type;
        return d.Require(from.ElementType == to.ElementType && TypeRelations.ShapesCompatible(from, to), "C1", $"cannot copy '{from}' to '{to}'");
    }
}

/// <summary>The same memory seen as another type: sizes, strides or offset that one of the types leaves open.</summary>
[Op("loop.cast", Format = "$source attr-dict `:` type($source) `to` type($dest)")]
[Rule("C1", "element type and memory space are the same, and what both types know of sizes, strides and offset agrees")]
public sealed partial class CastOp : Operation, IPure, IAsmNames
{
    [Operand<AnyMemRef>] public partial Value Source { get; }

    [Result<AnyMemRef>] public partial Value Dest { get; }

    public void NameResults(ValueNames names) => names.Name(Dest, "cast"u8);

    protected override bool VerifyOp(Diag d) =>
        d.Require(LoopBuffers.AreCastCompatible((MemRefType)Source.Type, (MemRefType)Dest.Type), "C1", $"cannot cast '{Source.Type}' to '{Dest.Type}'");
}

/// <summary>A buffer without gaps seen in another shape: the same memory, the same elements in row-major order.</summary>
[Op("loop.reshape", Format = "$source attr-dict `:` type($source) `to` type($dest)")]
[Rule("C1", "both types have the default layout, known sizes, as many elements, and the same element type and memory space")]
public sealed partial class ReshapeOp : Operation, IPure, IAsmNames, IFoldable
{
    [Operand<AnyMemRef>] public partial Value Source { get; }

    [Result<AnyMemRef>] public partial Value Dest { get; }

    public void NameResults(ValueNames names) => names.Name(Dest, "reshape"u8);

    public FoldResult Fold(FoldInputs inputs) => Source.Type == Dest.Type ? Source : FoldResult.None;

    protected override bool VerifyOp(Diag d)
    {
        MemRefType from = (MemRefType)Source.Type, to = (MemRefType)Dest.Type;
        return d.Require(from.HasIdentityLayout && to.HasIdentityLayout && from.HasStaticShape && to.HasStaticShape && from.NumElements == to.NumElements
            && from.ElementType == to.ElementType && from.MemorySpace == to.MemorySpace, "C1", $"cannot see '{from}' as '{to}'");
    }
}

/// <summary>A buffer that holds a constant and is never written.</summary>
[Op("loop.constant", Format = "$value attr-dict `:` type($memref)")]
[Rule("C1", "the type has the default layout, and shape and element type of the value")]
public sealed partial class ConstantOp : Operation, IPure, IAsmNames
{
    [Prop] public partial ElementsAttr Value { get; }

    [Result<AnyMemRef>("memref")] public partial Value MemRef { get; }

    public MemRefType Type => (MemRefType)MemRef.Type;

    public void NameResults(ValueNames names) => names.Name(MemRef, "constant"u8);

    protected override bool VerifyOp(Diag d) => d.Require(Type.HasIdentityLayout && Type.ElementType == Value.ElementType && Type.Shape.SequenceEqual(Value.ShapedType.Shape), "C1",
        $"a buffer of type '{Type}' cannot hold a value of type '{Value.Type}'");
}

/// <summary>The size of a dimension of a buffer.</summary>
[Op("loop.dim", Format = "attr-dict $source `,` $index `:` type($source)")]
[Rule("C1", "an index that is known is below the rank")]
public sealed partial class DimOp : Operation, IMemoryEffects, IAsmNames
{
    [Operand<AnyMemRef>] public partial Value Source { get; }

    [Operand<AnyIndex>] public partial Value Index { get; }

    [Result<AnyIndex>("result")] public partial Value Output { get; }

    public void NameResults(ValueNames names) => names.Name(Output, "dim"u8);

    public void GetEffects(ref EffectList effects)
    {
    }

    protected override bool VerifyOp(Diag d) => Bounds.Constant(Index) is not { } index
        || d.Require(index >= 0 && index < ((MemRefType)Source.Type).Rank, "C1", $"the type has no dimension {index}");
}

/// <summary>The part of a buffer that offsets, sizes and strides describe: the same memory. The result may leave out dimensions of size 1.</summary>
[Op("loop.subview", Format = "$source `` custom<IndexList>($offsets, $static_offsets) custom<IndexList>($sizes, $static_sizes) "
    + "custom<IndexList>($strides, $static_strides) attr-dict `:` type($source) `to` type($result)")]
[Rule("C1", "there are as many offsets, sizes and strides as the source has dimensions, and values for those that are left open")]
[Rule("C2", "the result's type follows from source, offsets, sizes and strides; dimensions of size 1 may be left out")]
public sealed partial class SubviewOp : Operation, IPure, IAsmNames
{
    [Operand<AnyMemRef>] public partial Value Source { get; }

    [Operands<AnyIndex>] public partial OperandRange Offsets { get; }

    [Operands<AnyIndex>] public partial OperandRange Sizes { get; }

    [Operands<AnyIndex>] public partial OperandRange Strides { get; }

    [Prop] public partial long[] StaticOffsets { get; }

    [Prop] public partial long[] StaticSizes { get; }

    [Prop] public partial long[] StaticStrides { get; }

    [Result<AnyMemRef>("result")] public partial Value Output { get; }

    public MemRefType SourceType => (MemRefType)Source.Type;

    public MemRefType Type => (MemRefType)Output.Type;

    /// <summary>The dimensions that the result leaves out.</summary>
    public bool[] DroppedDims => LoopBuffers.DroppedDims(LoopBuffers.SubviewType(SourceType, StaticOffsets, StaticSizes, StaticStrides)!, Type) ?? new bool[StaticSizes.Length];

    public void NameResults(ValueNames names) => names.Name(Output, "subview"u8);

    /// <summary>A part of a buffer; values stand where the numbers are <see cref="ShapedType.Dynamic"/>.</summary>
    /// <param name="dropped">The dimensions to leave out; empty: none.</param>
    public static SubviewOp Create(OpBuilder builder, Value source, ReadOnlySpan<Value> offsets, ReadOnlySpan<Value> sizes, ReadOnlySpan<Value> strides,
        long[] staticOffsets, long[] staticSizes, long[] staticStrides, ReadOnlySpan<bool> dropped = default)
    {
        MemRefType type = LoopBuffers.SubviewType((MemRefType)source.Type, staticOffsets, staticSizes, staticStrides)
            ?? throw new ArgumentException($"'{source.Type}' has no strides");
        if (dropped.Contains(true)) type = LoopBuffers.Drop(type, dropped);
        return Build(builder, source, offsets, sizes, strides, staticOffsets, staticSizes, staticStrides, type);
    }

    protected override bool VerifyOp(Diag d)
    {
        int rank = SourceType.Rank;
        if (!d.Require(StaticOffsets.Length == rank && StaticSizes.Length == rank && StaticStrides.Length == rank, "C1",
            $"has {StaticOffsets.Length} offsets, {StaticSizes.Length} sizes and {StaticStrides.Length} strides for {rank} dimensions"))
            return false;
        if (!d.Require(LoopBuffers.Open(StaticOffsets) == Offsets.Count && LoopBuffers.Open(StaticSizes) == Sizes.Count && LoopBuffers.Open(StaticStrides) == Strides.Count, "C1",
            $"has other numbers of values than of open offsets, sizes and strides"))
            return false;
        if (LoopBuffers.SubviewType(SourceType, StaticOffsets, StaticSizes, StaticStrides) is not { } full) return d.Require(false, "C2", $"the source's layout {SourceType.Layout} has no strides");
        return d.Require(Type == full || (LoopBuffers.DroppedDims(full, Type) is { } dropped && LoopBuffers.Drop(full, dropped) == Type), "C2", $"the result should be of type '{full}', perhaps without dimensions of size 1");
    }

    private static bool ParseIndexList(AsmParser parser, ref Vec<UnresolvedOperand> values, out long[] numbers) => parser.ParseIndexList(ref values, out numbers);

    private static void PrintIndexList(AsmPrinter printer, Operation op, OperandRange values, long[] numbers) => printer.WriteIndexList(values, numbers);
}
