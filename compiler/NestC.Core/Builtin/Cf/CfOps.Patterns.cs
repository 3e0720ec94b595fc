using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Builtin.Cf;

public sealed partial class AssertOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // assert true -> nothing
        patterns.Add<AssertOp>("erase-true-assertion", static (op, rw) =>
            Constants.IsOne(Constants.Of(op.Arg)) ? rw.Erase(op) : rw.NoMatch(op, "the condition is not known to be true"));
}

public sealed partial class BranchOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // br to a block that nothing else leads to: the blocks become one
        patterns.Add<BranchOp>("merge-with-only-successor", static (op, rw) =>
        {
            Block target = op.Dest, here = op.Block!;
            if (target == here || target.SinglePredecessor is null || target.IsEntry) return rw.NoMatch(op, "something else leads to the target");
            Value[] operands = op.DestOperands.ToArray();
            rw.Erase(op);
            return rw.MergeBlocks(target, here, operands);
        });
        // br ^a; ^a: br ^b -> br ^b
        patterns.Add<BranchOp>("branch-through", static (op, rw) =>
        {
            Block target = op.Dest;
            Value[] operands = op.DestOperands.ToArray();
            if (target == op.Block || !PassThrough.TryCollapse(ref target, ref operands)) return rw.NoMatch(op, "the target does more than branch on");
            return rw.Replace(op, Create(rw, operands, target));
        });
    }
}

public sealed partial class CondBranchOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // cond_br true, ^a, ^b -> br ^a
        patterns.Add<CondBranchOp>("branch-on-constant", static (op, rw) =>
            Constants.Of(op.Condition) is IntegerAttr condition ? Take(op, rw, condition.Value != 0) : rw.NoMatch(op, "the condition is not constant"));
        // cond_br c, ^a, ^b; ^a: br ^d -> cond_br c, ^d, ^b
        patterns.Add<CondBranchOp>("conditional-branch-through", static (op, rw) =>
        {
            Block whenTrue = op.TrueDest, whenFalse = op.FalseDest;
            Value[] trueOperands = op.TrueDestOperands.ToArray(), falseOperands = op.FalseDestOperands.ToArray();
            if (!(PassThrough.TryCollapse(ref whenTrue, ref trueOperands) | PassThrough.TryCollapse(ref whenFalse, ref falseOperands)))
                return rw.NoMatch(op, "the targets do more than branch on");
            return rw.Replace(op, Create(rw, op.Condition, trueOperands, falseOperands, whenTrue, whenFalse));
        });
        // cond_br c, ^a(x), ^a(y) -> br ^a(select(c, x, y))
        patterns.Add<CondBranchOp>("branch-to-one-target", static (op, rw) =>
        {
            Block target = op.TrueDest;
            if (target != op.FalseDest) return rw.NoMatch(op, "the targets differ");
            Value[] operands = op.TrueDestOperands.ToArray();
            if (!PassThrough.Same(op.TrueDestOperands, op.FalseDestOperands))
            {
                if (PassThrough.UniquePredecessor(target) != op.Block) return rw.NoMatch(op, "something else leads to the target");
                for (int i = 0; i < operands.Length; i++)
                    if (operands[i] != op.FalseDestOperands[i]) operands[i] = SelectOp.Create(rw, op.Condition, operands[i], op.FalseDestOperands[i]).Output;
            }
            return rw.Replace(op, BranchOp.Create(rw, operands, target));
        });
        // cond_br c, ^a, ^b; ^a: cond_br c, ^d, ^e -> ^a: br ^d
        patterns.Add<CondBranchOp>("branch-on-known-condition", static (op, rw) =>
            op.Block!.SinglePredecessor?.Last is CondBranchOp before && before.Condition == op.Condition
                ? Take(op, rw, before.TrueDest == op.Block)
                : rw.NoMatch(op, "the only predecessor does not branch on the same condition"));
        // uses of c in a block that only the true (false) edge leads to -> true (false)
        patterns.Add<CondBranchOp>("condition-is-known", static (op, rw) =>
        {
            bool changed = Propagate(op, rw, op.TrueDest, true);
            changed |= Propagate(op, rw, op.FalseDest, false);
            return changed || rw.NoMatch(op, "no target that only this leads to uses the condition");
        });
    }

    private static bool Take(CondBranchOp op, Rewriter rw, bool condition) => rw.Replace(op,
        BranchOp.Create(rw, (condition ? op.TrueDestOperands : op.FalseDestOperands).ToArray(), condition ? op.TrueDest : op.FalseDest));

    private static bool Propagate(CondBranchOp op, Rewriter rw, Block target, bool condition)
    {
        if (target.SinglePredecessor is null) return false;
        Vec<Use> uses = default;
        foreach (Use use in op.Condition.Uses)
            if (use.Owner.Block == target) uses.Add(use);
        if (uses.IsEmpty) return false;
        Value known = ConstantOp.Create(rw, BoolAttr.Get(op.Context, condition), op.Context.Common.I1).Output;
        foreach (Use use in uses.Span) rw.SetOperand(use.Owner, use.Index, known);
        return true;
    }
}
