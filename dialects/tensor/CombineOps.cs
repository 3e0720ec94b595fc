using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>Joins tensors along one dimension.</summary>
[Op("tensor.concat", Format = "`dim` `(` $dim `)` $inputs attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConcatOp : MovingOp, IPure, IAsmNames
{
    [Prop] public partial long Dim { get; }

    [Operands<RankedTensor>] public partial OperandRange Inputs { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    public void NameResults(ValueNames names) => names.Name(Output, "concat"u8);

    /// <summary>Joins tensors; the type follows.</summary>
    public static ConcatOp Create(OpBuilder builder, long dim, ReadOnlySpan<Value> inputs)
    {
        Vec<RankedTensorType> types = default;
        foreach (Value input in inputs) types.Add((RankedTensorType)input.Type);
        return Build(builder, inputs, dim, Infer((int)dim, types.Span));
    }

    /// <summary>The type of tensors joined along a dimension; the other sizes are the first ones that are known.</summary>
    public static RankedTensorType Infer(int dim, ReadOnlySpan<RankedTensorType> inputs)
    {
        long[] shape = inputs[0].Shape.ToArray();
        for (int i = 1; i < inputs.Length; i++)
            for (int j = 0; j < shape.Length; j++)
            {
                long size = inputs[i].Shape[j];
                if (j != dim) shape[j] = Shapes.IsDynamic(shape[j]) ? size : shape[j];
                else shape[j] = Shapes.IsDynamic(shape[j]) || Shapes.IsDynamic(size) ? ShapedType.Dynamic : shape[j] + size;
            }
        return RankedTensorType.Get(shape, inputs[0].ElementType);
    }

    protected override bool VerifyOp(Diag d)
    {
        if (Inputs.Count < 1) return d.Error(Diag.RuleCode, "requires at least one input");
        Vec<RankedTensorType> types = default;
        foreach (Value input in Inputs) types.Add((RankedTensorType)input.Type);
        foreach (RankedTensorType type in types.Span)
            if (type.Rank != Type.Rank) return d.Error(Diag.RuleCode, "rank of concatenated inputs must match result rank");
        foreach (RankedTensorType type in types.Span)
            if (type.ElementType != Type.ElementType) return d.Error(Diag.RuleCode, "inputs and result element type must match");
        if (Dim >= Type.Rank || Dim < 0) return d.Error(Diag.RuleCode, "concatenation dim must be less than the tensor rank");
        for (int i = 0; i < Type.Rank; i++)
        {
            if (i == Dim) continue;
            long size = ShapedType.Dynamic;
            foreach (RankedTensorType type in types.Span)
            {
                if (Shapes.IsDynamic(type.Shape[i])) continue;
                if (!Shapes.IsDynamic(size) && size != type.Shape[i])
                    return d.Error(Diag.RuleCode, $"static concatenation size mismatch along non-concatenated dimension {i}");
                size = type.Shape[i];
            }
        }
        RankedTensorType inferred = Infer((int)Dim, types.Span);
        return d.Require(TypeRelations.ShapesCompatible(inferred, Type), $"result type '{Type}'does not match inferred shape '{inferred}' static sizes");
    }
}

/// <summary>A tensor with room around it, whose elements the body computes from their indices.</summary>
[Op("tensor.pad", Format = "$source (`nofold` $nofold^)? `low` `` custom<IndexList>($low, $static_low) `high` `` custom<IndexList>($high, $static_high) "
    + "$region attr-dict `:` type($source) `to` type($result)")]
public sealed partial class PadOp : TensorOp, IPure, ISingleBlock, IAsmNames
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operands<AnyIndex>] public partial OperandRange Low { get; }

    [Operands<AnyIndex>] public partial OperandRange High { get; }

    [Prop] public partial long[] StaticLow { get; }

    [Prop] public partial long[] StaticHigh { get; }

    /// <summary>Is not folded away although nothing is added: the result is wanted as a tensor of its own.</summary>
    [Prop(Unit = true)] public partial bool Nofold { get; }

    [OpRegion("region", MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region Body { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType SourceType => (RankedTensorType)Source.Type;

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    public MixedIndex[] MixedLow => MixedIndex.Merge(StaticLow, Low);

    public MixedIndex[] MixedHigh => MixedIndex.Merge(StaticHigh, High);

    /// <summary>The value of the room when it is the same everywhere and defined outside or by a constant in the body; else none.</summary>
    public Value? ConstantPadding
    {
        get
        {
            if (Body.First?.Last is not YieldOp yield) return null;
            Value value = yield.Value;
            if (value.DefiningOp is IConstantLike) return value;
            return value.Block?.Parent is { } at && Body.IsAncestorOf(at) ? null : value;
        }
    }

    /// <summary>Pads with one value, defined outside.</summary>
    public static PadOp Create(OpBuilder builder, Value source, ReadOnlySpan<MixedIndex> low, ReadOnlySpan<MixedIndex> high, Value padding, bool nofold = false)
    {
        Vec<Value> l = default, h = default;
        long[] sl = MixedIndex.Split(low, ref l), sh = MixedIndex.Split(high, ref h);
        PadOp pad = Build(builder, source, l.Span, h.Span, sl, sh, InferType((RankedTensorType)source.Type, sl, sh), nofold);
        InsertionPoint point = builder.SavePoint();
        IrType[] indices = new IrType[sl.Length];
        Array.Fill(indices, builder.Context.Common.Index);
        builder.CreateBlock(pad.Body, indices);
        YieldOp.Create(builder, padding);
        builder.RestorePoint(point);
        return pad;
    }

    /// <summary>The type of a padded tensor.</summary>
    public static RankedTensorType InferType(RankedTensorType source, ReadOnlySpan<long> low, ReadOnlySpan<long> high)
    {
        long[] shape = source.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++)
            shape[i] = Shapes.IsDynamic(shape[i]) || Shapes.IsDynamic(low[i]) || Shapes.IsDynamic(high[i]) ? ShapedType.Dynamic : shape[i] + low[i] + high[i];
        return RankedTensorType.Get(shape, source.ElementType, source.Encoding);
    }

    public void NameResults(ValueNames names) => names.Name(Output, "padded"u8);

    protected override bool VerifyOp(Diag d)
    {
        int rank = SourceType.Rank;
        if (StaticLow.Length != rank || StaticHigh.Length != rank)
            return Plain(d, $"failed to infer expectedType from sourceType '{SourceType}', specified resultType is '{Type}'");
        if (Dynamic(StaticLow) != Low.Count || Dynamic(StaticHigh) != High.Count)
            return d.Error(Diag.RuleCode, "expected as many dynamic paddings as values");
        RankedTensorType expected = InferType(SourceType, StaticLow, StaticHigh);
        if (Type.Rank != rank) return Plain(d, $"specified type '{Type}' does not match the inferred type '{expected}'");
        for (int i = 0; i < rank; i++)
        {
            if (Type.Shape[i] == expected.Shape[i] || Shapes.IsDynamic(expected.Shape[i])) continue;
            return Plain(d, $"specified type '{Type}' does not match the inferred type '{expected}'");
        }
        return true;
    }

    private static int Dynamic(long[] numbers)
    {
        int count = 0;
        foreach (long number in numbers)
            if (Shapes.IsDynamic(number)) count++;
        return count;
    }

    protected override bool VerifyRegions(Diag d)
    {
        Block block = Body.First!;
        if (block.ArgumentCount != Type.Rank) return Plain(d, $"expected the block to have {Type.Rank} arguments");
        for (int i = 0; i < block.ArgumentCount; i++)
            if (block.ArgumentAt(i).Type is not IndexType) return d.Error(Diag.RuleCode, $"expected block argument {i + 1} to be an index");
        return d.Require(block.Last is YieldOp yield && yield.Value.Type == Type.ElementType, null, "expected yield type to match shape element type");
    }
}
