namespace NestC.Diagnostics;

/// <summary>Finds what a user may have meant.</summary>
public static class Suggestion
{
    /// <summary>The candidate nearest to <paramref name="word"/>, or null when none is near; of equally near ones the first in ordinal order.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        int limit = Math.Max(1, word.Length / 3), bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(word, candidate, Math.Min(limit, bestDistance));
            if (distance > limit || distance > bestDistance) continue;
            if (distance == bestDistance && string.CompareOrdinal(candidate, best) >= 0) continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>`did you mean 'x'?`, or null.</summary>
    public static string? DidYouMean(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $"did you mean '{nearest}'?" : null;

    /// <summary>
    /// Edits (insert, delete, replace, swap neighbours) between two words, in which a difference of case alone, or of `-`
    /// and `_`, is none; a number above <paramref name="limit"/> when there are more than that.
    /// </summary>
    internal static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit || a.Length > 256 || b.Length > 256) return limit == int.MaxValue ? int.MaxValue : limit + 1;
        Span<int> rows = stackalloc int[3 * (b.Length + 1)];
        Span<int> before = rows[..(b.Length + 1)];
        Span<int> last = rows.Slice(b.Length + 1, b.Length + 1);
        Span<int> row = rows[(2 * (b.Length + 1))..];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1;
                int value = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && cost == 1 && Fold(a[i - 1]) == Fold(b[j - 2]) && Fold(a[i - 2]) == Fold(b[j - 1]))
                    value = Math.Min(value, before[j - 2] + 1);
                row[j] = value;
                least = Math.Min(least, value);
            }
            if (least > limit) return limit + 1;
            Span<int> free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[b.Length];
    }

    private static char Fold(char c) => c == '_' ? '-' : char.ToLowerInvariant(c);
}
