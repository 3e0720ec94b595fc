using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Dialects.Loop;

// Canonicalization of loops and conditions.

public sealed partial class ForOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // a loop that never runs -> what it would carry
        patterns.Add<ForOp>("erase-zero-trip-loop", static (op, rw) =>
            op.TripCount == 0 ? rw.Replace(op, op.InitArgs.ToArray()) : rw.NoMatch(op, "the loop may run"));
        // a loop that runs once -> its body
        patterns.Add<ForOp>("inline-one-trip-loop", static (op, rw) =>
        {
            if (op.TripCount != 1) return rw.NoMatch(op, "the loop may run another number of times");
            Vec<Value> arguments = default;
            arguments.Add(op.LowerBound);
            arguments.AddRange(op.InitArgs.ToArray());
            return LoopRewrites.InlineAndReplace(rw, op, op.Body, arguments.Span);
        });
        patterns.Add(new DropCarriedValues());
    }
}

/// <summary>
/// for iter_args(%a = %x, %b = %y) { yield %a, ... } -> for iter_args(%b = %y) { ... } with %x for %a, where a value stays what it was, or
/// is neither read in the body nor used afterwards.
/// </summary>
internal sealed class DropCarriedValues : Pattern<ForOp>
{
    public override bool Rewrite(ForOp op, Rewriter rw)
    {
        int count = op.InitArgs.Count;
        bool[] dropped = new bool[count];
        Value[] results = new Value[count];
        YieldOp yield = op.Yield;
        bool any = false;
        for (int i = 0; i < count; i++)
        {
            Value init = op.InitArgs[i], next = yield.Operand(i), argument = op.IterArg(i);
            bool same = next == argument || next == init;
            bool dead = !op.Outputs[i].HasUses && !UsedElsewhere(argument, yield, i, next);
            dropped[i] = same || dead;
            any |= dropped[i];
        }
        if (!any) return rw.NoMatch(op, "every carried value changes and is used");
        Vec<Value> inits = default, yielded = default;
        Vec<IrType> types = default;
        for (int i = 0; i < count; i++)
        {
            if (dropped[i])
            {
                rw.ReplaceAllUses(op.IterArg(i), op.InitArgs[i]);
                continue;
            }
            inits.Add(op.InitArgs[i]);
            types.Add(op.InitArgs[i].Type);
            yielded.Add(yield.Operand(i));
        }
        rw.SetOperands(yield, yielded.Span);
        for (int i = count - 1; i >= 0; i--)
            if (dropped[i]) op.Body.EraseArgument(i + 1);
        ForOp loop = ForOp.Make(rw, op.LowerBound, op.UpperBound, op.Step, inits.Span);
        loop.CopyAttributes(op, rw);
        rw.InlineRegion(op.BodyRegion, loop.BodyRegion);
        int kept = 0;
        for (int i = 0; i < count; i++) results[i] = dropped[i] ? op.InitArgs[i] : loop.Outputs[kept++];
        return rw.Replace(op, results);
    }

    // A value that only goes into its own next value is not used; that one is then dead as well.
    private static bool UsedElsewhere(Value argument, YieldOp yield, int index, Value next)
    {
        foreach (Use use in argument.Uses)
            if ((use.Owner != yield || use.Index != index) && !use.Owner.HasOneUseBy(yield, index, next)) return true;
        return false;
    }
}

public sealed partial class ForOp
{
    /// <summary>A loop without a body yet.</summary>
    internal static ForOp Make(OpBuilder builder, Value lower, Value upper, Value step, ReadOnlySpan<Value> inits)
    {
        Vec<IrType> types = default;
        foreach (Value init in inits) types.Add(init.Type);
        return Build(builder, lower, upper, step, inits, types.Span);
    }

    /// <summary>A loop that takes over the body of another one, whose arguments must fit.</summary>
    public static ForOp TakeBody(OpBuilder builder, ForOp from, Value lower, Value upper, Value step, ReadOnlySpan<Value> inits)
    {
        ForOp loop = Make(builder, lower, upper, step, inits);
        loop.CopyAttributes(from, builder);
        builder.InlineRegion(from.BodyRegion, loop.BodyRegion);
        return loop;
    }
}

public sealed partial class IfOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // if true { a } else { b } -> a
        patterns.Add<IfOp>("if-of-constant", static (op, rw) =>
        {
            if (Bounds.Constant(op.Condition) is not { } condition) return rw.NoMatch(op, "the condition is not a constant");
            Block? taken = condition != 0 ? op.ThenBlock : op.ElseBlock;
            return taken is null ? rw.Erase(op) : LoopRewrites.InlineAndReplace(rw, op, taken, []);
        });
        // if c {} else {} -> nothing, and no else region that does nothing
        patterns.Add<IfOp>("erase-empty-if", static (op, rw) =>
        {
            if (op.Outputs.Count > 0) return rw.NoMatch(op, "it has results");
            bool nothingElse = op.ElseBlock is null || op.ElseBlock.First == op.ElseBlock.Last;
            if (op.ThenBlock.First == op.ThenBlock.Last && nothingElse) return rw.Erase(op);
            if (op.ElseBlock is not { } block || !nothingElse) return rw.NoMatch(op, "both regions do something, or there is one");
            rw.StartModify(op);
            rw.EraseBlock(block);
            rw.FinishModify(op);
            return true;
        });
        // if c { yield x } else { yield y } -> select c, x, y
        patterns.Add<IfOp>("if-to-select", static (op, rw) =>
        {
            if (op.Outputs.Count == 0 || op.ThenBlock.First != op.ThenBlock.Last || op.ElseBlock!.First != op.ElseBlock.Last) return rw.NoMatch(op, "a region does something, or nothing results");
            Operation then = op.ThenBlock.Last!, otherwise = op.ElseBlock.Last!;
            Value[] results = new Value[op.Outputs.Count];
            for (int i = 0; i < results.Length; i++)
            {
                Value x = then.Operand(i), y = otherwise.Operand(i);
                results[i] = x == y ? x : SelectOp.Create(rw, op.Condition, x, y).Output;
            }
            return rw.Replace(op, results);
        });
        // results that nobody uses go
        patterns.Add<IfOp>("drop-unused-results", static (op, rw) =>
        {
            Vec<IrType> types = default;
            Vec<Value> then = default, otherwise = default;
            for (int i = 0; i < op.Outputs.Count; i++)
            {
                if (!op.Outputs[i].HasUses) continue;
                types.Add(op.Outputs[i].Type);
                then.Add(op.ThenBlock.Last!.Operand(i));
                otherwise.Add(op.ElseBlock!.Last!.Operand(i));
            }
            if (types.Count == op.Outputs.Count) return rw.NoMatch(op, "every result is used");
            rw.SetOperands(op.ThenBlock.Last!, then.Span);
            rw.SetOperands(op.ElseBlock!.Last!, otherwise.Span);
            IfOp made = Build(rw, op.Condition, types.Span);
            rw.InlineRegion(op.ThenRegion, made.ThenRegion);
            rw.InlineRegion(op.ElseRegion, made.ElseRegion);
            Value[] results = new Value[op.Outputs.Count];
            int kept = 0;
            for (int i = 0; i < results.Length; i++) results[i] = op.Outputs[i].HasUses ? made.Outputs[kept++] : op.Condition;
            return rw.Replace(op, results);
        });
    }
}

public sealed partial class WhileOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // while { condition false } -> what decides, once
        patterns.Add<WhileOp>("while-of-false", static (op, rw) =>
        {
            ConditionOp condition = op.Condition;
            if (Bounds.Constant(condition.Condition) != 0) return rw.NoMatch(op, "the condition is not known to be false");
            Value[] passed = condition.Passed.ToArray();
            Value[] inits = op.Inits.ToArray();
            Block block = op.BeforeBlock;
            for (int i = 0; i < passed.Length; i++)
                if (passed[i].ArgumentBlock == block) passed[i] = inits[passed[i].Number];
            rw.Erase(condition);
            rw.InlineBlockBefore(block, op, inits);
            return rw.Replace(op, passed);
        });
}

public sealed partial class ParallelOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // an empty space -> nothing
        patterns.Add<ParallelOp>("erase-empty-space", static (op, rw) =>
        {
            for (int i = 0; i < op.Rank; i++)
                if (Bounds.TripCount(op.LowerBounds[i], op.UpperBounds[i], op.Steps[i]) == 0) return rw.Erase(op);
            return rw.NoMatch(op, "no dimension is empty");
        });
        // dimensions of one point go; without any other the body stands alone
        patterns.Add<ParallelOp>("drop-single-points", static (op, rw) =>
        {
            Vec<Value> lower = default, upper = default, steps = default, arguments = default;
            bool[] single = new bool[op.Rank];
            for (int i = 0; i < op.Rank; i++)
            {
                arguments.Add(op.LowerBounds[i]);
                single[i] = Bounds.TripCount(op.LowerBounds[i], op.UpperBounds[i], op.Steps[i]) == 1;
                if (single[i]) continue;
                lower.Add(op.LowerBounds[i]);
                upper.Add(op.UpperBounds[i]);
                steps.Add(op.Steps[i]);
            }
            if (lower.IsEmpty) return LoopRewrites.InlineAndReplace(rw, op, op.Body, arguments.Span);
            if (lower.Count == op.Rank) return rw.NoMatch(op, "no dimension has one point");
            for (int i = op.Rank - 1; i >= 0; i--)
            {
                if (!single[i]) continue;
                rw.ReplaceAllUses(op.InductionVar(i), op.LowerBounds[i]);
                op.Body.EraseArgument(i);
            }
            ParallelOp loop = Build(rw, lower.Span, upper.Span, steps.Span);
            loop.CopyAttributes(op, rw);
            rw.InlineRegion(op.BodyRegion, loop.BodyRegion);
            return rw.Erase(op);
        });
    }
}

/// <summary>What rewrites of loops share.</summary>
public static class LoopRewrites
{
    /// <summary>Puts the operations of a body in the place of its operation, with arguments, and what it yields in the place of the results.</summary>
    public static bool InlineAndReplace(Rewriter rw, Operation op, Block body, ReadOnlySpan<Value> arguments)
    {
        Operation yield = body.Last!;
        Value[] yielded = yield.Operands.ToArray();
        for (int i = 0; i < yielded.Length; i++)
            if (yielded[i].ArgumentBlock == body) yielded[i] = arguments[yielded[i].Number];
        rw.Erase(yield);
        rw.InlineBlockBefore(body, op, arguments);
        return rw.Replace(op, yielded);
    }

    /// <summary>Takes over the discardable attributes.</summary>
    public static void CopyAttributes(this Operation to, Operation from, OpBuilder builder)
    {
        if (!from.Attributes.IsEmpty) builder.SetAttributes(to, from.Attributes);
    }

    /// <summary>Whether all that an operation does is to compute the operand of another one: no effects, one result, used there alone.</summary>
    internal static bool HasOneUseBy(this Operation op, Operation user, int index, Value value) =>
        op.ResultCount == 1 && op.Result(0) == value && value.HasOneUse && user.Operand(index) == value && op.RegionCount == 0 && Analysis.SideEffects.WouldBeTriviallyDead(op);
}
