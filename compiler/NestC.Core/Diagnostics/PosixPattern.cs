using System.Text;
using System.Text.RegularExpressions;

namespace NestC.Diagnostics;

/// <summary>Extended regular expressions of POSIX, which `expected-*-re` directives are written in, as .NET ones.</summary>
internal static class PosixPattern
{
    /// <summary>Translates an expression; null, with a reason, when it is not valid.</summary>
    public static string? Translate(string pattern, out string error)
    {
        StringBuilder result = new();
        int depth = 0;
        bool operand = false;
        error = "";
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            switch (c)
            {
                case '[':
                    i = Bracket(pattern, i, result, out error);
                    if (i < 0) return null;
                    operand = true;
                    break;
                case '\\':
                    if (++i == pattern.Length)
                    {
                        error = "trailing backslash (\\)";
                        return null;
                    }
                    result.Append(char.IsAsciiDigit(pattern[i]) ? $"(?:\\{pattern[i]})" : Regex.Escape(pattern[i].ToString()));
                    operand = true;
                    break;
                case '(':
                    depth++;
                    result.Append(c);
                    operand = false;
                    break;
                case ')':
                    if (--depth < 0)
                    {
                        error = "parentheses not balanced";
                        return null;
                    }
                    result.Append(c);
                    operand = true;
                    break;
                case '*' or '+' or '?':
                    if (!operand)
                    {
                        error = "repetition-operator operand invalid";
                        return null;
                    }
                    result.Append(c);
                    // A second operator would be a lazy or possessive one in .NET.
                    operand = false;
                    break;
                case '{' when i + 1 < pattern.Length && char.IsAsciiDigit(pattern[i + 1]):
                    int close = pattern.IndexOf('}', i);
                    if (close < 0 || !operand)
                    {
                        error = close < 0 ? "braces not balanced" : "repetition-operator operand invalid";
                        return null;
                    }
                    result.Append(pattern, i, close - i + 1);
                    i = close;
                    operand = false;
                    break;
                case '^':
                    result.Append("\\A");
                    operand = false;
                    break;
                case '$':
                    result.Append("\\z");
                    operand = false;
                    break;
                case '|':
                    result.Append(c);
                    operand = false;
                    break;
                case '.':
                    result.Append(c);
                    operand = true;
                    break;
                default:
                    result.Append(Regex.Escape(c.ToString()));
                    operand = true;
                    break;
            }
        }
        if (depth == 0) return result.ToString();
        error = "parentheses not balanced";
        return null;
    }

    /// <summary>Copies a bracket expression; the index of its last character, or -1.</summary>
    private static int Bracket(string pattern, int at, StringBuilder result, out string error)
    {
        error = "brackets ([ ]) not balanced";
        result.Append('[');
        int i = at + 1;
        if (i < pattern.Length && pattern[i] == '^')
        {
            result.Append('^');
            i++;
        }
        bool first = true;
        for (; i < pattern.Length; i++, first = false)
        {
            char c = pattern[i];
            if (c == ']' && !first)
            {
                result.Append(']');
                error = "";
                return i;
            }
            if (c == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
            {
                int close = pattern.IndexOf(":]", i + 2, StringComparison.Ordinal);
                string? members = close < 0 ? null : Class(pattern[(i + 2)..close]);
                if (members is null)
                {
                    if (close >= 0) error = "invalid character class";
                    return -1;
                }
                result.Append(members);
                i = close + 1;
            }
            else
            {
                // A range keeps its dash; everything that .NET would read otherwise is escaped.
                bool dash = c == '-' && !first && i + 1 < pattern.Length && pattern[i + 1] != ']';
                if (!dash && c is '\\' or '[' or ']' or '^' or '-') result.Append('\\');
                result.Append(c);
            }
        }
        return -1;
    }

    private static string? Class(string name) => name switch
    {
        "alnum" => "a-zA-Z0-9",
        "alpha" => "a-zA-Z",
        "blank" => " \\t",
        "cntrl" => "\\x00-\\x1f\\x7f",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => "!-/:-@\\[-`{-~",
        "space" => " \\t\\n\\v\\f\\r",
        "upper" => "A-Z",
        "xdigit" => "0-9a-fA-F",
        _ => null,
    };
}
