using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Syntax;
using NestC.Tools.Translate;

namespace NestC.Tools.Run;

/// <summary>`nest-run --target npu`: runs programs in the device's simulators.</summary>
public sealed class NpuRun(Action<NestContext> registerDialects)
{
    private const string Name = "nest-run";

    private readonly NpuRunOptions options = new();
    private readonly List<(string Name, NdArray Array)> outputs = [];
    private Stream standardOutput = Stream.Null;
    private NestContext context = null!;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream standardInput, Stream output, Stream error)
    {
        standardOutput = output;
        if (Array.IndexOf(arguments, "--help") >= 0)
        {
            CommandLineText.Write(output, NpuRunOptions.Usage);
            return ExitCode.Ok;
        }
        if (options.Take(CommandLineText.Normalize(arguments)) is { } wrong) return CommandLineText.Usage(error, Name, wrong);
        context = new NestContext();
        registerDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(DiagnosticFormat.Text, context, error, ColorMode.Auto, "nest-opt");
        SourceFile? source = null;
        int exit;
        using (context.Diagnostics.PushHandler(renderer.Render))
        {
            exit = new InternalFault(Name, arguments).Run(context, () =>
            {
                source = options.File is null or "-" ? SourceFile.FromStream("<stdin>", standardInput) : SourceFile.Read(options.File);
                return RunAll(source) ? ExitCode.Ok : ExitCode.Error;
            }, () => source);
        }
        renderer.Finish();
        error.Flush();
        return exit;
    }

    private bool RunAll(SourceFile source)
    {
        if (Load(source) is not { } programs || !TryReadInputs(out List<(string Name, NdArray Array)> inputs)) return false;
        if (options.Program is { } wanted) programs.RemoveAll(p => p.SymName != wanted);
        if (programs.Count == 0)
            return Fail("NEST5006", options.Program is { } name ? $"the input has no npu.program @{name}" : "the input has no npu.program to run");
        if (programs.Count > 1 && options.Trace is not null)
            return Fail("NEST5006", $"the input has {programs.Count} programs; --program says whose timeline is wanted");
        foreach ((string name, NdArray _) in inputs)
        {
            if (!programs.Exists(p => p.FindData(Encoding.UTF8.GetBytes(name)) is DataOp)) return Fail("NEST5007", $"no program has data @{name}");
        }
        EnergyTable? energy = null;
        if (options.Energy is { } table && (energy = ReadEnergy(table)) is null) return false;
        bool ok = true;
        foreach (ProgramOp program in programs) ok &= RunOne(program, inputs, energy, many: programs.Count > 1);
        if (ok && options.Output is { } file) Npy.WriteArchive(file, outputs);
        return ok;
    }

    private List<ProgramOp>? Load(SourceFile source)
    {
        if (NpuTranslations.IsContainer(source.Bytes))
        {
            VtaDevice? device = NpuTranslations.FindDevice(context, options.Device ?? "tsim");
            ProgramOp? program = device is null ? null : NpuTranslations.Import(context, source, device, NpuTranslations.SymbolOf(source.Name));
            return program is null ? null : [program];
        }
        return AsmParser.Parse(context, source) is { } root && Verifier.Verify(root) && OptWeights.TryMap(context, root, source.Name) ? NpuTranslations.Programs(root) : null;
    }

    private bool TryReadInputs(out List<(string Name, NdArray Array)> inputs)
    {
        inputs = [];
        try
        {
            foreach (string archive in options.Archives) inputs.AddRange(Npy.ReadArchive(archive));
            foreach ((string name, string file) in options.Inputs) inputs.Add((name, Npy.Read(file)));
            return true;
        }
        catch (OnnxException e)
        {
            return Fail("NEST5007", e.Message);
        }
    }

    private EnergyTable? ReadEnergy(string path)
    {
        var problems = new List<IsaProblem>();
        EnergyTable? energy = EnergyTable.Read(File.ReadAllBytes(path), problems);
        foreach (IsaProblem problem in problems) Fail(problem.Code, $"{path}: {problem.Message}");
        return energy;
    }

    private bool RunOne(ProgramOp program, List<(string Name, NdArray Array)> inputs, EnergyTable? energy, bool many)
    {
        VtaDevice device = program.Device.Device;
        if (options.Device is { } board)
        {
            if (NpuTranslations.FindDevice(context, board) is not { } other) return false;
            device = other with { Config = program.Config };
        }
        var d = new Diag(context.Diagnostics, program);
        if (ProgramEvaluation.Of(program, d) is not { } evaluation || !SetInputs(evaluation, program, inputs, d)) return false;
        var text = new StringBuilder();
        if (many) text.Append("program: @").Append(program.SymName).Append('\n');
        byte[] before = (byte[])evaluation.Binary.Dram.Clone();
        var simulation = new SimulationOptions { ScheduleSeed = options.ScheduleSeed, QueueDepth = device.QueueDepth, TokenLimit = device.TokenLimit };
        bool ok = evaluation.Run(d, simulation);
        if (ok) Describe(text, program, evaluation, before, many);
        // A program that hangs is worth a look at the cycles too.
        if (options.Cycles || options.Trace is not null) ok &= Time(text, evaluation.Binary, device, energy, ok, d);
        CommandLineText.Write(standardOutput, text.ToString());
        return ok;
    }

    private bool Time(StringBuilder text, VtaProgram binary, VtaDevice device, EnergyTable? energy, bool legal, Diag d)
    {
        // The model takes instructions as they are; what is illegal may ask for anything.
        if (!legal) return false;
        CycleResult result = CycleSimulator.Run(binary, device, timeline: options.Trace is not null);
        if (options.Cycles) text.Append(CycleReport.Format(result, energy));
        if (options.Trace is { } trace)
        {
            using FileStream stream = File.Create(trace);
            PerfettoTrace.Write(stream, binary, result);
        }
        return result.Finished || d.Error("NEST5225", "does not finish in the cycle model");
    }

    private bool SetInputs(ProgramEvaluation evaluation, ProgramOp program, List<(string Name, NdArray Array)> inputs, Diag d)
    {
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not DataOp data) continue;
            NdArray? given = null;
            foreach ((string name, NdArray array) in inputs)
            {
                if (name == data.SymName) given = array;
            }
            if (given is not null)
            {
                long bytes = data.ByteCount(program.Config);
                if (given.ByteLength != bytes)
                    return d.Error(data, "NEST5007", $"has {bytes} bytes, but the input for @{data.SymName} has {given.ByteLength} ({given})");
                evaluation.Set(data.SymName, Bytes(given));
            }
            else if (options.Seed is { } seed && data.Value is null && data.Memory is VtaMemory.Inp or VtaMemory.Wgt or VtaMemory.Acc or VtaMemory.Acc8)
                evaluation.Set(data.SymName, Seeded(seed, data, program.Config));
        }
        return true;
    }

    // Every piece has its own sequence, so that another piece does not change it; accumulators stay small, so that sums do not wrap.
    private static byte[] Seeded(ulong seed, DataOp data, VtaConfig config)
    {
        foreach (byte letter in Encoding.UTF8.GetBytes(data.SymName)) seed = (seed ^ letter) * 0x100000001B3;
        var random = new SplitMix64(seed);
        var bytes = new byte[data.ByteCount(config)];
        if (data.Memory == VtaMemory.Acc)
        {
            for (int i = 0; i + 4 <= bytes.Length; i += 4) BitConverter.TryWriteBytes(bytes.AsSpan(i), random.Below(2001) - 1000);
        }
        else
        {
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next();
        }
        return bytes;
    }

    private void Describe(StringBuilder text, ProgramOp program, ProgramEvaluation evaluation, byte[] before, bool many)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not DataOp data) continue;
            ReadOnlySpan<byte> after = evaluation.Get(data.SymName);
            bool changed = !after.SequenceEqual(before.AsSpan((int)data.Offset, after.Length));
            if (changed || data.Memory == VtaMemory.Out)
            {
                NdArray array = ArrayOf(data, program.Config, after);
                outputs.Add((many ? $"{program.SymName}.{data.SymName}" : data.SymName, array));
                text.Append(c, $"@{data.SymName}: {array}, sha256 {Convert.ToHexStringLower(SHA256.HashData(after))[..16]}\n");
            }
            if (options.Prints.Contains(data.SymName)) Print(text, data, program.Config, after);
        }
    }

    private static void Print(StringBuilder text, DataOp data, VtaConfig config, ReadOnlySpan<byte> bytes)
    {
        NdArray array = ArrayOf(data, config, bytes);
        long row = array.Rank > 1 ? array.Count / array.Shape[0] : 16;
        for (long i = 0; i < array.Count; i++)
            text.Append(i % row == 0 ? "  " : " ").Append(array.GetInt64(i).ToString(CultureInfo.InvariantCulture)).Append(i % row == row - 1 || i == array.Count - 1 ? "\n" : "");
    }

    // The shape of one element stands behind the number of elements.
    private static unsafe NdArray ArrayOf(DataOp data, VtaConfig config, ReadOnlySpan<byte> bytes)
    {
        long elements = data.Elements;
        NdArray array = data.Memory switch
        {
            VtaMemory.Inp or VtaMemory.Acc8 => NdArray.Create(ElementKind.I8, [elements, config.Batch, config.BlockIn]),
            VtaMemory.Out => NdArray.Create(ElementKind.I8, [elements, config.Batch, config.BlockOut]),
            VtaMemory.Wgt => NdArray.Create(ElementKind.I8, [elements, config.BlockOut, config.BlockIn]),
            VtaMemory.Acc => NdArray.Create(ElementKind.I32, [elements, config.Batch, config.BlockOut]),
            VtaMemory.Uop => NdArray.Create(ElementKind.U32, [elements]),
            _ => NdArray.Create(ElementKind.U8, [elements]),
        };
        bytes.CopyTo(new Span<byte>(array.Data, bytes.Length));
        GC.KeepAlive(array);
        return array;
    }

    private static unsafe byte[] Bytes(NdArray array)
    {
        byte[] bytes = new ReadOnlySpan<byte>(array.Data, (int)array.ByteLength).ToArray();
        GC.KeepAlive(array);
        return bytes;
    }

    private bool Fail(string code, string message)
    {
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, code, Location.Unknown, message));
        return false;
    }
}
