using System.Globalization;
using System.Text;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes;

/// <summary>An option of a pass or of a named pipeline. The generator makes one for each property with [Option].</summary>
/// <param name="name">In the pipeline's text.</param>
/// <param name="summary">One sentence.</param>
/// <param name="type">bool, int, long, uint, double, string, string[], long[], PassPipeline[] or an enum.</param>
/// <param name="get">Reads the option of a pass.</param>
/// <param name="set">Sets the option of a pass that nobody has seen yet.</param>
public sealed class PassOption(string name, string summary, Type type, Func<object, object?> get, Action<object, object?> set)
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;

    public Type Type { get; } = type;

    /// <summary>What the help shows of the type: `bool`, `int`, `a|b` for an enum.</summary>
    public string TypeText => OptionText.TypeText(Type);

    internal object? Get(object target) => get(target);

    internal void Set(object target, object? value) => set(target, value);
}

/// <summary>A class with options, sorted by name; written by the generator.</summary>
public interface IHasOptions
{
    ReadOnlySpan<PassOption> Options { get; }
}

/// <summary>Reads and writes the options of passes in MLIR's text form.</summary>
public static class PassOptions
{
    /// <summary>The options of a pass, or of what a named pipeline takes, sorted by name.</summary>
    public static ReadOnlySpan<PassOption> Of(object? target) => target is IHasOptions declared ? declared.Options : default;

    /// <summary>Sets options from `a=1 b=x,y`. An error's text in MLIR's words, or null.</summary>
    internal static string? Apply(object? target, string text, PassRegistry registry, out string? help)
    {
        help = null;
        if (text.AsSpan().Trim().IsEmpty) return null;
        ReadOnlySpan<PassOption> options = Of(target);
        int at = 0;
        while (NextArgument(text, ref at, out string name, out string? value))
        {
            PassOption? option = null;
            foreach (PassOption candidate in options)
                if (candidate.Name == name) option = candidate;
            if (option is null)
            {
                List<string> names = [];
                foreach (PassOption candidate in options) names.Add(candidate.Name);
                help = Suggestion.DidYouMean(name, names);
                return $"<Pass-Options-Parser>: no such option {name}\n";
            }
            string? error = OptionText.Read(option.Type, value, registry, out object? parsed);
            if (error is not null) return $"for the --{name} option: {error}";
            option.Set(target!, parsed);
        }
        return null;
    }

    /// <summary>The next `name`, `name=value` or `name={value}`; quotes and brackets protect spaces.</summary>
    private static bool NextArgument(string text, ref int at, out string name, out string? value)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        name = "";
        value = null;
        if (at >= text.Length) return false;
        int start = at;
        while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at])) at++;
        name = text[start..at];
        if (at == text.Length || text[at] != '=') return true;
        start = ++at;
        while (at < text.Length && !char.IsWhiteSpace(text[at])) at = OptionText.Skip(text, at) + 1;
        at = Math.Min(at, text.Length);
        value = text[start..at];
        return true;
    }

    /// <summary>Writes `cse` or `canonicalize{a=1 b=2}`.</summary>
    internal static void WritePass(StringBuilder text, Pass pass)
    {
        text.Append(pass.Argument);
        ReadOnlySpan<PassOption> options = Of(pass);
        if (options.IsEmpty) return;
        text.Append('{');
        for (int i = 0; i < options.Length; i++)
        {
            if (i > 0) text.Append(' ');
            OptionText.Write(text, options[i].Name, options[i].Get(pass));
        }
        text.Append('}');
    }
}

/// <summary>The text form of option values.</summary>
internal static class OptionText
{
    public static string? Read(Type type, string? text, PassRegistry registry, out object? value)
    {
        value = null;
        if (type == typeof(bool))
        {
            if (text is null or "true" or "TRUE" or "True" or "1" or "") value = true;
            else if (text is "false" or "FALSE" or "False" or "0") value = false;
            else return $"'{text}' is invalid value for boolean argument! Try 0 or 1";
            return null;
        }
        if (text is null) return "requires a value!";
        if (type == typeof(string)) value = Unwrap(text);
        else if (type == typeof(int)) return TryInteger(text, out long i) && i == (int)i ? Ok(out value, (int)i) : $"'{text}' value invalid for integer argument!";
        else if (type == typeof(long)) return TryInteger(text, out long l) ? Ok(out value, l) : $"'{text}' value invalid for long argument!";
        else if (type == typeof(uint)) return TryInteger(text, out long u) && u == (uint)u ? Ok(out value, (uint)u) : $"'{text}' value invalid for uint argument!";
        else if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) ? Ok(out value, d) : $"'{text}' value invalid for floating point argument!";
        else if (type.IsEnum) return ReadEnum(type, text, out value);
        else if (type == typeof(string[])) value = SplitList(Unwrap(text)).ToArray();
        else if (type == typeof(long[])) return ReadIntegers(text, out value);
        else if (type == typeof(PassPipeline[])) return ReadPipelines(text, registry, out value);
        else return $"has a type that no text can give: {type.Name}";
        return null;
    }

    private static string? Ok(out object? value, object parsed)
    {
        value = parsed;
        return null;
    }

    private static bool TryInteger(string text, out long value)
    {
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = negative ? text.AsSpan(1) : text;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            bool hex = long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            if (negative) value = -value;
            return hex;
        }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static string? ReadEnum(Type type, string text, out object? value)
    {
        value = null;
        foreach (object candidate in Enum.GetValues(type))
        {
            if (EnumText(candidate) == text)
            {
                value = candidate;
                return null;
            }
        }
        return $"Cannot find option named '{text}'!";
    }

    private static string? ReadIntegers(string text, out object? value)
    {
        List<string> parts = SplitList(Unwrap(text));
        long[] numbers = new long[parts.Count];
        value = numbers;
        for (int i = 0; i < numbers.Length; i++)
            if (!TryInteger(parts[i], out numbers[i])) return $"'{parts[i]}' value invalid for long argument!";
        return null;
    }

    private static string? ReadPipelines(string text, PassRegistry registry, out object? value)
    {
        value = null;
        List<PassPipeline> pipelines = [];
        foreach (string part in SplitList(Unwrap(text)))
        {
            int open = part.IndexOf('(');
            if (open <= 0 || part[^1] != ')') return $"expected pass pipeline to be wrapped with the anchor operation type, but found '{part}'";
            PassPipeline pipeline = new(part[..open].Trim());
            using NestContextForText scratch = new();
            if (!PipelineParser.ParseInto(registry, scratch.Context, part[(open + 1)..^1], pipeline)) return scratch.FirstError;
            pipelines.Add(pipeline);
        }
        value = pipelines.ToArray();
        return null;
    }

    public static void Write(StringBuilder text, string name, object? value)
    {
        switch (value)
        {
            case null or string[] { Length: 0 } or long[] { Length: 0 } or PassPipeline[] { Length: 0 }: return;
            case bool b: text.Append(name).Append('=').Append(b ? "true" : "false"); return;
            case string s: text.Append(name).Append('=').Append(Wrap(s)); return;
            case string[] list: text.Append(name).Append('=').AppendJoin(',', list); return;
            case long[] list: text.Append(name).Append('=').AppendJoin(',', list); return;
            case PassPipeline[] list: text.Append(name).Append('=').AppendJoin(',', (object[])list); return;
            case Enum e: text.Append(name).Append('=').Append(EnumText(e)); return;
            default: text.Append(name).Append('=').Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)); return;
        }
    }

    public static string TypeText(Type type)
    {
        if (!type.IsEnum)
            return type == typeof(bool) ? "bool" : type == typeof(int) ? "int" : type == typeof(long) ? "long" : type == typeof(uint) ? "uint" :
                type == typeof(double) ? "number" : type == typeof(string[]) ? "string,..." : type == typeof(long[]) ? "long,..." :
                type == typeof(PassPipeline[]) ? "op(pipeline),..." : "string";
        StringBuilder text = new();
        foreach (object value in Enum.GetValues(type)) text.Append(text.Length > 0 ? "|" : "").Append(EnumText(value));
        return text.ToString();
    }

    // `DeadCodeOnly` is written `dead-code-only`.
    private static string EnumText(object value)
    {
        string name = value.ToString()!;
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    private static string Wrap(string text)
    {
        bool plain = text.Length > 0;
        foreach (char c in text) plain &= !char.IsWhiteSpace(c) && c != ',';
        return plain || text.Length == 0 ? text : "{" + text + "}";
    }

    private static string Unwrap(string text) =>
        text.Length >= 2 && (text[0], text[^1]) is ('"', '"') or ('\'', '\'') or ('{', '}') && Skip(text, 0) == text.Length - 1 ? text[1..^1].Trim() : text;

    /// <summary>Index of the last character of the bracketed or quoted group that starts here, or the index itself.</summary>
    public static int Skip(string text, int at)
    {
        char close = text[at] switch { '{' => '}', '(' => ')', '[' => ']', '"' => '"', '\'' => '\'', _ => '\0' };
        if (close == '\0') return at;
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == close) return i;
            if (close is not ('"' or '\'')) i = Skip(text, i);
        }
        return text.Length - 1;
    }

    private static List<string> SplitList(string text)
    {
        List<string> parts = [];
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ',')
            {
                if (i > start) parts.Add(text[start..i].Trim());
                start = i + 1;
            }
            else i = Skip(text, i);
        }
        return parts;
    }

    // Nested pipelines report to a context of their own: the outer option turns the first message into its own.
    private sealed class NestContextForText : IDisposable
    {
        private readonly IDisposable handler;

        public NestContextForText() => handler = Context.Diagnostics.PushHandler(d => FirstError ??= d.Message);

        public NestContext Context { get; } = new();

        public string? FirstError { get; private set; }

        public void Dispose() => handler.Dispose();
    }
}
