using System.Globalization;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Onnx;

/// <summary>nest-run: runs the entry function of a model or module on inputs, and compares with expected outputs.</summary>
public sealed class RunTool(Action<NestContext> registerDialects)
{
    private const string Usage = """
        usage: nest-run FILE(.onnx|.mlir) [--input F(.npy|.npz|.pb|random)]... [--expect F]... [--rtol 1e-3] [--atol-of-max 1e-4]
               [--entry NAME] [--output DIR] [--top N] [--time] [--seed-weights] [--dim NAME=EXTENT]

        """;

    /// <summary>Runs the tool. Returns its exit code; 1 also where outputs differ.</summary>
    public int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        string? path = null, entry = null, folder = null;
        List<string> inputs = [], expected = [];
        double rtol = 1e-3, atol = 1e-4;
        int top = 0;
        bool time = false, seeded = false;
        Dictionary<string, long> dims = new(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i++)
        {
            string a = arguments[i];
            if (a == "--time") time = true;
            else if (a == "--seed-weights") seeded = true;
            else if (a == "--help")
            {
                output.Write(Usage);
                return ExitCode.Ok;
            }
            else if (!a.StartsWith("--", StringComparison.Ordinal))
            {
                if (path is not null) return Wrong(error, "there is more than one file");
                path = a;
            }
            else
            {
                if (i + 1 == arguments.Length) return Wrong(error, $"unknown argument '{a}', or its value is missing");
                string value = arguments[++i];
                bool good = true;
                switch (a)
                {
                    case "--input": inputs.Add(value); break;
                    case "--expect": expected.Add(value); break;
                    case "--entry": entry = value; break;
                    case "--output": folder = value; break;
                    case "--rtol": good = double.TryParse(value, CultureInfo.InvariantCulture, out rtol); break;
                    case "--atol-of-max": good = double.TryParse(value, CultureInfo.InvariantCulture, out atol); break;
                    case "--top": good = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out top); break;
                    case "--dim":
                        string[] parts = value.Split('=');
                        good = parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long extent)
                            && dims.TryAdd(parts[0], extent);
                        break;
                    default: return Wrong(error, $"unknown argument '{a}'");
                }
                if (!good) return Wrong(error, $"'{value}' is no value of {a}");
            }
        }
        if (path is null) return Wrong(error, "no file is named");
        try
        {
            NestContext context = new();
            registerDialects(context);
            using var handler = context.Diagnostics.PushHandler(d => error.WriteLine($"{path}: error[{d.Code}]: {d.Message}"));
            if (Load(context, path, seeded, dims, error) is not { } module) return ExitCode.Error;
            if (EntryOf(module, entry) is not { } function)
            {
                error.WriteLine($"nest-run: '{path}' has no function{(entry is null ? "" : $" '{entry}'")}");
                return ExitCode.Error;
            }
            var arrays = ReadAll(inputs, function);
            var wanted = ReadAll(expected, null);
            ArrayInterpreter interpreter = new()
            {
                Timed = time ? (op, ms) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ms,10:F3} ms  {op.Name}")) : null,
            };
            NdArray[] results = interpreter.Run(function, arrays);
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
                for (int i = 0; i < results.Length; i++) Npy.Write(Path.Combine(folder, $"output_{i}.npy"), results[i]);
            }
            for (int i = 0; i < results.Length && top > 0; i++) Top(output, results[i], i, top);
            return Compare(results, wanted, rtol, atol, output, error);
        }
        catch (Exception e) when (e is EvaluationException or OnnxException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"nest-run: error: {e.Message}");
            return ExitCode.Error;
        }
    }

    private static ModuleOp? Load(NestContext context, string path, bool seeded, IReadOnlyDictionary<string, long> dims, TextWriter error)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) return TranslateTool.Load(context, path, seeded, dims, error, out _);
        if (AsmParser.Parse(context, SourceFile.Read(path)) is not ModuleOp module || !Verifier.Verify(module)) return null;
        var errors = WeightFiles.Attach(context, Path.GetDirectoryName(Path.GetFullPath(path))!);
        foreach (var e in errors) error.WriteLine(e.Render(path));
        return errors.Count == 0 ? module : null;
    }

    /// <summary>The function of a name, or the first that is public.</summary>
    internal static FuncOp? EntryOf(ModuleOp module, string? name)
    {
        for (Operation? op = module.Body.First; op is not null; op = op.Next)
            if (op is FuncOp f && !f.IsDeclaration && (name is null ? f.Visibility == SymbolVisibility.Public : f.SymName.Value == name)) return f;
        return null;
    }

    private static NdArray[] ReadAll(List<string> paths, FuncOp? function)
    {
        List<NdArray> arrays = [];
        foreach (string path in paths)
        {
            if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) arrays.Add(Npy.Read(path));
            else if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
                foreach (var (_, array) in Npy.ReadArchive(path)) arrays.Add(array);
            else if (path == "random" && function is not null) arrays.Add(Random(function, arrays.Count));
            else arrays.Add(OnnxModel.ReadTensor(path));
        }
        return arrays.ToArray();
    }

    private static NdArray Random(FuncOp function, int index)
    {
        if (index >= function.FunctionType.Inputs.Length || function.FunctionType.Inputs[index] is not RankedTensorType { HasStaticShape: true } type)
            throw new EvaluationException($"argument {index} has no static shape for random numbers");
        NdArray uniform = SeededWeights.Uniform($"input_{index}", type.Shape, -1, 1);
        return Dialects.Graph.Kernels.Cast.To(uniform, Dialects.Graph.GraphTypes.KindOf(type));
    }

    private static int Compare(NdArray[] results, NdArray[] wanted, double rtol, double atol, TextWriter output, TextWriter error)
    {
        if (wanted.Length > results.Length) throw new EvaluationException($"{wanted.Length} outputs are expected, there are {results.Length}");
        bool same = true;
        for (int i = 0; i < results.Length; i++)
        {
            if (i >= wanted.Length)
            {
                if (wanted.Length == 0) output.WriteLine($"output {i}: {results[i]}");
                continue;
            }
            var comparison = NdComparison.Compare(results[i], wanted[i], rtol, atol);
            same &= comparison.Passed;
            (comparison.Passed ? output : error).WriteLine($"output {i}: {comparison}");
        }
        return same ? ExitCode.Ok : ExitCode.Error;
    }

    private static void Top(TextWriter output, NdArray result, int index, int count)
    {
        long classes = result.Rank == 0 ? 1 : result.Shape[^1];
        for (long row = 0; row < (classes == 0 ? 0 : result.Count / classes); row++)
        {
            var order = new long[classes];
            var scores = new double[classes];
            for (long i = 0; i < classes; i++) (order[i], scores[i]) = (i, -result.GetDouble(row * classes + i));
            Array.Sort(scores, order);
            for (int i = 0; i < Math.Min(count, classes); i++)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"output {index} row {row}: {order[i]} {-scores[i]:G6}"));
        }
    }

    private static int Wrong(TextWriter error, string message)
    {
        error.Write($"nest-run: {message}\n{Usage}");
        return ExitCode.Usage;
    }
}
