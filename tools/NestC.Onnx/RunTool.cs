using System.Diagnostics;
using System.Globalization;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Onnx;

/// <summary>nest-run: runs the entry function of a model or module on inputs, and compares with expected outputs.</summary>
public sealed class RunTool(Action<NestContext> registerDialects)
{
    private const string Name = "nest-run";
    private readonly RunOptions options = new();
    private TextWriter output = TextWriter.Null, error = TextWriter.Null;

    /// <summary>What `-` reads.</summary>
    public Stream StandardInput { get; init; } = Stream.Null;

    /// <summary>Whether long work shows how far it is on the error stream: on terminals only.</summary>
    public bool ShowsProgress { get; init; } = !Console.IsErrorRedirected;

    /// <summary>Runs the tool. Returns its exit code; 1 also where outputs differ.</summary>
    public int Run(string[] arguments, TextWriter standardOutput, TextWriter standardError)
    {
        (output, error) = (standardOutput, standardError);
        if (options.Take(arguments) is { } wrong)
        {
            error.Write($"{Name}: error: {wrong}\n{RunOptions.Usage}");
            return ExitCode.Usage;
        }
        if (options.Help)
        {
            output.Write(RunOptions.Usage);
            return ExitCode.Ok;
        }
        NestContext context = new();
        registerDialects(context);
        using var handler = context.Diagnostics.PushHandler(d => error.WriteLine($"{options.Path}: {d.Severity.ToString().ToLowerInvariant()}[{d.Code}]: {d.Message}"));
        return new InternalFault(Name, arguments).Run(context, () => Run(context), () => null);
    }

    private int Run(NestContext context)
    {
        try
        {
            if (Load(context) is not { } module) return ExitCode.Error;
            if (EntryOf(module, options.Entry) is not { } function)
                throw new OnnxException(OnnxError.Input, null, null, $"the file has no function{(options.Entry is null ? "" : $" '{options.Entry}'")} to run{Hint(module)}");
            return options.Dataset is { } dataset ? RunDataset(function, dataset) : RunOnce(function);
        }
        catch (OnnxException e)
        {
            error.WriteLine($"{Name}: error[{e.Error.Code}]: {e.Error}");
        }
        catch (EvaluationException e)
        {
            error.WriteLine($"{Name}: error[{OnnxError.Input}]: {e.Message}");
        }
        return ExitCode.Error;
    }

    private static string Hint(ModuleOp module)
    {
        for (Operation? op = module.Body.First; op is not null; op = op.Next)
            if (op.Name == "npu.program") return "; programs of the npu run in its simulator: give --target npu";
        return "";
    }

    private ModuleOp? Load(NestContext context)
    {
        string path = options.Path!;
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) return TranslateTool.Load(context, path, options.Seeded, options.Dims, error, out _);
        if (options.Dims.Count > 0) throw new OnnxException(OnnxError.Input, null, "--dim", "only the dimensions of an ONNX model have names; translate it with nest-translate --onnx-to-graph --dim");
        if (options.Seeded) throw new OnnxException(OnnxError.Input, null, "--seed-weights", "only an ONNX model can be given weights; translate it with nest-translate --onnx-to-graph --seed-weights");
        SourceFile source = path == "-" ? SourceFile.FromStream("<stdin>", StandardInput) : SourceFile.Read(path);
        if (AsmParser.Parse(context, source) is not ModuleOp module || !Verifier.Verify(module)) return null;
        var errors = WeightFiles.Attach(context, WeightFiles.FolderOf(path));
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

    private int RunOnce(FuncOp function)
    {
        List<NdArray> arguments = [];
        foreach (string path in options.Inputs) Read(path, function, arguments);
        List<NdArray> expected = [];
        foreach (string path in options.Expected) Read(path, null, expected);
        Check(function, arguments);
        NdArray[] results = Execute(function, arguments.ToArray());
        if (options.Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
            for (int i = 0; i < results.Length; i++) Npy.Write(Path.Combine(folder, $"output_{i}.npy"), results[i]);
        }
        for (int i = 0; i < results.Length && options.Top > 0; i++) PrintTop(results[i], i);
        return Compare(results, expected);
    }

    private void Read(string path, FuncOp? function, List<NdArray> into)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (path == "random" && function is not null) into.Add(Random(function, into.Count));
        else if (extension == ".npy") into.Add(Npy.Read(path));
        else if (extension == ".npz")
            foreach (var (_, array) in Npy.ReadArchive(path)) into.Add(array);
        else if (extension == ".png" && function is not null)
        {
            if (into.Count >= function.FunctionType.Inputs.Length || function.FunctionType.Inputs[into.Count] is not RankedTensorType type)
                throw new OnnxException(OnnxError.Input, path, null, $"argument {into.Count} of '{function.SymName.Value}' takes no picture");
            into.Add(options.Pixels.Picture(Png.Read(path), type, path, out string note));
            error.WriteLine($"{Name}: {note}");
        }
        else if (extension is ".pb" or ".tensorproto") into.Add(OnnxModel.ReadTensor(path));
        else throw new OnnxException(OnnxError.Input, path, null, "inputs are .npy, .npz, .pb, .png or random");
    }

    private static NdArray Random(FuncOp function, int index)
    {
        if (index >= function.FunctionType.Inputs.Length || function.FunctionType.Inputs[index] is not RankedTensorType { HasStaticShape: true } type)
            throw new OnnxException(OnnxError.Input, "random", null, $"argument {index} has no static shape for random numbers; fix its dimensions with --dim");
        NdArray uniform = SeededWeights.Uniform($"input_{index}", type.Shape, -1, 1);
        return Cast.To(uniform, GraphTypes.KindOf(type));
    }

    private static void Check(FuncOp function, List<NdArray> arguments)
    {
        ReadOnlySpan<IrType> inputs = function.FunctionType.Inputs;
        if (arguments.Count != inputs.Length)
            throw new OnnxException(OnnxError.Input, function.SymName.Value, null, $"the function takes {inputs.Length} inputs ({TypesOf(inputs)}), {arguments.Count} are given by --input");
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not TensorType) throw new OnnxException(OnnxError.Input, function.SymName.Value, $"argument {i}", $"'{inputs[i]}' cannot be read from a file");
            IrType given = GraphTypes.Tensor(arguments[i].Shape, GraphTypes.TypeOf(function.Context, arguments[i].Kind));
            // A quantized tensor is given as the integers that store it.
            IrType wanted = QuantizedTypes.Of(inputs[i]) is { } quantized && inputs[i] is RankedTensorType stored ? GraphTypes.Tensor(stored.Shape, QuantizedTypes.StorageOf(quantized)) : inputs[i];
            if (!GraphTypes.Compatible(given, wanted))
                throw new OnnxException(OnnxError.Input, function.SymName.Value, $"argument {i}", $"it has type '{inputs[i]}', the input is '{given}'");
        }
    }

    private static string TypesOf(ReadOnlySpan<IrType> types)
    {
        var names = new string[types.Length];
        for (int i = 0; i < names.Length; i++) names[i] = types[i].ToString();
        return string.Join(", ", names);
    }

    // The results of the last run; the times of the fastest.
    private NdArray[] Execute(FuncOp function, NdArray[] arguments)
    {
        NdArray[] results = [];
        List<(Operation Op, double Ms)> best = [];
        double least = double.MaxValue;
        for (int i = 0; i < options.Repeat; i++)
        {
            List<(Operation, double)> times = [];
            ArrayInterpreter interpreter = new() { Timed = options.Time ? (op, ms) => times.Add((op, ms)) : null };
            long start = Stopwatch.GetTimestamp();
            results = interpreter.Run(function, arguments);
            double total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Progress("run", i + 1, options.Repeat);
            if (total >= least) continue;
            (least, best) = (total, times);
        }
        if (options.Time) PrintTimes(best, least);
        return results;
    }

    private void PrintTimes(List<(Operation Op, double Ms)> times, double total)
    {
        SortedDictionary<string, (int Count, double Ms)> kinds = new(StringComparer.Ordinal);
        foreach ((Operation op, double ms) in times)
        {
            string place = op.Context.Resolve(op.Location) is NameLoc name ? name.Name.ToString() : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ms,10:F3} ms  {op.Name} {place}").TrimEnd());
            (int count, double sum) = kinds.GetValueOrDefault(op.Name);
            kinds[op.Name] = (count + 1, sum + ms);
        }
        List<(string Name, int Count, double Ms)> sums = [];
        foreach ((string name, (int count, double ms)) in kinds) sums.Add((name, count, ms));
        sums.Sort(static (a, b) => b.Ms.CompareTo(a.Ms) is var order && order != 0 ? order : string.CompareOrdinal(a.Name, b.Name));
        output.WriteLine();
        foreach ((string name, int count, double ms) in sums) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ms,10:F3} ms  {100 * ms / total,5:F1} %  {count,5} x {name}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total,10:F3} ms  in all"));
    }

    private int Compare(NdArray[] results, List<NdArray> expected)
    {
        if (expected.Count > results.Length) throw new OnnxException(OnnxError.Input, null, "--expect", $"{expected.Count} results are expected, there are {results.Length}");
        bool same = true;
        for (int i = 0; i < results.Length; i++)
        {
            if (i >= expected.Count)
            {
                if (expected.Count == 0 && options.Top == 0) output.WriteLine($"output {i}: {results[i]}{Elements(results[i])}");
                continue;
            }
            var comparison = NdComparison.Compare(results[i], expected[i], options.Rtol, options.AtolOfMax);
            same &= comparison.Passed;
            (comparison.Passed ? output : error).WriteLine($"output {i}: {comparison}");
        }
        return same ? ExitCode.Ok : ExitCode.Error;
    }

    // Of small results the elements are shown.
    private static string Elements(NdArray array)
    {
        const int shown = 16;
        if (array.Count > shown || array.Kind is ElementKind.Array or ElementKind.Complex64 or ElementKind.Complex128 or ElementKind.I4 or ElementKind.U4) return "";
        var texts = new string[array.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = array.Kind == ElementKind.String ? $"\"{array.Read<string>()[i]}\"" : array.Kind.IsInteger() ? array.GetInt64(i).ToString(CultureInfo.InvariantCulture)
                : array.GetDouble(i).ToString(array.Kind == ElementKind.F64 ? "G17" : "G9", CultureInfo.InvariantCulture);
        }
        return $" [{string.Join(", ", texts)}]";
    }

    private void PrintTop(NdArray result, int index)
    {
        long classes = result.Rank == 0 ? 1 : result.Shape[^1];
        for (long row = 0; row < (classes == 0 ? 0 : result.Count / classes); row++)
        {
            long[] order = Order(result, row, classes);
            for (int i = 0; i < Math.Min(options.Top, classes); i++)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"output {index} row {row}: {order[i]} {result.GetDouble(row * classes + order[i]):G6}"));
        }
    }

    // Classes of a row, the greatest score first; of equal ones the lower number.
    private static long[] Order(NdArray scores, long row, long classes)
    {
        var order = new long[classes];
        var keys = new (double, long)[classes];
        for (long i = 0; i < classes; i++) (order[i], keys[i]) = (i, (-scores.GetDouble(row * classes + i), i));
        Array.Sort(keys, order);
        return order;
    }

    private int RunDataset(FuncOp function, string path)
    {
        NdArray? samples = null, labels = null;
        foreach (var (name, array) in Npy.ReadArchive(path))
        {
            if (name is "labels" or "y" || (samples is not null && labels is null && array.Rank == 1)) labels = array;
            else samples ??= array;
        }
        if (samples is null || labels is null || samples.Rank == 0 || samples.Shape[0] != labels.Count)
            throw new OnnxException(OnnxError.Input, path, null, "a data set holds two arrays: inputs, and as many labels ('labels', a vector)");
        if (function.FunctionType.Inputs is not [RankedTensorType type]) throw new OnnxException(OnnxError.Input, path, null, "a data set is for a function of one tensor");
        bool batched = samples.Rank == type.Shape.Length;
        long count = labels.Count, right = 0;
        List<string> wrong = [];
        ArrayInterpreter interpreter = new();
        for (long i = 0; i < count; i++)
        {
            NdArray sample = Moves.Slice(samples, [i], [i + 1], [0], []);
            if (!batched) sample = Moves.Squeeze(sample, [0], false);
            sample = options.Pixels.Samples(sample, type);
            List<NdArray> arguments = [sample];
            Check(function, arguments);
            NdArray scores = interpreter.Run(function, [sample])[0];
            long[] order = Order(scores, 0, scores.Count);
            long label = labels.GetInt64(i);
            if (order.Length > 0 && order[0] == label) right++;
            else wrong.Add(Said(i, label, order, scores));
            Progress(path, i + 1, count);
        }
        foreach (string line in wrong) output.WriteLine(line);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{right} of {count} right ({(count == 0 ? 0 : 100.0 * right / count):F2} %)"));
        return ExitCode.Ok;
    }

    private static string Said(long index, long label, long[] order, NdArray scores)
    {
        string said = string.Create(CultureInfo.InvariantCulture, $"{index}: {label} taken for {(order.Length > 0 ? order[0] : -1)}, scores");
        for (int i = 0; i < Math.Min(3, order.Length); i++) said += string.Create(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")} {order[i]}: {scores.GetDouble(order[i]):G4}");
        int place = Array.IndexOf(order, label);
        return place < 0 ? said : string.Create(CultureInfo.InvariantCulture, $"{said}; {label} is number {place + 1}");
    }

    private void Progress(string what, long done, long all)
    {
        if (!ShowsProgress || all < 2) return;
        const int width = 40;
        int filled = (int)(width * done / all);
        error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what} [{new string('#', filled)}{new string('.', width - filled)}] {done}/{all}{(done == all ? "\r" + new string(' ', what.Length + width + 24) + "\r" : "")}"));
        error.Flush();
    }
}
