using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Builtin.Cf;

public sealed partial class SwitchOp : ICanonicalizable
{
    // The cases of a switch that is about to be made.
    private struct Cases
    {
        public Vec<Attr> Values;
        public Vec<Block> Targets;
        public Vec<Value[]> Operands;

        public void Add(Attr value, Block target, Value[] operands)
        {
            Values.Add(value);
            Targets.Add(target);
            Operands.Add(operands);
        }
    }

    /// <summary>Makes a switch; each case has a value of the flag's type, a block, and the operands that it gets.</summary>
    public static SwitchOp Create(OpBuilder builder, Value flag, Block defaultTarget, ReadOnlySpan<Value> defaultOperands,
        ReadOnlySpan<Attr> values, ReadOnlySpan<Block> targets, ReadOnlySpan<Value[]> operands)
    {
        Vec<Value> all = default;
        int[] segments = new int[targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            all.AddRange(operands[i]);
            segments[i] = operands[i].Length;
        }
        DenseElementsAttr? caseValues = values.IsEmpty ? null : ValuesOf((IntegerType)flag.Type, values);
        return Build(builder, flag, defaultOperands, all.Span, segments, defaultTarget, targets, caseValues);
    }

    private static SwitchOp Create(OpBuilder builder, SwitchOp like, in Cases cases) =>
        Create(builder, like.Flag, like.DefaultDestination, like.DefaultOperands.ToArray(), cases.Values.Span, cases.Targets.Span, cases.Operands.Span);

    private Attr ValueOfCase(int index) => CaseValues!.GetElement(index);

    // The case that a value of the flag takes; -1: the default.
    private int CaseOf(Attr value)
    {
        for (int i = 0; i < CaseDestinations.Count; i++)
            if (ValueOfCase(i) == value) return i;
        return -1;
    }

    private static bool Take(SwitchOp op, Rewriter rw, int index) => index < 0
        ? rw.Replace(op, BranchOp.Create(rw, op.DefaultOperands.ToArray(), op.DefaultDestination))
        : rw.Replace(op, BranchOp.Create(rw, op.OperandsOfCase(index).ToArray(), op.CaseDestinations[index]));

    public static void Canonicalize(PatternSet patterns)
    {
        // switch c, [default: ^a] -> br ^a
        patterns.Add<SwitchOp>("switch-with-default-only", static (op, rw) =>
            op.CaseDestinations.Count == 0 ? Take(op, rw, -1) : rw.NoMatch(op, "there are cases"));
        // cases that go where the default goes are dropped
        patterns.Add<SwitchOp>("drop-cases-like-default", static (op, rw) =>
        {
            Cases cases = default;
            for (int i = 0; i < op.CaseDestinations.Count; i++)
            {
                OperandRange operands = op.OperandsOfCase(i);
                if (op.CaseDestinations[i] == op.DefaultDestination && PassThrough.Same(operands, op.DefaultOperands)) continue;
                cases.Add(op.ValueOfCase(i), op.CaseDestinations[i], operands.ToArray());
            }
            return cases.Targets.Count == op.CaseDestinations.Count ? rw.NoMatch(op, "no case goes where the default goes") : rw.Replace(op, Create(rw, op, cases));
        });
        // switch 1, [..., 1: ^a] -> br ^a
        patterns.Add<SwitchOp>("switch-on-constant", static (op, rw) =>
            Constants.Of(op.Flag) is IntegerAttr flag ? Take(op, rw, op.CaseOf(flag)) : rw.NoMatch(op, "the flag is not constant"));
        // switch c, [..., 1: ^a]; ^a: br ^b -> switch c, [..., 1: ^b]
        patterns.Add<SwitchOp>("switch-through", static (op, rw) =>
        {
            Block defaultTarget = op.DefaultDestination;
            Value[] defaultOperands = op.DefaultOperands.ToArray();
            bool changed = PassThrough.TryCollapse(ref defaultTarget, ref defaultOperands);
            Cases cases = default;
            for (int i = 0; i < op.CaseDestinations.Count; i++)
            {
                Block target = op.CaseDestinations[i];
                Value[] operands = op.OperandsOfCase(i).ToArray();
                changed |= PassThrough.TryCollapse(ref target, ref operands);
                cases.Add(op.ValueOfCase(i), target, operands);
            }
            return changed
                ? rw.Replace(op, Create(rw, op.Flag, defaultTarget, defaultOperands, cases.Values.Span, cases.Targets.Span, cases.Operands.Span))
                : rw.NoMatch(op, "the targets do more than branch on");
        });
        // a case of the same flag's switch leads here: the flag is known
        patterns.Add<SwitchOp>("switch-on-known-flag", static (op, rw) =>
        {
            if (PredecessorOf(op) is not { } before || before.DefaultDestination == op.Block) return rw.NoMatch(op, "no case of a switch on the same flag leads here alone");
            for (int i = 0; i < before.CaseDestinations.Count; i++)
                if (before.CaseDestinations[i] == op.Block) return Take(op, rw, op.CaseOf(before.ValueOfCase(i)));
            return rw.NoMatch(op, "no case of the predecessor leads here");
        });
        // the default of the same flag's switch leads here: its cases cannot be
        patterns.Add<SwitchOp>("drop-cases-taken-before", static (op, rw) =>
        {
            if (PredecessorOf(op) is not { } before || before.DefaultDestination != op.Block)
                return rw.NoMatch(op, "no default of a switch on the same flag leads here alone");
            Cases cases = default;
            for (int i = 0; i < op.CaseDestinations.Count; i++)
                if (before.CaseOf(op.ValueOfCase(i)) < 0) cases.Add(op.ValueOfCase(i), op.CaseDestinations[i], op.OperandsOfCase(i).ToArray());
            return cases.Targets.Count == op.CaseDestinations.Count ? rw.NoMatch(op, "no case was taken before") : rw.Replace(op, Create(rw, op, cases));
        });
    }

    private static SwitchOp? PredecessorOf(SwitchOp op) =>
        op.Block!.SinglePredecessor?.Last is SwitchOp before && before.Flag == op.Flag ? before : null;
}
