using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Walks two broadcast operands in the result's order, in runs along which each operand advances by <see cref="StepA"/> and
/// <see cref="StepB"/> (0 or 1) elements. Neighbouring dimensions that behave alike are merged first.</summary>
internal ref struct BroadcastWalk
{
    private readonly long[] shape, stridesA, stridesB, index;
    private readonly int inner;
    private long a, b;
    private bool done;

    public BroadcastWalk(ReadOnlySpan<long> shapeA, ReadOnlySpan<long> shapeB, ReadOnlySpan<long> result)
    {
        var sa = Shapes.BroadcastStrides(shapeA, result.Length);
        var sb = Shapes.BroadcastStrides(shapeB, result.Length);
        shape = new long[result.Length + 1];
        stridesA = new long[result.Length + 1];
        stridesB = new long[result.Length + 1];
        int rank = 0;
        for (int i = 0; i < result.Length; i++)
        {
            done |= result[i] == 0;
            if (result[i] == 1) continue;
            if (rank > 0 && stridesA[rank - 1] == sa[i] * result[i] && stridesB[rank - 1] == sb[i] * result[i])
            {
                (stridesA[rank - 1], stridesB[rank - 1]) = (sa[i], sb[i]);
                shape[rank - 1] *= result[i];
            }
            else
            {
                (shape[rank], stridesA[rank], stridesB[rank]) = (result[i], sa[i], sb[i]);
                rank++;
            }
        }
        if (rank == 0) (shape[0], rank) = (1, 1);
        inner = rank - 1;
        index = new long[inner];
        if (shape[inner] > int.MaxValue) throw new EvaluationException("the array is too large for one loop");
    }

    public readonly int StepA => (int)stridesA[inner];

    public readonly int StepB => (int)stridesB[inner];

    /// <summary>The next run: where each operand starts, and how many elements; false at the end.</summary>
    public bool NextRun(out int startA, out int startB, out int count)
    {
        startA = (int)a;
        startB = (int)b;
        count = (int)shape[inner];
        if (done) return false;
        done = true;
        for (int d = inner - 1; d >= 0; d--)
        {
            a += stridesA[d];
            b += stridesB[d];
            if (++index[d] < shape[d])
            {
                done = false;
                break;
            }
            a -= stridesA[d] * shape[d];
            b -= stridesB[d] * shape[d];
            index[d] = 0;
        }
        return true;
    }
}
