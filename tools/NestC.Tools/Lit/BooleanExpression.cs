namespace NestC.Tools.Lit;

/// <summary>The conditions of REQUIRES, UNSUPPORTED, XFAIL and %if: features joined by `&amp;&amp;`, `||`, `!` and parentheses; `{{regex}}` may stand in a name.</summary>
public static class BooleanExpression
{
    /// <summary>Evaluates a condition; throws <see cref="FormatException"/> when it is malformed.</summary>
    public static bool Evaluate(string text, IReadOnlySet<string> features)
    {
        int at = 0;
        bool value = ParseOr(text, ref at, features);
        SkipBlanks(text, ref at);
        if (at < text.Length) throw new FormatException($"unexpected '{text[at..]}' in the condition '{text}'");
        return value;
    }

    private static bool ParseOr(string text, ref int at, IReadOnlySet<string> features)
    {
        bool value = ParseAnd(text, ref at, features);
        while (Eat(text, ref at, "||")) value |= ParseAnd(text, ref at, features);
        return value;
    }

    private static bool ParseAnd(string text, ref int at, IReadOnlySet<string> features)
    {
        bool value = ParseNot(text, ref at, features);
        while (Eat(text, ref at, "&&")) value &= ParseNot(text, ref at, features);
        return value;
    }

    private static bool ParseNot(string text, ref int at, IReadOnlySet<string> features)
    {
        if (Eat(text, ref at, "!")) return !ParseNot(text, ref at, features);
        if (Eat(text, ref at, "("))
        {
            bool value = ParseOr(text, ref at, features);
            if (!Eat(text, ref at, ")")) throw new FormatException($"missing ')' in the condition '{text}'");
            return value;
        }
        SkipBlanks(text, ref at);
        string pattern = "";
        bool isPattern = false;
        int start = at;
        while (at < text.Length)
        {
            if (at + 1 < text.Length && text[at] == '{' && text[at + 1] == '{')
            {
                int end = text.IndexOf("}}", at, StringComparison.Ordinal);
                if (end < 0) throw new FormatException($"missing '}}}}' in the condition '{text}'");
                pattern += "(?:" + text[(at + 2)..end] + ")";
                isPattern = true;
                at = end + 2;
            }
            else if (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '+' or '=' or '.' or '_')
                pattern += System.Text.RegularExpressions.Regex.Escape(text[at++].ToString());
            else break;
        }
        if (at == start) throw new FormatException($"a feature is missing in the condition '{text}'");
        if (!isPattern)
        {
            string name = text[start..at];
            return name == "true" || name != "false" && features.Contains(name);
        }
        foreach (string feature in features)
            if (System.Text.RegularExpressions.Regex.IsMatch(feature, "^(?:" + pattern + ")$")) return true;
        return false;
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t') at++;
    }

    private static bool Eat(string text, ref int at, string token)
    {
        SkipBlanks(text, ref at);
        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0) return false;
        at += token.Length;
        return true;
    }
}
