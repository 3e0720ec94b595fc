using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    /// <summary>
    /// Parses a source to one top-level operation: the module in it, or a new module around what it holds.
    /// </summary>
    /// <returns>Null after errors were reported.</returns>
    public static Operation? Parse(NestContext context, SourceFile source, bool implicitModule = true)
    {
        if (source.Id == 0) context.Sources.Add(source);
        AsmParser parser = new(context, source);
        return parser.ParseTopLevel(implicitModule);
    }

    /// <summary>Parses text; for tests and small programs.</summary>
    public static Operation? Parse(NestContext context, string text, string name = "<text>") =>
        Parse(context, SourceFile.FromText(name, text));

    private Operation? ParseTopLevel(bool implicitModule)
    {
        Block top = new();
        insertAt = top;
        int outerBlocks = PushBlocks();
        bool ok = true;
        while (kind != TokenKind.EndOfFile)
        {
            byte* start = tokenStart;
            bool parsed = kind switch
            {
                TokenKind.Error => false,
                TokenKind.HashIdentifier => ParseAttrAliasDefinition(),
                TokenKind.ExclamationIdentifier => ParseTypeAliasDefinition(),
                TokenKind.FileMetadataBegin => ParseFileMetadata(),
                _ => ParseOperation(),
            };
            if (parsed) continue;
            ok = false;
            if (!Resynchronize(start)) break;
            insertAt = top;
        }
        ok &= Errors == 0;
        if (ok || openForward > 0) ok &= ReportUndeclared();
        ok &= PopBlocks(outerBlocks, report: ok);
        ok &= ResolveDeferredLocations(ok);
        return ok ? Wrap(top, implicitModule) : null;
    }

    private bool ReportUndeclared()
    {
        CollectUndeclared();
        if (undeclared.IsEmpty) return true;
        undeclared.Span.Sort();
        foreach (int position in undeclared.Span)
        {
            Errors++;
            ReadOnlySpan<byte> text = new(begin + position, (int)Math.Min(end - begin - position, 128));
            int length = 1;
            while (length < text.Length && AsciiChar.IsSuffixBody(text[length])) length++;
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1207", LocationAt(position), "use of undeclared SSA value name") { Length = length });
        }
        return false;
    }

    private Operation? Wrap(Block top, bool implicitModule)
    {
        if (top.First is { } only && only == top.Last && (!implicitModule || only is ModuleOp))
        {
            top.Remove(only);
            return only;
        }
        if (!implicitModule)
        {
            MeaningError(0, "NEST1326", "source must contain a single top-level operation, found: " + CountOps(top));
            return null;
        }
        OperationState state = new(Context.OpInfo("builtin.module"u8), Context.Handle(FileLineColLoc.Get(Context, source.Name, 0, 0)));
        state.AddRegion().Append(top);
        return Operation.Create(state);
    }

    private static int CountOps(Block block)
    {
        int n = 0;
        foreach (Operation _ in block.Operations) n++;
        return n;
    }

    // Recovery ----------------------------------------------------------------------------------------------------------

    /// <summary>Most errors that one parse reports.</summary>
    public const int MaxErrors = 20;

    // After an operation that could not be read: goes on with the next line that is indented no deeper than the operation
    // was, if that is plausible. Printed IR is indented, so nested regions of the bad operation are passed over.
    private bool Resynchronize(byte* start)
    {
        if (Errors >= MaxErrors || kind == TokenKind.Error) return false;
        int indent = Indent(start);
        if (indent < 0) return false;
        // What is missing at the end of a line is noticed at the next one, which may be right.
        byte* p = lastTokenEnd > start ? lastTokenEnd : start;
        while (true)
        {
            p = LineEnd(p);
            while (p < end && *p is (byte)'\n' or (byte)'\r') p++;
            if (p >= end) return false;
            byte* first = p;
            while (*first is (byte)' ' or (byte)'\t') first++;
            if (*first is (byte)'\n' or (byte)'\r' || (*first == '/' && first[1] == '/')) continue;
            if (first - p > indent) continue;
            // The end of the bad operation's own regions: `}) : ...`.
            if (*first == '}' && first - p == indent) continue;
            if (first - p < indent && *first is not ((byte)'}' or (byte)'^')) return false;
            ResetTo(first);
            return kind is TokenKind.PercentIdentifier or TokenKind.String or TokenKind.Bare or TokenKind.RBrace or TokenKind.CaretIdentifier;
        }
    }

    // Columns before the first character of an operation, or -1 when something else stands before it on its line.
    private int Indent(byte* start)
    {
        byte* p = start;
        while (p > begin && p[-1] is (byte)' ' or (byte)'\t') p--;
        return p == begin || p[-1] is (byte)'\n' or (byte)'\r' ? (int)(start - p) : -1;
    }
}
