using System.Text;

namespace NestC.Diagnostics;

/// <summary>The page of one code: what it means, and an input that is wrong and one that is right.</summary>
/// <param name="Text">The whole page, in Markdown.</param>
/// <param name="Wrong">The example that produces the code, or null where no input does (internal faults).</param>
/// <param name="WrongLanguage">What the example is: `mlir`, `sh`, `csharp`, `text`.</param>
public sealed record DiagnosticPage(
    string Code, string Title, string Explanation, string Text, string? Wrong, string? WrongLanguage, string? Right, string? RightLanguage);

/// <summary>Explains codes. The pages of docs/diagnostics are resources of this assembly, read only when somebody asks.</summary>
public static class DiagnosticCatalog
{
    private const string Folder = "diagnostics/";

    /// <summary>The page that `nest-opt --explain` prints, or null for an unknown code; case and a missing `NEST` are forgiven.</summary>
    public static string? Explain(string code) => Find(code)?.Text;

    /// <summary>The page of a code, or null.</summary>
    public static DiagnosticPage? Find(string code)
    {
        code = code.Trim().ToUpperInvariant();
        if (!code.StartsWith("NEST", StringComparison.Ordinal)) code = "NEST" + code;
        using Stream? stream = typeof(DiagnosticCatalog).Assembly.GetManifestResourceStream(Folder + code);
        if (stream is null) return null;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return Parse(code, reader.ReadToEnd());
    }

    /// <summary>All codes that have a page, sorted.</summary>
    public static string[] Codes()
    {
        List<string> codes = [];
        foreach (string name in typeof(DiagnosticCatalog).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Folder, StringComparison.Ordinal)) codes.Add(name[Folder.Length..]);
        }
        codes.Sort(StringComparer.Ordinal);
        return [.. codes];
    }

    /// <summary>What the codes of a range are about; null for a code in none.</summary>
    public static string? RangeOf(string code) => code.Length != 8 || !code.StartsWith("NEST", StringComparison.Ordinal) ? null : code[4] switch
    {
        '0' => "generator and analyzers",
        '1' => code[5] == '1' ? "types and attributes" : "syntax",
        '2' => "verification",
        '3' => "passes and rewriting",
        '4' => "graph, ONNX and quantization",
        '5' => "npu and vta",
        '6' => "lowering and placement",
        '8' => "command line",
        '9' => "internal",
        _ => null,
    };

    internal static DiagnosticPage Parse(string code, string text)
    {
        string title = "", section = "";
        StringBuilder explanation = new();
        StringBuilder? block = null;
        string? wrong = null, wrongLanguage = null, right = null, rightLanguage = null, language = null;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            string line = raw.ToString();
            if (block is not null)
            {
                if (!line.StartsWith("```", StringComparison.Ordinal))
                {
                    block.Append(line).Append('\n');
                    continue;
                }
                if (section == "Wrong" && wrong is null) (wrong, wrongLanguage) = (block.ToString(), language);
                else if (section == "Right" && right is null) (right, rightLanguage) = (block.ToString(), language);
                block = null;
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                block = new StringBuilder();
                language = line[3..].Trim();
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                title = line[2..];
                if (title.StartsWith(code + ": ", StringComparison.Ordinal)) title = title[(code.Length + 2)..];
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..].Trim();
            }
            else if (section.Length == 0 && (line.Length > 0 || explanation.Length > 0))
            {
                explanation.Append(line).Append('\n');
            }
        }
        return new DiagnosticPage(code, title, explanation.ToString().Trim(), text, wrong, wrongLanguage, right, rightLanguage);
    }
}
