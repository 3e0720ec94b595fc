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
        string name = Excerpt(written), dialect = Excerpt(info.Name.HasPrefix ? info.Name.DialectPrefix : info.Name.Utf8);
        string tried = isFull ? "" : $" (tried '{dialect}.{name}' as well)";
        if (info.Dialect is null)
        {
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1318", LocationAt(position), $"Dialect `{dialect}' not found for custom op '{name}'{tried}")
            { Length = written.Length }
                .Note(LocationAt(position), $"Registered dialects: {string.Join(", ", Context.DialectNames)} ; for more info on dialect registration see https://mlir.llvm.org/getting_started/Faq/#registered-loaded-dependent-whats-up-with-dialects-management"));
        }
        else
        {
            string? help = written.Length > MostOfAName ? null : Suggestion.DidYouMean(info.Name, info.Dialect.OpNames.ToArray());
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1319", LocationAt(position), $"custom op '{name}' is unknown{tried}")
            { Length = written.Length, IsSyntax = false, Help = help });
        }
        return null;
    }
    // What is no name but a line of rubbish is not said whole.
    private const int MostOfAName = 1000;

    private static string Excerpt(ReadOnlySpan<byte> name) =>
        name.Length <= MostOfAName ? Encoding.UTF8.GetString(name) : Encoding.UTF8.GetString(name[..MostOfAName]) + "...";
}
