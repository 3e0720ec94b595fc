using System.Diagnostics;
using System.Globalization;
using NestC.Builtin;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Export;
using NestC.Passes;
using NestC.Tools;

namespace NestC.Bench;

/// <summary>`graph-models MODELS OUT [NAME...]`: imports each ONNX model below a folder (weights that are not there are seeded), writes it back as
/// OUT/NAME.imported.onnx, runs --graph-optimize, and writes OUT/NAME.optimized.onnx; prints operations before and after, and the times.</summary>
internal static class GraphModels
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("usage: graph-models MODELS OUT [NAME...]");
            return 2;
        }
        Directory.CreateDirectory(arguments[1]);
        string[] files = Directory.GetFiles(arguments[0], "*.onnx", SearchOption.AllDirectories);
        Array.Sort(files, string.CompareOrdinal);
        int failures = 0;
        Console.WriteLine("model\timported\toptimized\timport ms\toptimize ms");
        foreach (string file in files)
        {
            string name = Path.GetRelativePath(arguments[0], file)[..^5].Replace(Path.DirectorySeparatorChar, '_');
            if (arguments.Length > 2 && !Array.Exists(arguments, a => name.EndsWith(a, StringComparison.Ordinal))) continue;
            if (!Convert(file, Path.Combine(arguments[1], name), name)) failures++;
            GC.Collect();
        }
        return failures == 0 ? 0 : 1;
    }

    private static bool Convert(string file, string to, string name)
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        using var handler = context.Diagnostics.PushHandler(d => Console.Error.WriteLine($"{name}: {d.Severity}: {d.Message}"));
        long start = Stopwatch.GetTimestamp();
        if (OnnxModel.Load(file, out var errors) is not { } model || OnnxImporter.Import(context, model, new ImportOptions { Replaced = SeededWeights.Make(model) }, out errors, out _) is not { } module)
        {
            foreach (OnnxError e in errors) Console.Error.WriteLine($"{name}: {e}");
            return false;
        }
        double imported = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        FuncOp function = (FuncOp)module.Body.First!;
        int before = Count(function);
        if (!Write(function, to + ".imported.onnx")) return false;
        start = Stopwatch.GetTimestamp();
        PassRegistry registry = Registry.Passes();
        if (registry.Knows("graph-optimize"))
        {
            PassPipeline pipeline = PipelineParser.Parse(registry, context, "builtin.module(graph-optimize)")!;
            if (!new PassManager(pipeline).Run(module)) return false;
        }
        double optimized = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!Write(function, to + ".optimized.onnx")) return false;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{before}\t{Count(function)}\t{imported:F0}\t{optimized:F0}"));
        return true;
    }

    private static bool Write(FuncOp function, string path)
    {
        if (OnnxExporter.Export(function) is not { } model) return false;
        using FileStream stream = File.Create(path);
        model.Write(stream);
        return true;
    }

    // Operations that compute something when the network runs.
    private static int Count(FuncOp function)
    {
        int count = 0;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            if (op is not ReturnOp && !op.Has(OpTraits.ConstantLike)) count++;
        return count;
    }
}
