using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// Finds micro-ops that touch what one of their predecessors wrote, without executing the loop nest: within a pass the distance of two
/// micro-ops' indices is the same in every iteration, so one look at each pair, and at each way of passing from one iteration to the
/// next, decides for all.
/// </summary>
public static class LoopHazards
{
    /// <summary>
    /// The first step whose destination is written again <paramref name="lag"/> (1 or 2) steps later, as a step number
    /// (i * iter_in + j) * uops + u; -1 when there is none.
    /// </summary>
    public static long RepeatedDestination(ReadOnlySpan<int> dst, in LoopFields loop, int lag)
    {
        int count = dst.Length;
        for (int u = 0; u + lag < count; u++)
        {
            if (dst[u] == dst[u + lag])
                return u;
        }

        // Steps that look into the next pass: only the last ones of a pass, and only three kinds of passes differ.
        ReadOnlySpan<int> passes = [0, loop.IterIn - 2, loop.IterIn - 1];
        long steps = loop.Steps;
        for (int p = 0; p < passes.Length; p++)
        {
            int j = passes[p];
            if (j < 0 || (p > 0 && j == passes[p - 1]))
                continue;
            for (int u = Math.Max(0, count - lag); u < count; u++)
            {
                long from = (long)j * count + u, to = from + lag;
                if (to < steps && Index(dst, loop, from) == Index(dst, loop, to))
                    return from;
            }
        }
        return -1;
    }

    /// <summary>The first step whose destination is the source of the next step; -1 when there is none.</summary>
    public static long SourceOfNext(ReadOnlySpan<int> dst, ReadOnlySpan<int> src, in LoopFields loop)
    {
        int count = dst.Length, last = count - 1;
        int slopeOut = loop.SrcFactorOut - loop.DstFactorOut, slopeIn = loop.SrcFactorIn - loop.DstFactorIn;
        for (int u = 0; u < last; u++)
        {
            if (Solve(src[u + 1] - dst[u], slopeOut, slopeIn, loop.IterOut, loop.IterIn) is var step and >= 0)
                return step * count + u;
        }
        // From the last micro-op of a pass to the first of the next pass in the same row.
        if (loop.IterIn > 1)
        {
            int gap = src[0] + loop.SrcFactorIn - dst[last];
            for (int i = 0; i < loop.IterOut; i++)
            {
                if (SolveLine(gap + i * slopeOut, slopeIn, loop.IterIn - 1) is var j and >= 0)
                    return ((long)i * loop.IterIn + j) * count + last;
            }
        }
        // From the last pass of a row to the first of the next row.
        if (loop.IterOut > 1)
        {
            int gap = src[0] + loop.SrcFactorOut - dst[last] - (loop.IterIn - 1) * loop.DstFactorIn;
            if (SolveLine(gap, slopeOut, loop.IterOut - 1) is var i and >= 0)
                return ((long)i * loop.IterIn + loop.IterIn - 1) * count + last;
        }
        return -1;
    }

    private static long Solve(int gap, int slopeOut, int slopeIn, int iterOut, int iterIn)
    {
        for (int i = 0; i < iterOut; i++)
        {
            if (SolveLine(gap + i * slopeOut, slopeIn, iterIn) is var j and >= 0)
                return (long)i * iterIn + j;
        }
        return -1;
    }

    /// <summary>The smallest j in [0, count) with gap + j * slope = 0, or -1.</summary>
    private static int SolveLine(int gap, int slope, int count)
    {
        if (gap == 0)
            return 0;
        if (slope == 0 || gap % slope != 0)
            return -1;
        int j = -gap / slope;
        return j >= 0 && j < count ? j : -1;
    }

    private static long Index(ReadOnlySpan<int> dst, in LoopFields loop, long step)
    {
        long pass = step / dst.Length;
        return dst[(int)(step % dst.Length)] + pass / loop.IterIn * loop.DstFactorOut + pass % loop.IterIn * loop.DstFactorIn;
    }
}
