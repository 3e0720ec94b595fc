using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Tensor;

// Loops and conditions.
internal sealed partial class Bufferizer
{
    private void For(ForOp loop)
    {
        int count = loop.InitArgs.Count;
        Value[] carried = new Value[count];
        for (int i = 0; i < count; i++)
        {
            if (!IsTensor(loop.InitArgs[i])) continue;
            carried[i] = Carry(loop, 3 + i, loop.Outputs[i], i);
            Inside(loop.IterArg(i), carried[i], loop.Body);
        }
        Block(loop.Body);
        b.AtBefore(loop.Yield);
        Store(loop.Yield, 0, carried, loop.Body, i => loop.IterArg(i));
    }

    // Memory for a carried value. The analysis looks at the operand alone, so values that are carried twice must not share memory.
    private Value Carry(Operation loop, int operand, Value result, int index)
    {
        BufferRoot root = analysis.RootOf(loop.Operand(operand));
        for (int j = operand - index; j < operand; j++)
            if (IsTensor(loop.Operand(j)) && analysis.RootOf(loop.Operand(j)) == root)
            {
                Value copy = AllocLike(result.Type, buffers[loop.Operand(operand)]);
                CopyOp.Create(b, buffers[loop.Operand(operand)], copy);
                Copies++;
                Fresh(result, copy);
                return copy;
            }
        return Destination(loop, operand, result);
    }

    private void Inside(Value argument, Value buffer, Block body)
    {
        buffers[argument] = buffer;
        analysis.NewRoot(argument, writable: true, body);
    }

    // Puts what a terminator hands on into the memory of the carried values; through copies where it lies in that of others.
    private void Store(Operation terminator, int first, Value[] targets, Block body, Func<int, Value> argument)
    {
        HashSet<BufferRoot> own = [];
        for (int i = 0; i < targets.Length; i++)
            if (!targets[i].IsNull && argument(i) is { IsNull: false } inside) own.Add(analysis.RootOf(inside));
        Vec<(Value From, Value To)> copies = default;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i].IsNull) continue;
            Value tensor = terminator.Operand(first + i), buffer = buffers[tensor];
            if (buffer == targets[i]) continue;
            if (own.Contains(analysis.RootOf(tensor)))
            {
                Value copy = AllocLike(tensor.Type, buffer);
                CopyOp.Create(b, buffer, copy);
                buffer = copy;
            }
            copies.Add((buffer, targets[i]));
        }
        foreach ((Value from, Value to) in copies.Span) CopyOp.Create(b, from, to);
    }

    private void If(IfOp condition)
    {
        Value[] results = new Value[condition.Outputs.Count];
        for (int i = 0; i < results.Length; i++)
        {
            if (!IsTensor(condition.Outputs[i])) continue;
            results[i] = Alloc(condition.Outputs[i].Type);
            Fresh(condition.Outputs[i], results[i]);
        }
        foreach (Region region in condition.Regions)
        {
            if (region.First is not { } block) continue;
            Block(block);
            b.AtBefore(block.Last!);
            Store(block.Last!, 0, results, block, static _ => default);
        }
    }

    private void While(WhileOp loop)
    {
        Value[] carried = new Value[loop.Inits.Count], passed = new Value[loop.Outputs.Count];
        for (int i = 0; i < passed.Length; i++)
        {
            if (!IsTensor(loop.Outputs[i])) continue;
            passed[i] = Alloc(loop.Outputs[i].Type);
            Fresh(loop.Outputs[i], passed[i]);
            Inside(loop.AfterBlock.ArgumentAt(i), passed[i], loop.AfterBlock);
        }
        for (int i = 0; i < carried.Length; i++)
        {
            if (!IsTensor(loop.Inits[i])) continue;
            // The body's own memory: the operand is read once.
            carried[i] = AllocLike(loop.Inits[i].Type, buffers[loop.Inits[i]]);
            CopyOp.Create(b, buffers[loop.Inits[i]], carried[i]);
            Inside(loop.BeforeBlock.ArgumentAt(i), carried[i], loop.BeforeBlock);
        }
        Block(loop.BeforeBlock);
        b.AtBefore(loop.Condition);
        Store(loop.Condition, 1, passed, loop.BeforeBlock, static _ => default);
        Block(loop.AfterBlock);
        b.AtBefore(loop.AfterBlock.Last!);
        Store(loop.AfterBlock.Last!, 0, carried, loop.AfterBlock, static _ => default);
    }

    // The end: operations on tensors go, last ones first, and loops are made anew without them. -----------------------------------

    private void Clean(Block block)
    {
        Operation? previous;
        for (Operation? op = block.Last; op is not null; op = previous)
        {
            previous = op.Previous;
            if (dead.Contains(op))
            {
                b.Erase(op);
                continue;
            }
            if (op is YieldOp or ConditionOp) b.SetOperands(op, Kept(op.Operands));
            foreach (Region region in op.Regions)
                foreach (Block inner in region.Blocks) Clean(inner);
            if (op is ForOp or IfOp or WhileOp && TouchesTensors(op)) Rebuild(op);
        }
    }

    private static Value[] Kept(OperandRange operands)
    {
        Vec<Value> kept = default;
        foreach (Value operand in operands)
            if (!IsTensor(operand)) kept.Add(operand);
        return kept.ToArray();
    }

    private void Rebuild(Operation op)
    {
        foreach (Region region in op.Regions)
            if (region.First is { } body)
                for (int i = body.ArgumentCount - 1; i >= 0; i--)
                    if (IsTensor(body.ArgumentAt(i))) body.EraseArgument(i);
        Vec<IrType> types = default;
        foreach (Value result in op.Results)
            if (!IsTensor(result)) types.Add(result.Type);
        b.AtBefore(op);
        OperationState state = new(op.Info, op.Location);
        state.Operands.AddRange(Kept(op.Operands));
        state.ResultTypes.AddRange(types.Span);
        foreach (NamedAttr attr in op.Attributes.Entries) state.AddAttribute(attr.Name, attr.Value);
        for (int i = 0; i < op.RegionCount; i++) state.AddRegion();
        Operation made = b.Create(state);
        for (int i = 0; i < op.RegionCount; i++) b.InlineRegion(op.Region(i), made.Region(i));
        int next = 0;
        foreach (Value result in op.Results)
            if (!IsTensor(result)) b.ReplaceAllUses(result, made.Result(next++));
        b.Erase(op);
    }
}
