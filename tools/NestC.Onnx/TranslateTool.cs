using System.Globalization;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Onnx;

/// <summary>nest-translate --onnx-to-graph and --list-ops. Standard streams are given, so that tests run it in process.</summary>
public sealed class TranslateTool(Action<NestContext> registerDialects)
{
    private const string Usage = """
        usage: nest-translate --onnx-to-graph MODEL.onnx [-o FILE.mlir] [options]
               nest-translate --list-ops
          -o FILE.mlir           write to the file, and weights that are in no file to FILE.safetensors; without it, to standard output
          --inline-weights       weights stand in the text as resources, not as references to the model's bytes
          --seed-weights         give weights to a model that is topology only
          --dim NAME=EXTENT      fix a symbolic dimension; more than once for more
          --mlir-print-debuginfo names of nodes and values as locations
          --mlir-print-op-generic the generic form, which mlir-opt reads

        """;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream output, TextWriter error)
    {
        string? input = null, to = null;
        bool import = false, inline = false, seeded = false, debug = false, generic = false;
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
                case "--mlir-print-op-generic": generic = true; break;
                case "--list-ops": return ListOps(output);
                case "--help":
                    using (StreamWriter text = new(output)) text.Write(Usage);
                    return ExitCode.Ok;
                case "-o" when i + 1 < arguments.Length: to = arguments[++i]; break;
                case "--dim" when i + 1 < arguments.Length:
                    if (!TryDim(arguments[++i], dims)) return Wrong(error, $"--dim takes NAME=EXTENT, not '{arguments[i]}'");
                    break;
                default:
                    if (a.StartsWith("--dim=", StringComparison.Ordinal))
                    {
                        if (!TryDim(a[6..], dims)) return Wrong(error, $"--dim takes NAME=EXTENT, not '{a[6..]}'");
                        break;
                    }
                    if (a.StartsWith('-')) return Wrong(error, $"unknown command line argument '{a}'");
                    if (input is not null) return Wrong(error, $"there are two inputs: '{input}' and '{a}'");
                    input = a;
                    break;
            }
        }
        if (!import) return Wrong(error, "no translation is named");
        if (input is null) return Wrong(error, "no input is named");
        NestContext context = new();
        registerDialects(context);
        using var handler = context.Diagnostics.PushHandler(d => error.WriteLine($"nest-translate: {d.Severity.ToString().ToLowerInvariant()}[{d.Code}]: {d.Message}"));
        return new InternalFault("nest-translate", arguments).Run(context, () =>
        {
            if (Load(context, input, seeded, dims, error, out var references) is not { } module) return ExitCode.Error;
            string folder = to is null or "-" ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(to))!;
            if (!inline)
            {
                WeightFiles.Detach(context, references, folder);
                if (to is not (null or "-")) WeightFiles.Store(context, module, Path.ChangeExtension(Path.GetFullPath(to), ".safetensors"), folder);
            }
            using Stream? file = to is null or "-" ? null : File.Create(to);
            Utf8Writer writer = new(file ?? output, 1 << 16);
            AsmPrinter.Print(module, writer, new PrintOptions { DebugInfo = debug, Generic = generic });
            writer.Flush();
            (file ?? output).Flush();
            return ExitCode.Ok;
        }, () => null);
    }

    /// <summary>Reads `NAME=EXTENT` into a table.</summary>
    internal static bool TryDim(string text, Dictionary<string, long> dims)
    {
        int equals = text.LastIndexOf('=');
        if (equals < 1 || !long.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long extent)) return false;
        dims[text[..equals]] = extent;
        return true;
    }

    /// <summary>Reads, imports and verifies a model; null after errors, which were written.</summary>
    internal static ModuleOp? Load(NestContext context, string path, bool seeded, IReadOnlyDictionary<string, long> dims, TextWriter error, out IReadOnlyList<WeightReference> references)
    {
        references = [];
        if (OnnxModel.Load(path, out var errors) is { } model)
        {
            try
            {
                ImportOptions options = new() { Dims = dims, Replaced = seeded ? SeededWeights.Make(model) : [] };
                if (OnnxImporter.Import(context, model, options, out errors, out references) is { } module) return module;
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
        error.Write($"nest-translate: error: {message}\n{Usage}");
        return ExitCode.Usage;
    }
}
