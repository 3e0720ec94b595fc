using System.Diagnostics;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes;
using NestC.Rewriting;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>
/// nest-reduce: makes an input smaller while it stays interesting: while the passes named crash, report a code, change what a
/// function computes or apply a pattern, or while a program of the user's says so.
/// </summary>
public sealed class ReduceTool(Action<NestContext> registerDialects, PassRegistry? passes = null)
{
    private const string Name = "nest-reduce";

    private const string Usage = """
        nest-reduce INPUT [-o OUTPUT] [passes] WHAT

        Makes the input smaller while it stays interesting.

        WHAT is interesting:
          --crash              the passes throw
          --diagnostic=CODE    the passes (or the verifier) report this code: NEST3130
          --semantics[=SEEDS]  a pass changes what a function computes
          --pattern=NAME       this pattern changes something
          --test=PROGRAM       PROGRAM [--test-arg=ARG ...] FILE exits with 0

        Passes are named as in nest-opt: --pass-pipeline=..., --canonicalize, ...
          --allow-unregistered-dialect   as in nest-opt
          --max-tries=N                  candidates that are tried at most (2000)

        """;

    private readonly Lazy<PassRegistry> passes = new(() => passes ?? Registry.Passes());
    private readonly List<string> testArguments = [];
    private readonly List<string> fired = [];       // patterns that changed something
    private string? input, output, diagnostic, pattern, test;
    private bool crash, unregistered;
    private int seeds, tries = 2000;
    private PassFlags flags = null!;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream standardInput, Stream standardOutput, Stream error)
    {
        if (Array.IndexOf(arguments, "--help") >= 0)
        {
            CommandLineText.Write(standardOutput, Usage);
            return ExitCode.Ok;
        }
        flags = new PassFlags(passes);
        string[] rest = CommandLineText.Normalize(arguments);
        if ((flags.Take(ref rest) ?? Take(rest)) is { } wrong) return CommandLineText.Usage(error, Name, wrong);
        NestContext context = new() { AllowUnregisteredDialects = unregistered };
        registerDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(DiagnosticFormat.Text, context, error, ColorMode.Auto, "nest-opt");
        SourceFile? source = null;
        using (context.Diagnostics.PushHandler(renderer.Render))
        {
            return new InternalFault(Name, arguments).Run(context, () =>
            {
                source = input is null or "-" ? SourceFile.FromStream("<stdin>", standardInput) : SourceFile.Read(input);
                return Reduce(context, source, standardOutput, error);
            }, () => source);
        }
    }

    private string? Take(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=');
            string name = equals < 0 ? argument : argument[..equals], value = equals < 0 ? "" : argument[(equals + 1)..];
            switch (name)
            {
                case "-o" or "--output": output = equals >= 0 ? value : i + 1 < arguments.Length ? arguments[++i] : null; break;
                case "--crash": crash = true; break;
                case "--diagnostic": diagnostic = value; break;
                case "--semantics":
                    seeds = 16;
                    if (equals >= 0 && !int.TryParse(value, out seeds)) return $"--semantics takes a number of seeds, not '{value}'";
                    break;
                case "--pattern": pattern = value; break;
                case "--test": test = value; break;
                case "--test-arg": testArguments.Add(value); break;
                case "--allow-unregistered-dialect": unregistered = true; break;
                case "--max-tries":
                    if (!int.TryParse(value, out tries)) return $"--max-tries takes a number, not '{value}'";
                    break;
                default:
                    if (argument.StartsWith('-') && argument.Length > 1) return $"unknown command line argument '{argument}'; try '--help'";
                    if (input is not null) return $"there are two inputs: '{input}' and '{argument}'";
                    input = argument;
                    break;
            }
        }
        int kinds = (crash ? 1 : 0) + (diagnostic is null ? 0 : 1) + (seeds > 0 ? 1 : 0) + (pattern is null ? 0 : 1) + (test is null ? 0 : 1);
        return kinds == 1 ? null : "say what is interesting by one of --crash, --diagnostic, --semantics, --pattern and --test";
    }

    private int Reduce(NestContext context, SourceFile source, Stream standardOutput, Stream error)
    {
        if (AsmParser.Parse(context, source) is not { } root) return ExitCode.Error;
        if (test is null && flags.Build(context) is null) return ExitCode.Error;
        using (context.Diagnostics.PushHandler(static _ => { }))
        {
            if (!IsInteresting(root)) root = null!;
        }
        if (root is null)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3140", Location.Unknown, "the input is not interesting as it is") { Help = WhyNot() });
            return ExitCode.Error;
        }
        IrReducer reducer = new(IsInteresting) { MaxTries = tries };
        long before = Count(root);
        Operation best = reducer.Reduce(root);
        using FileStream? file = output is null or "-" ? null : File.Create(output);
        Utf8Writer writer = new(file ?? standardOutput, 1 << 14);
        AsmPrinter.Print(best, writer, PrintOptions.Default);
        writer.Flush();
        (file ?? standardOutput).Flush();
        CommandLineText.Write(error, $"nest-reduce: {before} to {Count(best)} operations in {reducer.Tries} tries\n");
        return ExitCode.Ok;
    }

    // What the user may have meant instead.
    private string? WhyNot()
    {
        if (pattern is null) return test is null ? null : $"'{test}' exits with another status than 0 for it";
        if (fired.Count == 0) return "the passes apply no pattern to it";
        return Suggestion.DidYouMean(pattern, fired) ?? $"patterns that change something: {string.Join(", ", fired)}";
    }

    private static long Count(Operation root)
    {
        long count = 0;
        root.Walk(_ =>
        {
            count++;
            return WalkResult.Advance;
        });
        return count;
    }

    private bool IsInteresting(Operation candidate)
    {
        if (test is not null) return RunTest(candidate);
        NestContext context = candidate.Context;
        Operation copy = IrReducer.Copy(candidate);
        bool reported = false;
        PatternWatch? watch = pattern is null ? null : new PatternWatch(pattern, fired);
        SemanticCheck? check = seeds > 0 ? new SemanticCheck(seeds) { Explain = false } : null;
        using (context.Diagnostics.PushHandler(d => reported |= d.Code == diagnostic))
        {
            PassManager manager = new(flags.Build(context)!) { Threads = 1 };
            if (watch is not null) manager.Hooks.Add(watch);
            if (check is not null) manager.Hooks.Add(check);
            try
            {
                if (Verifier.Verify(copy)) manager.Run(copy);
            }
            catch (Exception) when (crash)
            {
                return true;
            }
        }
        return reported || watch is { Fired: true } || check is { Differences: > 0 };
    }

    private bool RunTest(Operation candidate)
    {
        string file = Path.Combine(Path.GetTempPath(), $"nest-reduce-{Environment.ProcessId}.mlir");
        try
        {
            File.WriteAllText(file, AsmPrinter.ToText(candidate) + "\n");
            ProcessStartInfo start = new(test!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in testArguments) start.ArgumentList.Add(argument);
            start.ArgumentList.Add(file);
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"'{test}' cannot be run: {e.Message}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class PatternWatch(string name, List<string> all) : PassInstrumentation, IRewriteObserver
    {
        public bool Fired { get; private set; }

        bool IRewriteObserver.WantsReasons => false;

        void IRewriteObserver.Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
        {
            if (!changed) return;
            Fired |= pattern.Name == name;
            if (!all.Contains(pattern.Name)) all.Add(pattern.Name);
        }
    }
}
