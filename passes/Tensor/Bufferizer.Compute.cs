using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Support;
using Arith = NestC.Builtin.Arith;
using LoopDim = NestC.Dialects.Loop.DimOp;
using TensorDim = NestC.Dialects.Tensor.DimOp;

namespace NestC.Passes.Tensor;

// Operations that compute and move elements.
internal sealed partial class Bufferizer
{
    private void Compute(Operation op)
    {
        switch (op)
        {
            case EmptyOp empty: Fresh(empty.Output, Alloc(empty.Type, dim => empty.DynamicSizes[Shapes.DynamicIndex(empty.Type.Shape, dim)])); break;
            case FromElementsOp list: FromElements(list); break;
            case SplatOp splat:
                Value filled = Alloc(splat.Type, dim => splat.DynamicSizes[Shapes.DynamicIndex(splat.Type.Shape, dim)]);
                Nest(Sizes(filled), at => StoreOp.Create(b, splat.Input, filled, at));
                Fresh(splat.Aggregate, filled);
                break;
            case GenerateOp generate:
                Value made = Alloc(generate.Type, dim => generate.DynamicExtents[Shapes.DynamicIndex(generate.Type.Shape, dim)]);
                Nest(Sizes(made), at => StoreOp.Create(b, Inline(generate.Body, at), made, at));
                Fresh(generate.Output, made);
                break;
            case PadOp pad: Pad(pad); break;
            case Dialects.Tensor.CastOp cast: Cast(cast); break;
            case BitcastOp: Elementwise(op, op.Context.OpInfo("arith.bitcast")); break;
            case TensorDim dim: ReplaceScalar(dim.Output, LoopDim.Create(b, buffers[dim.Source], dim.Index).Output); break;
            case RankOp rank: ReplaceScalar(rank.Output, Bounds.Index(b, ((RankedTensorType)rank.Tensor.Type).Rank)); break;
            case ExtractOp extract: ReplaceScalar(extract.Output, LoadOp.Create(b, buffers[extract.Tensor], extract.Indices.ToArray()).Output); break;
            case InsertOp insert: StoreOp.Create(b, insert.Scalar, Destination(insert, 1, insert.Output), insert.Indices.ToArray()); break;
            case ExtractSliceOp slice: Alias(slice.Output, slice.Source, View(slice, buffers[slice.Source], slice.DroppedDims)); break;
            case InsertSliceOp insert: InsertSlice(insert); break;
            case CollapseShapeOp collapse: Reshape(collapse.Src, collapse.Output); break;
            case ExpandShapeOp expand: Reshape(expand.Src, expand.Output); break;
            case Dialects.Tensor.ReshapeOp reshape: Reshape(reshape.Source, reshape.Output); break;
            case ConcatOp concat: Concat(concat); break;
            case GatherOp gather: Gather(gather); break;
            case ScatterOp scatter: Scatter(scatter); break;
            case PackOp pack: Pack(pack); break;
            case UnpackOp unpack: Unpack(unpack); break;
            default: Fail(op, "the operation"); break;
        }
    }

    /// <summary>Loops over a space; the body is built inside of them.</summary>
    private void Nest(ReadOnlySpan<Value> sizes, Action<Value[]> body)
    {
        Value[] at = new Value[sizes.Length];
        if (at.Length == 0)
        {
            body(at);
            return;
        }
        Value zero = Bounds.Index(b, 0), one = Bounds.Index(b, 1);
        Level(sizes.ToArray(), 0, at, zero, one, body);
    }

    private void Level(Value[] sizes, int dim, Value[] at, Value zero, Value one, Action<Value[]> body)
    {
        ForOp.Create(b, zero, sizes[dim], one, [], (_, index, _) =>
        {
            at[dim] = index;
            if (dim + 1 < sizes.Length) Level(sizes, dim + 1, at, zero, one, body);
            else body(at);
            return [];
        });
    }

    // Copies a body that computes an element from its indices; what it does with tensors is bufferized as well.
    private Value Inline(Region body, Value[] at)
    {
        Block from = body.First!;
        Cloner cloner = new(b);
        for (int i = 0; i < at.Length; i++) cloner.Map(from.ArgumentAt(i), at[i]);
        Vec<Operation> copies = default;
        foreach (Operation op in from.Operations)
            if (op != from.Last) copies.Add(cloner.Clone(op));
        Value yielded = cloner.Mapped(from.Last!.Operand(0));
        InsertionPoint point = b.SavePoint();
        foreach (Operation copy in copies.Span)
        {
            b.AtBefore(copy);
            Op(copy);
        }
        b.RestorePoint(point);
        return scalars.GetValueOrDefault(yielded, yielded);
    }

    private void Elementwise(Operation op, OpInfo info)
    {
        Value? shape = null;
        foreach (Value operand in op.Operands)
            if (IsTensor(operand)) shape ??= buffers[operand];
        Value[] results = new Value[op.ResultCount];
        for (int i = 0; i < results.Length; i++) results[i] = AllocLike(op.Result(i).Type, shape!.Value);
        Nest(Sizes(shape!.Value), at =>
        {
            OperationState state = new(info, op.Location) { Properties = info == op.Info ? op.PropertiesAttr : null };
            foreach (NamedAttr attr in op.Attributes.Entries) state.AddAttribute(attr.Name, attr.Value);
            foreach (Value operand in op.Operands) state.Operands.Add(IsTensor(operand) ? LoadOp.Create(b, buffers[operand], at).Output : operand);
            foreach (Value result in op.Results) state.ResultTypes.Add(((TensorType)result.Type).ElementType);
            Operation scalar = b.Create(state);
            for (int i = 0; i < results.Length; i++) StoreOp.Create(b, scalar.Result(i), results[i], at);
        });
        for (int i = 0; i < results.Length; i++) Fresh(op.Result(i), results[i]);
    }

    private void FromElements(FromElementsOp list)
    {
        RankedTensorType type = (RankedTensorType)list.Output.Type;
        Value buffer = Alloc(type);
        long[] index = new long[type.Rank];
        for (int i = 0; i < list.Elements.Count; i++)
        {
            Value[] at = new Value[index.Length];
            for (int j = 0; j < at.Length; j++) at[j] = Bounds.Index(b, index[j]);
            StoreOp.Create(b, list.Elements[i], buffer, at);
            Shapes.Next(index, type.Shape);
        }
        Fresh(list.Output, buffer);
    }

    private void Cast(Dialects.Tensor.CastOp cast)
    {
        Value from = buffers[cast.Source];
        MemRefType type = (MemRefType)from.Type;
        RankedTensorType to = (RankedTensorType)cast.Dest.Type;
        MemRefType wanted = MemRefType.Get(to.Shape, to.ElementType, type.HasIdentityLayout ? null : type.Layout);
        Alias(cast.Dest, cast.Source, wanted == type ? from : Dialects.Loop.CastOp.Create(b, from, wanted).Dest);
    }

    private SubviewOp Subview(Value buffer, MixedIndex[] offsets, MixedIndex[] sizes, MixedIndex[] strides, ReadOnlySpan<bool> dropped = default)
    {
        Vec<Value> o = default, z = default, t = default;
        long[] so = MixedIndex.Split(offsets, ref o), sz = MixedIndex.Split(sizes, ref z), st = MixedIndex.Split(strides, ref t);
        return SubviewOp.Create(b, buffer, o.Span, z.Span, t.Span, so, sz, st, dropped);
    }

    private Value View(ISlicing slice, Value buffer, ReadOnlySpan<bool> dropped) =>
        Subview(buffer, slice.MixedOffsets(), slice.MixedSizes(), slice.MixedStrides(), dropped).Output;

    private void InsertSlice(InsertSliceOp insert)
    {
        Value dest = Destination(insert, 1, insert.Output);
        // The slice was changed where it lies.
        if (InPlaceAnalysis.IsMatchedSource(insert, 0) && dest == buffers[insert.Dest] && analysis.RootOf(insert.Source) == analysis.RootOf(insert.Dest)) return;
        CopyOp.Create(b, buffers[insert.Source], View(insert, dest, insert.DroppedDims));
    }

    private void Reshape(Value source, Value result)
    {
        Value buffer = buffers[source], flat = Contiguous(buffer, source.Type);
        Value seen = Dialects.Loop.ReshapeOp.Create(b, flat, TypeOf(result.Type)).Dest;
        if (flat == buffer) Alias(result, source, seen);
        else Fresh(result, seen);
    }

    private static MixedIndex[] Fill(int rank, long number)
    {
        MixedIndex[] all = new MixedIndex[rank];
        Array.Fill(all, number);
        return all;
    }

    private MixedIndex[] MixedSizes(Value buffer)
    {
        MemRefType type = (MemRefType)buffer.Type;
        MixedIndex[] sizes = new MixedIndex[type.Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = type.IsDynamicDim(i) ? Size(buffer, i) : type.Shape[i];
        return sizes;
    }

    private MixedIndex Sum(MixedIndex x, MixedIndex y)
    {
        if (x.IsKnown && y.IsKnown) return x.Number + y.Number;
        return x.Is(0) ? y : y.Is(0) ? x : Arith.AddIOp.Create(b, x.ToValue(b), y.ToValue(b)).Output;
    }

    private void Pad(PadOp pad)
    {
        Value source = buffers[pad.Source];
        MixedIndex[] low = pad.MixedLow, high = pad.MixedHigh, inner = MixedSizes(source);
        Value result = Alloc(pad.Type, dim => Sum(Sum(low[dim], inner[dim]), high[dim]).ToValue(b));
        Nest(Sizes(result), at => StoreOp.Create(b, Inline(pad.Body, at), result, at));
        CopyOp.Create(b, source, Subview(result, low, inner, Fill(low.Length, 1)).Output);
        Fresh(pad.Output, result);
    }

    private void Concat(ConcatOp concat)
    {
        int dim = (int)concat.Dim, rank = concat.Type.Rank;
        MixedIndex total = 0;
        foreach (Value input in concat.Inputs) total = Sum(total, MixedSizes(buffers[input])[dim]);
        Value result = Alloc(concat.Type, d => d == dim ? total.ToValue(b) : Size(buffers[concat.Inputs[0]], d));
        MixedIndex[] offsets = Fill(rank, 0);
        foreach (Value input in concat.Inputs)
        {
            MixedIndex[] sizes = MixedSizes(buffers[input]);
            CopyOp.Create(b, buffers[input], Subview(result, offsets, sizes, Fill(rank, 1)).Output);
            offsets[dim] = Sum(offsets[dim], sizes[dim]);
        }
        Fresh(concat.Output, result);
    }

    // The index in the whole tensor of an element of a slice at coordinates.
    private Value[] Coordinates(Value indices, long[] dims, int wholeRank, int partRank, Value[] at)
    {
        int batch = ((MemRefType)indices.Type).Rank - 1;
        Value[] coordinate = new Value[batch + 1], index = new Value[wholeRank];
        at.AsSpan(0, batch).CopyTo(coordinate);
        bool reduced = partRank < batch + wholeRank;
        int next = batch;
        for (int i = 0; i < wholeRank; i++)
        {
            int which = Array.IndexOf(dims, i);
            if (which < 0)
            {
                index[i] = at[next++];
                continue;
            }
            if (!reduced) next++;
            coordinate[batch] = Bounds.Index(b, which);
            Value loaded = LoadOp.Create(b, indices, coordinate).Output;
            index[i] = loaded.Type is IndexType ? loaded : Arith.IndexCastOp.Create(b, loaded, b.Context.Common.Index).Out;
        }
        return index;
    }

    private void Gather(GatherOp gather)
    {
        Value source = buffers[gather.Source], indices = buffers[gather.Indices];
        int batch = ((MemRefType)indices.Type).Rank - 1, rank = ((MemRefType)source.Type).Rank;
        bool reduced = gather.Type.Rank < batch + rank;
        Value result = Alloc(gather.Type, dim =>
        {
            if (dim < batch) return Size(indices, dim);
            int next = batch;
            for (int i = 0; i < rank; i++)
            {
                bool gathered = Array.IndexOf(gather.GatherDims, i) >= 0;
                if ((!gathered || !reduced) && next++ == dim) return gathered ? Bounds.Index(b, 1) : Size(source, i);
            }
            return Bounds.Index(b, 1);
        });
        Nest(Sizes(result), at => StoreOp.Create(b, LoadOp.Create(b, source, Coordinates(indices, gather.GatherDims, rank, gather.Type.Rank, at)).Output, result, at));
        Fresh(gather.Output, result);
    }

    private void Scatter(ScatterOp scatter)
    {
        Value source = buffers[scatter.Source], indices = buffers[scatter.Indices], dest = Destination(scatter, 1, scatter.Output);
        int rank = ((MemRefType)dest.Type).Rank, partRank = ((MemRefType)source.Type).Rank;
        Nest(Sizes(source), at => StoreOp.Create(b, LoadOp.Create(b, source, at).Output, dest, Coordinates(indices, scatter.ScatterDims, rank, partRank, at)));
    }

    private void Pack(PackOp pack)
    {
        Value source = buffers[pack.Source], dest = Destination(pack, 1, pack.Output);
        Value[] plainSizes = Sizes(source);
        MixedIndex[] tiles = pack.MixedTiles;
        bool full = TiledLayouts.AreTilesFull(pack);
        Nest(Sizes(dest), at =>
        {
            Value[] plain = new Value[plainSizes.Length];
            for (int i = 0; i < plain.Length; i++) plain[pack.OuterPermutation.Length == 0 ? i : (int)pack.OuterPermutation[i]] = at[i];
            Value? inside = null;
            for (int i = 0; i < tiles.Length; i++)
            {
                int dim = (int)pack.InnerDimsPos[i];
                plain[dim] = Arith.AddIOp.Create(b, Arith.MulIOp.Create(b, plain[dim], tiles[i].ToValue(b)).Output, at[plain.Length + i]).Output;
                if (full) continue;
                Value below = Arith.CmpIOp.Create(b, plain[dim], plainSizes[dim], Arith.CmpIPredicate.SignedLess).Output;
                inside = inside is { } so ? Arith.AndIOp.Create(b, so, below).Output : below;
            }
            if (inside is not { } condition)
            {
                StoreOp.Create(b, LoadOp.Create(b, source, plain).Output, dest, at);
                return;
            }
            IfOp.Create(b, condition, [], _ =>
            {
                StoreOp.Create(b, LoadOp.Create(b, source, plain).Output, dest, at);
                return [];
            }, pack.PaddingValue is not { } padding ? null : _ =>
            {
                StoreOp.Create(b, padding, dest, at);
                return [];
            });
        });
    }

    private void Unpack(UnpackOp unpack)
    {
        Value source = buffers[unpack.Source], dest = Destination(unpack, 1, unpack.Output);
        MixedIndex[] tiles = unpack.MixedTiles;
        Nest(Sizes(dest), at =>
        {
            int rank = at.Length;
            Value[] outer = (Value[])at.Clone(), packed = new Value[rank + tiles.Length];
            for (int i = 0; i < tiles.Length; i++)
            {
                int dim = (int)unpack.InnerDimsPos[i];
                Value tile = tiles[i].ToValue(b);
                packed[rank + i] = Arith.RemUIOp.Create(b, at[dim], tile).Output;
                outer[dim] = Arith.DivUIOp.Create(b, at[dim], tile).Output;
            }
            for (int i = 0; i < rank; i++) packed[i] = outer[unpack.OuterPermutation.Length == 0 ? i : (int)unpack.OuterPermutation[i]];
            StoreOp.Create(b, LoadOp.Create(b, source, packed).Output, dest, at);
        });
    }
}
