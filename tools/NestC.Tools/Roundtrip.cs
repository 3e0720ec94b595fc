using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>`--verify-roundtrip`: what is printed, in custom and in generic form, must parse to what prints the same.</summary>
internal static class Roundtrip
{
    /// <param name="fresh">Makes a context: each form is read in one of its own, since resources of one context must not share a name.</param>
    public static bool Check(Operation op, NestContext context, Func<NestContext> fresh) =>
        Check(op, context, fresh(), generic: false) && Check(op, context, fresh(), generic: true);

    private static bool Check(Operation op, NestContext context, NestContext fresh, bool generic)
    {
        PrintOptions options = new() { Generic = generic, DebugInfo = true };
        Utf8Writer first = new(), second = new();
        AsmPrinter.Print(op, first, options);
        using IDisposable handler = fresh.Diagnostics.PushHandler(d => context.Diagnostics.Emit(
            new Diagnostic(d.Severity, d.Code, Location.Unknown, $"in the text printed for --verify-roundtrip: {d.Message}")));
        if (AsmParser.Parse(fresh, SourceFile.FromBytes("<roundtrip>", first.Written)) is not { } again)
            return Fail(context, "the printed IR does not parse");
        AsmPrinter.Print(again, second, options);
        return first.Written.SequenceEqual(second.Written) || Fail(context, $"the {(generic ? "generic" : "custom")} form changes when it is parsed and printed again");
    }

    private static bool Fail(NestContext context, string message)
    {
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST8010", Location.Unknown, message));
        return false;
    }
}
