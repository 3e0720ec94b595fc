using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>What recurrent layers share.</summary>
public abstract class RecurrentOp : GraphOp
{
    protected abstract RecurrentParams? Parameters { get; }

    /// <summary>Gates, which the layer's weights hold one after the other.</summary>
    protected abstract int Gates { get; }

    protected static RecurrentParams? ParametersOf(
        string direction, long hidden, ArrayAttr? activations, float[]? alphas, float[]? betas, float clip, long layout)
    {
        var functions = new UnaryFunction[activations?.Count ?? 0];
        for (int i = 0; i < functions.Length; i++)
        {
            string name = activations![i] is StringAttr text ? text.Value : "";
            float? alpha = alphas is not null && i < alphas.Length ? alphas[i] : null, beta = betas is not null && i < betas.Length ? betas[i] : null;
            if (FunctionOf(name, alpha, beta) is not { } function) return null;
            functions[i] = function;
        }
        return new RecurrentParams
        {
            Direction = direction switch { "reverse" => Direction.Reverse, "bidirectional" => Direction.Bidirectional, _ => Direction.Forward },
            HiddenSize = hidden,
            Activations = functions,
            Clip = clip,
            BatchFirst = layout != 0,
        };
    }

    /// <summary>The function that an activation's name means; null for an unknown one.</summary>
    private static UnaryFunction? FunctionOf(string name, float? alpha, float? beta) => name.ToUpperInvariant() switch
    {
        "TANH" => new(UnaryKind.Tanh),
        "SIGMOID" => new(UnaryKind.Sigmoid),
        "RELU" => new(UnaryKind.Relu),
        "SOFTSIGN" => new(UnaryKind.Softsign),
        "SOFTPLUS" => new(UnaryKind.Softplus),
        "AFFINE" => new(UnaryKind.Affine, alpha ?? 1, beta ?? 0),
        "SCALEDTANH" => new(UnaryKind.ScaledTanh, alpha ?? 1, beta ?? 1),
        "LEAKYRELU" => new(UnaryKind.LeakyRelu, alpha ?? 0.01f),
        "THRESHOLDEDRELU" => new(UnaryKind.ThresholdedRelu, alpha ?? 1),
        "HARDSIGMOID" => new(UnaryKind.HardSigmoid, alpha ?? 0.2f, beta ?? 0.5f),
        "ELU" => new(UnaryKind.Elu, alpha ?? 1),
        _ => null,
    };

    public sealed override long[]?[] InferAll(ShapeArguments s)
    {
        var shapes = new long[]?[ResultCount];
        if (Parameters is not { } parameters || s.Shape(0) is not { } x || s.Shape(2) is not { } r) return shapes;
        (long[] y, long[] state) = Recurrent.InferShapes(x, r, parameters);
        shapes[0] = y;
        for (int i = 1; i < shapes.Length; i++) shapes[i] = state;
        return shapes;
    }

    protected bool VerifyLayer(Diag d, string direction)
    {
        if (!d.Require(direction is "forward" or "reverse" or "bidirectional", "C1", $"the direction '{direction}' is not forward, reverse or bidirectional")) return false;
        if (!d.Require(Parameters is not null, "C2", "an activation is not known")) return false;
        ShapeArguments s = new(this);
        long directions = direction == "bidirectional" ? 2 : 1;
        if (s.Shape(0) is not { } x || s.Shape(1) is not { } w || s.Shape(2) is not { } r) return true;
        return d.Require(x.Length == 3 && w.Length == 3 && r.Length == 3, "C3", "the input, the weight and the recurrence have rank 3")
            && d.Require(Is(w[0], directions) && Is(r[0], directions), "C3", $"the weights are of {w[0]} and {r[0]} directions, not {directions}")
            && d.Require(w[2] < 0 || x[2] < 0 || w[2] == x[2], "C3", $"the weight takes {w[2]} features, the input has {x[2]}")
            && d.Require(r[2] < 0 || (Is(r[1], Gates * r[2]) && Is(w[1], Gates * r[2])), "C3", $"the weights are not those of {Gates} gates of {r[2]} units");
    }

    private static bool Is(long extent, long wanted) => extent < 0 || extent == wanted;
}

/// <summary>A recurrent layer: h = f(W x + R h + b). Results: all steps, and the last.</summary>
[Op("graph.rnn", Format = "$input `,` $weight `,` $recurrence (`bias` $bias^)? (`lengths` $lengths^)? (`hidden` $initial_hidden^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the direction is forward, reverse or bidirectional")]
[Rule("C2", "activations are among those that ONNX names")]
[Rule("C3", "input, weight and recurrence have rank 3 and fit each other")]
public sealed partial class RNNOp : RecurrentOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Weight { get; }

    [Operand<FloatTensor>] public partial Value Recurrence { get; }

    [Operand<FloatTensor>] public partial Value? Bias { get; }

    [Operand<IndexTensor>] public partial Value? Lengths { get; }

    [Operand<FloatTensor>] public partial Value? InitialHidden { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Result<FloatTensor>] public partial Value Hidden { get; }

    [Prop(Default = "forward")] public partial string Direction { get; }

    [Prop(Default = 0L)] public partial long HiddenSize { get; }

    [Prop] public partial ArrayAttr? Activations { get; }

    [Prop] public partial float[]? ActivationAlpha { get; }

    [Prop] public partial float[]? ActivationBeta { get; }

    [Prop(Default = 0f)] public partial float Clip { get; }

    [Prop(Default = 0L)] public partial long Layout { get; }

    protected override int Gates => 1;

    protected override RecurrentParams? Parameters => ParametersOf(Direction, HiddenSize, Activations, ActivationAlpha, ActivationBeta, Clip, Layout);

    protected override bool VerifyRules(Diag d) => VerifyLayer(d, Direction);

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 3;
        var r = Recurrent.Rnn(x[0], x[1], x[2], Bias is null ? null : x[at++], Lengths is null ? null : x[at++], InitialHidden is null ? null : x[at], Parameters!);
        return [r.Y, r.LastH];
    }
}

/// <summary>A layer of gated recurrent units. Results: all steps, and the last.</summary>
[Op("graph.gru", Format = "$input `,` $weight `,` $recurrence (`bias` $bias^)? (`lengths` $lengths^)? (`hidden` $initial_hidden^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the direction is forward, reverse or bidirectional")]
[Rule("C2", "activations are among those that ONNX names")]
[Rule("C3", "input, weight and recurrence have rank 3 and fit each other")]
public sealed partial class GRUOp : RecurrentOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Weight { get; }

    [Operand<FloatTensor>] public partial Value Recurrence { get; }

    [Operand<FloatTensor>] public partial Value? Bias { get; }

    [Operand<IndexTensor>] public partial Value? Lengths { get; }

    [Operand<FloatTensor>] public partial Value? InitialHidden { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Result<FloatTensor>] public partial Value Hidden { get; }

    [Prop(Default = "forward")] public partial string Direction { get; }

    [Prop(Default = 0L)] public partial long HiddenSize { get; }

    [Prop] public partial ArrayAttr? Activations { get; }

    [Prop] public partial float[]? ActivationAlpha { get; }

    [Prop] public partial float[]? ActivationBeta { get; }

    [Prop(Default = 0f)] public partial float Clip { get; }

    [Prop(Default = 0L)] public partial long Layout { get; }

    [Prop(Default = 0L)] public partial long LinearBeforeReset { get; }

    protected override int Gates => 3;

    protected override RecurrentParams? Parameters =>
        ParametersOf(Direction, HiddenSize, Activations, ActivationAlpha, ActivationBeta, Clip, Layout) is { } p ? p with { LinearBeforeReset = LinearBeforeReset != 0 } : null;

    protected override bool VerifyRules(Diag d) => VerifyLayer(d, Direction);

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 3;
        var r = Recurrent.Gru(x[0], x[1], x[2], Bias is null ? null : x[at++], Lengths is null ? null : x[at++], InitialHidden is null ? null : x[at], Parameters!);
        return [r.Y, r.LastH];
    }
}

/// <summary>A layer of long short-term memory. Results: all steps, the last, and the last cell state.</summary>
[Op("graph.lstm", Format = "$input `,` $weight `,` $recurrence (`bias` $bias^)? (`lengths` $lengths^)? (`hidden` $initial_hidden^)? (`cell` $initial_cell^)? (`peephole` $peephole^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the direction is forward, reverse or bidirectional")]
[Rule("C2", "activations are among those that ONNX names")]
[Rule("C3", "input, weight and recurrence have rank 3 and fit each other")]
public sealed partial class LSTMOp : RecurrentOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<FloatTensor>] public partial Value Weight { get; }

    [Operand<FloatTensor>] public partial Value Recurrence { get; }

    [Operand<FloatTensor>] public partial Value? Bias { get; }

    [Operand<IndexTensor>] public partial Value? Lengths { get; }

    [Operand<FloatTensor>] public partial Value? InitialHidden { get; }

    [Operand<FloatTensor>] public partial Value? InitialCell { get; }

    [Operand<FloatTensor>] public partial Value? Peephole { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Result<FloatTensor>] public partial Value Hidden { get; }

    [Result<FloatTensor>] public partial Value Cell { get; }

    [Prop(Default = "forward")] public partial string Direction { get; }

    [Prop(Default = 0L)] public partial long HiddenSize { get; }

    [Prop] public partial ArrayAttr? Activations { get; }

    [Prop] public partial float[]? ActivationAlpha { get; }

    [Prop] public partial float[]? ActivationBeta { get; }

    [Prop(Default = 0f)] public partial float Clip { get; }

    [Prop(Default = 0L)] public partial long Layout { get; }

    [Prop(Default = 0L)] public partial long InputForget { get; }

    protected override int Gates => 4;

    protected override RecurrentParams? Parameters =>
        ParametersOf(Direction, HiddenSize, Activations, ActivationAlpha, ActivationBeta, Clip, Layout) is { } p ? p with { InputForget = InputForget != 0 } : null;

    protected override bool VerifyRules(Diag d) => VerifyLayer(d, Direction);

    public override NdArray[] Evaluate(NdArray[] x)
    {
        int at = 3;
        var r = Recurrent.Lstm(
            x[0], x[1], x[2], Bias is null ? null : x[at++], Lengths is null ? null : x[at++], InitialHidden is null ? null : x[at++], InitialCell is null ? null : x[at++],
            Peephole is null ? null : x[at], Parameters!);
        return [r.Y, r.LastH, r.LastC];
    }
}
