using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Export;
using NestC.Syntax;

namespace NestC.Tools.Translate;

/// <summary>The translation from the graph dialect to ONNX.</summary>
public static class OnnxTranslations
{
    // Beyond this many bytes weights leave the message, whose limit is 2 GB.
    private const long ExternalFrom = 1 << 30;

    public static Translation[] All() =>
    [
        new("graph-to-onnx", "write a function of the graph dialect as an ONNX model",
            [("entry", "the function (the first public one)"), ("external-data", "write weights to this file beside the model (when they exceed 1 GB: MODEL.data)")], ToOnnx),
        new("graph-docs", "write docs/dialects/graph.md; reads nothing", [], static job => { job.Write(Encoding.UTF8.GetBytes(Docs.GraphPage.Markdown())); return true; }) { NeedsInput = false },
    ];

    private static bool ToOnnx(TranslationJob job)
    {
        if (AsmParser.Parse(job.Context, job.Input) is not { } root || !Verifier.Verify(root)) return false;
        bool ok = true;
        foreach (OnnxError error in WeightFiles.Attach(job.Context, WeightFiles.FolderOf(job.Input.Name))) ok = Say(job, "NEST4151", error.ToString());
        if (!ok) return false;
        if (EntryOf(root, job.Options.GetValueOrDefault("entry")) is not { } function)
            return Say(job, "NEST4152", "the input has no function to write", "name a function that has a body by --entry");
        if (OnnxExporter.Export(function) is not { } model) return false;
        string? external = job.Options.GetValueOrDefault("external-data");
        if (external is null && model.WeightBytes > ExternalFrom && job.Output != "-") external = Path.GetFileName(job.Output) + ".data";
        try
        {
            Write(job, model, external);
            return true;
        }
        catch (OnnxException e)
        {
            return Say(job, "NEST4153", e.Error.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Say(job, "NEST4153", $"'{job.Output}' cannot be written: {e.Message}");
        }
    }

    private static void Write(TranslationJob job, ExportedModel model, string? external)
    {
        if (job.Output == "-")
        {
            if (external is not null) throw new OnnxException(null, null, "external data stand beside a model in a file: name it by -o");
            model.Write(job.StandardOutput);
            job.StandardOutput.Flush();
            return;
        }
        using FileStream file = File.Create(job.Output);
        if (external is null) model.Write(file);
        else
        {
            if (Path.GetFileName(external) != external) throw new OnnxException(null, null, $"external data stand in the model's folder, not at '{external}'");
            using FileStream data = File.Create(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(job.Output))!, external));
            model.WriteExternal(file, data, external);
        }
    }

    private static FuncOp? EntryOf(Operation root, string? name)
    {
        FuncOp? found = null;
        root.Walk(op =>
        {
            if (found is null && op is FuncOp { IsDeclaration: false } f && (name is null ? f.Visibility == SymbolVisibility.Public : f.SymName.Value == name)) found = f;
            return found is null ? WalkResult.Advance : WalkResult.Interrupt;
        });
        return found;
    }

    private static bool Say(TranslationJob job, string code, string message, string? help = null)
    {
        job.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, code, Location.Unknown, message) { Help = help });
        return false;
    }
}
