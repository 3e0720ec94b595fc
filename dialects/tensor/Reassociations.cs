using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>Groups of adjacent dimensions that are joined to one: `[[0, 1], [2]]`.</summary>
public static class Reassociations
{
    public static int[][] Groups(ArrayAttr attr)
    {
        int[][] groups = new int[attr.Elements.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            ReadOnlySpan<Attr> dims = ((ArrayAttr)attr.Elements[i]).Elements;
            groups[i] = new int[dims.Length];
            for (int j = 0; j < dims.Length; j++) groups[i][j] = (int)((IntegerAttr)dims[j]).Value;
        }
        return groups;
    }

    public static ArrayAttr Attr(NestContext context, int[][] groups)
    {
        Attr[] outer = new Attr[groups.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            Attr[] inner = new Attr[groups[i].Length];
            for (int j = 0; j < inner.Length; j++) inner[j] = IntegerAttr.Get(context.Common.I64, groups[i][j]);
            outer[i] = ArrayAttr.Get(context, inner);
        }
        return ArrayAttr.Get(context, outer);
    }

    /// <summary>Groups of groups as groups of what those hold.</summary>
    public static ArrayAttr Compose(NestContext context, int[][] outer, int[][] inner)
    {
        int[][] groups = new int[outer.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            Vec<int> dims = default;
            foreach (int dim in outer[i]) dims.AddRange(inner[dim]);
            groups[i] = dims.ToArray();
        }
        return Attr(context, groups);
    }

    /// <summary>The type after groups of dimensions were joined.</summary>
    public static RankedTensorType Collapse(RankedTensorType expanded, int[][] groups)
    {
        long[] shape = new long[groups.Length];
        for (int i = 0; i < groups.Length; i++) shape[i] = Join(expanded.Shape, groups[i]);
        return RankedTensorType.Get(shape, expanded.ElementType, expanded.Encoding);
    }

    private static long Join(ReadOnlySpan<long> shape, int[] group)
    {
        long size = 1;
        foreach (int dim in group)
        {
            if (Shapes.IsDynamic(shape[dim])) return ShapedType.Dynamic;
            size *= shape[dim];
        }
        return size;
    }

    /// <summary>The rules of collapse_shape and expand_shape, in upstream's words.</summary>
    public static bool Verify(Diag d, IrType source, IrType result, ArrayAttr reassociation, bool isExpansion)
    {
        if ((isExpansion ? result : source) is not RankedTensorType expanded || (isExpansion ? source : result) is not RankedTensorType collapsed)
            return d.Error("NEST2013", $"{(source is RankedTensorType ? "result #0" : "operand #0")} must be ranked tensor of any type values, but got '{(source is RankedTensorType ? result : source)}'");
        if (expanded.Rank < collapsed.Rank)
            return d.Error(Diag.RuleCode, $"expected the expanded type, '{expanded}' to have a higher (or same) rank than the collapsed type, '{collapsed}'.");
        if (reassociation.Elements.Length != collapsed.Rank)
            return d.Error(Diag.RuleCode, $"expected collapsed rank ({collapsed.Rank}) to equal the number of reassociation maps ({reassociation.Elements.Length}).");
        int[][] groups = Groups(reassociation);
        int most = -1, next = 0;
        foreach (int[] group in groups)
            foreach (int dim in group) most = Math.Max(most, dim);
        if (groups.Length > 0 && most + 1 != expanded.Rank)
            return d.Error(Diag.RuleCode, $"expected reassociation map #0 to have size equal to the expanded rank ({expanded.Rank}), but it is  {most + 1}.");
        for (int i = 0; i < groups.Length; i++)
            foreach (int dim in groups[i])
                if (dim != next++) return d.Error(Diag.RuleCode, $"expected reassociation map #{i} to be valid and contiguous.");
        for (int i = 0; i < groups.Length; i++)
        {
            long joined = Join(expanded.Shape, groups[i]);
            if (joined == collapsed.Shape[i]) continue;
            return d.Error(Diag.RuleCode, Shapes.IsDynamic(joined)
                ? $"expected dimension {i} of collapsed type to be dynamic since one or more of the corresponding dimensions in the expanded type is dynamic"
                : $"expected dimension {i} of collapsed type to be static value of {joined}");
        }
        return true;
    }

    /// <summary>The groups by which a shape is joined to another, or null when there are none; sizes that are not known must stand alone in their group.</summary>
    public static int[][]? Find(ReadOnlySpan<long> expanded, ReadOnlySpan<long> collapsed)
    {
        int[][] groups = new int[collapsed.Length][];
        int at = 0;
        for (int i = 0; i < collapsed.Length; i++)
        {
            Vec<int> group = default;
            long size = 1;
            while (at < expanded.Length && (group.IsEmpty || size != collapsed[i]))
            {
                if (Shapes.IsDynamic(expanded[at]) || Shapes.IsDynamic(collapsed[i]))
                {
                    if (!group.IsEmpty || expanded[at] != collapsed[i]) return null;
                    size = collapsed[i];
                }
                else size *= expanded[at];
                group.Add(at++);
                if (!Shapes.IsDynamic(collapsed[i]) && size > collapsed[i]) return null;
            }
            if (size != collapsed[i]) return null;
            // Trailing ones belong to the last group.
            while (i == collapsed.Length - 1 && at < expanded.Length && expanded[at] == 1) group.Add(at++);
            groups[i] = group.ToArray();
        }
        return at == expanded.Length ? groups : null;
    }
}
