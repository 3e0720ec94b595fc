using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

public enum Direction { Forward, Reverse, Bidirectional }

/// <summary>Attributes that RNN, LSTM and GRU share. Activations are one list per direction after the other (RNN f; GRU f g; LSTM f g h); an empty list
/// means the operator's defaults.</summary>
public sealed record RecurrentParams
{
    public Direction Direction { get; init; }

    public long HiddenSize { get; init; }

    public UnaryFunction[] Activations { get; init; } = [];

    /// <summary>Bound on the magnitude of what enters an activation; 0 for none.</summary>
    public float Clip { get; init; }

    /// <summary>GRU: whether the reset gate is applied after the recurrent product.</summary>
    public bool LinearBeforeReset { get; init; }

    /// <summary>LSTM: whether the forget gate is one less the input gate.</summary>
    public bool InputForget { get; init; }

    /// <summary>Whether the batch comes first (ONNX layout = 1).</summary>
    public bool BatchFirst { get; init; }
}

/// <summary>ONNX RNN, GRU and LSTM, computed in f32. Shapes: X seq x batch x input, W dirs x gates hidden x input, R dirs x gates hidden x hidden,
/// B dirs x 2 gates hidden, initial states dirs x batch x hidden, P dirs x 3 hidden.</summary>
public static class Recurrent
{
    /// <summary>Shapes of Y and of the last states, from those of X and R.</summary>
    public static (long[] Y, long[] State) InferShapes(ReadOnlySpan<long> x, ReadOnlySpan<long> r, RecurrentParams parameters)
    {
        Shapes.Require(x.Length == 3 && r.Length == 3, "X, W and R of a recurrent layer have rank 3");
        long directions = parameters.Direction == Direction.Bidirectional ? 2 : 1;
        return parameters.BatchFirst
            ? ([x[0], x[1], directions, r[2]], [x[0], directions, r[2]])
            : ([x[0], directions, x[1], r[2]], [directions, x[1], r[2]]);
    }

    public static (NdArray Y, NdArray LastH) Rnn(
        NdArray x, NdArray w, NdArray r, NdArray? b, NdArray? lengths, NdArray? initialH, RecurrentParams parameters)
    {
        var cell = new Layer(1, x, w, r, b, lengths, initialH, null, null, parameters, [new(UnaryKind.Tanh)]);
        cell.Run();
        return (cell.Y, cell.LastH);
    }

    public static (NdArray Y, NdArray LastH) Gru(
        NdArray x, NdArray w, NdArray r, NdArray? b, NdArray? lengths, NdArray? initialH, RecurrentParams parameters)
    {
        var cell = new Layer(3, x, w, r, b, lengths, initialH, null, null, parameters, [new(UnaryKind.Sigmoid), new(UnaryKind.Tanh)]);
        cell.Run();
        return (cell.Y, cell.LastH);
    }

    public static (NdArray Y, NdArray LastH, NdArray LastC) Lstm(
        NdArray x, NdArray w, NdArray r, NdArray? b, NdArray? lengths, NdArray? initialH, NdArray? initialC, NdArray? peepholes, RecurrentParams parameters)
    {
        var cell = new Layer(
            4, x, w, r, b, lengths, initialH, initialC, peepholes, parameters, [new(UnaryKind.Sigmoid), new(UnaryKind.Tanh), new(UnaryKind.Tanh)]);
        cell.Run();
        return (cell.Y, cell.LastH, cell.LastC);
    }

    private sealed class Layer
    {
        private readonly int gates, steps, batch, hidden, directions;
        private readonly NdArray x, w, r;
        private readonly NdArray? b, peepholes;
        private readonly long[] lengths;
        private readonly RecurrentParams parameters;
        private readonly UnaryFunction[] activations;
        private readonly ElementKind kind;
        private readonly NdArray y, h, c;

        public Layer(
            int gates, NdArray x, NdArray w, NdArray r, NdArray? b, NdArray? lengths, NdArray? initialH, NdArray? initialC, NdArray? peepholes,
            RecurrentParams parameters, UnaryFunction[] defaults)
        {
            this.gates = gates;
            this.parameters = parameters;
            kind = x.Kind;
            Shapes.Require(x.Rank == 3 && w.Rank == 3 && r.Rank == 3, "X, W and R of a recurrent layer have rank 3");
            this.x = Cast.To(parameters.BatchFirst ? Moves.Transpose(x, [1, 0, 2]) : x, ElementKind.F32);
            this.w = Cast.To(w, ElementKind.F32);
            this.r = Cast.To(r, ElementKind.F32);
            this.b = b == null ? null : Cast.To(b, ElementKind.F32);
            this.peepholes = peepholes == null ? null : Cast.To(peepholes, ElementKind.F32);
            (steps, batch, hidden) = ((int)this.x.Shape[0], (int)this.x.Shape[1], (int)r.Shape[2]);
            directions = parameters.Direction == Direction.Bidirectional ? 2 : 1;
            Shapes.Require(parameters.HiddenSize == 0 || parameters.HiddenSize == hidden, "hidden_size does not fit R");
            Shapes.RequireSame(w.Shape, [directions, gates * hidden, this.x.Shape[2]], "W of a recurrent layer");
            Shapes.RequireSame(r.Shape, [directions, gates * hidden, hidden], "R of a recurrent layer");
            if (b != null) Shapes.RequireSame(b.Shape, [directions, 2 * gates * hidden], "B of a recurrent layer");
            if (peepholes != null) Shapes.RequireSame(peepholes.Shape, [directions, 3 * hidden], "P of a recurrent layer");
            this.lengths = new long[batch];
            Array.Fill(this.lengths, steps);
            if (lengths != null)
            {
                Shapes.Require(lengths.Count == batch, "the sequence lengths do not fit the batch");
                for (int i = 0; i < batch; i++) this.lengths[i] = Math.Clamp(lengths.GetInt64(i), 0, steps);
            }
            var given = parameters.Activations;
            Shapes.Require(given.Length == 0 || given.Length == directions * defaults.Length, "the number of activations does not fit the directions");
            activations = new UnaryFunction[directions * defaults.Length];
            for (int i = 0; i < activations.Length; i++) activations[i] = given.Length > 0 ? given[i] : defaults[i % defaults.Length];
            y = NdArray.Create(ElementKind.F32, [steps, directions, batch, hidden]);
            h = State(initialH);
            c = State(initialC);
        }

        public NdArray Y => Cast.To(parameters.BatchFirst ? Moves.Transpose(y, [2, 0, 1, 3]) : y, kind);

        public NdArray LastH => Last(h);

        public NdArray LastC => Last(c);

        public void Run()
        {
            for (int d = 0; d < directions; d++)
            {
                bool reverse = parameters.Direction == Direction.Reverse || d == 1;
                // All input products at once; only the recurrent ones depend on the step before.
                var projected = Project(x.Reshape([(long)steps * batch, x.Shape[2]]), w, d, gates * hidden, b, 0);
                for (int s = 0; s < steps; s++) Step(d, s, reverse, projected);
            }
        }

        private NdArray State(NdArray? initial)
        {
            if (initial == null) return NdArray.Create(ElementKind.F32, [directions, batch, hidden]);
            var state = parameters.BatchFirst ? Moves.Transpose(initial, [1, 0, 2]) : initial;
            Shapes.RequireSame(state.Shape, [directions, batch, hidden], "the initial state of a recurrent layer");
            return Cast.To(state, ElementKind.F32).Clone();
        }

        private NdArray Last(NdArray state) => Cast.To(parameters.BatchFirst ? Moves.Transpose(state, [1, 0, 2]) : state, kind);

        // input * weight[d]' + the half of the bias that belongs to it.
        private NdArray Project(NdArray input, NdArray weight, int d, int rows, NdArray? bias, int biasStart)
        {
            var matrix = Moves.Slice(weight, [d], [d + 1], [0], []).Reshape([rows, weight.Shape[2]]);
            var offset = bias == null ? null : Moves.Slice(bias, [d, biasStart], [d + 1, biasStart + rows], [0, 1], []).Reshape([rows]);
            return MatMul.Gemm(input, matrix, offset, new GemmParams(1, 1, false, true));
        }

        private void Step(int d, int s, bool reverse, NdArray projected)
        {
            var previous = Moves.Slice(h, [d], [d + 1], [0], []).Reshape([batch, hidden]);
            bool lateReset = gates == 3 && !parameters.LinearBeforeReset;
            var recurrent = Project(previous, r, d, gates * hidden, b, gates * hidden).Read<float>();
            var input = projected.Read<float>();
            var last = previous.Read<float>();
            var state = h.Write<float>().Slice(d * batch * hidden, batch * hidden);
            var cell = c.Write<float>().Slice(d * batch * hidden, batch * hidden);
            var output = y.Write<float>();
            var gate = new float[gates * hidden];
            // For the candidate of a GRU that resets before the product, the product of the reset state has to follow the gates.
            NdArray? resetProduct = lateReset ? ResetProduct(d, s, reverse, input, recurrent, last) : null;
            for (int n = 0; n < batch; n++)
            {
                if (s >= lengths[n]) continue;
                int t = reverse ? (int)lengths[n] - 1 - s : s;
                var own = input.Slice((t * batch + n) * gates * hidden, gates * hidden);
                var back = recurrent.Slice(n * gates * hidden, gates * hidden);
                var newState = state.Slice(n * hidden, hidden);
                switch (gates)
                {
                    case 1:
                        for (int i = 0; i < hidden; i++) gate[i] = own[i] + back[i];
                        Activate(gate, d, 0, 1);
                        gate.AsSpan(0, hidden).CopyTo(newState);
                        break;
                    case 3:
                        for (int i = 0; i < 2 * hidden; i++) gate[i] = own[i] + back[i];
                        Activate(gate.AsSpan(0, 2 * hidden), d, 0, 2);
                        for (int i = 0; i < hidden; i++)
                        {
                            gate[2 * hidden + i] = own[2 * hidden + i]
                                + (resetProduct == null ? gate[hidden + i] * back[2 * hidden + i] : resetProduct.Read<float>()[n * hidden + i]);
                        }
                        Activate(gate.AsSpan(2 * hidden), d, 1, 2);
                        for (int i = 0; i < hidden; i++) newState[i] = (1 - gate[i]) * gate[2 * hidden + i] + gate[i] * last[n * hidden + i];
                        break;
                    default:
                        for (int i = 0; i < 4 * hidden; i++) gate[i] = own[i] + back[i];
                        LstmCell(gate, cell.Slice(n * hidden, hidden), newState, d);
                        break;
                }
                newState.CopyTo(output[(((t * directions + d) * batch + n) * hidden)..]);
            }
        }

        private NdArray ResetProduct(int d, int s, bool reverse, ReadOnlySpan<float> input, ReadOnlySpan<float> recurrent, ReadOnlySpan<float> last)
        {
            var reset = NdArray.Create(ElementKind.F32, [batch, hidden]);
            var to = reset.Write<float>();
            for (int n = 0; n < batch; n++)
            {
                if (s >= lengths[n]) continue;
                int t = reverse ? (int)lengths[n] - 1 - s : s;
                var row = to.Slice(n * hidden, hidden);
                for (int i = 0; i < hidden; i++) row[i] = input[(t * batch + n) * 3 * hidden + hidden + i] + recurrent[n * 3 * hidden + hidden + i];
                Activate(row, d, 0, 2);
                for (int i = 0; i < hidden; i++) row[i] *= last[n * hidden + i];
            }
            var matrix = Moves.Slice(r, [d, 2 * hidden], [d + 1, 3 * hidden], [0, 1], []).Reshape([hidden, hidden]);
            var offset = b == null ? null : Moves.Slice(b, [d, 5 * hidden], [d + 1, 6 * hidden], [0, 1], []).Reshape([hidden]);
            return MatMul.Gemm(reset, matrix, offset, new GemmParams(1, 1, false, true));
        }

        // Gates in ONNX's order: input, output, forget, cell; peepholes: input, output, forget.
        private void LstmCell(float[] gate, Span<float> cell, Span<float> state, int d)
        {
            var p = peepholes == null ? default : peepholes.Read<float>().Slice(d * 3 * hidden, 3 * hidden);
            if (peepholes != null)
            {
                for (int i = 0; i < hidden; i++)
                {
                    gate[i] += p[i] * cell[i];
                    gate[2 * hidden + i] += p[2 * hidden + i] * cell[i];
                }
            }
            Activate(gate.AsSpan(0, hidden), d, 0, 3);
            Activate(gate.AsSpan(2 * hidden, hidden), d, 0, 3);
            Activate(gate.AsSpan(3 * hidden, hidden), d, 1, 3);
            for (int i = 0; i < hidden; i++)
            {
                float forget = parameters.InputForget ? 1 - gate[i] : gate[2 * hidden + i];
                cell[i] = forget * cell[i] + gate[i] * gate[3 * hidden + i];
                if (peepholes != null) gate[hidden + i] += p[hidden + i] * cell[i];
                state[i] = cell[i];
            }
            Activate(gate.AsSpan(hidden, hidden), d, 0, 3);
            Unary.Apply(activations[d * 3 + 2], state, state);
            for (int i = 0; i < hidden; i++) state[i] *= gate[hidden + i];
        }

        private void Activate(Span<float> values, int d, int which, int perDirection)
        {
            if (parameters.Clip > 0)
                for (int i = 0; i < values.Length; i++) values[i] = Math.Clamp(values[i], -parameters.Clip, parameters.Clip);
            Unary.Apply(activations[d * perDirection + which], values, values);
        }
    }
}
