namespace NestC.Evaluation;

/// <summary>One element that differs: flat index, actual and expected value.</summary>
public readonly record struct NdDifference(long Index, double Actual, double Expected);

/// <summary>How far one array is from another: every element must satisfy |x - y| &lt;= rtol |y| + atolOfMax max|y|.</summary>
public sealed class NdComparison
{
    private NdComparison(string? structural, long mismatches, double maxError, NdDifference[] worst)
    {
        Structural = structural;
        Mismatches = mismatches;
        MaxError = maxError;
        Worst = worst;
    }

    /// <summary>What makes the arrays incomparable (kind or shape); null when they can be compared.</summary>
    public string? Structural { get; }

    /// <summary>Number of elements outside the tolerance.</summary>
    public long Mismatches { get; }

    /// <summary>Greatest absolute difference of finite elements.</summary>
    public double MaxError { get; }

    /// <summary>The elements furthest outside the tolerance, worst first.</summary>
    public NdDifference[] Worst { get; }

    public bool Passed => Structural == null && Mismatches == 0;

    /// <summary>Compares by value; NaN equals NaN and an infinity only itself. Integers and strings go through the same tolerance and exact equality.</summary>
    public static NdComparison Compare(NdArray actual, NdArray expected, double rtol, double atolOfMax, int worstCount = 5)
    {
        if (actual.Kind != expected.Kind)
            return new($"element kind is {actual.Kind.Name()}, expected {expected.Kind.Name()}", 0, 0, []);
        if (!actual.Shape.SequenceEqual(expected.Shape))
            return new($"shape is {NdArray.Format(actual.Shape)}, expected {NdArray.Format(expected.Shape)}", 0, 0, []);
        if (actual.Kind == ElementKind.String) return CompareStrings(actual, expected);
        if (actual.Kind == ElementKind.Array)
        {
            for (int i = 0; i < actual.Items.Length; i++)
            {
                NdComparison inner = Compare(actual.Items[i], expected.Items[i], rtol, atolOfMax, worstCount);
                if (!inner.Passed) return new($"element {i}: {inner}", 0, 0, []);
            }
            return new(null, 0, 0, []);
        }
        if (actual.Kind == ElementKind.Complex64)
            return Compare(Parts(actual, ElementKind.F32), Parts(expected, ElementKind.F32), rtol, atolOfMax, worstCount);
        if (actual.Kind == ElementKind.Complex128)
            return Compare(Parts(actual, ElementKind.F64), Parts(expected, ElementKind.F64), rtol, atolOfMax, worstCount);
        if (actual.ContentEquals(expected)) return new(null, 0, 0, []);

        double maxMagnitude = 0;
        for (long i = 0; i < expected.Count; i++)
        {
            double y = Math.Abs(expected.GetDouble(i));
            if (double.IsFinite(y)) maxMagnitude = Math.Max(maxMagnitude, y);
        }
        double absolute = atolOfMax * maxMagnitude, maxError = 0;
        long mismatches = 0;
        var worst = new List<(double Excess, NdDifference At)>();
        for (long i = 0; i < expected.Count; i++)
        {
            double x = actual.GetDouble(i), y = expected.GetDouble(i);
            if (x == y || (double.IsNaN(x) && double.IsNaN(y))) continue;
            double error = Math.Abs(x - y);
            if (double.IsFinite(error)) maxError = Math.Max(maxError, error);
            double excess = error - (rtol * Math.Abs(y) + absolute);
            if (excess <= 0 && double.IsFinite(y)) continue;
            mismatches++;
            if (!double.IsFinite(excess)) excess = double.PositiveInfinity;
            if (worst.Count == worstCount && excess <= worst[^1].Excess) continue;
            int at = worst.Count;
            while (at > 0 && worst[at - 1].Excess < excess) at--;
            worst.Insert(at, (excess, new(i, x, y)));
            if (worst.Count > worstCount) worst.RemoveAt(worstCount);
        }
        var list = new NdDifference[worst.Count];
        for (int i = 0; i < list.Length; i++) list[i] = worst[i].At;
        return new(null, mismatches, maxError, list);
    }

    public override string ToString()
    {
        if (Structural != null) return Structural;
        if (Passed) return $"equal within tolerance, greatest difference {MaxError:G3}";
        var text = new System.Text.StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{Mismatches} elements differ, greatest difference {MaxError:G3}");
        foreach (var w in Worst) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"; [{w.Index}] {w.Actual:G9}, expected {w.Expected:G9}");
        return text.ToString();
    }

    private static NdComparison CompareStrings(NdArray actual, NdArray expected)
    {
        var x = actual.Read<string>();
        var y = expected.Read<string>();
        long mismatches = 0;
        for (int i = 0; i < x.Length; i++)
            if (x[i] != y[i]) mismatches++;
        return new(null, mismatches, 0, []);
    }

    private static unsafe NdArray Parts(NdArray complex, ElementKind part) =>
        NdArray.Wrap(part, [complex.Count * 2], complex.Data, complex, readOnly: true);
}
