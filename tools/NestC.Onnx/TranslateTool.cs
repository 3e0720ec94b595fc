using System.Globalization;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Onnx;

/// <summary>nest-translate: between the IR and the files of others. Standard streams are given, so that tests run it in process.</summary>
public sealed class TranslateTool(Action<NestContext> registerDialects)
{
    private const string Usage = """
        usage: nest-translate --onnx-to-graph MODEL.onnx [-o FILE] [--inline-weights] [--seed-weights] [--dim NAME=EXTENT] [--mlir-print-debuginfo]
               nest-translate --list-ops

        """;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream output, TextWriter error)
    {
        string? input = null, to = null;
        bool import = false, inline = false, seeded = false, debug = false;
        Dictionary<string, long> dims = new(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i++)
        {
            string a = arguments[i];
            switch (a)
            {
                case "--onnx-to-graph": import = true; break;
                case "--inline-weights": inline = true; break;
                case "--seed-weights": seeded = true; break;
                case "--mlir-print-debuginfo": debug = true; break;
                case "--list-ops": return ListOps(output);
                case "--help":
                    using (StreamWriter text = new(output)) text.Write(Usage);
                    return ExitCode.Ok;
                case "-o" when i + 1 < arguments.Length: to = arguments[++i]; break;
                case "--dim" when i + 1 < arguments.Length:
                    string[] parts = arguments[++i].Split('=');
                    if (parts.Length != 2 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long extent))
                        return Wrong(error, $"--dim takes NAME=EXTENT, not '{arguments[i]}'");
                    dims[parts[0]] = extent;
                    break;
                default:
                    if (a.StartsWith('-')) return Wrong(error, $"unknown command line argument '{a}'");
                    if (input is not null) return Wrong(error, "there is more than one input");
                    input = a;
                    break;
            }
        }
        if (!import) return Wrong(error, "no translation is named");
        if (input is null) return Wrong(error, "no input is named");
        NestContext context = new();
        registerDialects(context);
        if (Load(context, input, seeded, dims, error, out var references) is not { } module) return ExitCode.Error;
        if (!inline) WeightFiles.Detach(context, references, to is null ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(to))!);
        using Stream? file = to is null or "-" ? null : File.Create(to);
        Utf8Writer writer = new(file ?? output, 1 << 16);
        AsmPrinter.Print(module, writer, new PrintOptions { DebugInfo = debug });
        writer.Flush();
        (file ?? output).Flush();
        return ExitCode.Ok;
    }

    /// <summary>Reads, imports and verifies a model; null after errors, which were written.</summary>
    internal static ModuleOp? Load(NestContext context, string path, bool seeded, IReadOnlyDictionary<string, long> dims, TextWriter error, out IReadOnlyList<WeightReference> references)
    {
        references = [];
        IReadOnlyList<OnnxError> errors;
        if (OnnxModel.Load(path, out errors) is { } model)
        {
            try
            {
                ImportOptions options = new() { Dims = dims, Replaced = seeded ? SeededWeights.Make(model) : [] };
                ModuleOp? module = OnnxImporter.Import(context, model, options, out errors, out references);
                if (module is not null) return module;
            }
            catch (OnnxException e)
            {
                errors = [e.Error];
            }
        }
        foreach (var e in errors) error.WriteLine(e.Render(path));
        return null;
    }

    private int ListOps(Stream output)
    {
        NestContext context = new();
        registerDialects(context);
        using StreamWriter text = new(output);
        text.Write(SupportTable.Text(context));
        return ExitCode.Ok;
    }

    private static int Wrong(TextWriter error, string message)
    {
        error.Write($"nest-translate: {message}\n{Usage}");
        return ExitCode.Usage;
    }
}
