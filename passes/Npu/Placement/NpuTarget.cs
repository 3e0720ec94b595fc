using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu.Isa;
using NestC.IR;
using NestC.Passes.Conversion.GraphToTensor;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Npu.Placement;

/// <summary>
/// The VTA accelerator. It takes operations of the normative quantized form: signed bytes without zero points, power-of-two scales (pure
/// shifts), constant weights, static shapes, and windows of which a tile fits its buffers.
/// </summary>
public sealed class NpuTarget(VtaDevice device) : ITarget
{
    // A shift's rounding constant is an immediate of 16 bits.
    private const long LargestShift = 15;

    // Residuals are multiplied by 2^shift as a weight, which is a signed byte.
    private const long LargestLeftShift = 6;

    public string Name => "npu";

    public PlacementCost CostOf(Operation op) => new(OperationWork.Macs(op), OperationWork.Bytes(op));

    public Verdict Place(Operation op) => op switch
    {
        QuantizedConvOp conv => Activations(op) && Conv(conv),
        QuantizedGemmOp gemm => Activations(op) && Gemm(gemm),
        QuantizedAddOp add => Activations(op) && Add(add),
        RequantizeOp requantize => Activations(op) && Scaling(requantize.Shift, requantize.Multiplier) && LeftShift(requantize.LeftShift) && FourOrTwo(requantize.Input),
        QuantizedAveragePoolOp pool => Activations(op) && Rank(pool.Input, 4) && Average(pool),
        QuantizedGlobalAveragePoolOp pool => Activations(op) && Rank(pool.Input, 4) && GlobalAverage(pool),
        MaxPoolOp pool => Activations(op) && Rank(pool.Input, 4) && MaxPool(pool),
        GlobalMaxPoolOp pool => Activations(op) && Rank(pool.Input, 4) && WindowFits(PackedShapes.GlobalMax(pool)),
        ConcatOp concat => Activations(op) && Concat(concat),
        QuantizedMatMulOp product => Activations(op) && MatMul(product),
        ResizeOp resize => Activations(op, firstOnly: true) && Rank(resize.Input, 4) && Resize(resize),
        SliceOp or PadOp or SplitOp => Activations(op, firstOnly: true) && FourOrTwo(op.Operand(0)) && Move(op),
        ClipOp clip => Activations(op) && FourOrTwo(clip.Input) && Clip(clip),
        ReluOp or IdentityOp => Activations(op) && FourOrTwo(op.Operand(0)),
        FlattenOp or ReshapeOp or SqueezeOp or UnsqueezeOp => Activations(op, firstOnly: true) && View(op),
        _ => Verdict.No("NEST6101", "the NPU has the operation", op.Name, "convolution, product, pool, sum, concat, resize, slice, pad", "legal on another target only"),
    };

    private static Verdict Activations(Operation op, bool firstOnly = false)
    {
        for (int i = 0; i < (firstOnly ? 1 : op.OperandCount); i++)
        {
            // Constants, and biases of 32 bits, have rules of their own.
            if (op.Operand(i).DefiningOp is ConstantOp || (op.Operand(i).Type is RankedTensorType vector && vector.ElementType.IsSignlessInteger(32))) continue;
            if (Activation(op.Operand(i), "operand") is { IsNo: true } no) return no;
        }
        for (int i = 0; i < op.ResultCount; i++)
        {
            if (Activation(op.Result(i), "result") is { IsNo: true } no) return no;
        }
        return Verdict.Yes;
    }

    private static Verdict Activation(Value value, string what)
    {
        if (value.Type is not RankedTensorType type) return Verdict.No("NEST6102", $"the {what}'s rank is known", value.Type.ToString(), "", "legal if the model is imported with shapes");
        foreach (long extent in type.Shape)
        {
            if (ShapedType.IsDynamic(extent)) return Verdict.No("NEST6103", $"the {what}'s extents are known", type.ToString(), "", "legal if every dimension is static (--dim NAME=EXTENT)");
            if (extent == 0) return Verdict.No("NEST6103", $"the {what} has elements", type.ToString(), "", "legal if no dimension is 0");
        }
        if (type.ElementType is not UniformQuantizedType quantized)
            return Verdict.No("NEST6104", $"the {what} is quantized", type.ElementType.ToString(), "!quant.uniform<i8:f32, ...>", "legal if the tensor is quantized");
        if (quantized.Storage is not { Width: 8, IsSigned: true })
            return Verdict.No("NEST6105", $"the {what} is stored as signed bytes", $"{(quantized.Storage.IsSigned ? "i" : "u")}{quantized.Storage.Width}", "i8", "legal if stored as i8");
        return Zero(quantized, what);
    }

    private static Verdict Zero(UniformQuantizedType type, string what)
    {
        foreach (long zero in type.ZeroPoints)
        {
            if (zero != 0) return Verdict.No("NEST6106", $"the {what}'s zero point is 0", zero, 0, "legal if quantized symmetrically");
        }
        return Verdict.Yes;
    }

    private static Verdict Scaling(long[] shift, long[]? multiplier)
    {
        if (multiplier is not null)
            return Verdict.No("NEST6107", "the scale of the result is a power of two times the operands'", $"multiplier {multiplier[0]}", "", "legal if scales are powers of two");
        foreach (long s in shift)
        {
            if (s > LargestShift) return Verdict.No("NEST6108", "the right shift is at most 15", s, LargestShift, $"legal if the result's scale is {1L << (int)(s - LargestShift)} times smaller");
        }
        return Verdict.Yes;
    }

    private static Verdict LeftShift(long shift) =>
        shift <= LargestLeftShift ? Verdict.Yes : Verdict.No("NEST6109", "an addend's left shift is at most 6", shift, LargestLeftShift, $"legal if its scale is {1L << (int)(shift - LargestLeftShift)} times smaller");

    private static Verdict Weights(Value weight)
    {
        if (weight.DefiningOp is not ConstantOp) return Verdict.No("NEST6110", "the weights are constant", "computed", "", "legal if the weights are a constant");
        if (weight.Type is not RankedTensorType { HasStaticShape: true } type || type.ElementType is not UniformQuantizedType quantized)
            return Verdict.No("NEST6104", "the weights are quantized", weight.Type.ToString(), "!quant.uniform<i8:f32, ...>", "legal if the weights are quantized");
        if (quantized.Storage is not { Width: 8, IsSigned: true })
            return Verdict.No("NEST6105", "the weights are stored as signed bytes", $"{(quantized.Storage.IsSigned ? "i" : "u")}{quantized.Storage.Width}", "i8", "legal if stored as i8");
        return Zero(quantized, "weights");
    }

    private static Verdict Bias(Value? bias) =>
        bias is null || bias.Value.DefiningOp is ConstantOp ? Verdict.Yes : Verdict.No("NEST6111", "the bias is constant", "computed", "", "legal if the bias is a constant");

    private static Verdict Rank(Value value, int rank) => ((RankedTensorType)value.Type).Shape.Length is var actual && actual == rank
        ? Verdict.Yes : Verdict.No("NEST6112", $"the operand has rank {rank}", actual, rank, $"legal if reshaped to rank {rank}");

    private static Verdict FourOrTwo(Value value) => ((RankedTensorType)value.Type).Shape.Length is var actual && actual is 2 or 4
        ? Verdict.Yes : Verdict.No("NEST6112", "the operand has rank 2 or 4", actual, 4, "legal if reshaped to rank 4");

    private Verdict Conv(QuantizedConvOp conv)
    {
        if (First(Rank(conv.Input, 4), Weights(conv.Weight), Bias(conv.Bias), Scaling(conv.Shift, conv.Multiplier), LeftShift(conv.ResidualShift)) is { IsNo: true } no) return no;
        return Fits(PackedShapes.Conv(conv));
    }

    private Verdict Gemm(QuantizedGemmOp gemm)
    {
        if (First(Rank(gemm.Input, 2), Weights(gemm.Weight), Bias(gemm.Bias), Scaling(gemm.Shift, gemm.Multiplier), LeftShift(gemm.ResidualShift)) is { IsNo: true } no) return no;
        return Fits(PackedShapes.Gemm(gemm));
    }

    private static Verdict Add(QuantizedAddOp add)
    {
        if (add.Lhs.DefiningOp is ConstantOp || add.Rhs.DefiningOp is ConstantOp) return Verdict.No("NEST6113", "both addends are computed", "constant", "", "legal if the constant is a convolution's bias");
        var lhs = (RankedTensorType)add.Lhs.Type;
        var rhs = (RankedTensorType)add.Rhs.Type;
        if (!lhs.Shape.SequenceEqual(rhs.Shape)) return Verdict.No("NEST6114", "both addends have one shape", rhs.ToString(), lhs.ToString(), "legal if nothing is broadcast");
        if (add.Multipliers is not null) return Verdict.No("NEST6107", "the scales of the addends are powers of two apart", $"multiplier {add.Multipliers[0]}", "", "legal if scales are powers of two");
        return First(FourOrTwo(add.Lhs), Scaling(add.Shift, add.Multiplier), LeftShift(add.Shifts[0]), LeftShift(add.Shifts[1]));
    }

    private Verdict Average(QuantizedAveragePoolOp pool)
    {
        // Beside padding that does not count, windows have greater multipliers.
        long greatest = PackedShapes.GreatestMultiplier(pool);
        if (greatest > 127 && pool.Multiplier <= 127)
            return Verdict.No("NEST6115", "the multiplier of the window that counts least is a signed byte", greatest, 127, "legal with count_include_pad, or with half the multiplier and a shift of one less");
        return First(Multiplier(pool.Multiplier), Scaling([pool.Shift], null)) is { IsNo: true } no ? no : Fits(PackedShapes.Average(pool));
    }

    private Verdict GlobalAverage(QuantizedGlobalAveragePoolOp pool) =>
        First(Multiplier(pool.Multiplier), Scaling([pool.Shift], null)) is { IsNo: true } no ? no : Fits(PackedShapes.GlobalAverage(pool));

    private static Verdict Multiplier(long multiplier) =>
        multiplier <= 127 ? Verdict.Yes : Verdict.No("NEST6116", "a mean's multiplier is a signed byte", multiplier, 127, "legal if the multiplier is at most 127");

    private Verdict MatMul(QuantizedMatMulOp product)
    {
        if (product.Lhs.DefiningOp is ConstantOp) return Verdict.No("NEST6113", "the left factor is computed", "constant", "", "legal if the constant is the right factor");
        if (product.Lhs.Type is not RankedTensorType lhs || product.Rhs.Type is not RankedTensorType { HasStaticShape: true } rhs)
            return Verdict.No("NEST6102", "the factors' shapes are known", product.Rhs.Type.ToString(), "", "legal if the model is imported with shapes");
        if (lhs.Shape.Length < 2 || rhs.Shape.Length < 2 || (rhs.Shape.Length > 2 && !lhs.Shape[..^2].SequenceEqual(rhs.Shape[..^2])))
            return Verdict.No("NEST6143", "both factors have as many matrices, or the right one is one", rhs.ToString(), lhs.ToString(), "legal if nothing is broadcast but one matrix on the right");
        if (product.Rhs.DefiningOp is ConstantOp && Weights(product.Rhs) is { IsNo: true } no) return no;
        return Scaling(product.Shift, product.Multiplier) is { IsNo: true } scaling ? scaling : Fits(PackedShapes.MatMul(product));
    }

    private Verdict Resize(ResizeOp resize) => PackedShapes.Repetitions(resize) is { } factors
        ? Fits(PackedShapes.Upsample(resize, factors))
        : Verdict.No("NEST6144", "a resize copies each place a whole number of times", $"{resize.Mode}, {resize.Input.Type} to {resize.Output.Type}", "nearest, whole factors of height and width", "legal for nearest samples and whole factors");

    private Verdict Move(Operation op)
    {
        for (int i = 0; i < op.ResultCount; i++)
        {
            if (GraphMoves.Of(op, i, out PackedMove move) is { IsNo: true } no) return no;
            if (Fits(move.Kernel(PackedShapes.Packed(op.Operand(0)), PackedShapes.Packed(op.Result(i)))) is { IsNo: true } large) return large;
        }
        return Verdict.Yes;
    }

    private static Verdict Clip(ClipOp clip)
    {
        foreach (Value limit in (ReadOnlySpan<Value>)[clip.Low, clip.High])
        {
            if (limit.DefiningOp is not ConstantOp || limit.Type is not RankedTensorType { HasStaticShape: true, NumElements: 1 })
                return Verdict.No("NEST6142", "the limits are constant", "computed", "", "legal if the limits are constants");
        }
        return Verdict.Yes;
    }

    private Verdict MaxPool(MaxPoolOp pool) => WindowFits(PackedShapes.Max(pool));

    private static Verdict Concat(ConcatOp concat)
    {
        int rank = ((RankedTensorType)concat.Output.Type).Shape.Length;
        long axis = concat.Axis < 0 ? concat.Axis + rank : concat.Axis;
        if (axis != 1) return Verdict.No("NEST6117", "tensors are joined along the channels", axis, 1, "legal if the axis is 1");
        foreach (Value input in concat.Inputs)
        {
            if (input.DefiningOp is ConstantOp) return Verdict.No("NEST6113", "what is joined is computed", "constant", "", "legal if no operand is a constant");
            if (((RankedTensorType)input.Type).ElementType != ((RankedTensorType)concat.Output.Type).ElementType)
                return Verdict.No("NEST6118", "what is joined has the result's scale", ((RankedTensorType)input.Type).ElementType.ToString(), ((RankedTensorType)concat.Output.Type).ElementType.ToString(), "legal if all scales agree");
        }
        return FourOrTwo(concat.Output);
    }

    private Verdict View(Operation op)
    {
        if (!PackedShapes.IsView(op))
            return Verdict.No("NEST6119", "a reshape keeps channels and places", op.Operand(0).Type.ToString(), op.Result(0).Type.ToString(), "legal between N x C x 1 x 1 and N x C, and before a product");
        if (PackedShapes.KeepsPlaces(op)) return Verdict.Yes;
        // The product takes the reshape over, if its window fits; else it starts from what the host has reshaped.
        foreach (Use use in op.Result(0).Uses)
        {
            var product = (QuantizedGemmOp)use.Owner;
            if (Place(product) is { IsNo: true } no) return no;
            if (Fits(PackedShapes.Flattened(product, op)) is { IsNo: true } large) return large;
        }
        return Verdict.Yes;
    }

    // The smallest tile there is.
    private Verdict Fits(AccumulationKernel kernel)
    {
        int rows = 1, cols = 1;
        foreach (AccumulationTerm term in kernel.Terms) (rows, cols) = (Math.Max(rows, term.ScaleHeight), Math.Max(cols, term.ScaleWidth));
        Verdict verdict = Verdict.Yes;
        // Short rows have the largest pads, whole ones the largest buffers.
        foreach ((int r, int c) in (ReadOnlySpan<(int, int)>)[(rows, cols), (rows, kernel.OutWidth), (kernel.OutHeight, kernel.OutWidth)])
        {
            Verdict now = ScheduleLayout.TryMake(kernel, new(r, c, 1, 1, true, 1), device.Config, out _);
            if (now.IsYes) return now;
            if (verdict.IsYes) verdict = now;
        }
        return Verdict.No(verdict.Code, verdict.Rule, long.Parse(verdict.Actual, System.Globalization.CultureInfo.InvariantCulture), long.Parse(verdict.Limit, System.Globalization.CultureInfo.InvariantCulture),
            $"legal if it is at most {verdict.Limit}");
    }

    private Verdict WindowFits(MaxPoolKernel kernel) => MaxPoolLayout.TryMake(kernel, new(1, 1, 1, 1, true, 1), device.Config, out _);

    private static Verdict First(params ReadOnlySpan<Verdict> verdicts)
    {
        foreach (Verdict verdict in verdicts)
        {
            if (verdict.IsNo) return verdict;
        }
        return Verdict.Yes;
    }
}
