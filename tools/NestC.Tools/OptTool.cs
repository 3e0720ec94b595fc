using System.CommandLine;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>
/// nest-opt: reads textual IR, verifies it, runs passes, and prints it. Standard streams are given, so that tests run it in process.
/// </summary>
/// <param name="registerDialects">Registers the dialects that inputs may use.</param>
/// <param name="passes">The passes that the command line may name; null: all.</param>
public sealed class OptTool(Action<NestContext> registerDialects, PassRegistry? passes = null)
{
    private const string Name = "nest-opt";
    private readonly OptOptions options = new();
    private readonly Lazy<PassRegistry> passes = new(() => passes ?? Registry.Passes());     // a run without passes does not load them
    private PassFlags flags = null!;
    private Stream standardInput = Stream.Null, standardOutput = Stream.Null, standardError = Stream.Null;
    private SourceFile? current;
    private ProgressReport? progress;
    private bool gated;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream input, Stream output, Stream error)
    {
        (standardInput, standardOutput, standardError) = (input, output, error);
        flags = new PassFlags(passes, options);
        string[] normal = CommandLineText.Normalize(arguments);
        if (flags.Take(ref normal) is { } wrong) return CommandLineText.Usage(error, Name, wrong);
        if (flags.ListPasses || flags.Markdown) return ListPasses();
        Command command = options.Command(Name, "Reads, verifies, transforms and prints IR.", normal);
        if (Unknown(command, normal) is { } usage) return usage;
        ParseResult args = command.Parse(normal);
        if (Array.IndexOf(normal, "--help") >= 0) return Help(args);
        if (CommandLineText.TryAnswer(args, Name, output, error) is { } done) return done;
        if (args.GetValue(options.Explain) is { } code) return Explain(code);
        if (options.Check(args) is { } problem) return CommandLineText.Usage(error, Name, problem);
        if (!DiagnosticRenderer.TryParse(args.GetValue(options.Format) ?? "text", out DiagnosticFormat format))
            return CommandLineText.Usage(error, Name, "--diagnostic-format is text, json or sarif");
        if (!DiagnosticRenderer.TryParse(args.GetValue(options.Color) ?? "auto", out ColorMode color))
            return CommandLineText.Usage(error, Name, "--color is auto, always or never");

        NestContext context = NewContext(args);
        if (OptOptions.Has(args, options.ShowDialects)) return ShowDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(format, context, error, color, Name);
        int exit;
        using (context.Diagnostics.PushHandler(d => Render(d, renderer)))
            exit = new InternalFault(Name, arguments).Run(context, () => Process(args, context, renderer), () => current);
        if (gated && exit == ExitCode.Error) exit = ExitCode.Policy;
        renderer.Finish();
        error.Flush();
        return exit;
    }

    private void Render(Diagnostic diagnostic, DiagnosticRenderer renderer)
    {
        gated |= diagnostic.Code == Passes.Npu.Placement.PlacementReport.FallbackCode;
        progress?.Clear();
        renderer.Render(diagnostic);
    }

    // An option that nobody knows: a suggestion is worth more than reading it as the name of a file.
    private int? Unknown(Command command, string[] arguments)
    {
        foreach (string argument in arguments)
        {
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2) continue;
            int equals = argument.IndexOf('=');
            string name = equals < 0 ? argument : argument[..equals];
            if (options.Knows(name) || name is "--help" or "--version") continue;
            if (name is "--emit-bytecode" or "--emit-bytecode-version" or "--elide-resource-data-from-bytecode")
                return CommandLineText.Usage(standardError, Name, $"{name}: bytecode is not written; mlir-opt makes it of text that nest-opt writes: nest-opt --mlir-print-op-generic ... | mlir-opt --emit-bytecode");
            List<string> names = [.. PassFlags.Spellings];
            foreach (Option option in command.Options) names.Add(option.Name);
            foreach (string pass in passes.Value.Names()) names.Add("--" + pass);
            return CommandLineText.Usage(standardError, Name,
                $"unknown command line argument '{name}'; {Suggestion.DidYouMean(name, names) ?? "try '--help' and '--list-passes'"}");
        }
        return null;
    }

    private int Help(ParseResult args)
    {
        using StringWriter text = new();
        args.Invoke(new InvocationConfiguration { Output = text, Error = text });
        text.Write("Passes:\n");
        foreach ((string flag, string what) in PassFlags.Help) text.Write($"  {flag.PadRight(44)}  {what}\n");
        CommandLineText.Write(standardOutput, text.ToString().TrimEnd() + "\n");
        return ExitCode.Ok;
    }

    private int ListPasses()
    {
        CommandLineText.Write(standardOutput, flags.Markdown ? PassDocumentation.Markdown(passes.Value) : PassDocumentation.List(passes.Value));
        return ExitCode.Ok;
    }

    private NestContext NewContext(ParseResult args)
    {
        NestContext context = new()
        {
            AllowUnregisteredDialects = OptOptions.Has(args, options.AllowUnregistered),
            ReadsInteropNames = OptOptions.Has(args, options.Interop),
            // As upstream: diagnostics that are compared are without it.
            PrintOpOnDiagnostic = OptOptions.Has(args, options.OpOnDiagnostic) && !OptOptions.Has(args, options.VerifyDiagnostics),
        };
        registerDialects(context);
        return context;
    }

    private int Explain(string code)
    {
        if (DiagnosticCatalog.Explain(code) is not { } text)
            return CommandLineText.Usage(standardError, Name, $"there is no diagnostic '{code}'");
        CommandLineText.Write(standardOutput, text);
        return ExitCode.Ok;
    }

    private int ShowDialects(NestContext context)
    {
        CommandLineText.Write(standardOutput, "Available Dialects: " + string.Join(",", context.DialectNames) + "\n");
        return ExitCode.Ok;
    }

    private int Process(ParseResult args, NestContext context, DiagnosticRenderer renderer)
    {
        string path = args.GetValue(options.Input) ?? "-";
        current = path == "-" ? SourceFile.FromStream("<stdin>", standardInput) : SourceFile.Read(path);
        Memory.ReserveFor(current.Length);
        string marker = args.GetResult(options.Split) is null ? "" : args.GetValue(options.Split) ?? SplitInput.DefaultMarker;
        SplitInput split = SplitInput.At(current, marker, context);
        string to = args.GetValue(options.Output) ?? "-";
        using Stream? file = to == "-" ? null : OutputFile.Create(to);
        Utf8Writer writer = new(file ?? standardOutput, 1 << 16);
        bool ok = true;
        for (int i = 0; i < split.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(args.GetValue(options.OutputMarker) ?? SplitInput.DefaultMarker);
                writer.Write('\n');
            }
            SourceFile chunk = current = split.Chunk(i);
            NestContext own = split.Count == 1 ? context : NewContext(args);
            renderer.Context = own;
            using (own.Diagnostics.PushHandler(d => Render(d, renderer))) ok &= ProcessChunk(args, own, chunk, writer, renderer);
        }
        writer.Flush();
        (file ?? standardOutput).Flush();
        return ok ? ExitCode.Ok : ExitCode.Error;
    }

    private bool ProcessChunk(ParseResult args, NestContext context, SourceFile chunk, Utf8Writer writer, DiagnosticRenderer renderer)
    {
        if (!OptOptions.Has(args, options.VerifyDiagnostics)) return Transform(args, context, chunk, writer);
        using DiagnosticVerifier verifier = new(context, renderer.Render);
        verifier.Add(chunk);
        Transform(args, context, chunk, writer);
        return verifier.Verify();
    }

    private bool Transform(ParseResult args, NestContext context, SourceFile chunk, Utf8Writer writer)
    {
        PrintOptions print = options.Print(args);
        progress = flags.HasPipeline ? ProgressReport.For(standardError, flags.Progress) : null;
        PassRun run = new(flags, passes, standardError, print)
        {
            Progress = progress,
            VerifyEach = args.GetResult(options.VerifyEach) is null || args.GetValue(options.VerifyEach) is null or "true",
            Threads = OptOptions.Has(args, options.DisableThreading) ? 1 : Environment.ProcessorCount,
        };
        Operation? op;
        using (run.Phase("Parser"))
        {
            op = AsmParser.Parse(context, chunk, implicitModule: !OptOptions.Has(args, options.NoImplicitModule));
            if (op is null || !Verifier.Verify(op)) return false;
        }
        if (OptOptions.Has(args, options.VerifyRoundtrip) && !Roundtrip.Check(op, context, () => NewContext(args))) return false;
        bool transforms = flags.HasPipeline || flags.RunReproducer || flags.DumpPipeline;
        OptWeights? weights = null;
        if (transforms && context.ExternalResources is not null) weights = OptWeights.Attach(context, op, args.GetValue(options.Input) ?? "-");
        bool ok = !transforms || run.Run(op);
        if (ok)
        {
            weights?.Detach(op, args.GetValue(options.Output) ?? "-");
            using (run.Phase("Output")) AsmPrinter.Print(op, writer, print);
        }
        run.Finish();
        return ok;
    }
}
