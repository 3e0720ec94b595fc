using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Core.Tests.Vocabulary;

/// <summary>Parses attributes as the value of a dictionary entry, which is how they were given to mlir-opt for the recorded tables.</summary>
internal static class Texts
{
    private const string Before = "{x = ", After = "}";

    public static NestContext NewContext()
    {
        NestContext context = new() { AllowUnregisteredDialects = true };
        context.Register("builtin", static c => new NoSyntax(c, "builtin"));
        context.Register("func", static c => new NoSyntax(c, "func"));
        context.Register("quant", static c => new NestC.Builtin.Quant.QuantDialect(c));
        return context;
    }

    public static Attr? Parse(NestContext context, string text, List<string> errors)
    {
        using IDisposable handler = context.Diagnostics.PushHandler(d =>
        {
            FileLineColLoc at = (FileLineColLoc)context.Resolve(d.Location);
            errors.Add($"{at.Column - (at.Line == 1 ? Before.Length : 0)}\t{d.Message}");
        });
        return ((DictionaryAttr?)AsmParser.ParseAttrText(context, Before + text + After))?.Find("x"u8);
    }

    public static Attr Parse(NestContext context, string text)
    {
        List<string> errors = [];
        return Parse(context, text, errors) ?? throw new InvalidOperationException($"{text}: {string.Join("; ", errors)}");
    }

    /// <summary>Rows of a tab-separated table beside the tests.</summary>
    public static string[][] Table(string path) =>
        Array.ConvertAll(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, path)), static line => line.Split('\t'));

    private sealed class NoSyntax(NestContext context, string name) : Dialect(context, name);
}
