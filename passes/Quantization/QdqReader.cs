using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>
/// Takes QuantizeLinear and DequantizeLinear out of a function, and remembers what they say: the type of each value that is rounded, and the integers of
/// constants. What is left is a function of floats that can be read again as integers, exactly.
/// </summary>
internal sealed class QdqReader(FuncOp function, Constants constants)
{
    private readonly OpBuilder builder = new(function.Context);
    private readonly Dictionary<Value, UniformQuantizedType> types = [];
    private readonly List<(Value, UniformQuantizedType)> order = [];
    private readonly Dictionary<Value, StoredConstant> stored = [];

    /// <summary>Values of integers, by the float value that stands for them.</summary>
    public List<(Value Real, Value Integers)> Known { get; } = [];

    /// <summary>The values that the model rounds, in program order.</summary>
    public IReadOnlyList<(Value Value, UniformQuantizedType Type)> Types => order;

    public UniformQuantizedType? TypeOf(Value value) => types.GetValueOrDefault(value);

    public StoredConstant? StoredOf(Value value) => stored.GetValueOrDefault(value);

    /// <summary>Whether a function has any of the two operations.</summary>
    public static bool Applies(FuncOp function)
    {
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            if (op is QuantizeLinearOp or DequantizeLinearOp) return true;
        return false;
    }

    /// <summary>Rewrites the function.</summary>
    public void Run()
    {
        for (Operation? op = function.Entry.First, next; op is not null; op = next)
        {
            next = op.Next;
            if (op is DequantizeLinearOp dequantize) MoveReals(dequantize, 0);
        }
        for (Operation? op = function.Entry.First, next; op is not null; op = next)
        {
            next = op.Next;
            if (op is DequantizeLinearOp dequantize) Read(dequantize);
        }
        for (Operation? op = function.Entry.Last, before; op is not null; op = before)
        {
            before = op.Previous;
            if (op is QuantizeLinearOp or DequantizeLinearOp && op.HasNoUses) builder.Erase(op);
        }
        QuantizedResults();
    }

    // dequantize(reshape(x)) -> reshape(dequantize(x)): where integers are only moved between being rounded and being used, the reals are moved instead.
    private void MoveReals(DequantizeLinearOp op, int depth)
    {
        const int maxDepth = 64;
        if (depth > maxDepth || op.Input.DefiningOp is not { ResultCount: 1 } move || op.Output.Type is not RankedTensorType { ElementType: FloatType real }) return;
        if (move is not (ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp or TransposeOp or SliceOp or MaxPoolOp or GlobalMaxPoolOp or DepthToSpaceOp or SpaceToDepthOp or IdentityOp or ConcatOp)) return;
        if (op.Scale.Type is not RankedTensorType { HasStaticShape: true, NumElements: 1 } || constants.Of(op.Input) is not null) return;
        int parts = move is ConcatOp ? move.OperandCount : 1;
        var operands = move.Operands.ToArray();
        var reals = new DequantizeLinearOp[parts];
        for (int i = 0; i < parts; i++)
        {
            if (operands[i].Type is not RankedTensorType type) return;
            builder.AtBefore(op);
            reals[i] = (DequantizeLinearOp)Like(op, operands[i], op.Operands.ToArray(), RankedTensorType.Get(type.Shape, real));
            operands[i] = reals[i].Output;
        }
        builder.AtBefore(op);
        Operation moved = Like(move, operands[0], operands, (RankedTensorType)op.Output.Type);
        builder.ReplaceAllUses(op.Output, moved.Result(0));
        builder.Erase(op);
        if (move.HasNoUses) builder.Erase(move);
        foreach (DequantizeLinearOp part in reals) MoveReals(part, depth + 1);
    }

    private Operation Like(Operation op, Value first, Value[] operands, RankedTensorType type)
    {
        OperationState state = new(op.Info, op.Location) { Properties = op.PropertiesAttr };
        foreach (NamedAttr attr in op.Attributes.Entries) state.AddAttribute(attr.Name, attr.Value);
        state.Operands.Add(first);
        foreach (Value operand in operands.AsSpan(1)) state.Operands.Add(operand);
        state.ResultTypes.Add(type);
        return builder.Create(state);
    }

    private void Read(DequantizeLinearOp op)
    {
        if (op.Output.Type is not RankedTensorType { ElementType: FloatType { Semantics.Width: 32 } } || constants.Of(op.Scale) is not { } scale) return;
        NdArray? zero = op.ZeroPoint is { } z ? constants.Of(z) : null;
        if (op.ZeroPoint is not null && zero is null) return;
        var scales = scale.ToDoubles();
        var zeros = zero?.ToInt64s() ?? new long[scales.Length];
        if (constants.Of(op.Input) is { } values)
        {
            // The dequantized constant stays an operation of constants: its elements are computed when somebody asks.
            int rank = Math.Max(values.Rank, 1);
            stored[op.Output] = new StoredConstant(values, scales, zeros, scales.Length == 1 ? 0 : Shapes.Axis(op.Axis, rank));
            return;
        }
        if (scales.Length != 1 || TypeOf(op.Input, scales[0], zeros[0]) is not { } type) return;
        if (op.Input.DefiningOp is QuantizeLinearOp quantize)
        {
            // Only where nothing else sees the value before it is rounded.
            Value real = quantize.Input;
            if (real.Type != op.Output.Type || !SameParameters(quantize, op)) return;
            foreach (Use use in real.Uses)
                if (use.Owner is not QuantizeLinearOp other || !SameParameters(other, op)) return;
            types[real] = type;
            order.Add((real, type));
            builder.ReplaceAllUses(op.Output, real);
            // The rounding operation must not count as a use that keeps a chain from going on, nor be read twice.
            foreach (Operation round in Users(real))
            {
                if (round is not QuantizeLinearOp q || !SameParameters(q, op) || q.Input != real) continue;
                foreach (Operation user in Users(q.Output))
                {
                    if (user is not DequantizeLinearOp twin || twin == op || !SameTwin(twin, op)) continue;
                    builder.ReplaceAllUses(twin.Output, real);
                }
            }
            return;
        }
        if (op.Input.ArgumentBlock is { } block && block == function.Entry)
        {
            Value argument = op.Input;
            foreach (Use use in argument.Uses)
                if (use.Owner is not DequantizeLinearOp other || !SameTwin(other, op)) return;
            builder.SetArgumentType(argument, RankedTensorType.Get(((RankedTensorType)op.Output.Type).Shape, type));
            SetInput(argument.Number, argument.Type);
            builder.AtBefore(op);
            Value real = builder.Create("graph.dequantize", [argument], [op.Output.Type]).Result(0);
            foreach (Operation user in Users(argument))
                if (user is DequantizeLinearOp twin) builder.ReplaceAllUses(twin.Output, real);
            types[real] = type;
            Known.Add((real, argument));
        }
    }

    private static List<Operation> Users(Value value)
    {
        List<Operation> users = [];
        foreach (Use use in value.Uses) users.Add(use.Owner);
        return users;
    }

    private bool SameParameters(QuantizeLinearOp q, DequantizeLinearOp d) =>
        Same(q.Scale, d.Scale) && (q.ZeroPoint is null) == (d.ZeroPoint is null) && (q.ZeroPoint is not { } z || Same(z, d.ZeroPoint!.Value));

    private bool SameTwin(DequantizeLinearOp a, DequantizeLinearOp b) =>
        Same(a.Scale, b.Scale) && (a.ZeroPoint is null) == (b.ZeroPoint is null) && (a.ZeroPoint is not { } z || Same(z, b.ZeroPoint!.Value));

    private bool Same(Value a, Value b) => a == b || (constants.Of(a) is { } x && constants.Of(b) is { } y && x.ContentEquals(y));

    private UniformQuantizedType? TypeOf(Value integers, double scale, long zero)
    {
        int width;
        switch (GraphTypes.Element(integers))
        {
            case IntegerType { Width: 8 or 16 } integer: width = integer.Width; break;
            default: return null;
        }
        bool signed = !((IntegerType)GraphTypes.Element(integers)).IsUnsigned;
        QuantStorage storage = new(width, signed, QuantStorage.DefaultMin(width, signed), QuantStorage.DefaultMax(width, signed));
        return UniformQuantizedType.TryGet(storage, FloatType.F32(function.Context), null, [scale], [zero], out _);
    }

    private void SetInput(int index, IrType type)
    {
        var inputs = function.FunctionType.Inputs.ToArray();
        inputs[index] = type;
        function.SetFunctionType(builder, FunctionType.Get(function.Context, inputs, function.FunctionType.Results.ToArray()));
    }

    // A result that is rounded and returned as integers: the rounding becomes the operation with the type in its result.
    private void QuantizedResults()
    {
        if (function.Entry.Last is not ReturnOp ret) return;
        var results = function.FunctionType.Results.ToArray();
        bool changed = false;
        for (int i = 0; i < ret.OperandCount; i++)
        {
            if (ret.Operand(i).DefiningOp is not QuantizeLinearOp q || !q.Output.HasOneUse || constants.Of(q.Scale) is not { Count: 1 } scale) continue;
            long zero = q.ZeroPoint is { } z && constants.Of(z) is { } given ? given.GetInt64(0) : 0;
            if (TypeOf(q.Output, scale.GetDouble(0), zero) is not { } type || q.Input.Type is not RankedTensorType shape) continue;
            builder.AtBefore(q);
            Value y = builder.Create("graph.quantize", [q.Input], [RankedTensorType.Get(shape.Shape, type)]).Result(0);
            builder.ReplaceAllUses(q.Output, y);
            builder.Erase(q);
            results[i] = y.Type;
            changed = true;
        }
        if (changed) function.SetFunctionType(builder, FunctionType.Get(function.Context, function.FunctionType.Inputs.ToArray(), results));
    }
}
