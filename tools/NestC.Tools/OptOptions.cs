using System.CommandLine;
using NestC.Diagnostics;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>The options of nest-opt, with mlir-opt's spellings.</summary>
internal sealed class OptOptions
{
    public readonly Argument<string> Input = new("input") { Description = "the file to read; - for standard input", Arity = ArgumentArity.ZeroOrOne };
    public readonly Option<string> Output = new("--output", "-o") { Description = "the file to write; - for standard output", DefaultValueFactory = static _ => "-" };
    public readonly Option<bool> AllowUnregistered = Flag("--allow-unregistered-dialect", "let operations, types and attributes of unknown dialects through");
    public readonly Option<bool> Generic = Flag("--mlir-print-op-generic", "print every operation in generic form");
    public readonly Option<bool> DebugInfo = Flag("--mlir-print-debuginfo", "print locations");
    public readonly Option<bool> PrettyDebugInfo = Flag("--mlir-pretty-debuginfo", "print locations in a readable form");
    public readonly Option<bool> LocalScope = Flag("--mlir-print-local-scope", "print without aliases");
    public readonly Option<bool> ValueUsers = Flag("--mlir-print-value-users", "print the users of each value in a comment");
    public readonly Option<bool> UniqueIds = Flag("--mlir-print-unique-ssa-ids", "never use a value's number twice");
    public readonly Option<bool> SkipRegions = Flag("--mlir-print-skip-regions", "print regions as {...}");
    public readonly Option<bool> AssumeVerified = Flag("--mlir-print-assume-verified", "print custom syntax without verifying first");
    public readonly Option<long?> ElideElements = new("--mlir-elide-elementsattrs-if-larger") { Description = "elide element attributes with more elements" };
    public readonly Option<long?> ElideResources = new("--mlir-elide-resource-strings-if-larger") { Description = "leave out longer resource strings" };
    public readonly Option<long?> HexElements = new("--mlir-print-elementsattrs-with-hex-if-larger") { Description = "print larger element attributes as hexadecimal; -1: never" };
    public readonly Option<string?> Split = new("--split-input-file") { Description = "process the parts of the input between markers ('// -----') one by one", Arity = ArgumentArity.ZeroOrOne };
    public readonly Option<string> OutputMarker = new("--output-split-marker") { Description = "what to print between the parts", DefaultValueFactory = static _ => SplitInput.DefaultMarker };
    public readonly Option<bool> VerifyDiagnostics = Flag("--verify-diagnostics", "check that the diagnostics are those that expected-* comments name");
    public readonly Option<bool?> VerifyEach = new("--verify-each") { Description = "verify after each pass (default: true)", Arity = ArgumentArity.ZeroOrOne };
    public readonly Option<bool> VerifyRoundtrip = Flag("--verify-roundtrip", "print, parse again, and compare");
    public readonly Option<bool> NoImplicitModule = Flag("--no-implicit-module", "do not put a module around what the input holds");
    public readonly Option<bool> ShowDialects = Flag("--show-dialects", "print the registered dialects");
    public readonly Option<bool> DisableThreading = Flag("--mlir-disable-threading", "use one thread");
    public readonly Option<string> Format = new("--diagnostic-format") { Description = "text, json or sarif", DefaultValueFactory = static _ => "text" };
    public readonly Option<string> Color = new("--color") { Description = "auto, always or never", DefaultValueFactory = static _ => "auto" };
    public readonly Option<string?> Explain = new("--explain") { Description = "explain a diagnostic code, such as NEST1001" };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public RootCommand Command(string description) => new(description)
    {
        Input, Output, AllowUnregistered, Generic, DebugInfo, PrettyDebugInfo, LocalScope, ValueUsers, UniqueIds, SkipRegions, AssumeVerified,
        ElideElements, ElideResources, HexElements, Split, OutputMarker, VerifyDiagnostics, VerifyEach, VerifyRoundtrip, NoImplicitModule,
        ShowDialects, DisableThreading, Format, Color, Explain,
    };

    public PrintOptions Print(ParseResult args) => new()
    {
        Generic = args.GetValue(Generic),
        DebugInfo = args.GetValue(DebugInfo) || args.GetValue(PrettyDebugInfo),
        PrettyDebugInfo = args.GetValue(PrettyDebugInfo),
        LocalScope = args.GetValue(LocalScope),
        ValueUsers = args.GetValue(ValueUsers),
        UniqueSsaIds = args.GetValue(UniqueIds),
        SkipRegions = args.GetValue(SkipRegions),
        AssumeVerified = args.GetValue(AssumeVerified),
        ElideElementsLargerThan = args.GetValue(ElideElements),
        ElideResourceStringsLargerThan = args.GetValue(ElideResources),
        HexElementsLargerThan = args.GetValue(HexElements) ?? PrintOptions.Default.HexElementsLargerThan,
    };
}
