using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Core.Tests.Diagnostics;

/// <summary>What the tests of renderers share.</summary>
internal static class Rendering
{
    public static NestContext With(string name, string text)
    {
        NestContext context = new();
        context.Sources.Add(SourceFile.FromText(name, text));
        return context;
    }

    public static Location At(this NestContext context, string file, int line, int column) =>
        context.Handle(FileLineColLoc.Get(context, file, line, column));

    public static string Text(NestContext context, Diagnostic diagnostic, TextStyle? style = null)
    {
        using MemoryStream stream = new();
        new TextRenderer(context, new Utf8Writer(stream), style ?? new TextStyle()).Render(diagnostic);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The lines that start a diagnostic, without excerpts, hints and notes.</summary>
    public static string[] Heads(NestContext context, IEnumerable<Diagnostic> diagnostics)
    {
        List<string> heads = [];
        foreach (Diagnostic diagnostic in diagnostics) heads.Add(Text(context, diagnostic).Split('\n')[0]);
        return [.. heads];
    }
}

/// <summary>A location that is no place in a file, with any text.</summary>
internal sealed class TextLoc(string text) : LocationAttr(text.Length)
{
    protected override bool SameStructure(Interned other) => other == this;

    public override void PrintBody(AsmPrinter printer) => printer.Out.Write(text);
}
