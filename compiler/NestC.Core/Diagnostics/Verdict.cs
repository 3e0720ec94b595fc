using System.Globalization;
using System.Text.Json;
using NestC.IR;

namespace NestC.Diagnostics;

/// <summary>
/// The answer of a decision, with its reason: whether a target takes an operation, a pattern matches, a region may be merged.
/// Reports render the verdict of the call that decided; nothing works the reason out a second time.
/// </summary>
/// <remarks>Eight bytes; yes allocates nothing. Join checks with `&amp;&amp;`: the first no is the result.</remarks>
public readonly struct Verdict : IEquatable<Verdict>
{
    private readonly Refusal? refusal;

    private Verdict(Refusal refusal) => this.refusal = refusal;

    public static Verdict Yes => default;

    /// <summary>No: <paramref name="rule"/> does not hold.</summary>
    /// <param name="code">The stable code of the reason.</param>
    /// <param name="rule">What would have to hold: a sentence with `must` (`the right shift must be at most 15`), or a condition (`K &lt;= 512`).</param>
    /// <param name="actual">What is there instead.</param>
    /// <param name="limit">The bound that it breaks; empty when there is none.</param>
    /// <param name="help">The counterfactual: the change that would make it a yes (`legal if K &lt;= 512`).</param>
    public static Verdict No(string code, string rule, string actual = "", string limit = "", string? help = null) =>
        new(new Refusal(code, rule, actual, limit, 0, 0, help));

    /// <summary>No, with numbers: they become text only when somebody reads them.</summary>
    public static Verdict No(string code, string rule, long actual, long limit, string? help = null) =>
        new(new Refusal(code, rule, null, null, actual, limit, help));

    public bool IsYes => refusal is null;

    public bool IsNo => refusal is not null;

    /// <summary>The code of the reason; empty for yes, as are the other parts.</summary>
    public string Code => refusal?.Code ?? "";

    public string Rule => refusal?.Rule ?? "";

    public string Actual => refusal is null ? "" : refusal.Actual ?? refusal.ActualNumber.ToString(CultureInfo.InvariantCulture);

    public string Limit => refusal is null ? "" : refusal.Limit ?? refusal.LimitNumber.ToString(CultureInfo.InvariantCulture);

    /// <summary>The change that would make it a yes, or null.</summary>
    public string? Help => refusal?.Help;

    public static bool operator true(Verdict verdict) => verdict.IsYes;

    public static bool operator false(Verdict verdict) => verdict.IsNo;

    /// <summary>The first no, or yes.</summary>
    public static Verdict operator &(Verdict a, Verdict b) => a.IsYes ? b : a;

    /// <summary>
    /// `yes`, or the reason with numbers, without the code: `K &lt;= 512 does not hold: it is 768, the limit is 512`, `the right shift must be at
    /// most 15, got 17`.
    /// </summary>
    public override string ToString()
    {
        if (refusal is null) return "yes";
        if (Rule.Contains(" must ", StringComparison.Ordinal)) return Sentence();
        string text = $"{Rule} does not hold";
        if (Actual.Length > 0) text += $": it is {Actual}";
        if (Limit.Length > 0) text += Actual.Length > 0 ? $", the limit is {Limit}" : $": the limit is {Limit}";
        return text;
    }

    // The limit is left out where the sentence names it.
    private string Sentence()
    {
        string text = Rule;
        if (Actual.Length > 0) text += $", got {Actual}";
        if (Limit.Length > 0 && !Rule.Contains(Limit, StringComparison.Ordinal)) text += refusal!.Limit is null ? $" (limit {Limit})" : $" (wanted {Limit})";
        return text;
    }

    /// <summary>The verdict as something to say about a place; null for yes.</summary>
    public Diagnostic? ToDiagnostic(Severity severity, Location location) =>
        refusal is null ? null : new Diagnostic(severity, Code, location, ToString()) { Help = Help };

    /// <summary>Writes `{"legal":true}`, or the parts of the reason; numbers stay numbers.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("legal"u8, IsYes);
        if (refusal is not null)
        {
            json.WriteString("code"u8, refusal.Code);
            json.WriteString("rule"u8, refusal.Rule);
            Part(json, "actual"u8, refusal.Actual, refusal.ActualNumber);
            Part(json, "limit"u8, refusal.Limit, refusal.LimitNumber);
            if (refusal.Help is not null) json.WriteString("help"u8, refusal.Help);
        }
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text, long number)
    {
        if (text is null) json.WriteNumber(name, number);
        else if (text.Length > 0) json.WriteString(name, text);
    }

    public bool Equals(Verdict other) =>
        refusal == other.refusal
        || (refusal is not null && other.refusal is not null
            && (Code, Rule, Actual, Limit, Help) == (other.Code, other.Rule, other.Actual, other.Limit, other.Help));

    public override bool Equals(object? obj) => obj is Verdict other && Equals(other);

    public override int GetHashCode() => string.GetHashCode(Code, StringComparison.Ordinal);

    public static bool operator ==(Verdict a, Verdict b) => a.Equals(b);

    public static bool operator !=(Verdict a, Verdict b) => !a.Equals(b);

    private sealed class Refusal(string code, string rule, string? actual, string? limit, long actualNumber, long limitNumber, string? help)
    {
        public readonly string Code = code, Rule = rule;
        public readonly string? Actual = actual, Limit = limit, Help = help;
        public readonly long ActualNumber = actualNumber, LimitNumber = limitNumber;
    }
}
