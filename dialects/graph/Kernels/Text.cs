using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

public enum CaseChange { None, Lower, Upper }

/// <summary>Operators on words: StringNormalizer and TfIdfVectorizer.</summary>
public static class Text
{
    /// <summary>ONNX StringNormalizer on a vector or a single row: drops stop words, changes case. What would be empty has one empty word.</summary>
    public static NdArray Normalize(NdArray x, CaseChange change, bool caseSensitive, ReadOnlySpan<string> stopwords)
    {
        Shapes.Require(x.Rank == 1 || (x.Rank == 2 && x.Shape[0] == 1), "StringNormalizer needs a vector or one row");
        var comparison = caseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var kept = new List<string>();
        foreach (string word in x.Read<string>())
        {
            bool stop = false;
            foreach (string s in stopwords) stop |= string.Equals(word, s, comparison);
            if (!stop) kept.Add(change switch { CaseChange.Lower => word.ToLowerInvariant(), CaseChange.Upper => word.ToUpperInvariant(), _ => word });
        }
        if (kept.Count == 0) kept.Add("");
        return NdArray.From<string>(kept.ToArray(), x.Rank == 1 ? [kept.Count] : [1, kept.Count]);
    }
}

/// <summary>Attributes of ONNX TfIdfVectorizer: the pool holds all 1-grams, then all 2-grams and so on, which start at <see cref="NgramCounts"/>.</summary>
public sealed record TfIdfParams
{
    public long MinGramLength { get; init; }

    public long MaxGramLength { get; init; }

    public long MaxSkipCount { get; init; }

    public bool UseFrequency { get; init; } = true;

    public bool UseInverse { get; init; }

    public long[] NgramCounts { get; init; } = [];

    public long[] NgramIndexes { get; init; } = [];

    public float[] Weights { get; init; } = [];

    public long[] PoolIntegers { get; init; } = [];

    public string[] PoolStrings { get; init; } = [];
}

/// <summary>ONNX TfIdfVectorizer: counts n-grams, whose items may be up to max_skip_count apart, for each row.</summary>
public static class TfIdf
{
    public static NdArray Apply(NdArray x, TfIdfParams parameters)
    {
        Shapes.Require(x.Rank is 1 or 2, "TfIdfVectorizer needs a vector or rows");
        bool strings = parameters.PoolStrings.Length > 0;
        Shapes.Require(strings == (x.Kind == ElementKind.String), "the pool does not fit the input's kind");
        long rows = x.Rank == 1 ? 1 : x.Shape[0], width = x.Rank == 1 ? x.Count : x.Shape[1];
        long outputs = 0;
        foreach (long index in parameters.NgramIndexes)
        {
            Shapes.Require(index >= 0 && index < 1 << 28, "an n-gram index is out of range");
            outputs = Math.Max(outputs, index + 1);
        }
        // Each n-gram of the pool as one text with a separator that no item contains.
        var pool = new Dictionary<string, int>();
        long items = strings ? parameters.PoolStrings.Length : parameters.PoolIntegers.Length;
        int gram = 0;
        for (int n = 1; n <= parameters.NgramCounts.Length; n++)
        {
            long start = parameters.NgramCounts[n - 1], end = n < parameters.NgramCounts.Length ? parameters.NgramCounts[n] : items;
            Shapes.Require(start >= 0 && start <= end && end <= items && (end - start) % n == 0, "the n-gram counts do not fit the pool");
            for (long at = start; at < end; at += n, gram++)
            {
                string key = "";
                for (int i = 0; i < n; i++) key += (strings ? parameters.PoolStrings[at + i] : parameters.PoolIntegers[at + i].ToString()) + "\0";
                if (n >= parameters.MinGramLength && n <= parameters.MaxGramLength) pool.TryAdd(key, gram);
            }
        }
        Shapes.Require(gram == parameters.NgramIndexes.Length, "there is not one index for each n-gram");

        var y = NdArray.Create(ElementKind.F32, x.Rank == 1 ? [outputs] : [rows, outputs]);
        var to = y.Write<float>();
        for (long r = 0; r < rows; r++)
        {
            for (long n = Math.Max(1, parameters.MinGramLength); n <= parameters.MaxGramLength; n++)
            {
                for (long skip = 0; skip <= parameters.MaxSkipCount; skip++)
                {
                    for (long at = 0; at + (n - 1) * (skip + 1) < width; at++)
                    {
                        string key = "";
                        for (long i = 0; i < n; i++)
                        {
                            long item = r * width + at + i * (skip + 1);
                            key += (strings ? x.Read<string>()[(int)item] : x.GetInt64(item).ToString()) + "\0";
                        }
                        if (pool.TryGetValue(key, out int found)) to[(int)(r * outputs + parameters.NgramIndexes[found])]++;
                    }
                    // A single item has nothing to skip.
                    if (n == 1) break;
                }
            }
        }
        if (!parameters.UseFrequency || parameters.UseInverse)
        {
            var weights = new float[outputs];
            Array.Fill(weights, 1);
            for (int i = 0; i < parameters.Weights.Length && i < parameters.NgramIndexes.Length; i++) weights[parameters.NgramIndexes[i]] = parameters.Weights[i];
            for (int i = 0; i < to.Length; i++)
            {
                float count = to[i];
                if (!parameters.UseFrequency) count = count > 0 ? 1 : 0;
                to[i] = parameters.UseInverse ? count * weights[i % outputs] : count;
            }
        }
        return y;
    }
}
