using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public partial class AsmPrinter
{
    private const int IndentWidth = 2;
    private SsaNames? ssa;
    private int indent;
    private Vec<string> defaultDialects;
    private readonly AliasCollector? collector;

    /// <summary>A printer whose text is thrown away: what it is asked to print goes to the collector.</summary>
    internal AsmPrinter(Utf8Writer output, PrintOptions options, AliasCollector collector) : this(output, options) => this.collector = collector;

    /// <summary>Prints a top-level operation as mlir-opt does: aliases, the operation, deferred aliases, resources.</summary>
    public static void Print(Operation op, Utf8Writer output, PrintOptions? options = null)
    {
        AsmPrinter printer = new(output, options);
        printer.PrintTopLevel(op);
    }

    /// <summary>The text of an operation in the custom form; values defined outside it are numbered as unknown.</summary>
    public static string ToText(Operation op, PrintOptions? options = null)
    {
        Utf8Writer writer = new();
        AsmPrinter printer = new(writer, (options ?? PrintOptions.Default) with { LocalScope = true });
        printer.ssa = new SsaNames(printer.Options);
        printer.NumberEnclosing(op);
        printer.WriteFullOp(op);
        return writer.ToString();
    }

    /// <summary>As <see cref="ToText(Operation, PrintOptions?)"/>, with aliases; says at which byte of the text each operation starts.</summary>
    internal static string ToText(Operation op, PrintOptions options, Action<Operation, long> placed)
    {
        Utf8Writer writer = new();
        new AsmPrinter(writer, options) { placed = placed }.PrintTopLevel(op);
        return writer.ToString();
    }

    private Action<Operation, long>? placed;

    private void PrintTopLevel(Operation op)
    {
        if (!Options.LocalScope) aliases = AliasCollector.Collect(op, Options);
        aliases?.PrintDefinitions(this, deferred: false);
        ssa = new SsaNames(Options);
        ssa.NumberTop(op);
        defaultDialects.Add("builtin");
        WriteFullOp(op);
        if (Options.ValueUsers) WriteUsers(op);
        Out.Write('\n');
        aliases?.PrintDefinitions(this, deferred: true);
        // Resources are looked up by name, which is no local thing.
        if (Options.LocalScope) return;
        WriteFileMetadata(op.Context.ExternalResources);
        Out.Write('\n');
    }

    // Numbers the values of the regions around an operation that is printed on its own.
    private void NumberEnclosing(Operation op)
    {
        defaultDialects.Add("builtin");
        Vec<Region> around = default;
        for (Region? region = op.ParentRegion; region is not null; region = region.Parent?.ParentRegion)
        {
            around.Add(region);
            if (region.Parent is { } holder && holder.Has(OpTraits.IsolatedFromAbove)) break;
        }
        if (around.IsEmpty) ssa!.NumberTop(op);
        else if (Options.Generic || Options.UniqueSsaIds) ssa!.NumberNested(around[around.Count - 1].Parent!);
        for (int i = around.Count - 1; i >= 0; i--) ssa!.EnterRegion(around[i]);
    }

    // Operations --------------------------------------------------------------------------------------------------------

    private void WriteFullOp(Operation op)
    {
        placed?.Invoke(op, Out.Total);
        int results = op.ResultCount;
        if (results > 0)
        {
            WriteResultNames(op, results);
            Out.Write(" = "u8);
        }
        WriteOpBody(op);
        if (Options.DebugInfo) WriteTrailingLocation(op.Context, op.Location);
    }

    private void WriteResultNames(Operation op, int results)
    {
        int[]? groups = ssa!.Groups(op);
        if (groups is null)
        {
            ssa.Write(Out, Value.OfResult(op, 0), withNumber: false);
            if (results > 1)
            {
                Out.Write(':');
                Out.Write((long)results);
            }
            return;
        }
        for (int i = 0; i < groups.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            ssa.Write(Out, Value.OfResult(op, groups[i]), withNumber: false);
            int size = (i + 1 < groups.Length ? groups[i + 1] : results) - groups[i];
            if (size <= 1) continue;
            Out.Write(':');
            Out.Write((long)size);
        }
    }

    private void WriteOpBody(Operation op)
    {
        if (Options.Generic || op.Info.Definition is not { HasCustomSyntax: true } definition)
        {
            WriteGenericOp(op);
            return;
        }
        WriteOpName(op.Info.Name.Utf8);
        definition.Print(op, this);
    }

    private void WriteOpName(ReadOnlySpan<byte> name)
    {
        string dialect = defaultDialects[defaultDialects.Count - 1];
        int dot = name.IndexOf((byte)'.');
        if (dialect.Length == dot && dot > 0 && name[(dot + 1)..].IndexOf((byte)'.') < 0 && EqualsAscii(name[..dot], dialect)) name = name[(dot + 1)..];
        Out.Write(name);
    }

    private static bool EqualsAscii(ReadOnlySpan<byte> utf8, string text)
    {
        for (int i = 0; i < utf8.Length; i++)
            if (utf8[i] != text[i]) return false;
        return true;
    }

    /// <summary>The whole generic form, from the quoted name on.</summary>
    public void WriteGenericOp(Operation op)
    {
        if (Options.Interop && op.Info.Dialect is { } dialect && dialect.IsUnknownUpstream(op.Info.Name.Utf8))
        {
            Out.Write("\"nest_"u8);
            Out.Write(op.Info.QuotedName.AsSpan(1));
        }
        else Out.Write(op.Info.QuotedName);
        Out.Write('(');
        WriteOperands(op.Operands);
        Out.Write(')');
        int successors = op.SuccessorCount;
        if (successors > 0)
        {
            Out.Write('[');
            for (int i = 0; i < successors; i++)
            {
                if (i > 0) Out.Write(", "u8);
                WriteSuccessor(op.Successor(i));
            }
            Out.Write(']');
        }
        if (op.PropertiesAttr is { } properties)
        {
            Out.Write(" <"u8);
            Write(properties);
            Out.Write('>');
        }
        ReadOnlySpan<Region> regions = op.Regions;
        if (!regions.IsEmpty)
        {
            Out.Write(" ("u8);
            for (int i = 0; i < regions.Length; i++)
            {
                if (i > 0) Out.Write(", "u8);
                WriteRegion(regions[i], printEmptyBlock: true);
            }
            Out.Write(')');
        }
        if (op.AttributesOrNull is { } attributes)
        {
            Out.Write(' ');
            Write(attributes);
        }
        Out.Write(" : "u8);
        WriteFunctionalType(op);
    }

    /// <summary>`(operand types) -> result types` of an operation.</summary>
    public void WriteFunctionalType(Operation op) => WriteFunctionalType(op.Operands, op.Results);

    /// <summary>`(inputs) -> results`; one result that is no function type stands without parentheses.</summary>
    public void WriteFunctionalType(OperandRange inputs, ResultRange results)
    {
        Out.Write('(');
        for (int i = 0; i < inputs.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(inputs[i].Type);
        }
        Out.Write(") -> "u8);
        if (results.Count == 1 && results[0].Type is not FunctionType)
        {
            Write(results[0].Type);
            return;
        }
        Out.Write('(');
        for (int i = 0; i < results.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(results[i].Type);
        }
        Out.Write(')');
    }

    // Parts, for custom syntax ------------------------------------------------------------------------------------------

    /// <summary>`%x`, with `#n` for a further result.</summary>
    public void WriteOperand(Value value)
    {
        if (collector is not null) return;
        ssa!.Write(Out, value, withNumber: true);
    }

    public void WriteOperands(OperandRange values)
    {
        if (collector is not null) return;
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            ssa!.Write(Out, values[i], withNumber: true);
        }
    }

    public void WriteTypes(OperandRange values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(values[i].Type);
        }
    }

    public void WriteTypes(ResultRange values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(values[i].Type);
        }
    }

    /// <summary>` -> type` or ` -> (types)`; nothing when there are none.</summary>
    public void WriteArrowTypes(ReadOnlySpan<IrType> types)
    {
        if (types.IsEmpty) return;
        Out.Write(" -> "u8);
        if (types.Length == 1 && types[0] is not FunctionType)
        {
            Write(types[0]);
            return;
        }
        Out.Write('(');
        WriteTypes(types);
        Out.Write(')');
    }

    /// <summary>` {a = 1 : i64}`: the attributes but those of the names given; nothing when none is left.</summary>
    public void WriteAttrDict(DictionaryAttr attributes, ReadOnlySpan<string> elided = default, bool withKeyword = false)
    {
        bool first = true;
        foreach (NamedAttr entry in attributes.Entries)
        {
            if (IsAmong(entry.Name, elided)) continue;
            Out.Write(first ? withKeyword ? " attributes {"u8 : " {"u8 : ", "u8);
            first = false;
            WriteNamed(entry);
        }
        if (!first) Out.Write('}');
    }

    internal void WriteNamed(NamedAttr entry)
    {
        WriteName(entry.Name);
        if ((entry.Value.Flags & InternFlags.IsUnit) != 0) return;
        Out.Write(" = "u8);
        Write(entry.Value);
    }

    private static bool IsAmong(Identifier name, ReadOnlySpan<string> names)
    {
        foreach (string other in names)
            if (other.Length == name.Utf8.Length && EqualsAscii(name.Utf8, other)) return true;
        return false;
    }

    /// <summary>
    /// ` {...}`: inherent attributes that the custom syntax does not show, and the discardable ones, sorted, but those of the names given.
    /// </summary>
    public void WriteAttrDict(Operation op, ReadOnlySpan<string> elided, bool withKeyword = false)
    {
        DictionaryAttr all = op.Attributes;
        if (op.PropertiesAttr is DictionaryAttr { IsEmpty: false } properties)
        {
            bool needed = false;
            foreach (NamedAttr entry in properties.Entries) needed |= !IsAmong(entry.Name, elided);
            if (needed)
            {
                Vec<NamedAttr> merged = default;
                merged.AddRange(all.Entries);
                merged.AddRange(properties.Entries);
                all = DictionaryAttr.Get(op.Context, merged.Span);
            }
        }
        WriteAttrDict(all, elided, withKeyword);
    }

    /// <summary>As <see cref="WriteAttrDict(Operation, ReadOnlySpan{string}, bool)"/>, where the custom syntax shows all inherent attributes.</summary>
    public void WriteDiscardable(Operation op, ReadOnlySpan<string> elided, bool withKeyword = false)
    {
        if (op.AttributesOrNull is { } attributes) WriteAttrDict(attributes, elided, withKeyword);
    }

    /// <summary>`^bb1`.</summary>
    public void WriteSuccessor(Block block)
    {
        Out.Write("^bb"u8);
        Out.Write((long)block.Scratch);
    }

    /// <summary>`{ blocks }`, with its own numbering scope.</summary>
    /// <param name="region">The region.</param>
    /// <param name="printEntryArguments">Whether the header of the entry block is printed when it has arguments.</param>
    /// <param name="printTerminators">Whether terminators are printed (an implicit one is left out).</param>
    /// <param name="printEmptyBlock">Whether an empty entry block gets a header.</param>
    public void WriteRegion(Region region, bool printEntryArguments = true, bool printTerminators = true, bool printEmptyBlock = false)
    {
        if (collector is not null)
        {
            collector.VisitRegion(region, printEntryArguments, printTerminators);
            return;
        }
        if (Options.SkipRegions)
        {
            Out.Write("{...}"u8);
            if (early == region)
            {
                ssa!.Leave(beforeEarly);
                early = null;
            }
            return;
        }
        if (AsmParser.StackIsShort)
        {
            WriteRegionOnFreshStack(region, printEntryArguments, printTerminators, printEmptyBlock);
            return;
        }
        Out.Write("{\n"u8);
        bool entered = early == region;
        SsaNames.State outer = entered ? beforeEarly : ssa!.Enter();
        early = null;
        Region? around = printing;
        printing = region;
        if (region.First is { } entry)
        {
            if (!entered) ssa!.EnterRegion(region);
            defaultDialects.Add(region.Parent?.Info.Definition?.DefaultDialect ?? "");
            bool header = (printEmptyBlock && entry.IsEmpty) || (printEntryArguments && entry.ArgumentCount > 0);
            WriteBlock(entry, header, printTerminators);
            for (Block? block = entry.Next; block is not null; block = block.Next) WriteBlock(block, true, true);
            defaultDialects.Pop();
        }
        printing = around;
        ssa!.Leave(outer);
        Out.WriteSpaces(indent);
        Out.Write('}');
    }

    // Apart from its caller, because captured parameters are allocated wherever their method is entered.
    private void WriteRegionOnFreshStack(Region region, bool printEntryArguments, bool printTerminators, bool printEmptyBlock) => AsmParser.OnFreshStack(() =>
    {
        WriteRegion(region, printEntryArguments, printTerminators, printEmptyBlock);
        return true;
    });

    private void WriteBlock(Block block, bool header, bool printTerminator)
    {
        if (header) WriteBlockHeader(block);
        indent += IndentWidth;
        if (Options.ValueUsers)
            for (int i = 0; i < block.ArgumentCount; i++)
            {
                Out.WriteSpaces(indent);
                WriteUsers(block.ArgumentAt(i));
                Out.Write('\n');
            }
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            if (!printTerminator && op.Next is null && op.IsTerminatorLike) break;
            Out.WriteSpaces(indent);
            WriteFullOp(op);
            if (Options.ValueUsers) WriteUsers(op);
            Out.Write('\n');
        }
        indent -= IndentWidth;
    }

    private void WriteBlockHeader(Block block)
    {
        Out.WriteSpaces(indent);
        WriteSuccessor(block);
        if (block.ArgumentCount > 0)
        {
            Out.Write('(');
            for (int i = 0; i < block.ArgumentCount; i++)
            {
                if (i > 0) Out.Write(", "u8);
                WriteRegionArgument(block.ArgumentAt(i));
            }
            Out.Write(')');
        }
        Out.Write(':');
        if (block.HasNoPredecessors)
        {
            if (!block.IsEntry) Out.Write("  // no predecessors"u8);
        }
        else if (block.SinglePredecessor is { } single)
        {
            Out.Write("  // pred: "u8);
            WriteSuccessor(single);
        }
        else
        {
            Vec<int> numbers = default;
            foreach (Block p in block.Predecessors) numbers.Add(p.Scratch);
            numbers.Span.Sort();
            Out.Write("  // "u8);
            Out.Write((long)numbers.Count);
            Out.Write(" preds: "u8);
            for (int i = 0; i < numbers.Count; i++)
            {
                if (i > 0) Out.Write(", "u8);
                Out.Write("^bb"u8);
                Out.Write((long)numbers[i]);
            }
        }
        Out.Write('\n');
    }

    /// <summary>`%x: type {attributes}`, and its location under debug info.</summary>
    public void WriteRegionArgument(Value argument, DictionaryAttr? attributes = null)
    {
        if (collector is not null)
        {
            Write(argument.Type);
            if (attributes is not null) WriteAttrDict(attributes);
            collector.VisitLocation(argument.ArgumentBlock!, argument.Number);
            return;
        }
        EnterEarly(argument.ArgumentBlock!);
        WriteOperand(argument);
        Out.Write(": "u8);
        Write(argument.Type);
        if (attributes is not null) WriteAttrDict(attributes);
        if (Options.DebugInfo) WriteTrailingLocation(argument.Type.Context, argument.Location, mayAlias: false);
    }

    /// <summary>`%x`: an argument of a region that is printed next, without its type.</summary>
    public void WriteRegionArgumentName(Value argument)
    {
        if (collector is not null) return;
        EnterEarly(argument.ArgumentBlock!);
        WriteOperand(argument);
    }

    // A custom syntax that shows arguments before their region: the region is numbered here, and printed next.
    private Region? early;
    private SsaNames.State beforeEarly;
    private Region? printing;

    private void EnterEarly(Block block)
    {
        if (block.Parent is not { } region || region == early || region == printing) return;
        beforeEarly = ssa!.Enter();
        ssa.EnterRegion(region);
        early = region;
    }

    // Locations of arguments are collected as aliases but, as upstream has it, not printed as such.
    private void WriteTrailingLocation(NestContext context, Location location, bool mayAlias = true)
    {
        LocationAttr attr = context.Resolve(location);
        Out.Write(' ');
        if (Options.PrettyDebugInfo)
        {
            attr.PrintPretty(this);
            return;
        }
        if (mayAlias && aliases?.Find(attr) is { } alias)
        {
            Out.Write("loc("u8);
            aliases.Write(Out, alias);
            Out.Write(')');
        }
        else attr.Print(this, TypeElision.Never);
    }

    // ` // id: %n` for an operation without results, or who uses them; nothing for one without operands and results.
    private void WriteUsers(Operation op)
    {
        int results = op.ResultCount;
        if (results == 0)
        {
            if (op.OperandCount == 0) return;
            Out.Write(" // id: "u8);
            WriteOperationId(op);
            return;
        }
        if (op.HasNoUses)
        {
            Out.Write(" // unused"u8);
            return;
        }
        Out.Write(HasOneUser(op) ? " // user: "u8 : " // users: "u8);
        for (int i = 0; i < results; i++)
        {
            if (i > 0) Out.Write(", "u8);
            if (results > 1) Out.Write('(');
            WriteUserNames(op.Result(i));
            if (results > 1) Out.Write(')');
        }
    }

    private void WriteUsers(Value argument)
    {
        Out.Write("// "u8);
        ssa!.Write(Out, argument, withNumber: true);
        Out.Write(argument.HasUses ? " is used by "u8 : " is "u8);
        WriteUserNames(argument);
    }

    // Whether one operation with at most one result uses the only result.
    private static bool HasOneUser(Operation op)
    {
        if (op.ResultCount > 1) return false;
        Operation? only = null;
        foreach (Use use in op.Result(0).Uses)
        {
            if (use.Owner.ResultCount > 1 || only is not null && only != use.Owner) return false;
            only = use.Owner;
        }
        return true;
    }

    // The results of each user, once, in the order of the use list.
    private void WriteUserNames(Value value)
    {
        if (!value.HasUses) Out.Write("unused"u8);
        Vec<Operation> seen = default;
        foreach (Use use in value.Uses)
        {
            bool known = false;
            foreach (Operation other in seen.Span) known |= other == use.Owner;
            if (known) continue;
            if (!seen.IsEmpty) Out.Write(", "u8);
            seen.Add(use.Owner);
            if (use.Owner.ResultCount == 0) WriteOperationId(use.Owner);
            for (int i = 0; i < use.Owner.ResultCount; i++)
            {
                if (i > 0) Out.Write(", "u8);
                ssa!.Write(Out, use.Owner.Result(i), withNumber: true);
            }
        }
    }

    private void WriteOperationId(Operation op)
    {
        Out.Write('%');
        Out.Write((long)op.Scratch);
    }
}
