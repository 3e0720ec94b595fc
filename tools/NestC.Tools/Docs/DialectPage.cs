using System.Text;
using NestC.IR;

namespace NestC.Tools.Docs;

/// <summary>What the pages of dialects share: the operations as they are declared.</summary>
internal static class DialectPage
{
    /// <summary>A section for each operation, by name: summary, syntax, operands, results, properties, regions and rules.</summary>
    public static void Operations(StringBuilder text, NestContext context, string dialect)
    {
        text.Append("## Operations\n");
        var names = new List<string>(context.Dialect(dialect)!.OpNames.ToArray());
        names.Sort(StringComparer.Ordinal);
        foreach (string name in names)
        {
            OpDocumentation doc = context.OpInfo(name).Definition!.Documentation;
            text.Append("\n### `").Append(name).Append("`\n\n").Append(doc.Summary.Trim().ReplaceLineEndings(" ")).Append('\n');
            if (doc.Format is { } format) text.Append("\n```\n").Append(name).Append(' ').Append(format).Append("\n```\n");
            if (doc.Operands.Count + doc.Results.Count + doc.Properties.Count > 0)
            {
                text.Append("\n| | name | constraint |\n|---|---|---|\n");
                foreach ((string n, string constraint) in doc.Operands) Row(text, "operand", Code(n), Cell(constraint));
                foreach ((string n, string constraint) in doc.Results) Row(text, "result", Code(n), Cell(constraint));
                foreach ((string n, string type, bool required) in doc.Properties) Row(text, required ? "property" : "optional property", Code(n), Cell(type));
            }
            if (doc.Rules.Count > 0) text.Append("\n| rule | |\n|---|---|\n");
            foreach ((string id, string rule) in doc.Rules) Row(text, id, Cell(rule));
        }
    }

    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    public static void Row(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        text.Append('|');
        foreach (string cell in cells) text.Append(' ').Append(cell).Append(" |");
        text.Append('\n');
    }

    private static string Code(string text) => $"`{text}`";
}
