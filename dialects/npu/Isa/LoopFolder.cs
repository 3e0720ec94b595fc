using NestC.Dialects.Npu.Simulator;

namespace NestC.Dialects.Npu.Isa;

/// <summary>A box of iterations: extents, and the stride and the first index of each of the three operands.</summary>
public sealed record IterationBox(long[] Extents, long[] Dst, long[] Src, long[] Wgt, long DstBase, long SrcBase, long WgtBase)
{
    public long Steps
    {
        get
        {
            long steps = 1;
            foreach (long extent in Extents)
                steps *= extent;
            return steps;
        }
    }
}

/// <summary>Micro-ops and the two loops around them.</summary>
public sealed record FoldedLoop(MicroOp[] Uops, LoopFields Loop);

/// <summary>
/// Turns a box of iterations into the fewest micro-ops: the instruction's two loops take two of the dimensions, micro-ops enumerate the
/// others. Only orders that every pipeline computes rightly are taken (no destination again within two steps); where none is left, the
/// box is cut along a dimension into several instructions.
/// </summary>
public sealed class LoopFolder
{
    private const int MaxIterations = (1 << 14) - 1;

    private readonly VtaConfig config;
    private readonly int uopDepth;
    private readonly bool isAlu, readsSource;
    private readonly List<FoldedLoop> result = [];

    private LoopFolder(VtaConfig config, int uopDepth, bool isAlu, bool readsSource)
    {
        this.config = config;
        this.uopDepth = uopDepth;
        this.isAlu = isAlu;
        this.readsSource = readsSource;
    }

    /// <summary>Folds the box of a GEMM (a reset when it does not read its source).</summary>
    public static List<FoldedLoop> Gemm(VtaConfig config, IterationBox box, bool reset, int uopDepth = 2048)
    {
        var folder = new LoopFolder(config, uopDepth, isAlu: false, readsSource: !reset);
        folder.Fold(Simplify(box));
        return folder.result;
    }

    /// <summary>Folds the box of an ALU operation; without a source operand the source follows the destination.</summary>
    public static List<FoldedLoop> Alu(VtaConfig config, IterationBox box, bool hasSource, int uopDepth = 2048)
    {
        var folder = new LoopFolder(config, uopDepth, isAlu: true, readsSource: hasSource);
        folder.Fold(Simplify(hasSource ? box : box with { Src = box.Dst, SrcBase = box.DstBase }));
        return folder.result;
    }

    /// <summary>Drops dimensions of extent 1, and joins neighbours that are one dimension.</summary>
    private static IterationBox Simplify(IterationBox box)
    {
        var dims = new List<int>();
        for (int i = 0; i < box.Extents.Length; i++)
        {
            if (box.Extents[i] > 1)
                dims.Add(i);
        }
        var extents = new List<long>();
        List<long> dst = [], src = [], wgt = [];
        foreach (int i in dims)
        {
            int last = extents.Count - 1;
            // Outer stride = inner stride x inner extent in all operands: one longer dimension.
            if (last >= 0 && dst[last] == box.Dst[i] * box.Extents[i] && src[last] == box.Src[i] * box.Extents[i] && wgt[last] == box.Wgt[i] * box.Extents[i]
                && extents[last] * box.Extents[i] <= MaxIterations)
            {
                extents[last] *= box.Extents[i];
                (dst[last], src[last], wgt[last]) = (box.Dst[i], box.Src[i], box.Wgt[i]);
                continue;
            }
            extents.Add(box.Extents[i]);
            dst.Add(box.Dst[i]);
            src.Add(box.Src[i]);
            wgt.Add(box.Wgt[i]);
        }
        return box with { Extents = [.. extents], Dst = [.. dst], Src = [.. src], Wgt = [.. wgt] };
    }

    private void Fold(IterationBox box)
    {
        // Of the pairs of loops, the portable one with the fewest micro-ops; of equals the first.
        int n = box.Extents.Length;
        var pairs = new long[(n + 1) * (n + 1)];
        int found = 0;
        for (int o = -1; o < n; o++)
        {
            for (int i = -1; i < n; i++)
            {
                if ((o == i && o >= 0) || (o >= 0 && i < 0) || !FitsLoop(box, o) || !FitsLoop(box, i))
                    continue;
                long count = box.Steps / (o < 0 ? 1 : box.Extents[o]) / (i < 0 ? 1 : box.Extents[i]);
                if (count <= uopDepth)
                    pairs[found++] = (count << 16) | (uint)((o + 1) << 8) | (uint)(i + 1);
            }
        }
        Array.Sort(pairs, 0, found);
        foreach (long pair in pairs.AsSpan(0, found))
        {
            FoldedLoop candidate = Make(box, (int)(pair >> 8 & 255) - 1, (int)(pair & 255) - 1, (int)(pair >> 16));
            if (!IsPortable(candidate))
                continue;
            result.Add(candidate);
            return;
        }
        Cut(box);
    }

    private bool FitsLoop(IterationBox box, int dim) => dim < 0 || (box.Extents[dim] <= MaxIterations
        && box.Dst[dim] < config.Depth(VtaMemory.Acc) && box.Src[dim] < config.Depth(isAlu ? VtaMemory.Acc : VtaMemory.Inp) && box.Wgt[dim] < config.Depth(VtaMemory.Wgt));

    private static FoldedLoop Make(IterationBox box, int outer, int inner, int count)
    {
        // Dimensions that come back to the same destination go outside, so that it comes back late.
        var order = new List<int>();
        for (int pass = 0; pass < 2; pass++)
        {
            for (int k = 0; k < box.Extents.Length; k++)
            {
                if (k != outer && k != inner && (box.Dst[k] == 0) == (pass == 0))
                    order.Add(k);
            }
        }
        var uops = new MicroOp[count];
        var at = new long[order.Count];
        for (int u = 0; u < count; u++)
        {
            long d = box.DstBase, s = box.SrcBase, w = box.WgtBase;
            for (int k = 0; k < at.Length; k++)
            {
                d += at[k] * box.Dst[order[k]];
                s += at[k] * box.Src[order[k]];
                w += at[k] * box.Wgt[order[k]];
            }
            uops[u] = new((int)d, (int)s, (int)w);
            for (int k = at.Length - 1; k >= 0 && ++at[k] == box.Extents[order[k]]; k--)
                at[k] = 0;
        }
        return new(uops, new(0, count, Extent(outer), Extent(inner), Of(box.Dst, outer), Of(box.Dst, inner), Of(box.Src, outer), Of(box.Src, inner), Of(box.Wgt, outer), Of(box.Wgt, inner)));

        int Extent(int dim) => dim < 0 ? 1 : (int)box.Extents[dim];

        static int Of(long[] strides, int dim) => dim < 0 ? 0 : (int)strides[dim];
    }

    private bool IsPortable(FoldedLoop candidate)
    {
        int count = candidate.Uops.Length;
        int[] dst = new int[count], src = new int[count];
        for (int u = 0; u < count; u++)
            (dst[u], src[u]) = (candidate.Uops[u].Dst, candidate.Uops[u].Src);
        return LoopHazards.RepeatedDestination(dst, candidate.Loop, 1) < 0 && LoopHazards.RepeatedDestination(dst, candidate.Loop, 2) < 0
            && !(isAlu && readsSource && LoopHazards.SourceOfNext(dst, src, candidate.Loop) >= 0);
    }

    /// <summary>One instruction after the other along one dimension: one that comes back to the same destination, or else the first.</summary>
    private void Cut(IterationBox box)
    {
        int dim = Math.Max(0, Array.IndexOf(box.Dst, 0L));
        for (long k = 0; k < box.Extents[dim]; k++)
        {
            Fold(new(Without(box.Extents), Without(box.Dst), Without(box.Src), Without(box.Wgt),
                box.DstBase + k * box.Dst[dim], box.SrcBase + k * box.Src[dim], box.WgtBase + k * box.Wgt[dim]));
        }

        long[] Without(long[] values)
        {
            var rest = new long[values.Length - 1];
            Array.Copy(values, rest, dim);
            Array.Copy(values, dim + 1, rest, dim, rest.Length - dim);
            return rest;
        }
    }
}
