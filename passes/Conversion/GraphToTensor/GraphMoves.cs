using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>Slices, paddings and splits of N x C x H x W, or N x C, as moves of channels and places.</summary>
internal static class GraphMoves
{
    /// <summary>The move that makes a result of an operation, or why there is none.</summary>
    public static Verdict Of(Operation op, int result, out PackedMove move)
    {
        move = default;
        return op switch
        {
            SliceOp slice => Slice(slice, out move),
            PadOp pad => Pad(pad, out move),
            SplitOp split => Split(split, result, out move),
            _ => Verdict.No("NEST6101", "the NPU has the operation", op.Name, "slice, pad, split", "legal on another target only"),
        };
    }

    private static Verdict Slice(SliceOp op, out PackedMove move)
    {
        move = default;
        var bounds = new long[4][];
        for (int i = 1; i < op.OperandCount; i++)
        {
            if (op.Operand(i).DefiningOp is not ConstantOp constant) return Computed("slice's bounds");
            bounds[i - 1] = GraphTypes.ArrayOf(constant.Value).ToInt64s();
        }
        ReadOnlySpan<long> x = PackedShapes.Shape(op.Input);
        long[] first, step, shape;
        try
        {
            (first, step, shape) = Moves.ResolveSlice(x, bounds[0], bounds[1], bounds[2] ?? [], bounds[3] ?? []);
        }
        catch (EvaluationException e)
        {
            return Verdict.No("NEST6140", "a slice takes whole batches, and steps forwards", e.Message, "", "legal if the slice is");
        }
        if (first[0] != 0 || shape[0] != x[0]) return Verdict.No("NEST6140", "a slice takes whole batches, and steps forwards", $"{shape[0]} of {x[0]}", x[0].ToString(System.Globalization.CultureInfo.InvariantCulture), "legal along channels, rows and columns");
        for (int i = 1; i < x.Length; i++)
        {
            if (step[i] < 1 || (i == 1 && step[i] != 1)) return Verdict.No("NEST6140", "a slice takes whole batches, and steps forwards", $"a step of {step[i]}", "1", "legal with steps of 1 along channels, and from 1 on along rows and columns");
        }
        move = x.Length == 2 ? new(first[1], shape[1], 0, 0, 0, 1, 1) : new(first[1], shape[1], 0, first[2], first[3], step[2], step[3]);
        return Verdict.Yes;
    }

    private static Verdict Pad(PadOp op, out PackedMove move)
    {
        move = default;
        ReadOnlySpan<long> x = PackedShapes.Shape(op.Input);
        if (op.Pads.DefiningOp is not ConstantOp constant) return Computed("padding");
        if (op.Mode != "constant") return Verdict.No("NEST6141", "padding is by zeros, of no batch", $"mode {op.Mode}", "mode constant", "legal if the mode is constant");
        if (op.Value is { } fill)
        {
            if (fill.DefiningOp is not ConstantOp value) return Computed("padding's value");
            foreach (long stored in GraphTypes.ArrayOf(value.Value).ToInt64s())
            {
                if (stored != 0) return Verdict.No("NEST6141", "padding is by zeros, of no batch", stored, 0, "legal if the value is 0");
            }
        }
        long[] pads = GraphTypes.ArrayOf(constant.Value).ToInt64s();
        int rank = x.Length;
        if (pads.Length != 2 * rank || pads[0] != 0 || pads[rank] != 0) return Verdict.No("NEST6141", "padding is by zeros, of no batch", pads[0], 0, "legal along channels, rows and columns");
        long from = Math.Max(0, -pads[1]), count = x[1] - from - Math.Max(0, -pads[rank + 1]);
        if (count <= 0) return Verdict.No("NEST6141", "padding is by zeros, of no batch", count, 1, "legal if a channel is left");
        move = new(from, count, Math.Max(0, pads[1]), rank == 2 ? 0 : -pads[2], rank == 2 ? 0 : -pads[3], 1, 1);
        return Verdict.Yes;
    }

    private static Verdict Split(SplitOp op, int result, out PackedMove move)
    {
        move = default;
        int rank = PackedShapes.Shape(op.Input).Length;
        long axis = op.Axis < 0 ? op.Axis + rank : op.Axis, first = 0;
        if (axis == 0) return Verdict.No("NEST6140", "a slice takes whole batches, and steps forwards", "axis 0", "axis 1", "legal along channels, rows and columns");
        for (int i = 0; i < result; i++) first += PackedShapes.Shape(op.Result(i))[(int)axis];
        long channels = PackedShapes.Shape(op.Result(result))[1];
        move = new(axis == 1 ? first : 0, channels, 0, axis == 2 ? first : 0, axis == 3 ? first : 0, 1, 1);
        return Verdict.Yes;
    }

    private static Verdict Computed(string what) => Verdict.No("NEST6142", $"the {what} is constant", "computed", "", $"legal if the {what} is a constant");
}
