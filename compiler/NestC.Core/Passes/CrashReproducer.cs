using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Passes;

/// <summary>
/// Writes the IR and the pipeline to a file when a pass fails or throws: the whole pipeline with the IR that it started from,
/// or (local) the failing pass with the IR before it.
/// </summary>
public sealed class CrashReproducer(string path, bool local)
{
    private readonly List<(string Pass, string Where)> failures = [];
    private (PassItem Item, Operation Op)? running;
    private byte[] text = [];
    private string pipelineText = "";

    internal bool Guard(PassManager manager, Operation op, Func<bool> run)
    {
        int threads = manager.Threads;
        manager.Threads = 1;
        text = Print(op);
        pipelineText = manager.Pipeline.ToString();
        try
        {
            bool ok = run();
            if (!ok) Write(manager, op);
            return ok;
        }
        catch (Exception)
        {
            if (running is not null) Write(manager, op);
            throw;
        }
        finally
        {
            manager.Threads = threads;
        }
    }

    internal void Entering(PassItem item, Operation op)
    {
        if (running is { } still) Note(still.Item, still.Op);
        running = (item, op);
        if (!local || failures.Count > 0) return;
        Operation top = op;
        string pipeline = item.Pass.Argument;
        StringBuilder one = new();
        PassOptions.WritePass(one, item.Pass);
        pipeline = $"{op.Name}({one})";
        for (Operation? p = op.ParentOp; p is not null; p = p.ParentOp)
        {
            pipeline = $"{p.Name}({pipeline})";
            top = p;
        }
        text = Print(top);
        pipelineText = pipeline;
    }

    internal void Leaving(PassItem item, Operation op) => running = null;

    private void Note(PassItem item, Operation op)
    {
        running = null;
        failures.Add((item.Pass.DisplayName, IrPrinting.Describe(op)));
    }

    private static byte[] Print(Operation op)
    {
        Utf8Writer writer = new();
        AsmPrinter.Print(op, writer, PrintOptions.Default);
        return writer.Written.ToArray();
    }

    private void Write(PassManager manager, Operation op)
    {
        if (running is { } still) Note(still.Item, still.Op);
        Reproducer.Write(path, text, pipelineText, manager.Threads == 1, manager.VerifyEach);
        StringBuilder what = new();
        for (int i = 0; i < failures.Count; i++) what.Append(i > 0 ? ", " : "").Append('`').Append(failures[i].Pass).Append("` on ").Append(failures[i].Where);
        string list = failures.Count == 1 ? what.ToString() : $"[{what}]";
        op.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3107", op.Location, "Failures have been detected while processing an MLIR pass pipeline")
            .Note(op.Location, $"Pipeline failed while executing {list}: reproducer generated at `{path}`"));
    }
}

/// <summary>The file format of reproducers: IR, and the pipeline in the external resources section.</summary>
public static class Reproducer
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> ir, string pipeline, bool disableThreading, bool verifyEach)
    {
        using FileStream file = File.Create(path);
        file.Write(ir);
        string quoted = pipeline.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\22", StringComparison.Ordinal);
        file.Write(Encoding.UTF8.GetBytes(
            (ir.EndsWith("\n\n"u8) ? "" : "\n") + $"{{-#\n  external_resources: {{\n    mlir_reproducer: {{\n      pipeline: \"{quoted}\",\n      disable_threading: {(disableThreading ? "true" : "false")},\n" +
            $"      verify_each: {(verifyEach ? "true" : "false")}\n    }}\n  }}\n#-}}\n"));
    }
}
