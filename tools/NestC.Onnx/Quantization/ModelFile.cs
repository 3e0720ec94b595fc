using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Onnx.Quantization;

/// <summary>A model or module that was read, and its entry function.</summary>
public sealed record ModelFile(ModuleOp Module, FuncOp Entry)
{
    /// <summary>Reads a model (.onnx) or a module; null after errors, which were written.</summary>
    public static ModelFile? Read(NestContext context, string path, string? entry, bool seeded, TextWriter error)
    {
        ModuleOp? module = null;
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) module = TranslateTool.Load(context, path, seeded, new Dictionary<string, long>(), error, out _);
        else if (AsmParser.Parse(context, SourceFile.Read(path)) is ModuleOp parsed && Verifier.Verify(parsed))
        {
            var errors = WeightFiles.Attach(context, WeightFiles.FolderOf(path));
            foreach (var e in errors) error.WriteLine(e.Render(path));
            if (errors.Count == 0) module = parsed;
        }
        if (module is null) return null;
        if (RunTool.EntryOf(module, entry) is { } function) return new ModelFile(module, function);
        throw new EvaluationException($"'{path}' has no function{(entry is null ? "" : $" '{entry}'")}");
    }
}
