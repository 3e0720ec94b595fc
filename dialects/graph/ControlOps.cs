using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Ends a region of the control operations and hands its operands to them.</summary>
[Op("graph.yield", Format = "attr-dict ($values^ `:` type($values))?")]
[Rule("C1", "the operation around it is graph.if, graph.loop, graph.scan or graph.sequence_map")]
public sealed partial class YieldOp : Operation, IReturnLike, IPure
{
    [Operands<AnyGraphValue>] public partial OperandRange Values { get; }

    protected override bool VerifyOp(Diag d) =>
        d.Require(ParentOp is null or IfOp or LoopOp or ScanOp or SequenceMapOp, "C1", $"does not stand in a region of a graph operation but in '{ParentOp?.Name}'");
}

/// <summary>What the operations with regions share.</summary>
internal static class Bodies
{
    /// <summary>The yield of a region, or null after an error.</summary>
    public static YieldOp? Yield(Region region, int values, string rule, Diag d)
    {
        if (region.First?.Last is not YieldOp yield)
        {
            d.Require(false, rule, "a region does not end with 'graph.yield'");
            return null;
        }
        return d.Require(yield.OperandCount == values, rule, $"a region yields {yield.OperandCount} values, not {values}") ? yield : null;
    }

    /// <summary>Whether values can stand where others are expected.</summary>
    public static bool Fit(Value from, Value to, string what, string rule, Diag d) =>
        d.Require(GraphTypes.Compatible(from.Type, to.Type), rule, $"{what} has type '{from.Type}', where '{to.Type}' is expected");

    /// <summary>Joins what the runs of a body gave, along a new axis; without runs it is empty.</summary>
    public static NdArray Stack(List<NdArray> list, long axis, IrType result)
    {
        if (list.Count > 0)
        {
            var parts = new NdArray[list.Count];
            for (int i = 0; i < parts.Length; i++) parts[i] = Moves.Unsqueeze(list[i], [axis]);
            return Moves.Concat(parts, axis);
        }
        ElementKind kind = GraphTypes.KindOf(result);
        if (result is not RankedTensorType ranked) return NdArray.Create(kind, [0]);
        long[] shape = ranked.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++) shape[i] = i == axis || ShapedType.IsDynamic(shape[i]) ? 0 : shape[i];
        return NdArray.Create(kind, shape);
    }
}

/// <summary>One of two regions: the first where the condition is true.</summary>
[Op("graph.if", Format = "$condition attr-dict `:` functional-type(operands, results) $then_branch `else` $else_branch")]
[Rule("C1", "the condition has one element")]
[Rule("C2", "both regions take nothing and yield as many values as there are results")]
[Rule("C3", "what is yielded has the results' types")]
public sealed partial class IfOp : Operation, IArrayRegionEvaluable, ISingleBlock, IRecursiveMemoryEffects
{
    [Operand<TruthTensor>] public partial Value Condition { get; }

    [Results<AnyGraphValue>] public partial ResultRange Outputs { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region ThenBranch { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region ElseBranch { get; }

    public NdArray[] Evaluate(NdArray[] x, ArrayRegions regions) => regions.Run(x[0].GetInt64(0) != 0 ? ThenBranch : ElseBranch);

    protected override bool VerifyOp(Diag d) => d.Require(
        Condition.Type is not RankedTensorType { HasStaticShape: true } type || type.NumElements == 1, "C1", $"the condition has type '{Condition.Type}'");

    protected override bool VerifyRegions(Diag d)
    {
        foreach (Region region in Regions)
        {
            if (!d.Require(region.First!.ArgumentCount == 0, "C2", "a region has arguments")) return false;
            if (Bodies.Yield(region, ResultCount, "C2", d) is not { } yield) return false;
            for (int i = 0; i < ResultCount; i++)
                if (!Bodies.Fit(yield.Operand(i), Result(i), $"yielded value {i}", "C3", d)) return false;
        }
        return true;
    }
}

/// <summary>
/// Runs the body `count` times, or while what it yields first is true. The body takes the number of the iteration, the condition and the
/// carried values, and yields the condition, the carried values and what is collected along a new first axis.
/// </summary>
[Op("graph.loop", Format = "(`count` $count^)? (`while` $going^)? (`carry` `(` $initial^ `)`)? attr-dict `:` functional-type(operands, results) $body")]
[Rule("C1", "the body takes the iteration, the condition and a value for each that is carried")]
[Rule("C2", "the body yields the condition and a value for each result")]
[Rule("C3", "carried values have the same types before the loop, in the body and after it")]
[Rule("C4", "what is collected has a new first dimension in the result")]
public sealed partial class LoopOp : Operation, IArrayRegionEvaluable, ISingleBlock, IRecursiveMemoryEffects
{
    [Operand<IndexTensor>] public partial Value? Count { get; }

    [Operand<TruthTensor>] public partial Value? Going { get; }

    [Operands<AnyGraphValue>] public partial OperandRange Initial { get; }

    [Results<AnyGraphValue>] public partial ResultRange Outputs { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region Body { get; }

    public NdArray[] Evaluate(NdArray[] x, ArrayRegions regions)
    {
        int at = 0, carried = Initial.Count;
        long count = Count is null ? long.MaxValue : x[at++].GetInt64(0);
        NdArray going = Going is null ? NdArray.Scalar(true) : x[at++];
        NdArray[] state = x[at..];
        var collected = new List<NdArray>[ResultCount - carried];
        for (int i = 0; i < collected.Length; i++) collected[i] = [];
        for (long i = 0; i < count && going.GetInt64(0) != 0; i++)
        {
            NdArray[] results = regions.Run(Body, [NdArray.Scalar(i), going, .. state]);
            going = results[0];
            state = results[1..(1 + carried)];
            for (int k = 0; k < collected.Length; k++) collected[k].Add(results[1 + carried + k]);
        }
        var all = new NdArray[ResultCount];
        state.CopyTo(all, 0);
        for (int k = 0; k < collected.Length; k++) all[carried + k] = Bodies.Stack(collected[k], 0, Result(carried + k).Type);
        return all;
    }

    protected override bool VerifyRegions(Diag d)
    {
        int carried = Initial.Count;
        Block body = Body.First!;
        if (!d.Require(body.ArgumentCount == 2 + carried, "C1", $"the body takes {body.ArgumentCount} values, not {2 + carried}")) return false;
        if (!d.Require(IndexTensor.Matches(body.ArgumentAt(0).Type) && TruthTensor.Matches(body.ArgumentAt(1).Type), "C1",
            $"the body's first arguments are '{body.ArgumentAt(0).Type}' and '{body.ArgumentAt(1).Type}', not an index and a truth value")) return false;
        if (!d.Require(ResultCount >= carried, "C2", $"{carried} values are carried, but there are {ResultCount} results")) return false;
        if (Bodies.Yield(Body, 1 + ResultCount, "C2", d) is not { } yield) return false;
        if (!d.Require(TruthTensor.Matches(yield.Operand(0).Type), "C2", $"the yielded condition has type '{yield.Operand(0).Type}'")) return false;
        for (int i = 0; i < carried; i++)
        {
            Value argument = body.ArgumentAt(2 + i);
            if (!Bodies.Fit(Initial[i], argument, $"carried value {i}", "C3", d) || !Bodies.Fit(yield.Operand(1 + i), argument, $"yielded value {1 + i}", "C3", d)
                || !Bodies.Fit(argument, Result(i), $"carried value {i} of the body", "C3", d)) return false;
        }
        for (int i = carried; i < ResultCount; i++)
        {
            if (yield.Operand(1 + i).Type is not TensorType part || Result(i).Type is not TensorType whole || part.ElementType != whole.ElementType
                || (part is RankedTensorType p && whole is RankedTensorType w && p.Shape.Length + 1 != w.Shape.Length))
                return d.Require(false, "C4", $"yielded value {1 + i} has type '{yield.Operand(1 + i).Type}', and result {i} '{Result(i).Type}'");
        }
        return true;
    }
}

/// <summary>
/// Runs the body on each slice of the scanned values along an axis. The body takes the carried values and the slices, and yields the carried
/// values and what is collected along a new axis. Axes are 0 and directions forward (0) unless they are given.
/// </summary>
[Op("graph.scan", Format = "(`carry` `(` $initial^ `)`)? `over` `(` $scanned `)` attr-dict `:` functional-type(operands, results) $body")]
[Rule("C1", "the body takes a value for each that is carried and for each that is scanned")]
[Rule("C2", "the body yields a value for each result, the carried ones first")]
[Rule("C3", "carried values have the same types before the scan, in the body and after it")]
[Rule("C4", "axes and directions are as many as what they are for")]
public sealed partial class ScanOp : Operation, IArrayRegionEvaluable, ISingleBlock, IRecursiveMemoryEffects
{
    [Operands<AnyGraphValue>] public partial OperandRange Initial { get; }

    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Scanned { get; }

    [Results<AnyGraphValue>] public partial ResultRange Outputs { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region Body { get; }

    [Prop] public partial long[]? ScanInputAxes { get; }

    [Prop] public partial long[]? ScanInputDirections { get; }

    [Prop] public partial long[]? ScanOutputAxes { get; }

    [Prop] public partial long[]? ScanOutputDirections { get; }

    public NdArray[] Evaluate(NdArray[] x, ArrayRegions regions)
    {
        int carried = Initial.Count;
        NdArray[] state = x[..carried], scanned = x[carried..];
        long length = -1;
        for (int k = 0; k < scanned.Length; k++)
        {
            long extent = scanned[k].Shape[Shapes.Axis(At(ScanInputAxes, k), scanned[k].Rank)];
            Shapes.Require(length < 0 || length == extent, "what is scanned has no common length");
            length = extent;
        }
        var collected = new List<NdArray>[ResultCount - carried];
        for (int k = 0; k < collected.Length; k++) collected[k] = [];
        for (long i = 0; i < length; i++)
        {
            var arguments = new NdArray[x.Length];
            state.CopyTo(arguments, 0);
            for (int k = 0; k < scanned.Length; k++)
            {
                long at = At(ScanInputDirections, k) == 1 ? length - 1 - i : i, axis = At(ScanInputAxes, k);
                arguments[carried + k] = Moves.Squeeze(Moves.Slice(scanned[k], [at], [at + 1], [axis], []), [axis], false);
            }
            NdArray[] results = regions.Run(Body, arguments);
            state = results[..carried];
            for (int k = 0; k < collected.Length; k++) collected[k].Add(results[carried + k]);
        }
        var all = new NdArray[ResultCount];
        state.CopyTo(all, 0);
        for (int k = 0; k < collected.Length; k++)
        {
            if (At(ScanOutputDirections, k) == 1) collected[k].Reverse();
            all[carried + k] = Bodies.Stack(collected[k], At(ScanOutputAxes, k), Result(carried + k).Type);
        }
        return all;
    }

    private static long At(long[]? list, int index) => list is null || index >= list.Length ? 0 : list[index];

    protected override bool VerifyRegions(Diag d)
    {
        int carried = Initial.Count;
        Block body = Body.First!;
        if (!d.Require(body.ArgumentCount == OperandCount, "C1", $"the body takes {body.ArgumentCount} values, not {OperandCount}")) return false;
        if (!d.Require(ResultCount >= carried, "C2", $"{carried} values are carried, but there are {ResultCount} results")) return false;
        if (Bodies.Yield(Body, ResultCount, "C2", d) is not { } yield) return false;
        for (int i = 0; i < carried; i++)
        {
            Value argument = body.ArgumentAt(i);
            if (!Bodies.Fit(Initial[i], argument, $"carried value {i}", "C3", d) || !Bodies.Fit(yield.Operand(i), argument, $"yielded value {i}", "C3", d)
                || !Bodies.Fit(argument, Result(i), $"carried value {i} of the body", "C3", d)) return false;
        }
        return Lengths(ScanInputAxes, Scanned.Count, "scan_input_axes", d) && Lengths(ScanInputDirections, Scanned.Count, "scan_input_directions", d)
            && Lengths(ScanOutputAxes, ResultCount - carried, "scan_output_axes", d) && Lengths(ScanOutputDirections, ResultCount - carried, "scan_output_directions", d);
    }

    private static bool Lengths(long[]? list, int wanted, string name, Diag d) =>
        d.Require(list is null || list.Length == wanted, "C4", $"{name} has {list?.Length ?? 0} entries, not {wanted}");
}

/// <summary>Runs the body on each element of the sequences; other operands go to each run as they are. What it yields makes up sequences.</summary>
[Op("graph.sequence_map", Format = "`over` `(` $inputs `)` attr-dict `:` functional-type(operands, results) $body")]
[Rule("C1", "the first operand is a sequence, and the body takes a value for each operand")]
[Rule("C2", "the body yields a value for each result, and results are sequences")]
public sealed partial class SequenceMapOp : Operation, IArrayRegionEvaluable, ISingleBlock, IRecursiveMemoryEffects
{
    [Operands<AnyGraphValue>(Min = 1)] public partial OperandRange Inputs { get; }

    [Results<AnySequence>] public partial ResultRange Outputs { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region Body { get; }

    public NdArray[] Evaluate(NdArray[] x, ArrayRegions regions)
    {
        var collected = new List<NdArray>[ResultCount];
        for (int k = 0; k < collected.Length; k++) collected[k] = [];
        for (int i = 0; i < x[0].Items.Length; i++)
        {
            var arguments = new NdArray[x.Length];
            for (int k = 0; k < arguments.Length; k++) arguments[k] = x[k].Kind == ElementKind.Array ? SequencePlaces.At(x[k], i) : x[k];
            NdArray[] results = regions.Run(Body, arguments);
            for (int k = 0; k < collected.Length; k++) collected[k].Add(results[k]);
        }
        var all = new NdArray[ResultCount];
        for (int k = 0; k < all.Length; k++) all[k] = NdArray.Sequence(collected[k].ToArray());
        return all;
    }

    protected override bool VerifyRegions(Diag d)
    {
        Block body = Body.First!;
        return d.Require(Inputs[0].Type is SequenceType, "C1", $"the first operand is no sequence but '{Inputs[0].Type}'")
            && d.Require(body.ArgumentCount == OperandCount, "C1", $"the body takes {body.ArgumentCount} values, not {OperandCount}")
            && Bodies.Yield(Body, ResultCount, "C2", d) is not null;
    }
}
