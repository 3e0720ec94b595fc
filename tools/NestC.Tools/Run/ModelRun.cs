using System.Globalization;
using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Quantization;
using NestC.Passes;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Placement;
using NestC.Passes.Quantization;

namespace NestC.Tools.Run;

/// <summary>
/// `nest-run MODEL --target npu --dataset F.npz`: the whole way from a model to its answers. Quantizes, lowers, runs every input in the
/// simulators, and says how right, how fast, and where.
/// </summary>
public sealed class ModelRun(Action<NestContext> registerDialects)
{
    private const string Name = "nest-run";

    private const string Usage = """
        nest-run MODEL(.onnx|.mlir) --target npu --dataset F [options]

        Lowers a model to the NPU as nest-opt --lower-to-npu does, runs inputs in the simulators, and prints accuracy, cycles, placement
        and where the report is. The results of the first inputs are compared with the quantized graph's, bit for bit.

          --dataset F           inputs: .npz (with `labels` where there are some), .npy, .pb, .png, a folder, or random:COUNT[:SEED]
          --calibration F       inputs whose values decide the scales of a float model; seeded ones when there are none
          --preprocess TEXT     what is done to inputs: scale=S,mean=M/M/M,std=S/S/S
          --profile F           a profile that nest-run --profile wrote, in place of --calibration
          --report F.html       write a page: timeline, layers against the roofline, placement, memory map, accuracy
          --limit N             run the first N inputs only
          --compare N           compare the first N results with the quantized graph's (4)
          --explain-placement   print the verdict of every operation
          --placement-json F    write the verdicts
          --fail-on-fallback    exit with 4 when an operation that computes stays on the host
          --seed-weights        replace weights that a topology lacks by seeded ones
          --layers              print the table of layers

        """;

    private readonly List<string> dataset = [], calibration = [];
    private string? path, report, json, profile;
    private string preprocess = "";
    private bool explain, gate, seeded, layers;
    private int limit = int.MaxValue, compare = 4;

    /// <summary>Whether a command line is for this tool: it names a model or a data set.</summary>
    public static bool Wants(string[] arguments) =>
        Array.Exists(arguments, static a => a.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || a == "--dataset" || a.StartsWith("--dataset=", StringComparison.Ordinal));

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream output, Stream error)
    {
        if (Array.IndexOf(arguments, "--help") >= 0)
        {
            CommandLineText.Write(output, Usage);
            return ExitCode.Ok;
        }
        if (Take(CommandLineText.Normalize(arguments)) is { } wrong) return CommandLineText.Usage(error, Name, wrong);
        var context = new NestContext();
        registerDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(DiagnosticFormat.Text, context, error, ColorMode.Auto, "nest-opt");
        bool fallback = false;
        int exit;
        using (context.Diagnostics.PushHandler(d =>
        {
            fallback |= d.Code == PlacementReport.FallbackCode;
            if (d.Severity != Severity.Remark) renderer.Render(d);
        }))
        {
            exit = new InternalFault(Name, arguments).Run(context, () => Work(context, output, error) ? ExitCode.Ok : ExitCode.Error, static () => null);
        }
        renderer.Finish();
        error.Flush();
        return fallback && exit == ExitCode.Error ? ExitCode.Policy : exit;
    }

    private string? Take(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string a = arguments[i];
            int equals = a.StartsWith("--", StringComparison.Ordinal) ? a.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = equals < 0 ? a : a[..equals];
            switch (name)
            {
                case "--explain-placement": explain = true; continue;
                case "--fail-on-fallback": gate = true; continue;
                case "--seed-weights": seeded = true; continue;
                case "--layers": layers = true; continue;
            }
            if (!name.StartsWith('-'))
            {
                if (path is not null) return $"there are two inputs: '{path}' and '{a}'";
                path = a;
                continue;
            }
            if (name is not ("--dataset" or "--calibration" or "--preprocess" or "--profile" or "--report" or "--limit" or "--compare" or "--placement-json"))
                return $"unknown command line argument '{name}'; try '--help'";
            if (equals < 0 && i + 1 == arguments.Length) return $"{name} wants a value";
            string value = equals < 0 ? arguments[++i] : a[(equals + 1)..];
            switch (name)
            {
                case "--dataset": dataset.Add(value); break;
                case "--calibration": calibration.Add(value); break;
                case "--preprocess": preprocess = value; break;
                case "--profile": profile = value; break;
                case "--report": report = value; break;
                case "--placement-json": json = value; break;
                case "--compare":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out compare) || compare == 0) return $"--compare takes a number, not '{value}'";
                    break;
                default:
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit == 0) return $"--limit takes a number, not '{value}'";
                    break;
            }
        }
        return path is null ? "no model is named" : dataset.Count == 0 ? "no data set is named (--dataset F, or --dataset random:1)" : null;
    }

    private bool Work(NestContext context, Stream output, Stream error)
    {
        try
        {
            using var messages = new StreamWriter(error, leaveOpen: true) { AutoFlush = true };
            if (ModelFile.Read(context, path!, null, seeded, messages) is not { } model) return false;
            return Work(context, model.Module, model.Entry, output, error);
        }
        catch (Exception e) when (e is EvaluationException or OnnxException or IOException or UnauthorizedAccessException or QuantizationException)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST6132", Location.Unknown, e.Message));
            return false;
        }
    }

    private bool Work(NestContext context, ModuleOp module, FuncOp function, Stream output, Stream error)
    {
        var prepared = new Preprocessing(preprocess);
        var inputs = new InputSet();
        foreach (string source in dataset) inputs.Add(source, function, prepared);
        FuncOp original = Copy(function);
        var options = new LowerToNpuOptions { Profile = profile ?? "", Preprocessing = profile is null ? "" : prepared.Text, Quiet = true, ExplainPlacement = explain, PlacementJson = json ?? "", FailOnFallback = gate };
        if (profile is null)
        {
            var simplify = new PassPipeline("builtin.module");
            LowerToNpu.Simplify(simplify);
            if (!new PassManager(simplify) { Threads = 1, ReportTo = error }.Run(module)) return false;
            if (calibration.Count > 0) Calibrate(function, prepared);
        }
        var quantize = new PassPipeline("builtin.module");
        LowerToNpu.Quantize(quantize, options);
        if (!new PassManager(quantize) { Threads = 1, ReportTo = error }.Run(module)) return false;
        FuncOp quantized = Copy(function);
        PlacementReport placement = PlacementReport.Of(quantized, new NpuTarget(VtaDevice.Default));
        var compile = new PassPipeline("builtin.module");
        LowerToNpu.Compile(compile, options);
        if (!new PassManager(compile) { Threads = 1, ReportTo = error }.Run(module)) return false;

        var runner = new LoweredRunner();
        var interpreter = new ArrayInterpreter();
        int count = Math.Min(limit, inputs.Inputs.Count), right = 0, rightFloat = 0, agree = 0;
        bool labelled = inputs.Labels.Count >= count;
        for (int i = 0; i < count; i++)
        {
            NdArray[] results = runner.Run(function, inputs.Inputs[i]);
            if (i < compare && Difference(results, interpreter.Run(quantized, inputs.Inputs[i])) is { } difference)
            {
                context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST6133", Location.Unknown, $"input {i}: {difference}"));
                return false;
            }
            int answer = Greatest(results[0]), reference = Greatest(interpreter.Run(original, inputs.Inputs[i])[0]);
            agree += answer == reference ? 1 : 0;
            if (!labelled) continue;
            right += answer == inputs.Labels[i] ? 1 : 0;
            rightFloat += reference == inputs.Labels[i] ? 1 : 0;
        }
        var run = new ModelRunResult
        {
            Model = Path.GetFileName(path!),
            Inputs = count,
            Compared = Math.Min(count, compare),
            Right = labelled ? right : null,
            RightFloat = labelled ? rightFloat : null,
            Agree = agree,
            Placement = placement,
            Programs = [.. runner.Programs],
            Cycles = runner.Programs.ConvertAll(p => CycleSimulator.Run(runner.EvaluationOf(p).Binary, p.Device.Device, timeline: report is not null)),
            HostSteps = HostSteps(function),
        };
        CommandLineText.Write(output, run.Summary() + (layers ? run.LayerTable() : ""));
        if (report is not null)
        {
            File.WriteAllText(report, ReportPage.Html(run, runner));
            CommandLineText.Write(output, $"report: {report}\n");
        }
        return true;
    }

    // Scales from given inputs; the pass that would take seeded ones then has nothing left to do.
    private void Calibrate(FuncOp function, Preprocessing prepared)
    {
        if (!CalibrateOnSeedsPass.Applies(function)) return;
        var set = new InputSet();
        foreach (string source in calibration) set.Add(source, function, prepared);
        var profiler = new Profiler(function, Histogram.DefaultBins);
        foreach (NdArray[] input in set.Inputs) profiler.Run(input);
        new Quantizer(function, QuantizeForNpuPass.Config()) { Profile = profiler.Finish(prepared.Text), Preprocessing = prepared.Text }.Run();
    }

    private static FuncOp Copy(FuncOp function) => (FuncOp)new Cloner(new OpBuilder(function.Context)).Clone(function);

    private static List<string> HostSteps(FuncOp function)
    {
        var steps = new List<string>();
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is ConstantOp or ReturnOp) continue;
            steps.Add(op is LaunchOp launch
                ? string.Create(CultureInfo.InvariantCulture, $"launch {launch.Program}")
                : string.Create(CultureInfo.InvariantCulture, $"{op.Name}: {OperationWork.Bytes(op)} bytes"));
        }
        return steps;
    }

    private static string? Difference(NdArray[] actual, NdArray[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!actual[i].ContentEquals(expected[i])) return $"output {i} of the simulated programs differs from the quantized graph's";
        }
        return null;
    }

    private static int Greatest(NdArray x)
    {
        int best = 0;
        for (int i = 1; i < x.Count; i++)
        {
            if (x.GetDouble(i) > x.GetDouble(best)) best = i;
        }
        return best;
    }
}

/// <summary>What a run of a model on the NPU gave.</summary>
internal sealed record ModelRunResult
{
    public required string Model { get; init; }

    public required int Inputs { get; init; }

    /// <summary>Inputs whose results are the quantized graph's, bit for bit.</summary>
    public required int Compared { get; init; }

    /// <summary>Right answers of the NPU; null without labels.</summary>
    public required int? Right { get; init; }

    public required int? RightFloat { get; init; }

    /// <summary>Answers that are those of the model in floats.</summary>
    public required int Agree { get; init; }

    public required PlacementReport Placement { get; init; }

    public required List<ProgramOp> Programs { get; init; }

    public required List<CycleResult> Cycles { get; init; }

    public required List<string> HostSteps { get; init; }

    public long TotalCycles
    {
        get
        {
            long total = 0;
            foreach (CycleResult result in Cycles) total += result.Cycles;
            return total;
        }
    }

    /// <summary>Multiply-accumulates on the NPU, padding not counted, against its peak over all cycles.</summary>
    public double Utilisation => TotalCycles == 0 || Cycles.Count == 0 ? 0 : (double)Placement.MacsOnTarget / Cycles[0].Device.Config.MacsPerTile / TotalCycles;

    public string Accuracy() => Right is { } right && RightFloat is { } real
        ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * right / Inputs:F2} % of {Inputs} on the NPU, {100.0 * real / Inputs:F2} % in floats")
        : string.Create(CultureInfo.InvariantCulture, $"{Agree} of {Inputs} answers are those of the model in floats");

    /// <summary>The answers, a line each.</summary>
    public string Summary()
    {
        double microseconds = 0;
        foreach (CycleResult result in Cycles) microseconds += result.Microseconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"accuracy: {Accuracy()}\ncycles: {TotalCycles} ({microseconds:F0} us), {100 * Utilisation:F1} % of the peak; {(Compared == 1 ? "the first result is" : $"the first {Compared} results are")} the quantized graph's bit for bit\ntraffic: {Traffic()}\nplacement: {Placement.Line()}");
    }

    /// <summary>Bytes over the bus, fetches and micro-ops included, against weights once and each activation written once and read once by each consumer.</summary>
    public string Traffic()
    {
        long bytes = 0, least = 0;
        foreach (CycleResult result in Cycles) bytes += result.ReadBeats * result.Device.BusBytes + result.Total.StoredBytes;
        foreach (ProgramOp program in Programs)
        {
            if (program.Attributes.Find("npu.least_bytes"u8) is IntegerAttr attr) least += (long)attr.Value;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes, {(least == 0 ? 0 : (double)bytes / least):F2} times the least");
    }

    /// <summary>A layer's own cycles (from where compute ended the one before), the use of the multipliers without padding, and the roofline.</summary>
    public List<(string Name, long Cycles, double Use, double Roof, LayerCost Cost)> Layers()
    {
        var layers = new List<(string, long, double, double, LayerCost)>();
        foreach (CycleResult result in Cycles)
        {
            long before = 0;
            VtaConfig config = result.Device.Config;
            foreach (LayerCost layer in result.Layers)
            {
                if (layer.Instructions == 0 || layer.Name.Length == 0) continue;
                long own = Math.Max(1, layer.ComputeEnd - before), macs = 0;
                before = layer.ComputeEnd;
                foreach (PlacementEntry entry in Placement.Entries) macs += entry.Layer == layer.Name ? entry.Cost.Macs : 0;
                double roof = Math.Min(1, layer.Intensity(config) * result.Device.BusBytes / config.MacsPerTile);
                layers.Add((layer.Name, own, (double)macs / config.MacsPerTile / own, roof, layer));
            }
        }
        return layers;
    }

    public string LayerTable()
    {
        var text = new StringBuilder("layer                                                     cycles    use  roofline     load  compute    store\n");
        foreach ((string name, long cycles, double use, double roof, LayerCost cost) in Layers())
            text.Append(CultureInfo.InvariantCulture, $"{name,-54} {cycles,9} {100 * use,5:F1}% {100 * roof,8:F1}% {cost.LoadBusy,8} {cost.ComputeBusy,8} {cost.StoreBusy,8}\n");
        return text.ToString();
    }
}
