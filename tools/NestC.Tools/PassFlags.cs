using System.Globalization;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes;

namespace NestC.Tools;

/// <summary>
/// The options about passes, with mlir-opt's spellings. They are picked out of the arguments that are there, by looking each up in
/// the registry, so that start-up does not grow with the number of passes.
/// </summary>
internal sealed class PassFlags
{
    private readonly List<PassFlag> passes = [];
    private readonly Lazy<PassRegistry> registry;
    private readonly OptOptions? options;
    private string placement = "";

    /// <param name="registry">The passes that flags may name.</param>
    /// <param name="options">The options that are not about passes.</param>
    public PassFlags(Lazy<PassRegistry> registry, OptOptions? options = null)
    {
        this.registry = registry;
        this.options = options;
    }

    private PassRegistry Registry => registry.Value;

    public string? Pipeline { get; private set; }

    public IReadOnlyList<PassFlag> Passes => passes;

    /// <summary>Whether to print docs/passes.md.</summary>
    public bool Markdown { get; private set; }

    public bool DumpPipeline { get; private set; }

    public bool ListPasses { get; private set; }

    public bool Timing { get; private set; }

    public bool TimingAsList { get; private set; }

    public bool TimingAsJson { get; private set; }

    public string? Trace { get; private set; }

    /// <summary>Whether to say how far passes have got; null: where standard error is a terminal.</summary>
    public bool? Progress { get; private set; }

    public bool Statistics { get; private set; }

    public bool StatisticsAsList { get; private set; }

    public string? CrashReproducer { get; private set; }

    public bool LocalReproducer { get; private set; }

    public string? GenerateReproducer { get; private set; }

    public bool RunReproducer { get; private set; }

    public bool DebugRewrites { get; private set; }

    /// <summary>Seeds to evaluate each function with before and after each pass; 0: no check.</summary>
    public int SemanticSeeds { get; private set; }

    public IrPrintingOptions Printing { get; } = new();

    /// <summary>Whether anything is to be run or printed beside parsing and printing.</summary>
    public bool HasPipeline => Pipeline is not null || passes.Count > 0;

    /// <summary>The lines of `--help`.</summary>
    public static IReadOnlyList<(string Flag, string Text)> Help =>
    [
        ("--PASS, --PASS=OPTIONS", "run a pass or named pipeline: --canonicalize=\"top-down=true\"; the order counts"),
        ("--pass-pipeline=TEXT", "run a pipeline: 'builtin.module(func.func(cse,canonicalize{top-down=true}))'"),
        ("-p TEXT", "run passes on the module: 'cse,func.func(canonicalize)'"),
        ("--explain-placement", "with --lower-to-npu: print the verdict of every operation"),
        ("--placement-json=FILE", "with --lower-to-npu: write the verdicts to a file"),
        ("--fail-on-fallback", "with --lower-to-npu: exit with 4 when an operation that computes stays on the host"),
        ("--list-passes", "print all passes with their options"),
        ("--dump-pass-pipeline", "print the pipeline that is run, with every option"),
        ("--check-semantics[=SEEDS]", "evaluate functions before and after each pass, and compare"),
        ("--debug-rewrites", "print every attempt of a pattern with its reason"),
        ("--mlir-timing", "print how long passes take; --mlir-timing-display=list|tree, --mlir-output-format=text|json"),
        ("--progress[=auto|always|never]", "say which pass runs, and how far it has got (auto: where standard error is a terminal)"),
        ("--trace=FILE", "write a trace of passes and patterns that Chrome and Perfetto read"),
        ("--mlir-pass-statistics", "print what passes counted; --mlir-pass-statistics-display=list|pipeline"),
        ("--mlir-print-ir-before=PASS,...", "print the IR before passes; --mlir-print-ir-before-all"),
        ("--mlir-print-ir-after=PASS,...", "print the IR after passes; --mlir-print-ir-after-all, -after-change, -after-failure"),
        ("--mlir-print-ir-module-scope", "print the whole module each time"),
        ("--mlir-print-ir-tree-dir=FOLDER", "write each dump to a file in a tree of folders"),
        ("--mlir-pass-pipeline-crash-reproducer=FILE", "write IR and pipeline to a file when a pass fails"),
        ("--mlir-pass-pipeline-local-reproducer", "reduce that file to the failing pass"),
        ("--mlir-generate-reproducer=FILE", "write IR and pipeline to a file in any case"),
        ("--run-reproducer", "run the pipeline that the input holds"),
    ];

    /// <summary>All fixed spellings, for suggestions.</summary>
    public static string[] Spellings =>
    [
        "--explain-placement", "--placement-json", "--fail-on-fallback", "--pass-pipeline", "--list-passes", "--dump-pass-pipeline", "--check-semantics", "--debug-rewrites", "--mlir-timing", "--mlir-timing-display",
        "--mlir-output-format", "--progress", "--trace", "--mlir-pass-statistics", "--mlir-pass-statistics-display", "--mlir-print-ir-before",
        "--mlir-print-ir-before-all", "--mlir-print-ir-after", "--mlir-print-ir-after-all", "--mlir-print-ir-after-change",
        "--mlir-print-ir-after-failure", "--mlir-print-ir-module-scope", "--mlir-print-ir-tree-dir", "--mlir-pass-pipeline-crash-reproducer",
        "--mlir-pass-pipeline-local-reproducer", "--mlir-generate-reproducer", "--run-reproducer",
    ];

    /// <summary>Takes what it knows out of the arguments. What is wrong with a value, or null.</summary>
    public string? Take(ref string[] arguments)
    {
        List<string> rest = new(arguments.Length);
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument == "-p" && i + 1 < arguments.Length)
            {
                Pipeline = $"builtin.module({arguments[++i]})";
                continue;
            }
            int equals = argument.IndexOf('=');
            if (argument.Length < 3 || !argument.StartsWith("--", StringComparison.Ordinal) || options?.Knows(equals < 0 ? argument : argument[..equals]) == true)
            {
                rest.Add(argument);
                continue;
            }
            string name = equals < 0 ? argument[2..] : argument[2..equals];
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            if (Registry.Knows(name))
            {
                passes.Add(new PassFlag(name, Unbraced(value ?? "")));
                continue;
            }
            if (equals < 0 && NeedsValue(name))
            {
                if (i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal)) return $"--{name} wants a value: --{name}=VALUE";
                value = arguments[++i];
            }
            bool known = Set(name, value, out string? error);
            if (error is not null) return error;
            if (!known) rest.Add(argument);
        }
        arguments = rest.ToArray();
        return null;
    }

    private static string Unbraced(string options) => options is ['{', .., '}'] ? options[1..^1] : options;

    private static bool NeedsValue(string name) => name is "pass-pipeline" or "placement-json" or "trace" or "mlir-timing-display" or "mlir-output-format" or "mlir-pass-statistics-display"
        or "mlir-print-ir-before" or "mlir-print-ir-after" or "mlir-print-ir-tree-dir" or "mlir-pass-pipeline-crash-reproducer" or "mlir-generate-reproducer";

    private bool Set(string name, string? value, out string? error)
    {
        error = null;
        bool on = value is null or "true" or "1";
        switch (name)
        {
            case "explain-placement": placement += " explain-placement=true"; break;
            case "fail-on-fallback": placement += " fail-on-fallback=true"; break;
            case "placement-json" when value is { Length: > 0 }: placement += $" placement-json={value}"; break;
            case "pass-pipeline": Pipeline = value ?? ""; break;
            case "passes-markdown": Markdown = on; break;
            case "list-passes": ListPasses = on; break;
            case "dump-pass-pipeline": DumpPipeline = on; break;
            case "debug-rewrites": DebugRewrites = on; break;
            case "check-semantics":
                if (value is null) SemanticSeeds = 16;
                else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seeds) && seeds > 0) SemanticSeeds = seeds;
                else error = $"--check-semantics takes a number of seeds, not '{value}'";
                break;
            case "mlir-timing": Timing = on; break;
            case "mlir-timing-display": TimingAsList = OneOf(name, value, "list", "tree", ref error); break;
            case "mlir-output-format": TimingAsJson = OneOf(name, value, "json", "text", ref error); break;
            case "trace": Trace = value; break;
            case "progress":
                if (value is not (null or "auto" or "always" or "never")) error = $"--progress is auto, always or never, not '{value}'";
                Progress = value switch { "auto" => null, "never" => false, _ => true };
                break;
            case "mlir-pass-statistics": Statistics = on; break;
            case "mlir-pass-statistics-display": StatisticsAsList = OneOf(name, value, "list", "pipeline", ref error); break;
            case "mlir-print-ir-before-all": Printing.BeforeAll = on; break;
            case "mlir-print-ir-after-all": Printing.AfterAll = on; break;
            case "mlir-print-ir-before": AddNames(Printing.Before, value, ref error); break;
            case "mlir-print-ir-after": AddNames(Printing.After, value, ref error); break;
            case "mlir-print-ir-after-change": Printing.AfterChange = on; break;
            case "mlir-print-ir-after-failure": Printing.AfterFailure = on; break;
            case "mlir-print-ir-module-scope": Printing.ModuleScope = on; break;
            case "mlir-print-ir-tree-dir": Printing.TreeFolder = value; break;
            case "mlir-pass-pipeline-crash-reproducer": CrashReproducer = value; break;
            case "mlir-pass-pipeline-local-reproducer": LocalReproducer = on; break;
            case "mlir-generate-reproducer": GenerateReproducer = value; break;
            case "run-reproducer": RunReproducer = on; break;
            default: return false;
        }
        return true;
    }

    private static bool OneOf(string name, string? value, string yes, string no, ref string? error)
    {
        if (value != yes && value != no) error = $"--{name} is {yes} or {no}, not '{value}'";
        return value == yes;
    }

    private void AddNames(List<string> names, string? value, ref string? error)
    {
        foreach (string name in (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Registry.Knows(name)) names.Add(name);
            else error = $"there is no pass '{name}'" + (Suggestion.DidYouMean(name, Registry.Names()) is { } near ? "; " + near : "");
        }
    }

    /// <summary>The pipeline that the flags ask for; null after an error was reported.</summary>
    /// <param name="root">The operation that the flags of single passes run on.</param>
    public PassPipeline? Build(NestContext context, string root = "builtin.module")
    {
        if (Pipeline is not null)
        {
            if (passes.Count == 0) return PipelineParser.Parse(Registry, context, Pipeline);
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3108", Location.Unknown, "'-pass-pipeline' option can't be used with individual pass options"));
            return null;
        }
        PassPipeline pipeline = new(root, PassNesting.Implicit);
        foreach ((string pass, string options) in passes)
        {
            string all = pass == "lower-to-npu" ? (options + placement).Trim() : options;
            if (Registry.AddTo(pipeline, pass, all, out string? help) is not { } error) continue;
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3103", Location.Unknown, error) { Help = help });
            return null;
        }
        return pipeline;
    }
}

/// <summary>A pass that a flag names, with the text of its options.</summary>
internal sealed record PassFlag(string Pass, string Options);
