using System.Globalization;
using System.Text;
using System.Text.Json;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools.Translate;

/// <summary>The translations between the `npu` dialect and the `VTAPROG1` container.</summary>
public static class NpuTranslations
{
    public static Translation[] All() =>
    [
        new("npu-to-vta", "write each npu.program as a VTAPROG1 container, and a manifest", [], ToVta),
        new("vta-to-npu", "read a VTAPROG1 container as an npu.program",
            [("device", "the board: a sample's name or a JSON file (tsim)"), ("name", "the symbol of the program (the file's name)")], ToNpu),
        new("dump", "list the instructions of a container, or of each npu.program", [], Dump),
        new("npu-docs", "write docs/dialects/npu.md; reads nothing", [], static job => { job.Write(Encoding.UTF8.GetBytes(Docs.NpuPage.Markdown())); return true; }) { NeedsInput = false },
    ];

    /// <summary>Whether bytes are a container, as far as their start says.</summary>
    public static bool IsContainer(ReadOnlySpan<byte> bytes) => bytes.StartsWith("VTAPROG1"u8);

    /// <summary>The device of a sample's name or a JSON file; null after an error was reported.</summary>
    public static VtaDevice? FindDevice(NestContext context, string name)
    {
        if (VtaDeviceJson.Sample(name) is { } sample) return sample;
        var problems = new List<IsaProblem>();
        if (File.Exists(name))
        {
            VtaDevice? device = VtaDeviceJson.Read(File.ReadAllBytes(name), problems);
            foreach (IsaProblem problem in problems) Say(context, problem.Code, $"{name}: {problem.Message}");
            return device;
        }
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, NpuCodes.DeviceJson, Location.Unknown, $"there is no device '{name}'")
        {
            Help = "name a JSON file or one of " + string.Join(", ", VtaDeviceJson.Samples.ToArray()),
        });
        return null;
    }

    /// <summary>The container as a program of IR in a module of its own; null after every problem was reported.</summary>
    public static ProgramOp? Import(NestContext context, SourceFile file, VtaDevice device, string name)
    {
        var problems = new List<IsaProblem>();
        ProgramOp? program = null;
        if (VtaContainer.Read(file.Bytes, problems) is { } binary)
        {
            ModuleOp module = ModuleOp.Create(new OpBuilder(context));
            Block body = module.Region(0).IsEmpty ? module.Region(0).AddBlock() : module.Region(0).First!;
            program = VtaImport.FromProgram(new OpBuilder(context).AtEnd(body), binary, device, name, problems);
        }
        foreach (IsaProblem problem in problems) Say(context, problem.Code, $"{file.Name}: {problem.Message}");
        return program;
    }

    /// <summary>The programs of a module and of those nested in it, in their order.</summary>
    public static List<ProgramOp> Programs(Operation root)
    {
        var programs = new List<ProgramOp>();
        root.Walk(op =>
        {
            if (op is not ProgramOp program) return WalkResult.Advance;
            programs.Add(program);
            return WalkResult.Skip;
        });
        return programs;
    }

    /// <summary>The symbol that a file's name gives to its program.</summary>
    public static string SymbolOf(string path)
    {
        string stem = Path.GetFileNameWithoutExtension(path);
        return stem.Length == 0 || stem == "<stdin>" ? "program" : Plain(stem);
    }

    private static bool ToVta(TranslationJob job)
    {
        if (AsmParser.Parse(job.Context, job.Input) is not { } root || !Verifier.Verify(root) || !OptWeights.TryMap(job.Context, root, job.Input.Name)) return false;
        List<ProgramOp> programs = Programs(root);
        bool single = job.Output == "-" || job.Output.EndsWith(".vta", StringComparison.Ordinal);
        if (programs.Count == 0 || (single && programs.Count > 1))
        {
            job.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST5006", root.Location, programs.Count == 0
                ? "the input has no npu.program to write"
                : $"the input has {programs.Count} programs, which need more than one file")
            {
                Help = programs.Count == 0 ? null : "name a folder by -o; it gets a file for each program, and manifest.json",
            });
            return false;
        }
        var containers = new List<byte[]>();
        foreach (ProgramOp program in programs)
        {
            if (Encode(program) is not { } bytes) return false;
            containers.Add(bytes);
        }
        if (job.Output == "-")
        {
            job.Write(containers[0]);
            return true;
        }
        var files = new string[programs.Count];
        if (single)
        {
            files[0] = Path.GetFileName(job.Output);
            job.Write(containers[0]);
        }
        else
        {
            Directory.CreateDirectory(job.Output);
            var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < files.Length; i++)
            {
                string stem = Plain(programs[i].SymName);
                files[i] = stem + ".vta";
                for (int n = 1; !taken.Add(files[i]); n++) files[i] = string.Create(CultureInfo.InvariantCulture, $"{stem}_{n}.vta");
                File.WriteAllBytes(Path.Combine(job.Output, files[i]), containers[i]);
            }
        }
        string manifest = single ? Path.ChangeExtension(job.Output, ".json") : Path.Combine(job.Output, "manifest.json");
        File.WriteAllBytes(manifest, WriteManifest(root, programs, files));
        return true;
    }

    private static byte[]? Encode(ProgramOp program)
    {
        var d = new Diag(program.Context.Diagnostics, program);
        if (VtaExport.ToProgram(program, d) is not { } binary) return null;
        var problems = new List<IsaProblem>();
        byte[]? bytes = VtaContainer.Write(binary, problems);
        foreach (IsaProblem problem in problems) d.Error(problem.Code, problem.Message);
        return bytes;
    }

    private static byte[] WriteManifest(Operation root, List<ProgramOp> programs, string[] files)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", "nest-npu-manifest");
            json.WriteNumber("version", 1);
            json.WriteStartArray("programs");
            for (int i = 0; i < files.Length; i++) Manifest.Write(json, programs[i], files[i]);
            json.WriteEndArray();
            Manifest.WriteSteps(json, root, programs);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static bool ToNpu(TranslationJob job)
    {
        VtaDevice? device = FindDevice(job.Context, job.Options.GetValueOrDefault("device", "tsim"));
        string name = job.Options.GetValueOrDefault("name", SymbolOf(job.Input.Name));
        if (device is null || Import(job.Context, job.Input, device, name) is not { } program || !Verifier.Verify(program)) return false;
        var text = new Utf8Writer();
        AsmPrinter.Print(program.ParentOp!, text, PrintOptions.Default);
        job.Write(text.Written);
        return true;
    }

    private static bool Dump(TranslationJob job)
    {
        var text = new StringBuilder();
        if (IsContainer(job.Input.Bytes))
        {
            // What is wrong with instructions is seen in the listing; only the container has to be readable.
            var problems = new List<IsaProblem>();
            VtaProgram? binary = VtaContainer.Read(job.Input.Bytes, problems);
            foreach (IsaProblem problem in problems) Say(job.Context, problem.Code, $"{job.Input.Name}: {problem.Message}");
            if (binary is null) return false;
            text.Append(Disassembler.Format(binary));
        }
        else
        {
            if (AsmParser.Parse(job.Context, job.Input) is not { } root || !Verifier.Verify(root) || !OptWeights.TryMap(job.Context, root, job.Input.Name)) return false;
            foreach (ProgramOp program in Programs(root))
            {
                if (VtaExport.ToProgram(program, new Diag(job.Context.Diagnostics, program)) is not { } binary) return false;
                text.Append("; program @").Append(program.SymName).Append('\n').Append(Disassembler.Format(binary));
            }
        }
        job.Write(Encoding.UTF8.GetBytes(text.ToString()));
        return true;
    }

    private static void Say(NestContext context, string code, string message) =>
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, code, Location.Unknown, message));

    private static string Plain(string name)
    {
        char[] letters = name.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(letters[i]) && letters[i] is not ('_' or '-')) letters[i] = '_';
        }
        return new string(letters);
    }
}
