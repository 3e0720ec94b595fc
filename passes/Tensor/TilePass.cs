using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;

namespace NestC.Passes.Tensor;

/// <summary>
/// Cuts computations into tiles: loops over the tiles of the iteration space, each of which is computed from slices and inserted into the result.
/// Computations whose only user can be tiled as well are left for fusion.
/// </summary>
[Pass("tensor-tile", "Compute tensors tile by tile, in loops")]
public sealed partial class TilePass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("tiled", "Number of operations tiled")];

    [Option("tile-sizes", "Sizes of tiles for the dimensions of the iteration space, outermost first; 0, or none: all of it")]
    public long[] TileSizes { get; init; } = [];

    [Option("fuse", "Compute what the tiles are made of within the loops")]
    public bool Fuse { get; init; } = true;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith", "loop" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        foreach (long size in TileSizes)
        {
            if (size >= 0) continue;
            ctx.Error(function, "NEST6207", $"a tile cannot have size {size}");
            ctx.SignalFailure();
            return;
        }
        List<(Operation Op, ITiling Tiling)> roots = [];
        function.Walk(op =>
        {
            if (op is not GenerateOp && op.ParentOp is not (GenerateOp or PadOp) && Tilings.Of(op) is { } tiling && !FeedsTiling(op)) roots.Add((op, tiling));
            return WalkResult.Advance;
        });
        OpBuilder builder = new(function.Context);
        bool changed = false;
        foreach ((Operation op, ITiling tiling) in roots)
        {
            if (!HasWork(tiling, builder.AtBefore(op))) continue;
            Tile(op, tiling, builder);
            ctx.AddStatistic(0);
            changed = true;
        }
        if (changed && Fuse) ctx.ApplyGreedily(function, FusePass.Patterns());
        if (!changed) ctx.PreserveAll();
    }

    private static bool FeedsTiling(Operation op) => op.Result(0).HasUses && op.Result(0).HasOneUse && Tilings.Of(OnlyUser(op)) is not null;

    private static Operation OnlyUser(Operation op)
    {
        foreach (Use use in op.Result(0).Uses) return use.Owner;
        return op;
    }

    private bool HasWork(ITiling tiling, OpBuilder builder)
    {
        IteratorKind[] kinds = tiling.Iterators;
        for (int i = 0; i < kinds.Length && i < TileSizes.Length; i++)
            if (TileSizes[i] > 0) return true;
        return false;
    }

    private void Tile(Operation op, ITiling tiling, OpBuilder builder)
    {
        builder.AtBefore(op);
        MixedIndex[] sizes = tiling.IterationSizes(builder);
        IteratorKind[] kinds = tiling.Iterators;
        Value[] inits = new Value[op.ResultCount];
        for (int i = 0; i < inits.Length; i++)
        {
            if (op is IDestinationStyle style)
            {
                inits[i] = style.Inits[i];
                continue;
            }
            TileBox all = tiling.ResultTile(builder, i, new TileBox(new MixedIndex[sizes.Length], sizes));
            RankedTensorType type = (RankedTensorType)op.Result(i).Type;
            inits[i] = EmptyOp.Create(builder, all.Sizes, type.ElementType, type.Encoding).Output;
        }
        MixedIndex[] offsets = new MixedIndex[sizes.Length], tile = (MixedIndex[])sizes.Clone();
        Value[] results = Level(0, inits);
        for (int i = 0; i < results.Length; i++)
        {
            Value result = results[i];
            if (result.Type != op.Result(i).Type) result = Dialects.Tensor.CastOp.Create(builder, result, op.Result(i).Type).Dest;
            builder.ReplaceAllUses(op.Result(i), result);
        }
        builder.Erase(op);

        Value[] Level(int dim, Value[] carried)
        {
            if (dim == sizes.Length) return Body(carried);
            long size = dim < TileSizes.Length ? TileSizes[dim] : 0;
            if (size == 0 || (sizes[dim].IsKnown && sizes[dim].Number <= size)) return Level(dim + 1, carried);
            Value zero = Bounds.Index(builder, 0), upper = sizes[dim].ToValue(builder), step = Bounds.Index(builder, size);
            return ForOp.Create(builder, zero, upper, step, carried, (b, at, values) =>
            {
                offsets[dim] = at;
                tile[dim] = sizes[dim].IsKnown && sizes[dim].Number % size == 0 ? size : Rest(upper, at, size);
                return Level(dim + 1, values);
            }).Outputs.ToArray();
        }

        MixedIndex Rest(Value upper, Value at, long size)
        {
            Value left = SubIOp.Create(builder, upper, at).Output;
            return MinSIOp.Create(builder, left, Bounds.Index(builder, size)).Output;
        }

        Value[] Body(Value[] carried)
        {
            TileBox box = new((MixedIndex[])offsets.Clone(), (MixedIndex[])tile.Clone());
            Value[] parts = new Value[carried.Length];
            TileBox[] places = new TileBox[carried.Length];
            for (int i = 0; i < carried.Length; i++)
            {
                places[i] = tiling.ResultTile(builder, i, box);
                if (op is IDestinationStyle || Array.IndexOf(kinds, IteratorKind.Reduction) >= 0) parts[i] = Tilings.Slice(builder, carried[i], places[i]);
            }
            Value[] made = tiling.Tile(builder, box, parts[0].IsNull ? [] : parts);
            for (int i = 0; i < made.Length; i++)
            {
                MixedIndex[] ones = new MixedIndex[places[i].Rank];
                Array.Fill(ones, 1);
                made[i] = InsertSliceOp.Create(builder, made[i], carried[i], places[i].Offsets, places[i].Sizes, ones).Output;
            }
            return made;
        }
    }
}
