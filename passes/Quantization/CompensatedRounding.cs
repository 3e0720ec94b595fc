using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>Rounds weights so that the errors of a kernel, and of an output channel, cancel: neighbouring inputs are alike, so that the sum of the errors counts
/// more than their squares. Elements whose rounding was closest are rounded the other way until no sum is off by more than half a step (SQuant, Guo et al. 2022).</summary>
public static class CompensatedRounding
{
    private const int Buckets = 256;

    /// <summary>The integers of one output channel: kernels of <paramref name="kernel"/> elements, one after the other, in units of the step.</summary>
    public static void Round(ReadOnlySpan<double> exact, Span<sbyte> to, int kernel, long zero, long least, long greatest)
    {
        double total = 0;
        int count = exact.Length;
        double[] rented = System.Buffers.ArrayPool<double>.Shared.Rent(count);
        Span<double> error = rented.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            double q = Math.Clamp(Math.Round(exact[i], MidpointRounding.ToEven) + zero, least, greatest);
            to[i] = (sbyte)q;
            // What is cut off cannot be made up for by a neighbour.
            error[i] = Math.Clamp(q - zero - exact[i], -0.5, 0.5);
        }
        if (kernel > 1)
        {
            for (int at = 0; at < count; at += kernel) Cancel(error.Slice(at, kernel), to.Slice(at, kernel), least, greatest);
        }
        foreach (double e in error) total += e;
        CancelSum(error, to, total, least, greatest);
        System.Buffers.ArrayPool<double>.Shared.Return(rented);
    }

    // A few elements: the one with the greatest error of the sum's sign, as often as needed.
    private static void Cancel(Span<double> error, Span<sbyte> to, long least, long greatest)
    {
        double sum = 0;
        foreach (double e in error) sum += e;
        int sign = Math.Sign(sum);
        for (int n = (int)Math.Round(Math.Abs(sum), MidpointRounding.ToEven); n > 0; n--)
        {
            int best = -1;
            for (int i = 0; i < error.Length; i++)
                if (error[i] * sign > 0 && to[i] - sign >= least && to[i] - sign <= greatest && (best < 0 || error[i] * sign > error[best] * sign)) best = i;
            if (best < 0) return;
            to[best] -= (sbyte)sign;
            error[best] -= sign;
        }
    }

    // Many elements: those with the greatest errors by counting, so that a row of any length takes three walks.
    private static void CancelSum(Span<double> error, Span<sbyte> to, double sum, long least, long greatest)
    {
        int sign = Math.Sign(sum), wanted = (int)Math.Round(Math.Abs(sum), MidpointRounding.ToEven);
        if (wanted == 0) return;
        Span<int> counts = stackalloc int[Buckets + 1];
        counts.Clear();
        for (int i = 0; i < error.Length; i++)
            if (Bucket(error[i], to[i], sign, least, greatest) is >= 0 and var b) counts[b]++;
        int edge = Buckets, left = wanted;
        while (edge > 0 && counts[edge] <= left) left -= counts[edge--];
        for (int i = 0; i < error.Length; i++)
        {
            int b = Bucket(error[i], to[i], sign, least, greatest);
            if (b < edge || b < 0) continue;
            if (b == edge && left-- <= 0) continue;
            to[i] -= (sbyte)sign;
            error[i] -= sign;
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static int Bucket(double error, sbyte stored, int sign, long least, long greatest)
    {
        double e = error * sign;
        return e <= 0 || e > 0.5 || stored - sign < least || stored - sign > greatest ? -1 : (int)(e * (2 * Buckets));
    }
}
