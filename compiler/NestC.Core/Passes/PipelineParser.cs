using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes;

/// <summary>Reads the text form of pipelines: MLIR's syntax, and its words for what is wrong.</summary>
public sealed class PipelineParser
{
    private sealed class Element(string name, int at)
    {
        public readonly string Name = name;
        public readonly int At = at;
        public string Options = "";
        public List<Element>? Inner;
    }

    private readonly PassRegistry registry;
    private readonly NestContext context;
    private readonly string text;

    private PipelineParser(PassRegistry registry, NestContext context, string text)
    {
        this.registry = registry;
        this.context = context;
        this.text = text;
    }

    /// <summary>Reads `builtin.module(...)`; null after an error was reported.</summary>
    public static PassPipeline? Parse(PassRegistry registry, NestContext context, string pipeline)
    {
        pipeline = pipeline.Trim();
        int open = pipeline.IndexOf('(');
        if (open <= 0 || pipeline[^1] != ')')
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3101", Location.Unknown,
                "expected pass pipeline to be wrapped with the anchor operation type, e.g. 'builtin.module(...)'"));
            return null;
        }
        PassPipeline result = new(pipeline[..open].TrimEnd());
        return ParseInto(registry, context, pipeline[(open + 1)..^1], result) ? result : null;
    }

    /// <summary>Reads the passes of a pipeline, without the operation around them, and adds them. False after an error was reported.</summary>
    public static bool ParseInto(PassRegistry registry, NestContext context, string passes, PassPipeline into)
    {
        if (passes.Length == 0) return true;
        PipelineParser parser = new(registry, context, passes);
        return parser.Read() is { } elements && parser.Resolve(elements) && parser.Add(elements, into);
    }

    private List<Element>? Read()
    {
        List<Element> top = [];
        List<List<Element>> open = [top];
        int at = 0, last = 0;
        while (true)
        {
            List<Element> level = open[^1];
            int stop = text.AsSpan(at).IndexOfAny(",(){");
            int end = stop < 0 ? text.Length : at + stop;
            int start = last = at;
            while (start < end && char.IsWhiteSpace(text[start])) start++;
            Element element = new(text[start..end].TrimEnd(), start);
            level.Add(element);
            if (stop < 0) break;
            at = end + 1;
            switch (text[end])
            {
                case '{':
                    int close = ClosingBrace(at);
                    if (close < 0) return Fail(end, "missing closing '}' while processing pass options");
                    element.Options = text[at..close];
                    at = SkipSpace(close + 1);
                    break;
                case '(':
                    element.Inner = [];
                    open.Add(element.Inner);
                    continue;
                default:
                    at = end;
                    break;
            }
            while (at < text.Length && text[at] == ')')
            {
                if (open.Count == 1) return Fail(at, "encountered extra closing ')' creating unbalanced parentheses while parsing pipeline");
                open.RemoveAt(open.Count - 1);
                at = SkipSpace(at + 1);
            }
            last = at;
            if (at == text.Length) break;
            if (text[at] != ',') return Fail(at, "expected ',' after parsing pipeline");
            at++;
        }
        return open.Count > 1 ? Fail(last, "encountered unbalanced parentheses while parsing pipeline") : top;
    }

    private int ClosingBrace(int from)
    {
        int depth = 1;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        }
        return -1;
    }

    private int SkipSpace(int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private bool Resolve(List<Element> elements)
    {
        foreach (Element element in elements)
        {
            if (element.Inner is { Count: > 0 })
            {
                if (!Resolve(element.Inner)) return false;
                continue;
            }
            if (registry.Knows(element.Name)) continue;
            Fail(element.At, $"'{element.Name}' does not refer to a registered pass or pass pipeline",
                element.Name.Length == 0 ? null : Suggestion.DidYouMean(element.Name, registry.Names()));
            return false;
        }
        return true;
    }

    private bool Add(List<Element> elements, PassPipeline into)
    {
        foreach (Element element in elements)
        {
            if (element.Inner is { Count: > 0 })
            {
                if (!Add(element.Inner, into.Nest(element.Name))) return false;
                continue;
            }
            if (registry.AddTo(into, element.Name, element.Options, out string? help) is not { } error) continue;
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3103", Location.Unknown, error) { Help = help });
            return false;
        }
        return true;
    }

    // As upstream shows it: the place in the text between the outermost parentheses, the text, and a caret.
    private List<Element>? Fail(int at, string message, string? help = null)
    {
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3102", Location.Unknown,
            $"MLIR Textual PassPipeline Parser:1:{at + 1}: error: {message}\n{text}\n{new string(' ', at)}^\n")
        { Help = help });
        return null;
    }
}
