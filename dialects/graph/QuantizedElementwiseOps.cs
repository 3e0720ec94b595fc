using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>clamp(round_half_even(x / scale) + zero point): from floats to the quantized type of the result.</summary>
[Op("graph.quantize", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the operand's elements have the type that the result expresses")]
public sealed partial class QuantizeOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Result<AnyQuantizedTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        UniformQuantizedType type = QuantizedTypes.Of(Output);
        return [QuantizedElementwise.FromFloat(x[0], type.Scales, type.ZeroPoints, type.Axis ?? 0, type.Storage.Min, type.Storage.Max, GraphTypes.KindOf(Output.Type))];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        d.Require(GraphTypes.Element(Input) == QuantizedTypes.Of(Output).ExpressedType, "C1", $"elements '{GraphTypes.Element(Input)}' become '{GraphTypes.Element(Output)}'")
        && base.VerifyOp(d);
}

/// <summary>(x - zero point) scale: from a quantized type to the floats that it expresses.</summary>
[Op("graph.dequantize", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the result's elements have the type that the operand expresses")]
public sealed partial class DequantizeOp : GraphOp, IPure
{
    [Operand<AnyQuantizedTensor>] public partial Value Input { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        UniformQuantizedType type = QuantizedTypes.Of(Input);
        return [Cast.To(QuantizedElementwise.ToFloat(x[0], type.Scales, type.ZeroPoints, type.Axis ?? 0), GraphTypes.KindOf(Output.Type))];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        d.Require(GraphTypes.Element(Output) == QuantizedTypes.Of(Input).ExpressedType, "C1", $"elements '{GraphTypes.Element(Input)}' become '{GraphTypes.Element(Output)}'")
        && base.VerifyOp(d);
}

/// <summary>The sum of two quantized tensors, broadcast: each less its zero point, times its multiplier, shifted left by its shift; then requantized.</summary>
[Op("graph.quantized_add", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "shifts has two entries in 0..24")]
[Rule("C2", "multipliers, where given, has two entries in 0..2^31-1, and there is no multiplier of the sum")]
[Rule("C3", "shift has one entry in 0..31, or 0..62 with multipliers; multiplier has one in 0..2^31-1")]
[Rule("C4", "clip_min <= clip_max, both within the result's storage")]
public sealed partial class QuantizedAddOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Lhs { get; }

    [Operand<QuantizedTensor>] public partial Value Rhs { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shifts { get; }

    [Prop] public partial long[]? Multipliers { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop] public partial long[]? Multiplier { get; }

    [Prop] public partial long? ClipMin { get; }

    [Prop] public partial long? ClipMax { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedElementwise.Add(
            new QuantizedTerm(x[0], QuantizedTypes.ZeroOf(Lhs), Multipliers?[0] ?? 1, (int)Shifts[0]),
            new QuantizedTerm(x[1], QuantizedTypes.ZeroOf(Rhs), Multipliers?[1] ?? 1, (int)Shifts[1]),
            Multipliers is not null, QuantizedRules.Of(Output, Shift, Multiplier, ClipMin, ClipMax), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(2);

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        d.Require(Shifts is [>= 0 and <= 24, >= 0 and <= 24], "C1", $"shifts must be two numbers in 0..24")
        && d.Require(Multipliers is null or [>= 0 and <= int.MaxValue, >= 0 and <= int.MaxValue] && (Multipliers is null || Multiplier is null), "C2",
            $"multipliers must be two numbers in 0..2147483647, without a multiplier of the sum")
        && QuantizedRules.Scaling(d, "C3", Shift, Multiplier ?? (Multipliers is null ? null : [1]), 1)
        && QuantizedRules.Clip(d, "C4", Output, ClipMin, ClipMax) && base.VerifyOp(d);
}

/// <summary>Another scale or zero point for the same values, and limits: (x - zx) &lt;&lt; left_shift, requantized and clipped.</summary>
[Op("graph.requantize", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "shift has one entry in 0..31, or 0..62 with a multiplier; multiplier has one in 0..2^31-1; left_shift is in 0..15")]
[Rule("C2", "clip_min <= clip_max, both within the result's storage")]
public sealed partial class RequantizeOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop] public partial long[]? Multiplier { get; }

    [Prop(Default = 0L)] public partial long LeftShift { get; }

    [Prop] public partial long? ClipMin { get; }

    [Prop] public partial long? ClipMax { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedElementwise.Requantize(
            x[0], QuantizedTypes.ZeroOf(Input), (int)LeftShift, QuantizedRules.Of(Output, Shift, Multiplier, ClipMin, ClipMax), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        QuantizedRules.Scaling(d, "C1", Shift, Multiplier, 1) && d.Require(LeftShift is >= 0 and <= 15, "C1", $"left_shift {LeftShift} is not in 0..15")
        && QuantizedRules.Clip(d, "C2", Output, ClipMin, ClipMax) && base.VerifyOp(d);
}

/// <summary>A function of each 8-bit value, as a table of the result's stored values, from the least value of the operand's width on.</summary>
[Op("graph.quantized_lookup", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the operand has 8 bits and the table 256 entries, each a stored value of the result")]
public sealed partial class QuantizedLookupOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Table { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [QuantizedElementwise.Lookup(x[0], Table, GraphTypes.KindOf(Output.Type))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d)
    {
        QuantStorage from = QuantizedTypes.Of(Input).Storage, to = QuantizedTypes.Of(Output).Storage;
        if (!d.Require(from.Width == 8 && Table.Length == 256, "C1", $"{Table.Length} entries for values of {from.Width} bits")) return false;
        foreach (long entry in Table)
            if (!d.Require(entry >= to.Min && entry <= to.Max, "C1", $"the entry {entry} is not within {to.Min}..{to.Max}")) return false;
        return base.VerifyOp(d);
    }
}

/// <summary>Softmax along an axis, in integers: e = table[greatest - x], for 16 bits the product of two entries, (e steps + sum / 2) / sum + zero point, saturated.</summary>
[Op("graph.quantized_softmax", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the operand has 8 bits and the table 256 entries, or 16 bits and 512 entries, in 0..2^31-1, and what the greatest value gets is positive")]
[Rule("C2", "steps is in 1..2^16")]
public sealed partial class QuantizedSoftmaxOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Table { get; }

    [Prop] public partial long Steps { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
        [QuantizedElementwise.Softmax(x[0], Table, Axis, Steps, QuantizedRules.Of(Output, [0], null, null, null), GraphTypes.KindOf(Output.Type))];

    public override long[]? Infer(ShapeArguments s)
    {
        long[]? shape = s.Shape(0);
        if (shape is not null) Shapes.Axis(Axis, shape.Length);
        return shape;
    }

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d)
    {
        int width = QuantizedTypes.Of(Input).Storage.Width;
        if (!d.Require((width == 8 && Table.Length == 256) || (width == 16 && Table.Length == 512), "C1", $"{Table.Length} entries for values of {width} bits")) return false;
        foreach (long entry in Table)
            if (!d.Require(entry is >= 0 and <= int.MaxValue, "C1", $"the entry {entry} is not in 0..2147483647")) return false;
        if (!d.Require(QuantizedElementwise.Exponential(Table, 0) > 0, "C1", $"the greatest value gets no share")) return false;
        return d.Require(Steps is >= 1 and <= 65536, "C2", $"steps {Steps} is not in 1..65536") && base.VerifyOp(d);
    }
}
