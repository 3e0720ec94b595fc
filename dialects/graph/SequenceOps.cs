using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Places in sequences; negative ones count from the back.</summary>
internal static class SequencePlaces
{
    /// <summary>An element of a sequence.</summary>
    public static NdArray At(NdArray sequence, long place) => sequence.Items[Place(sequence.Items.Length, place, false)];

    /// <summary>A place as an index; one past the end is allowed for insertion.</summary>
    public static int Place(int count, long at, bool insert)
    {
        if (at < -count || at > count || (at == count && !insert)) throw new EvaluationException($"position {at} is outside a sequence of {count}");
        return (int)(at < 0 ? at + count : at);
    }

    /// <summary>The type of a sequence's elements.</summary>
    public static IrType Element(Value sequence) =>
        sequence.Type is SequenceType type ? type.ElementType : throw new EvaluationException($"'{sequence.Type}' is no sequence");

    /// <summary>A type that both types' values have: extents that differ become unknown.</summary>
    public static IrType Join(IrType a, IrType b)
    {
        if (a == b || a is not TensorType x || b is not TensorType y || x.ElementType != y.ElementType) return a;
        if (a is not RankedTensorType || b is not RankedTensorType || x.Shape.Length != y.Shape.Length) return UnrankedTensorType.Get(x.ElementType);
        long[] shape = x.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++)
            if (shape[i] != y.Shape[i]) shape[i] = ShapedType.Dynamic;
        return RankedTensorType.Get(shape, x.ElementType);
    }
}

/// <summary>A sequence of the operands.</summary>
[Op("graph.sequence_construct", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SequenceConstructOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnySequence>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Sequence(x)];

    protected override IrType[] InferResults()
    {
        IrType element = Inputs[0].Type;
        for (int i = 1; i < Inputs.Count; i++) element = SequencePlaces.Join(element, Inputs[i].Type);
        return [SequenceType.Get(element)];
    }
}

/// <summary>A sequence of nothing.</summary>
[Op("graph.sequence_empty", Format = "attr-dict `:` type($output)")]
public sealed partial class SequenceEmptyOp : GraphOp, IPure
{
    [Result<AnySequence>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Sequence()];

    protected override IrType[] InferResults() => [Output.Type];
}

/// <summary>The sequence with one more element, at the position or at the end.</summary>
[Op("graph.sequence_insert", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SequenceInsertOp : GraphOp, IPure
{
    [Operand<AnySequence>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Element { get; }

    [Operand<IndexTensor>] public partial Value? Position { get; }

    [Result<AnySequence>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        List<NdArray> items = [.. x[0].Items];
        items.Insert(x.Length > 2 ? SequencePlaces.Place(items.Count, x[2].GetInt64(0), true) : items.Count, x[1]);
        return [NdArray.Sequence(items.ToArray())];
    }

    protected override IrType[] InferResults() => [SequenceType.Get(SequencePlaces.Join(SequencePlaces.Element(Input), Element.Type))];
}

/// <summary>The sequence without the element at the position, or without the last.</summary>
[Op("graph.sequence_erase", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SequenceEraseOp : GraphOp, IPure
{
    [Operand<AnySequence>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value? Position { get; }

    [Result<AnySequence>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        List<NdArray> items = [.. x[0].Items];
        items.RemoveAt(SequencePlaces.Place(items.Count, x.Length > 1 ? x[1].GetInt64(0) : -1, false));
        return [NdArray.Sequence(items.ToArray())];
    }

    protected override IrType[] InferResults() => [Input.Type];
}

/// <summary>The element of a sequence at a position.</summary>
[Op("graph.sequence_at", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SequenceAtOp : GraphOp, IPure
{
    [Operand<AnySequence>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value Position { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [SequencePlaces.At(x[0], x[1].GetInt64(0))];

    protected override IrType[] InferResults() => [SequencePlaces.Element(Input)];
}

/// <summary>The number of elements of a sequence.</summary>
[Op("graph.sequence_length", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SequenceLengthOp : GraphOp, IPure
{
    [Operand<AnySequence>] public partial Value Input { get; }

    [Result<IndexTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Scalar((long)x[0].Items.Length)];

    public override long[]? Infer(ShapeArguments s) => [];

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>Joins the elements of a sequence along an axis, or along a new one.</summary>
[Op("graph.concat_from_sequence", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConcatFromSequenceOp : GraphOp, IPure
{
    [Operand<AnySequence>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long Axis { get; }

    [Prop(Default = 0L)] public partial long NewAxis { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        NdArray[] parts = x[0].Items.ToArray();
        for (int i = 0; i < parts.Length && NewAxis != 0; i++) parts[i] = Moves.Unsqueeze(parts[i], [Axis]);
        return [Moves.Concat(parts, Axis)];
    }

    protected override IrType[] InferResults()
    {
        IrType element = SequencePlaces.Element(Input);
        if (element is not RankedTensorType type) return [UnrankedTensorType.Get(((TensorType)element).ElementType)];
        var shape = new long[type.Shape.Length + (NewAxis != 0 ? 1 : 0)];
        Array.Fill(shape, ShapedType.Dynamic);
        return [RankedTensorType.Get(shape, type.ElementType)];
    }
}

/// <summary>Cuts a tensor along an axis into a sequence: parts of one extent, of the given extents, or of extent 1.</summary>
[Op("graph.split_to_sequence", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SplitToSequenceOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value? Sizes { get; }

    [Result<AnySequence>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int axis = Shapes.Axis(Axis, x[0].Rank);
        List<long> sizes = [];
        if (x.Length > 1 && x[1].Rank == 1) sizes.AddRange(x[1].ToInt64s());
        else
        {
            long size = x.Length > 1 ? x[1].GetInt64(0) : 1;
            Shapes.Require(size > 0, $"parts of extent {size} cannot be cut");
            for (long left = x[0].Shape[axis]; left > 0; left -= size) sizes.Add(Math.Min(left, size));
        }
        NdArray[] parts = Moves.Split(x[0], axis, sizes.ToArray());
        for (int i = 0; i < parts.Length && Sizes is null && Keepdims == 0; i++) parts[i] = Moves.Squeeze(parts[i], [axis], false);
        return [NdArray.Sequence(parts)];
    }

    protected override IrType[] InferResults()
    {
        if (Input.Type is not RankedTensorType type) return [SequenceType.Get(Input.Type)];
        int axis = Shapes.Axis(Axis, type.Shape.Length);
        List<long> shape = [.. type.Shape];
        if (Sizes is null && Keepdims == 0) shape.RemoveAt(axis);
        else shape[axis] = Sizes is null ? 1 : ShapedType.Dynamic;
        return [SequenceType.Get(RankedTensorType.Get(shape.ToArray(), type.ElementType))];
    }
}

/// <summary>An optional value that is the operand, or none.</summary>
[Op("graph.optional", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class OptionalOp : GraphOp, IPure
{
    [Operand<AnyGraphValue>] public partial Value? Input { get; }

    [Result<AnyOptional>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Sequence(x)];

    protected override IrType[] InferResults() => [Input is { } input ? OptionalType.Get(input.Type) : Output.Type];
}

/// <summary>Whether an optional value is there; what is not optional always is.</summary>
[Op("graph.optional_has_element", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class OptionalHasElementOp : GraphOp, IPure
{
    [Operand<AnyGraphValue>] public partial Value? Input { get; }

    [Result<TruthTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Scalar(x.Length > 0 && (Input!.Value.Type is not OptionalType || x[0].Items.Length > 0))];

    public override long[]? Infer(ShapeArguments s) => [];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>What an optional value holds; what is not optional is the result itself.</summary>
[Op("graph.optional_get_element", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class OptionalGetElementOp : GraphOp, IPure
{
    [Operand<AnyGraphValue>] public partial Value Input { get; }

    [Result<AnyGraphValue>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        if (Input.Type is not OptionalType) return [x[0]];
        return [x[0].Items.Length > 0 ? x[0].Items[0] : throw new EvaluationException("the optional value is absent")];
    }

    protected override IrType[] InferResults() => [Input.Type is OptionalType optional ? optional.ElementType : Input.Type];
}
