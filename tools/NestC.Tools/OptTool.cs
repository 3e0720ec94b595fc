using System.CommandLine;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>
/// nest-opt: reads textual IR, verifies it, runs passes, and prints it. Standard streams are given, so that tests run it in process.
/// </summary>
public sealed class OptTool(Action<NestContext> registerDialects)
{
    private const string Name = "nest-opt";
    private readonly OptOptions options = new();
    private Stream standardInput = Stream.Null, standardOutput = Stream.Null, standardError = Stream.Null;
    private SourceFile? current;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream input, Stream output, Stream error)
    {
        (standardInput, standardOutput, standardError) = (input, output, error);
        ParseResult args = options.Command("Reads, verifies, transforms and prints IR.").Parse(CommandLineText.Normalize(arguments));
        if (CommandLineText.TryAnswer(args, Name, output, error) is { } done) return done;
        if (args.GetValue(options.Explain) is { } code) return Explain(code);
        if (!DiagnosticRenderer.TryParse(args.GetValue(options.Format)!, out DiagnosticFormat format))
            return CommandLineText.Usage(error, Name, "--diagnostic-format is text, json or sarif");
        if (!DiagnosticRenderer.TryParse(args.GetValue(options.Color)!, out ColorMode color))
            return CommandLineText.Usage(error, Name, "--color is auto, always or never");

        if (options.Check(args) is { } problem) return CommandLineText.Usage(error, Name, problem);
        NestContext context = NewContext(args);
        if (OptOptions.Has(args, options.ShowDialects)) return ShowDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(format, context, error, color, Name);
        int exit;
        using (context.Diagnostics.PushHandler(renderer.Render))
            exit = new InternalFault(Name, arguments).Run(context, () => Process(args, context, renderer), () => current);
        renderer.Finish();
        error.Flush();
        return exit;
    }

    private NestContext NewContext(ParseResult args)
    {
        NestContext context = new() { AllowUnregisteredDialects = OptOptions.Has(args, options.AllowUnregistered) };
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
        string to = args.GetValue(options.Output)!;
        using Stream? file = to == "-" ? null : new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        Utf8Writer writer = new(file ?? standardOutput, 1 << 16);
        bool ok = true;
        for (int i = 0; i < split.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(args.GetValue(options.OutputMarker)!);
                writer.Write('\n');
            }
            SourceFile chunk = current = split.Chunk(i);
            NestContext own = split.Count == 1 ? context : NewContext(args);
            renderer.Context = own;
            using (own.Diagnostics.PushHandler(renderer.Render)) ok &= ProcessChunk(args, own, chunk, writer, renderer);
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
        Operation? op = AsmParser.Parse(context, chunk, implicitModule: !OptOptions.Has(args, options.NoImplicitModule));
        if (op is null || !Verifier.Verify(op)) return false;
        PrintOptions print = options.Print(args);
        if (OptOptions.Has(args, options.VerifyRoundtrip) && !Roundtrip.Check(op, context, NewContext(args))) return false;
        AsmPrinter.Print(op, writer, print);
        return true;
    }
}
