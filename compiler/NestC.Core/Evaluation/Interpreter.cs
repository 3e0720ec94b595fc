using System.Numerics;
using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Evaluation;

/// <summary>How the evaluation of a function ended.</summary>
public enum EvalStatus : byte
{
    Returned,

    /// <summary>The behaviour is undefined: any other is as good.</summary>
    Undefined,

    /// <summary>An assertion failed: the program ends there.</summary>
    Aborted,

    /// <summary>It took more steps than allowed.</summary>
    TooLong,

    /// <summary>An operation has no meaning that is known here.</summary>
    Unsupported,
}

/// <summary>What a function did: how it ended, what it returned, and what it did to the world, in order.</summary>
public sealed class EvalOutcome(EvalStatus status, EvalValue[] values, IReadOnlyList<string> effects, string reason)
{
    /// <summary>The arguments at the end: of memrefs what is in their memory then.</summary>
    public EvalValue[] Arguments { get; init; } = [];

    public EvalStatus Status { get; } = status;

    public EvalValue[] Values { get; } = values;

    /// <summary>Calls of functions without a body, and operations with effects that nobody declares.</summary>
    public IReadOnlyList<string> Effects { get; } = effects;

    /// <summary>What was undefined, or not supported.</summary>
    public string Reason { get; } = reason;
}

/// <summary>
/// Runs functions of blocks, branches and calls by the semantics of their operations (<see cref="IEvaluable"/>). An operation
/// without semantics but also without effects is an unknown function of its operands; one with effects, or a function without a
/// body, leaves a trace, and its results depend on what was traced before.
/// </summary>
public sealed class Interpreter
{
    /// <summary>Operations after which a function is given up.</summary>
    public int MaxSteps { get; init; } = 50_000;

    private const int MaxDepth = 100;

    private readonly SymbolTableCollection symbols = new();
    private readonly EvalContext op = new();
    private readonly List<string> effects = [];
    private EvalStatus status;
    private string reason = "";
    private int steps;

    /// <summary>Runs a function on arguments.</summary>
    public EvalOutcome Run(ICallable function, EvalValue[] arguments)
    {
        effects.Clear();
        status = EvalStatus.Returned;
        reason = "";
        steps = 0;
        EvalValue[] values = Call(function, arguments, 0) ?? [];
        return new EvalOutcome(status, Snapshots(values), effects.ToArray(), reason) { Arguments = Snapshots(arguments) };
    }

    private static EvalValue[] Snapshots(EvalValue[] values)
    {
        EvalValue[] kept = new EvalValue[values.Length];
        for (int i = 0; i < kept.Length; i++) kept[i] = values[i].Snapshot();
        return kept;
    }

    private EvalValue[]? Stop(EvalStatus how, string why)
    {
        (status, reason) = (how, why);
        return null;
    }

    private EvalValue[]? Call(ICallable function, EvalValue[] arguments, int depth)
    {
        if (depth > MaxDepth) return Stop(EvalStatus.TooLong, "calls nest too deep");
        ValueMap<EvalValue> values = new();
        Block block = function.CallableRegion!.First!;
        for (int i = 0; i < block.ArgumentCount; i++) values.Set(block.ArgumentAt(i), arguments[i]);
        return RunBlocks(block, values, depth);
    }

    // The operands of the operation that ends the region.
    private EvalValue[]? RunBlocks(Block block, ValueMap<EvalValue> values, int depth)
    {
        while (true)
        {
            Operation last = block.Last!;
            for (Operation? at = block.First; at != last; at = at!.Next)
                if (!Execute(at!, values, depth)) return null;
            if (++steps > MaxSteps) return Stop(EvalStatus.TooLong, $"more than {MaxSteps} operations");
            if (Inputs(last, values) is not { } inputs) return Stop(EvalStatus.Unsupported, $"'{last.Name}' uses a value that was not computed");
            if (last.Has(OpTraits.ReturnLike)) return inputs;
            if (last is not IBranch branch) return Stop(EvalStatus.Unsupported, $"'{last.Name}' ends a block");
            if (Choose(branch, last, inputs) is not { } successor) return null;
            OperandRange passed = branch.SuccessorOperands(successor);
            Block target = last.Successor(successor);
            EvalValue[] handed = new EvalValue[passed.Count];
            for (int i = 0; i < handed.Length; i++) handed[i] = inputs[passed.Start + i];
            if (handed.Length != target.ArgumentCount) return Stop(EvalStatus.Unsupported, $"'{last.Name}' makes values for its successor");
            for (int i = 0; i < handed.Length; i++) values.Set(target.ArgumentAt(i), handed[i]);
            block = target;
        }
    }

    // The operands that are not handed on decide: they are shown to the branch as constants.
    private int? Choose(IBranch branch, Operation op, EvalValue[] inputs)
    {
        int handed = inputs.Length;
        for (int i = 0; i < op.SuccessorCount; i++)
            if (branch.SuccessorOperands(i).Count > 0) handed = Math.Min(handed, branch.SuccessorOperands(i).Start);
        Attr?[] constants = new Attr?[inputs.Length];
        for (int i = 0; i < handed; i++)
        {
            if (inputs[i].HasPoison)
            {
                Stop(EvalStatus.Undefined, $"'{op.Name}' branches on poison");
                return null;
            }
            if (inputs[i].Type.IsIntOrIndex()) constants[i] = IntegerAttr.Get(inputs[i].Type, inputs[i].Lanes[0]);
        }
        Block? target = branch.SuccessorFor(new FoldInputs(constants, new OpBuilder(op.Context)));
        // Two successors may be one block with different operands: the condition's index is then that of the edge.
        int found = -1;
        for (int i = 0; i < op.SuccessorCount; i++)
        {
            if (op.Successor(i) != target) continue;
            if (found >= 0) return ChooseAmongEqual(op, inputs);
            found = i;
        }
        if (found >= 0) return found;
        Stop(EvalStatus.Unsupported, $"'{op.Name}' does not say where it goes");
        return null;
    }

    private int? ChooseAmongEqual(Operation op, EvalValue[] inputs)
    {
        if (op.SuccessorCount == 2 && inputs[0].Type.IsSignlessInteger(1)) return inputs[0].Lanes[0].IsZero ? 1 : 0;
        Stop(EvalStatus.Unsupported, $"'{op.Name}' has one block twice as a successor");
        return null;
    }

    private static EvalValue[]? Inputs(Operation at, ValueMap<EvalValue> values)
    {
        EvalValue[] inputs = new EvalValue[at.OperandCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!values.TryGet(at.Operand(i), out EvalValue? value)) return null;
            inputs[i] = value!;
        }
        return inputs;
    }

    private bool Execute(Operation at, ValueMap<EvalValue> values, int depth)
    {
        if (++steps > MaxSteps)
        {
            Stop(EvalStatus.TooLong, $"more than {MaxSteps} operations");
            return false;
        }
        if (Inputs(at, values) is not { } inputs)
        {
            Stop(EvalStatus.Unsupported, $"'{at.Name}' uses a value that was not computed");
            return false;
        }
        EvalValue[]? results = at switch
        {
            IEvaluable evaluable => Evaluate(at, evaluable, inputs),
            IRegionEvaluable regions => regions.Evaluate(new Nested(this, at, inputs, values, depth)),
            ICall call => CallFrom(at, call, inputs, depth),
            Builtin.Cf.AssertOp assert => Assert(assert, inputs),
            _ => Opaque(at, inputs),
        };
        if (results is null) return false;
        for (int i = 0; i < results.Length; i++) values.Set(at.Result(i), results[i]);
        return true;
    }

    private EvalValue[]? Evaluate(Operation at, IEvaluable evaluable, EvalValue[] inputs)
    {
        op.Reset(at, inputs);
        evaluable.Evaluate(op);
        if (op.Undefined is { } undefined) return Stop(EvalStatus.Undefined, undefined);
        if (op.Unsupported is { } unsupported) return Stop(EvalStatus.Unsupported, unsupported);
        EvalValue[] results = new EvalValue[op.Outputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            if (op.Outputs[i] is not { } value) return Stop(EvalStatus.Unsupported, $"'{at.Name}' computed no result {i}");
            results[i] = Sized(value, inputs);
        }
        return results;
    }

    // An elementwise operation's type may leave sizes open; its operands have them.
    private static EvalValue Sized(EvalValue value, EvalValue[] inputs)
    {
        if (value.Type is not RankedTensorType { HasStaticShape: false } type) return value;
        foreach (EvalValue input in inputs)
            if (input.Type is RankedTensorType { HasStaticShape: true } sized && sized.Rank == type.Rank && sized.NumElements == value.Lanes.Length)
                return new EvalValue(RankedTensorType.Get(sized.Shape, type.ElementType, type.Encoding), value.Lanes);
        return value;
    }

    private sealed class Nested(Interpreter interpreter, Operation op, EvalValue[] inputs, ValueMap<EvalValue> values, int depth) : RegionRun(op, inputs)
    {
        public override EvalValue[]? Enter(Region region, ReadOnlySpan<EvalValue> arguments)
        {
            Block block = region.First!;
            if (block.ArgumentCount != arguments.Length) return Unsupported($"'{Op.Name}' runs a region with {block.ArgumentCount} arguments on {arguments.Length} values");
            for (int i = 0; i < arguments.Length; i++) values.Set(block.ArgumentAt(i), arguments[i]);
            return interpreter.RunBlocks(block, values, depth);
        }

        public override EvalValue[]? Undefined(string why) => interpreter.Stop(EvalStatus.Undefined, why);

        public override EvalValue[]? Unsupported(string why) => interpreter.Stop(EvalStatus.Unsupported, why);
    }

    private EvalValue[]? Assert(Builtin.Cf.AssertOp assert, EvalValue[] inputs)
    {
        if (inputs[0].HasPoison) return Stop(EvalStatus.Undefined, "an assertion depends on poison");
        return inputs[0].Lanes[0].IsZero ? Stop(EvalStatus.Aborted, assert.Msg.Value) : [];
    }

    private EvalValue[]? CallFrom(Operation at, ICall call, EvalValue[] inputs, int depth)
    {
        OperandRange passed = call.Arguments;
        EvalValue[] arguments = new EvalValue[passed.Count];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = inputs[passed.Start + i];
        SymbolRefAttr? name = call.Callee ?? inputs[0].Symbol as SymbolRefAttr;
        if (name is null) return Opaque(at, inputs);
        if (symbols.Resolve(at, name) is ICallable { CallableRegion: not null } callee)
        {
            EvalValue[]? results = Call(callee, arguments, depth + 1);
            if (results is null) return null;
            return results.Length == at.ResultCount ? results : Stop(EvalStatus.Unsupported, $"'{at.Name}' gets another number of results than it expects");
        }
        return Unknown(at, "call " + name, arguments, traced: true);
    }

    private EvalValue[]? Opaque(Operation at, EvalValue[] inputs)
    {
        if (at.RegionCount > 0) return Stop(EvalStatus.Unsupported, $"'{at.Name}' has regions and no evaluation");
        StringBuilder name = new(at.Name);
        if (at.PropertiesAttr is { } properties) name.Append(' ').Append(properties);
        if (!at.Attributes.IsEmpty) name.Append(' ').Append(at.Attributes);
        return Unknown(at, name.ToString(), inputs, traced: !at.Info.IsRegistered || !Analysis.SideEffects.IsMemoryEffectFree(at));
    }

    private EvalValue[] Unknown(Operation at, string name, EvalValue[] inputs, bool traced)
    {
        ulong hash = EvalRandom.Of(name);
        foreach (EvalValue input in inputs) hash = EvalRandom.Mix(hash, input.Fingerprint());
        if (traced)
        {
            StringBuilder text = new(name);
            text.Append('(');
            for (int i = 0; i < inputs.Length; i++) text.Append(i > 0 ? ", " : "").Append(inputs[i]);
            effects.Add(text.Append(')').ToString());
            hash = EvalRandom.Mix(hash, (ulong)effects.Count);
        }
        EvalRandom random = new(hash);
        EvalValue[] results = new EvalValue[at.ResultCount];
        for (int i = 0; i < results.Length; i++) results[i] = EvalInputs.Random(at.Result(i).Type, ref random);
        return results;
    }
}
