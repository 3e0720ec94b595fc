using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>A tensor of a shape, whose elements are not defined.</summary>
[Op("tensor.empty", Format = "`(`$dynamicSizes`)` attr-dict `:` type($result)")]
public sealed partial class EmptyOp : MovingOp, IPure
{
    [Operands<AnyIndex>("dynamicSizes")] public partial OperandRange DynamicSizes { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    /// <summary>An empty tensor of mixed sizes.</summary>
    public static EmptyOp Create(OpBuilder builder, ReadOnlySpan<MixedIndex> sizes, IrType elementType, Attr? encoding = null)
    {
        Support.Vec<Value> values = default;
        long[] shape = MixedIndex.Split(sizes, ref values);
        return Build(builder, values.Span, RankedTensorType.Get(shape, elementType, encoding));
    }

    /// <summary>The sizes of the result.</summary>
    public MixedIndex[] MixedSizes => MixedIndex.Merge(Type.Shape, DynamicSizes);

    protected override bool VerifyOp(Diag d)
    {
        int dynamic = Shapes.DynamicDims(Type);
        return d.Require(dynamic == DynamicSizes.Count, $"incorrect number of dynamic sizes, has {DynamicSizes.Count}, expected {dynamic}");
    }
}

/// <summary>A tensor of the elements that are listed, in row-major order.</summary>
[Op("tensor.from_elements", Format = "$elements attr-dict `:` type($result)")]
public sealed partial class FromElementsOp : MovingOp, IPure, IAsmNames
{
    [Operands<AnyType>, TypeFrom("result", nameof(ElementOf), "operand types match result element type")]
    public partial OperandRange Elements { get; }

    [Result<StaticTensor>("result")] public partial Value Output { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    public void NameResults(ValueNames names) => names.Name(Output, "from_elements"u8);

    protected override bool VerifyOp(Diag d) => d.Require(((RankedTensorType)Output.Type).NumElements == Elements.Count,
        null, "failed to verify that operand types match result element type");
}

/// <summary>A tensor each element of which the body computes from its indices.</summary>
[Op("tensor.generate", Format = "$dynamicExtents $body attr-dict `:` type($result)")]
public sealed partial class GenerateOp : TensorOp, IRecursiveMemoryEffects, ISingleBlock, IAsmNames
{
    [Operands<AnyIndex>("dynamicExtents")] public partial OperandRange DynamicExtents { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region Body { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    public void NameResults(ValueNames names) => names.Name(Output, "generated"u8);

    protected override bool VerifyOp(Diag d) => Shapes.DynamicDims(Type) == DynamicExtents.Count
        || Plain(d, "must have as many index operands as dynamic extents in the result type");

    protected override bool VerifyRegions(Diag d)
    {
        Block block = Body.First!;
        for (int i = 0; i < block.ArgumentCount; i++)
            if (block.ArgumentAt(i).Type is not IndexType) return Plain(d, "all body arguments must be index");
        if (block.ArgumentCount != Type.Rank) return Plain(d, "must have one body argument per input dimension");
        return d.Require(block.Last is YieldOp yield && yield.Value.Type == Type.ElementType,
            null, "body must be terminated with a `yield` operation of the tensor element type");
    }
}

/// <summary>A tensor whose elements are all one value.</summary>
[Op("tensor.splat", Format = "$input (`[` $dynamicSizes^ `]`)? attr-dict `:` type($aggregate)")]
public sealed partial class SplatOp : MovingOp, IPure, IAsmNames
{
    [Operand<SplatElement>, TypeFrom("aggregate", nameof(ElementOf), "operand type matches element type of result")]
    public partial Value Input { get; }

    [Operands<AnyIndex>("dynamicSizes")] public partial OperandRange DynamicSizes { get; }

    [Result<RankedTensor>] public partial Value Aggregate { get; }

    public RankedTensorType Type => (RankedTensorType)Aggregate.Type;

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    public void NameResults(ValueNames names) => names.Name(Aggregate, "splat"u8);

    protected override bool VerifyOp(Diag d)
    {
        int dynamic = Shapes.DynamicDims(Type);
        return d.Require(dynamic == DynamicSizes.Count, $"incorrect number of dynamic sizes, has {DynamicSizes.Count}, expected {dynamic}");
    }
}

/// <summary>Hands an element to the operation whose region it ends.</summary>
[Op("tensor.yield", Format = "$value attr-dict `:` type($value)")]
public sealed partial class YieldOp : TensorOp, IPure, IReturnLike
{
    [Operand<AnyType>] public partial Value Value { get; }

    protected override bool VerifyOp(Diag d) => d.Require(ParentOp is null or GenerateOp or PadOp or { Info.IsRegistered: false },
        null, "expects parent op to be one of 'tensor.generate, tensor.pad'");
}
