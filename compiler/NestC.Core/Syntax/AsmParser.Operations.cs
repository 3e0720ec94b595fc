using System.Runtime.CompilerServices;
using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private struct ResultName
    {
        public byte* Text;
        public int Length;
        public int Position;
        public int Count;
    }

    private const int MaxResults = 1 << 24;

    private Vec<ResultName> resultNames;
    private Vec<UnresolvedOperand> operandNames;
    private Vec<Value> operandValues;
    private Vec<string> defaultDialects;
    private TextMemo dictionaryMemo;
    private Block? insertAt;

    // Parses one operation into the current block.
    private bool ParseOperation()
    {
        int position = Position;
        int firstName = resultNames.Count;
        int expected = 0;
        if (kind == TokenKind.PercentIdentifier && !ParseResultNames(ref expected)) return false;
        Operation? op = kind switch
        {
            TokenKind.String => ParseGenericOperation(),
            TokenKind.Bare => ParseCustomOperation(),
            _ => ExpectedError("NEST1301", "expected operation name in quotes") ? null : null,
        };
        bool ok = op is not null && BindResults(op, firstName, expected, position);
        if (!ok)
            for (int i = firstName; i < resultNames.Count; i++) Poison(resultNames[i].Text, resultNames[i].Length);
        resultNames.Truncate(firstName);
        return ok;
    }

    private bool ParseResultNames(ref int expected)
    {
        do
        {
            ResultName name = new() { Text = tokenStart, Length = (int)(next - tokenStart), Position = Position, Count = 1 };
            if (!Parse(TokenKind.PercentIdentifier, "expected valid ssa identifier")) return false;
            if (TryParse(TokenKind.Colon))
            {
                if (kind != TokenKind.Integer) return ExpectedError("NEST1302", "expected integer number of results");
                if (!TryIntegerToken(out long count) || count < 1)
                    return MeaningError("NEST1303", "expected named operation to have at least 1 result");
                if (count > MaxResults) return MeaningError(Position, "NEST1304", $"an operation has at most {MaxResults} results");
                name.Count = (int)count;
                Advance();
            }
            resultNames.Add(name);
            expected += name.Count;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.Equal, "expected '=' after SSA name");
    }

    // The value of an integer token, when it fits 63 bits.
    private bool TryIntegerToken(out long value)
    {
        value = 0;
        ReadOnlySpan<byte> text = TokenText;
        if (text.Length > 2 && text[1] == 'x')
        {
            if (text.Length > 17) return false;
            foreach (byte c in text[2..]) value = value << 4 | (long)AsciiChar.HexValue(c);
            return value >= 0;
        }
        if (text.Length > 18) return false;
        foreach (byte c in text) value = value * 10 + (c - '0');
        return true;
    }

    private bool BindResults(Operation op, int firstName, int expected, int position)
    {
        if (firstName == resultNames.Count) return true;
        if (op.ResultCount == 0) return MeaningError(position, "NEST1305", "cannot name an operation with no results");
        if (op.ResultCount != expected)
            return MeaningError(position, "NEST1306", $"operation defines {op.ResultCount} results but was provided {expected} to bind");
        int number = 0;
        for (int i = firstName; i < resultNames.Count; i++)
        {
            ref ResultName name = ref resultNames[i];
            if (!Define(name.Text, name.Length, name.Position, Value.OfResult(op, number), name.Count)) return false;
            number += name.Count;
        }
        return true;
    }

    // Generic form ------------------------------------------------------------------------------------------------------

    private Operation? ParseGenericOperation()
    {
        int position = Position;
        OpInfo? info = GenericOpInfo();
        if (info is null) return null;
        int firstOperand = operandNames.Count;
        Region[] regions = [];
        Vec<Block> successors = default;
        Attr? properties = null;
        DictionaryAttr? attributes = null;

        if (!Parse(TokenKind.LParen, "expected '(' to start operand list")) return null;
        if (kind == TokenKind.PercentIdentifier)
        {
            do
            {
                if (!ParseOperand(out UnresolvedOperand operand)) return null;
                operandNames.Add(operand);
            }
            while (TryParse(TokenKind.Comma));
        }
        if (!Parse(TokenKind.RParen, "expected ')' to end operand list")) return null;

        if (kind == TokenKind.LSquare)
        {
            if (info.IsRegistered ? (info.Traits & OpTraits.Terminator) == 0 : info.Upstream is { IsTerminator: false })
            {
                MeaningError(Position, "NEST1307", "successors in non-terminator");
                return null;
            }
            if (!ParseSuccessorList(ref successors)) return null;
        }
        if (TryParse(TokenKind.Less))
        {
            if ((properties = ParseAttr()) is null || !Parse(TokenKind.Greater, "expected '>' to close properties")) return null;
        }
        if (TryParse(TokenKind.LParen))
        {
            Vec<Region> list = default;
            do
            {
                Region region = new();
                if (!ParseRegion(region)) return null;
                list.Add(region);
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(TokenKind.RParen, "expected ')' to end region list")) return null;
            regions = list.ToArray();
        }
        if (kind == TokenKind.LBrace && (attributes = ParseDictionaryMemo()) is null) return null;

        int count = operandNames.Count - firstOperand, firstType = typeStack.Count;
        if (!TryKnownTypes(count) && !ParseSignature(count)) return null;
        Operation? op = ResolveOperands(firstOperand, firstType) ? MakeGeneric(info, position, properties, attributes) : null;
        if (op is not null)
        {
            op.SetResultTypes(typeStack.Span[(firstType + count)..]);
            op.InitializeOperands(in operandValues);
            op.InitializeSuccessors(successors.Span);
            op.SetRegions(regions);
            insertAt!.Append(op);
        }
        operandNames.Truncate(firstOperand);
        typeStack.Truncate(firstType);
        return op is not null && ParseTrailingLocation(op) ? op : null;
    }

    private bool ResolveOperands(int firstOperand, int firstType)
    {
        operandValues.Clear();
        for (int i = firstOperand; i < operandNames.Count; i++)
        {
            Value value = ResolveOperand(operandNames[i], typeStack[firstType + i - firstOperand]);
            if (value.IsNull) return false;
            operandValues.Add(value);
        }
        return true;
    }

    private Operation? MakeGeneric(OpInfo info, int position, Attr? properties, DictionaryAttr? attributes)
    {
        Operation op = info.Definition?.New() ?? new UnregisteredOp();
        op.Initialize(info, LocationAt(position));
        return SetGenericAttributes(op, properties, attributes, position) ? op : null;
    }

    private OpInfo? GenericOpInfo()
    {
        ReadOnlySpan<byte> name = TokenText[1..^1];
        if (name.IndexOf((byte)'\\') >= 0) name = Unescape(TokenText);
        if (name.IsEmpty)
        {
            MeaningError("NEST1310", "empty operation name is invalid");
            return null;
        }
        if (name.IndexOf((byte)0) >= 0)
        {
            MeaningError("NEST1311", "null character not allowed in operation name");
            return null;
        }
        OpInfo info = Context.OpInfo(name);
        if (Context.ReadsInteropNames && name.StartsWith("nest_"u8) && Context.OpInfo(name[5..]) is { IsRegistered: true } own) info = own;
        Advance();
        if (info.IsRegistered || info.Dialect is not null || Context.AllowUnregisteredDialects || saidUnregistered) return info;
        // Said once: the rest of the input is read as if it were allowed, so that other errors are found too.
        saidUnregistered = true;
        MeaningError(Position, "NEST1312",
            "operation being parsed with an unregistered dialect. If this is intended, please use -allow-unregistered-dialect with the MLIR tool used");
        return info;
    }

    private bool saidUnregistered;

    private bool SetGenericAttributes(Operation op, Attr? properties, DictionaryAttr? attributes, int position)
    {
        if (properties is not null && !SetGenericProperties(op, properties, position)) return false;
        if (op.Info.Upstream is { } facts)
        {
            if (properties is not null && facts.CheckProperties(properties) is { } unfit)
                return MeaningError(position, "NEST1313", $"invalid properties {properties} for op {op.Name}: {unfit}");
            if (properties is null && attributes is not null && facts.CheckInherent(attributes) is { } refused)
                return MeaningError(position, "NEST2040", $"'{op.Name}' op {refused}");
        }
        if (attributes is null || attributes.IsEmpty) return true;
        if (!op.Info.IsRegistered || op.Info.Definition!.InherentNames.IsEmpty)
        {
            op.SetAttributes(attributes);
            return true;
        }
        // Upstream still reads inherent attributes that stand among the discardable ones.
        Vec<NamedAttr> kept = default;
        foreach (NamedAttr entry in attributes.Entries)
            if (!op.SetInherent(entry.Name.Utf8, entry.Value)) kept.Add(entry);
        if (!kept.IsEmpty) op.SetAttributes(DictionaryAttr.Get(Context, kept.Span));
        return true;
    }

    // Apart from its caller, because a captured variable is allocated wherever its method is entered.
    private bool SetGenericProperties(Operation op, Attr properties, int position)
    {
        string? wrong = null;
        return op.SetProperties(properties, message => wrong ??= message)
            || MeaningError(position, "NEST1313", $"invalid properties {properties} for op {op.Name}: {wrong}");
    }

    // A dictionary, remembered by its text: `{` up to the matching `}`.
    private DictionaryAttr? ParseDictionaryMemo()
    {
        if (!dictionaryMemo.Pays) return ParseDictionary();
        byte* close = MatchingBrace(tokenStart);
        if (close == null) return ParseDictionary();
        int length = (int)(close + 1 - tokenStart);
        byte* text = tokenStart;
        object? known = dictionaryMemo.Find(text, length, out int hash);
        if (known is not null)
        {
            ResetTo(close + 1);
            return Unsafe.As<DictionaryAttr>(known);
        }
        DictionaryAttr? parsed = ParseDictionary();
        if (parsed is not null && lastTokenEnd == close + 1) dictionaryMemo.Add(text, length, hash, parsed);
        return parsed;
    }

    private byte* MatchingBrace(byte* p)
    {
        byte* limit = Math.Min((long)(end - p), 512) == 512 ? p + 512 : end;
        int depth = 0;
        for (; p < limit; p++)
        {
            switch (*p)
            {
                case (byte)'{':
                    depth++;
                    break;
                case (byte)'}':
                    if (--depth == 0) return p;
                    break;
                case (byte)'"':
                    for (p++; p < limit && *p != '"'; p++)
                        if (*p == '\\') p++;
                    break;
                case (byte)'\n':
                    return null;
            }
        }
        return null;
    }

    /// <summary>`%name` or `%name#2`.</summary>
    public bool ParseOperand(out UnresolvedOperand operand, bool allowResultNumber = true)
    {
        byte* text = tokenStart;
        int length = (int)(next - tokenStart);
        int position = Position;
        operand = default;
        if (!Parse(TokenKind.PercentIdentifier, "expected SSA operand")) return false;
        int number = 0;
        if (kind == TokenKind.HashIdentifier)
        {
            if (!allowResultNumber) return Error("NEST1314", "result number not allowed in argument list");
            ReadOnlySpan<byte> digits = TokenText[1..];
            long parsed = 0;
            foreach (byte c in digits)
            {
                parsed = AsciiChar.IsDigit(c) && parsed <= int.MaxValue ? parsed * 10 + (c - '0') : long.MaxValue / 16;
            }
            if (parsed > int.MaxValue) return Error("NEST1315", "invalid SSA value result number");
            number = (int)parsed;
            Advance();
        }
        operand = new UnresolvedOperand(text, length, number, position);
        return true;
    }

    // Custom form -------------------------------------------------------------------------------------------------------

    private Operation? ParseCustomOperation()
    {
        int position = Position;
        ReadOnlySpan<byte> written = TokenText;
        OpInfo? info = CustomOpInfo(written, position);
        if (info is null) return null;
        Advance();
        int savedOperands = operandNames.Count;
        OperationState state = RentState(info, LocationAt(position));
        defaultDialects.Add(DefaultDialectOf(info));
        int errorsBefore = Errors;
        Operation? op = null;
        if (info.Definition!.Parse(this, state) && Errors == errorsBefore)
        {
            op = state.Properties is null ? Operation.Create(state) : CreateWithProperties(state, position);
        }
        else if (Errors == errorsBefore) Error(position, "NEST1316", $"custom op '{info.Name}' could not be parsed");
        defaultDialects.Pop();
        ReturnState(state);
        operandNames.Truncate(savedOperands);
        if (op is null) return null;
        insertAt!.Append(op);
        return ParseTrailingLocation(op) ? op : null;
    }

    // Apart from its caller, because a captured variable is allocated wherever its method is entered.
    private Operation? CreateWithProperties(OperationState state, int position)
    {
        string? wrong = null;
        Operation? op = Operation.Create(state, message => wrong ??= message);
        if (op is null) MeaningError(position, "NEST1313", wrong ?? "invalid properties");
        return op;
    }

    private Vec<OperationState> freeStates;

    private OperationState RentState(OpInfo info, Location location)
    {
        if (freeStates.IsEmpty) return new OperationState(info, location);
        OperationState state = freeStates.Pop();
        state.Reset(info, location);
        return state;
    }

    private void ReturnState(OperationState state) => freeStates.Add(state);

    private static string DefaultDialectOf(OpInfo info) => info.Definition!.DefaultDialect ?? "";

    // The operation of a name without dialect: `return` is `func.return` in a function.
    private OpInfo OfDefaultDialect(ReadOnlySpan<byte> name)
    {
        string dialect = defaultDialects.IsEmpty ? "builtin" : defaultDialects[defaultDialects.Count - 1];
        Span<byte> full = dialect.Length + name.Length < 128 ? stackalloc byte[128] : new byte[dialect.Length + name.Length + 1];
        for (int i = 0; i < dialect.Length; i++) full[i] = (byte)dialect[i];
        full[dialect.Length] = (byte)'.';
        name.CopyTo(full[(dialect.Length + 1)..]);
        return Context.OpInfo(full[..(dialect.Length + 1 + name.Length)]);
    }

    private const int RecentOps = 64;
    private readonly OpInfo?[] recentOps = new OpInfo?[RecentOps];

    private OpInfo? CustomOpInfo(ReadOnlySpan<byte> written, int position)
    {
        // The few kinds of operations of a text come again and again.
        ref OpInfo? recent = ref recentOps[(written.Length * 5 + written[^1] + 3 * written[written.Length >> 1]) & (RecentOps - 1)];
        if (recent is not null && recent.Name.Utf8.SequenceEqual(written)) return recent;
        bool isFull = written.IndexOf((byte)'.') >= 0;
        OpInfo info = isFull ? Context.OpInfo(written) : OfDefaultDialect(written);
        if (info.IsRegistered)
        {
            if (info.Definition!.HasCustomSyntax)
            {
                if (isFull) recent = info;
                return info;
            }
            MeaningError(position, "NEST1317", $"custom op '{Encoding.UTF8.GetString(written)}' has no custom assembly form");
            return null;
        }
        Errors++;
        string name = Encoding.UTF8.GetString(written), tried = isFull ? "" : $" (tried '{info.Name}' as well)";
        if (info.Dialect is null)
        {
            string missing = info.Name.ToString();
            int dot = missing.IndexOf('.');
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1318", LocationAt(position),
                $"Dialect `{(dot < 0 ? missing : missing[..dot])}' not found for custom op '{name}'{tried}")
            { Length = written.Length }
                .Note(LocationAt(position), $"Registered dialects: {string.Join(", ", Context.DialectNames)} ; for more info on dialect registration see https://mlir.llvm.org/getting_started/Faq/#registered-loaded-dependent-whats-up-with-dialects-management"));
        }
        else
        {
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1319", LocationAt(position),
                $"custom op '{name}' is unknown{tried}")
            { Length = written.Length, IsSyntax = false, Help = Suggestion.DidYouMean(info.Name, info.Dialect.OpNames.ToArray()) });
        }
        return null;
    }

    // Regions and blocks ------------------------------------------------------------------------------------------------

    /// <summary>An argument of a region as a custom syntax names it: `%x: i32`.</summary>
    public readonly record struct RegionArgument(UnresolvedOperand Name, IrType Type, Location Location);

    /// <summary>`{ blocks }`. The arguments, when given, are those of the entry block.</summary>
    public bool ParseRegion(Region region, ReadOnlySpan<RegionArgument> arguments = default, bool isolated = false)
    {
        if (!Parse(TokenKind.LBrace, "expected '{' to begin a region")) return false;
        if (kind == TokenKind.RBrace && arguments.IsEmpty)
        {
            Advance();
            return true;
        }
        if (!Enter()) return false;
        bool ok = StackIsShort
            ? ParseRegionOnFreshStack(region, arguments.ToArray(), isolated)
            : ParseRegionBody(region, arguments, isolated);
        Leave();
        return ok;
    }

    // Apart from its caller, because captured parameters are allocated wherever their method is entered.
    private bool ParseRegionOnFreshStack(Region region, RegionArgument[] arguments, bool isolated) =>
        OnFreshStack(() => ParseRegionBody(region, arguments, isolated));

    private bool ParseRegionBody(Region region, ReadOnlySpan<RegionArgument> arguments, bool isolated)
    {
        Block? outer = insertAt;
        ScopeMark mark = PushNames(isolated);
        int outerBlocks = PushBlocks();
        int errors = Errors;
        bool ok = ParseBlocks(region, arguments);
        ok &= PopBlocks(outerBlocks, report: ok && Errors == errors);
        PopNames(mark);
        insertAt = outer;
        if (!ok) return false;
        Advance(); // the closing brace
        return Errors == errors;
    }

    private bool ParseBlocks(Region region, ReadOnlySpan<RegionArgument> arguments)
    {
        Block entry = region.AddBlock();
        if (!arguments.IsEmpty)
        {
            if (kind == TokenKind.CaretIdentifier) return MeaningError(Position, "NEST1320", "invalid block name in region with named arguments");
            foreach (RegionArgument argument in arguments)
                if (!DefineRegionArgument(entry, argument)) return false;
        }
        if (kind == TokenKind.CaretIdentifier ? !ParseBlock(region, entry) : !ParseBlockBody(entry)) return false;
        if (!arguments.IsEmpty && entry.ArgumentCount > arguments.Length)
            return MeaningError(Position, "NEST1321", "entry block arguments were already defined");
        while (kind != TokenKind.RBrace)
            if (!ParseBlock(region, null)) return false;
        return true;
    }

    private bool DefineRegionArgument(Block entry, RegionArgument argument)
    {
        UnresolvedOperand name = argument.Name;
        ref NameEntry existing = ref Entry(NameId(name.Text, name.Length));
        if (!existing.First.IsNull)
        {
            Errors++;
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1322", LocationAt(name.Position),
                $"region entry argument '{Encoding.UTF8.GetString(name.Name)}' is already in use")
            { Length = name.Length }.Note(LocationAt(existing.Position), "previously referenced here"));
            return false;
        }
        Location location = argument.Location.IsUnknown ? LocationAt(name.Position) : argument.Location;
        Value value = entry.AddArgument(argument.Type, location);
        for (int i = deferredArguments.Count - 1; i >= 0; i--)
            if (deferredArguments[i].Position == name.Position) deferredLocations[deferredArguments[i].Index].Argument = value;
        return Define(name.Text, name.Length, name.Position, value, 1);
    }

    // `^name(arguments): operations`; the entry block exists already.
    private bool ParseBlock(Region region, Block? entry)
    {
        int position = Position;
        byte* text = tokenStart;
        int length = (int)(next - tokenStart);
        if (!Parse(TokenKind.CaretIdentifier, "expected block name")) return false;
        ref BlockEntry named = ref BlockNamed(text, length, position);
        if (named.IsDefined) return MeaningError(position, "NEST1323", $"redefinition of block '{Text(text, length)}'");
        named.IsDefined = true;
        Block block;
        if (entry is not null) block = named.Block = entry;
        else
        {
            block = named.Block ??= new Block();
            region.Append(block);
        }
        if (kind == TokenKind.LParen && !ParseBlockArguments(block)) return false;
        return Parse(TokenKind.Colon, "expected ':' after block name") && ParseBlockBody(block);
    }

    private bool ParseBlockArguments(Block block)
    {
        Advance();
        if (TryParse(TokenKind.RParen)) return true;
        bool existing = block.ArgumentCount > 0;
        int number = 0;
        do
        {
            if (!ParseOperand(out UnresolvedOperand name)) return false;
            if (!Parse(TokenKind.Colon, "expected ':' and type for SSA operand")) return false;
            if (ParseType() is not { } type) return false;
            Value argument;
            if (existing)
            {
                if (number >= block.ArgumentCount) return MeaningError(Position, "NEST1324", "too many arguments specified in argument list");
                argument = block.ArgumentAt(number++);
                if (argument.Type != type) return MeaningError(Position, "NEST1325", "argument and block argument type mismatch");
            }
            else argument = block.AddArgument(type, LocationAt(name.Position));
            if (!ParseTrailingLocation(argument)) return false;
            if (!Define(name.Text, name.Length, name.Position, argument, 1)) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.RParen);
    }

    private bool ParseBlockBody(Block block)
    {
        insertAt = block;
        while (kind is not (TokenKind.CaretIdentifier or TokenKind.RBrace))
        {
            byte* start = tokenStart;
            if (ParseOperation()) continue;
            if (!Resynchronize(start)) return false;
            insertAt = block;
        }
        // A region with errors is read to its end, so that errors after it are found as well; the count of errors tells that it failed.
        return true;
    }

    // Whole inputs ------------------------------------------------------------------------------------------------------

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
