using System.CommandLine;
using System.CommandLine.Parsing;
using NestC.Diagnostics;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>
/// The options of nest-opt, with mlir-opt's spellings. All are options of strings, flags being ones without a value: each other
/// type would be one more instance of System.CommandLine's generics that is compiled at start-up.
/// </summary>
internal sealed class OptOptions
{
    public readonly Argument<string> Input = new("input") { Description = "the file to read; - for standard input", Arity = ArgumentArity.ZeroOrOne, CustomParser = First };
    public readonly Option<string> Output = new("--output", "-o") { Description = "the file to write; - for standard output, as without", CustomParser = First };
    public readonly Option<string> AllowUnregistered = Flag("--allow-unregistered-dialect", "let operations, types and attributes of unknown dialects through");
    public readonly Option<string> Generic = Flag("--mlir-print-op-generic", "print every operation in generic form");
    public readonly Option<string> Interop = Flag("--mlir-interop", "exchange with mlir-opt: generic form, and operations of ours in upstream's dialects as nest_DIALECT.OP, read and printed");
    public readonly Option<string> DebugInfo = Flag("--mlir-print-debuginfo", "print locations");
    public readonly Option<string> PrettyDebugInfo = Flag("--mlir-pretty-debuginfo", "with --mlir-print-debuginfo: print locations in a readable form");
    public readonly Option<string> LocalScope = Flag("--mlir-print-local-scope", "print without aliases");
    public readonly Option<string> ValueUsers = Flag("--mlir-print-value-users", "print the users of each value in a comment");
    public readonly Option<string> UniqueIds = Flag("--mlir-print-unique-ssa-ids", "never use a value's number twice");
    public readonly Option<string> SkipRegions = Flag("--mlir-print-skip-regions", "print regions as {...}");
    public readonly Option<string> AssumeVerified = Flag("--mlir-print-assume-verified", "print custom syntax without verifying first");
    public readonly Option<string> ElideElements = Text("--mlir-elide-elementsattrs-if-larger", "elide element attributes with more elements");
    public readonly Option<string> ElideResources = Text("--mlir-elide-resource-strings-if-larger", "leave out longer resource strings");
    public readonly Option<string> HexElements = Text("--mlir-print-elementsattrs-with-hex-if-larger", "print larger element attributes as hexadecimal; -1: never");
    public readonly Option<string?> Split = new("--split-input-file") { Description = "process the parts of the input between markers ('// -----') one by one", Arity = ArgumentArity.ZeroOrOne, CustomParser = First };
    public readonly Option<string> OutputMarker = Text("--output-split-marker", "what to print between the parts ('// -----')");
    public readonly Option<string> VerifyDiagnostics = Flag("--verify-diagnostics", "check that the diagnostics are those that expected-* comments name");
    public readonly Option<string> VerifyEach = new("--verify-each") { Description = "verify after each pass (default: true)", Arity = ArgumentArity.ZeroOrOne, CustomParser = First };
    public readonly Option<string> VerifyRoundtrip = Flag("--verify-roundtrip", "print, parse again, and compare");
    public readonly Option<string> NoImplicitModule = Flag("--no-implicit-module", "do not put a module around what the input holds");
    public readonly Option<string> ShowDialects = Flag("--show-dialects", "print the registered dialects");
    public readonly Option<string> OpOnDiagnostic = Flag("--mlir-print-op-on-diagnostic", "add the operation to errors about it, in a note");
    public readonly Option<string> DisableThreading = Flag("--mlir-disable-threading", "use one thread");
    public readonly Option<string> Format = Text("--diagnostic-format", "text (as without), json or sarif");
    public readonly Option<string> Color = Text("--color", "auto (as without), always or never");
    public readonly Option<string> Explain = Text("--explain", "explain a diagnostic code, such as NEST1001");

    private static Option<string> Text(string name, string description) => new(name) { Description = description, CustomParser = First };

    // What System.CommandLine does for strings, without its table of what it can read.
    private static string? First(ArgumentResult result) => result.Tokens.Count == 0 ? null : result.Tokens[0].Value;

    private static Option<string> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>
    /// The command of these options. The root command of System.CommandLine brings help, the version and directives, and looks their
    /// texts up in resources: 5 ms, which only those pay who ask for one of them.
    /// </summary>
    public Command Command(string tool, string description, string[] arguments) =>
        Array.Exists(arguments, static a => a is "--help" or "-h" or "-?" or "/h" or "/?" or "--version" || a.StartsWith('['))
            ? With(new RootCommand(description))
            : With(new Command(tool, description));

    private Command With(Command command)
    {
        command.Add(Input);
        foreach (Option option in all) command.Add(option);
        return command;
    }

    /// <summary>Whether there is an option of this name, dashes included.</summary>
    public bool Knows(string name) => Array.Exists(all, option => option.Name == name);

    private readonly Option[] all;

    public OptOptions() => all =
    [
        Output, AllowUnregistered, Generic, Interop, DebugInfo, PrettyDebugInfo, LocalScope, ValueUsers, UniqueIds, SkipRegions, AssumeVerified,
        ElideElements, ElideResources, HexElements, Split, OutputMarker, VerifyDiagnostics, VerifyEach, VerifyRoundtrip, NoImplicitModule,
        ShowDialects, OpOnDiagnostic, DisableThreading, Format, Color, Explain,
    ];

    /// <summary>Whether a flag was given.</summary>
    public static bool Has(ParseResult args, Option<string> flag) => args.GetResult(flag) is not null;

    private static long? Number(ParseResult args, Option<string> option) =>
        args.GetResult(option) is null ? null : long.TryParse(args.GetValue(option), out long value) ? value : null;

    /// <summary>What is wrong with the values of the options, or null.</summary>
    public string? Check(ParseResult args)
    {
        foreach (Option<string> option in (Option<string>[])[ElideElements, ElideResources, HexElements])
            if (args.GetResult(option) is not null && Number(args, option) is null) return $"{option.Name} wants a number, not '{args.GetValue(option)}'";
        return null;
    }

    public PrintOptions Print(ParseResult args) => new()
    {
        Generic = Has(args, Generic) || Has(args, Interop),
        Interop = Has(args, Interop),
        DebugInfo = Has(args, DebugInfo),
        PrettyDebugInfo = Has(args, PrettyDebugInfo),
        LocalScope = Has(args, LocalScope),
        ValueUsers = Has(args, ValueUsers),
        UniqueSsaIds = Has(args, UniqueIds),
        SkipRegions = Has(args, SkipRegions),
        AssumeVerified = Has(args, AssumeVerified),
        ElideElementsLargerThan = Number(args, ElideElements),
        ElideResourceStringsLargerThan = Number(args, ElideResources),
        HexElementsLargerThan = Number(args, HexElements) ?? PrintOptions.Default.HexElementsLargerThan,
    };
}
