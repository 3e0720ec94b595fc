using System.Numerics;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Loop;

// What loops, conditions and buffers mean.

public sealed partial class ForOp : IRegionEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        if (run.Number(0) is not { } lower || run.Number(1) is not { } upper || run.Number(2) is not { } step) return run.Undefined($"a bound or step of '{Name}' is poison");
        if (step <= 0) return run.Undefined($"the step of '{Name}' is {step}");
        EvalValue[] arguments = new EvalValue[InitArgs.Count + 1];
        for (int i = 1; i < arguments.Length; i++) arguments[i] = run[i + 2];
        for (Int128 at = lower; at < upper; at += step)
        {
            arguments[0] = EvalValue.Index(LowerBound.Type, (long)at);
            if (run.Enter(BodyRegion, arguments) is not { } yielded) return null;
            yielded.CopyTo(arguments.AsSpan(1));
        }
        return arguments[1..];
    }
}

public sealed partial class ParallelOp : IRegionEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        int rank = Rank;
        long[] bounds = new long[run.Count];
        for (int i = 0; i < bounds.Length; i++)
        {
            if (run.Number(i) is not { } bound) return run.Undefined($"a bound or step of '{Name}' is poison");
            if (i >= 2 * rank && bound <= 0) return run.Undefined($"a step of '{Name}' is {bound}");
            bounds[i] = bound;
        }
        long[] at = bounds[..rank];
        for (int i = 0; i < rank; i++)
            if (at[i] >= bounds[rank + i]) return [];
        EvalValue[] arguments = new EvalValue[rank];
        while (true)
        {
            for (int i = 0; i < rank; i++) arguments[i] = EvalValue.Index(Context.Common.Index, at[i]);
            if (run.Enter(BodyRegion, arguments) is null) return null;
            int dim = rank - 1;
            for (; dim >= 0; dim--)
            {
                at[dim] += bounds[2 * rank + dim];
                if (at[dim] < bounds[rank + dim]) break;
                at[dim] = bounds[dim];
            }
            if (dim < 0) return [];
        }
    }
}

public sealed partial class IfOp : IRegionEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        if (run.Number(0) is not { } condition) return run.Undefined($"'{Name}' depends on poison");
        Region taken = condition != 0 ? ThenRegion : ElseRegion;
        return taken.IsEmpty ? [] : run.Enter(taken, []);
    }
}

public sealed partial class WhileOp : IRegionEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        EvalValue[] carried = new EvalValue[run.Count];
        for (int i = 0; i < carried.Length; i++) carried[i] = run[i];
        while (true)
        {
            if (run.Enter(Before, carried) is not { } decided) return null;
            if (decided[0].Number is not { } condition) return run.Undefined($"'{Name}' depends on poison");
            if (condition == 0) return decided[1..];
            if (run.Enter(After, decided.AsSpan(1)) is not { } next) return null;
            carried = next;
        }
    }
}

public sealed partial class AllocOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        long[] sizes = Type.Shape.ToArray();
        int next = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] != ShapedType.Dynamic) continue;
            if (ctx[next++].Number is not { } size || size < 0)
            {
                ctx.SetUndefined($"'{Name}' of a size that is no size");
                return;
            }
            sizes[i] = size;
        }
        if (!Type.ElementType.IsIntOrIndexOrFloat() || EvalBuffer.Allocate(sizes) is not { } buffer) ctx.SetUnsupported($"'{Name}' of {Type}");
        else ctx.Set(0, EvalValue.OfBuffer(MemRefType.Get(sizes, Type.ElementType, null, Type.MemorySpace), buffer, BigInteger.Zero));
    }
}

public sealed partial class DeallocOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer) return;
        if (buffer.IsFreed) ctx.SetUndefined($"'{Name}' of memory that was freed before");
        buffer.Free();
    }
}

public sealed partial class LoadOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer || Buffers.Indices(ctx, 1) is not { } index) return;
        if (!buffer.TryLoad(index, out BigInteger value)) ctx.SetUndefined($"'{Name}' from outside the buffer, or from memory that was freed");
        else ctx.Set(0, EvalValue.Scalar(Output.Type, value));
    }
}

public sealed partial class StoreOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 1) is not { } buffer || Buffers.Indices(ctx, 2) is not { } index) return;
        if (!buffer.TryStore(index, ctx[0].Lanes[0])) ctx.SetUndefined($"'{Name}' to outside the buffer, or to memory that was freed");
    }
}

public sealed partial class CopyOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } from || Buffers.Of(ctx, 1) is not { } to) return;
        if (!from.Sizes.SequenceEqual(to.Sizes)) ctx.SetUndefined($"'{Name}' between buffers of other sizes");
        else if (from.IsFreed || to.IsFreed) ctx.SetUndefined($"'{Name}' of memory that was freed");
        else to.SetLanes(from.ToLanes());
    }
}

public sealed partial class CastOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer) return;
        MemRefType type = (MemRefType)Dest.Type;
        bool fits = LoopBuffers.TryStrides(type, out long offset, out long[] strides);
        for (int i = 0; fits && i < strides.Length; i++)
        {
            fits &= type.IsDynamicDim(i) || type.Shape[i] == buffer.Sizes[i];
            fits &= strides[i] == ShapedType.Dynamic || strides[i] == buffer.Strides[i] || buffer.Sizes[i] <= 1;
        }
        fits &= offset == ShapedType.Dynamic || offset == buffer.Offset;
        if (fits) ctx.Set(0, ctx[0]);
        else ctx.SetUndefined($"'{Name}' to {type}, which the buffer is not");
    }
}

public sealed partial class ReshapeOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer) return;
        LoopBuffers.TryStrides((MemRefType)Dest.Type, out _, out long[] strides);
        if (buffer.IsContiguous && buffer.Restride(buffer.Offset, ((MemRefType)Dest.Type).Shape, strides) is { } seen) ctx.Set(0, EvalValue.OfBuffer(Dest.Type, seen, ctx[0].Lanes[0]));
        else ctx.SetUndefined($"'{Name}' of a buffer with gaps");
    }
}

public sealed partial class ConstantOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        RankedTensorType type = RankedTensorType.Get(Type.Shape, Type.ElementType);
        if (EvalValue.LaneTypeOf(type) is null || EvalBuffer.Allocate(Type.Shape) is not { } buffer || EvalValue.Of(type, Value) is not { } lanes)
        {
            ctx.SetUnsupported($"'{Name}' of {Type}");
            return;
        }
        buffer.SetLanes(lanes.Lanes);
        ctx.Set(0, EvalValue.OfBuffer(Type, buffer, BigInteger.Zero));
    }
}

public sealed partial class DimOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer) return;
        if (ctx[1].Number is not { } dim || dim < 0 || dim >= buffer.Sizes.Length) ctx.SetUndefined($"'{Name}' of a dimension that is not there");
        else ctx.Set(0, EvalValue.Index(Output.Type, buffer.Sizes[(int)dim]));
    }
}

public sealed partial class SubviewOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Buffers.Of(ctx, 0) is not { } buffer || Numbers(ctx, StaticOffsets, Offsets) is not { } offsets || Numbers(ctx, StaticSizes, Sizes) is not { } sizes
            || Numbers(ctx, StaticStrides, Strides) is not { } strides)
            return;
        if (buffer.View(offsets, sizes, strides, DroppedDims) is not { } view) ctx.SetUndefined($"'{Name}' beyond the buffer");
        else ctx.Set(0, EvalValue.OfBuffer(Type, view, ctx[0].Lanes[0]));
    }

    private static long[]? Numbers(EvalContext ctx, ReadOnlySpan<long> numbers, OperandRange values)
    {
        long[] all = numbers.ToArray();
        int next = values.Start;
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] != ShapedType.Dynamic) continue;
            if (ctx[next++].Number is not { } number)
            {
                ctx.SetUndefined($"'{ctx.Op.Name}' by poison");
                return null;
            }
            all[i] = number;
        }
        return all;
    }
}

/// <summary>Operands that are buffers or indices.</summary>
internal static class Buffers
{
    public static EvalBuffer? Of(EvalContext ctx, int operand)
    {
        if (ctx[operand].Buffer is { } buffer) return buffer;
        ctx.SetUnsupported($"'{ctx.Op.Name}' on memory that is not modelled");
        return null;
    }

    public static long[]? Indices(EvalContext ctx, int first)
    {
        long[] index = new long[ctx.Count - first];
        for (int i = 0; i < index.Length; i++)
        {
            if (ctx[first + i].Number is not { } number)
            {
                ctx.SetUndefined($"'{ctx.Op.Name}' at poison");
                return null;
            }
            index[i] = number;
        }
        return index;
    }
}
