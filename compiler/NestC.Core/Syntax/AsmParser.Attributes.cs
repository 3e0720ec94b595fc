using System.Runtime.CompilerServices;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    /// <summary>Parses any attribute; null after an error was reported.</summary>
    /// <param name="type">The type that the attribute has, when that is known: none is read after it then.</param>
    public Attr? ParseAttr(IrType? type = null)
    {
        switch (kind)
        {
            case TokenKind.Integer:
                return ParseNumber(type, negative: false);
            case TokenKind.Float:
                return ParseFloat(type, negative: false);
            case TokenKind.String:
                return ParseStringAttr(type);
            case TokenKind.AtIdentifier:
                return ParseSymbolRef();
            case TokenKind.Minus:
                Advance();
                if (kind == TokenKind.Integer) return ParseNumber(type, negative: true);
                if (kind == TokenKind.Float) return ParseFloat(type, negative: true);
                ExpectedError("NEST1021", "expected constant integer or floating point value");
                return null;
        }
        Attr? result = null;
        if (Enter()) result = StackIsShort ? Fresh(type, static (p, t) => p.ParseNestedAttr(t)) : ParseNestedAttr(type);
        Leave();
        return result;
    }

    /// <summary>Parses an attribute if one starts here; true with null after an error was reported.</summary>
    public bool TryParseAttr(out Attr? attr, IrType? type = null)
    {
        attr = null;
        if (!AtAttr) return false;
        attr = ParseAttr(type);
        return true;
    }

    // Upstream leaves `array`, `strided` and `distinct` out here; that is followed, since the grammars of ops depend on it.
    private bool AtAttr => kind switch
    {
        TokenKind.AtIdentifier or TokenKind.Float or TokenKind.Integer or TokenKind.HashIdentifier or TokenKind.LBrace or TokenKind.LSquare
            or TokenKind.Minus or TokenKind.String => true,
        TokenKind.Bare => AtKeyword("affine_map"u8) || AtKeyword("affine_set"u8) || AtKeyword("dense"u8) || AtKeyword("dense_resource"u8)
            || AtKeyword("false"u8) || AtKeyword("true"u8) || AtKeyword("loc"u8) || AtKeyword("sparse"u8) || AtKeyword("unit"u8) || AtType,
        _ => AtType,
    };

    private Attr? ParseNestedAttr(IrType? type)
    {
        switch (kind)
        {
            case TokenKind.LSquare:
                return ParseArray();
            case TokenKind.LBrace:
                return ParseDictionary();
            case TokenKind.HashIdentifier:
                return ParseExtendedAttr(type);
            case TokenKind.Bare when ParseKeywordAttr(type, out Attr? attr):
                return attr;
        }
        if (!TryParseType(out IrType? value))
        {
            ExpectedError("NEST1022", "expected attribute value");
            return null;
        }
        return value is null ? null : TypeAttr.Get(value);
    }

    // False when the word starts no attribute but, perhaps, a type.
    private bool ParseKeywordAttr(IrType? type, out Attr? attr)
    {
        attr = null;
        ReadOnlySpan<byte> word = TokenText;
        switch (word[0])
        {
            case (byte)'t' when word.SequenceEqual("true"u8):
                Advance();
                attr = Context.Common.True;
                return true;
            case (byte)'f' when word.SequenceEqual("false"u8):
                Advance();
                attr = Context.Common.False;
                return true;
            case (byte)'u' when word.SequenceEqual("unit"u8):
                Advance();
                attr = Context.Common.Unit;
                return true;
            case (byte)'d' when word.SequenceEqual("dense"u8):
                attr = ParseDenseElements(type);
                return true;
            case (byte)'d' when word.SequenceEqual("dense_resource"u8):
                attr = ParseDenseResource(type);
                return true;
            case (byte)'d' when word.SequenceEqual("distinct"u8):
                attr = ParseDistinct(type);
                return true;
            case (byte)'a' when word.SequenceEqual("array"u8):
                attr = ParseDenseArray();
                return true;
            case (byte)'a' when word.SequenceEqual("affine_map"u8):
                attr = ParseAffineMapAttr();
                return true;
            case (byte)'a' when word.SequenceEqual("affine_set"u8):
                attr = ParseIntegerSetAttr();
                return true;
            case (byte)'s' when word.SequenceEqual("sparse"u8):
                attr = ParseSparseElements(type);
                return true;
            case (byte)'s' when word.SequenceEqual("strided"u8):
                attr = ParseStridedLayout();
                return true;
            case (byte)'l' when word.SequenceEqual("loc"u8):
                attr = ParseLocationAttr();
                return true;
            default:
                return false;
        }
    }

    private ArrayAttr? ParseArray()
    {
        Advance();
        if (TryParse(TokenKind.RSquare)) return ArrayAttr.Get(Context, default);
        int first = elementStack.Count;
        bool parsed;
        do
        {
            Attr? element = ParseAttr();
            parsed = element is not null;
            if (parsed) elementStack.Add(element!);
        }
        while (parsed && TryParse(TokenKind.Comma));
        ArrayAttr? array = parsed && Parse(TokenKind.RSquare, "expected ',' or ']'") ? ArrayAttr.Get(Context, elementStack.Span[first..]) : null;
        elementStack.Truncate(first);
        return array;
    }

    // Elements and entries that are being read, those of nested attributes above: no list is made for an attribute.
    private Vec<Attr> elementStack;
    private Vec<NamedAttr> entryStack;

    /// <summary>Parses `{entries}`; null after an error was reported.</summary>
    public DictionaryAttr? ParseDictionary()
    {
        int first = entryStack.Count;
        DictionaryAttr? dictionary = ParseAttrEntries(ref entryStack) ? DictionaryAttr.Get(Context, in entryStack, first) : null;
        entryStack.Truncate(first);
        return dictionary;
    }

    /// <summary>Parses `{entries}` and adds them, unsorted.</summary>
    public bool ParseAttrEntries(ref Vec<NamedAttr> entries)
    {
        if (!Parse(TokenKind.LBrace, "expected '{' in attribute dictionary")) return false;
        if (TryParse(TokenKind.RBrace)) return true;
        int first = entries.Count;
        HashSet<Identifier>? seen = null;
        do
        {
            if (!ParseAttrEntry(ref entries, first, ref seen)) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.RBrace, "expected '}' in attribute dictionary");
    }

    // The comma or bracket after a value (or the end of a type with its parameters) that starts at p, if it stands within a few bytes on
    // the same line; else null.
    private unsafe byte* EntryEnd(byte* p, bool isType = false)
    {
        byte* limit = end - p > 160 ? p + 160 : end;
        int depth = 0;
        for (; p < limit; p++)
        {
            switch (*p)
            {
                case (byte)'<' or (byte)'(' or (byte)'[' or (byte)'{':
                    depth++;
                    break;
                case (byte)'>' when p[-1] == '-' || p[1] == '=':
                    break;
                case (byte)'>' when isType && depth == 1:
                    return p + 1;
                case (byte)'>' or (byte)')' or (byte)']' or (byte)'}':
                    if (depth-- == 0) return isType ? null : p;
                    break;
                case (byte)',':
                    if (depth == 0) return p;
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

    // A name of an attribute as it was met before, and whether it pays to look for the text of its values.
    private sealed class KnownName(Identifier name)
    {
        public readonly Identifier Name = name;
        private int asked, found, wait, pause = 4096;

        // Values that repeat late (many of them, or in another part of the input) are tried again, ever more seldom.
        public bool Pays()
        {
            if (wait > 0)
            {
                wait--;
                return false;
            }
            if (asked < 4096 || found * 4 > asked) return true;
            (asked, found, wait, pause) = (2048, 0, pause, Math.Min(pause * 2, 1 << 20));
            return false;
        }

        public void Count(bool hit)
        {
            asked++;
            if (hit) found++;
            if (asked < 1 << 20) return;
            asked >>= 1;
            found >>= 1;
        }
    }

    private readonly KnownName?[] knownNames = new KnownName?[64];
    private TextMemo valueMemo;

    // Names repeat from operation to operation: most are found by their first bytes and length.
    private KnownName NameOf(ReadOnlySpan<byte> text)
    {
        ref KnownName? known = ref knownNames[(text[0] * 7 + text[^1] * 31 + text.Length) & 63];
        if (known is null || !known.Name.Utf8.SequenceEqual(text)) known = new KnownName(Context.Identifier(text));
        return known;
    }

    private bool ParseAttrEntry(ref Vec<NamedAttr> entries, int first, ref HashSet<Identifier>? seen)
    {
        KnownName known;
        if (kind is TokenKind.Bare or TokenKind.IntType) known = NameOf(TokenText);
        else if (kind == TokenKind.String)
        {
            ReadOnlySpan<byte> bytes = StringBytes();
            if (bytes.IsEmpty) return MeaningError("NEST1023", "expected valid attribute name");
            known = NameOf(bytes);
        }
        else return ExpectedError("NEST1024", "expected attribute name");
        Identifier name = known.Name;
        if (IsRepeated(entries, first, name, ref seen))
            return MeaningError("NEST1025", $"duplicate key '{name}' in dictionary attribute");
        Advance();
        Attr? value = Context.Common.Unit;
        if (kind == TokenKind.Equal) value = known.Pays() ? ParseValueMemo(known) : ParseAfterEqual();
        if (value is null) return false;
        entries.Add(new NamedAttr(name, value));
        return true;
    }

    private Attr? ParseAfterEqual()
    {
        Advance();
        return ParseAttr();
    }

    // The value after `=`, remembered by its text: few different ones make up most dictionaries.
    private Attr? ParseValueMemo(KnownName name)
    {
        byte* text = next;
        while (*text == ' ') text++;
        byte* close = EntryEnd(text);
        if (close == null || close == text) return ParseAfterEqual();
        int length = (int)(close - text);
        object? known = valueMemo.Find(text, length, out int hash);
        name.Count(known is not null);
        if (known is not null)
        {
            ResetTo(close);
            return Unsafe.As<Attr>(known);
        }
        Attr? value = ParseAfterEqual();
        if (value is not null && tokenStart == close) valueMemo.Add(text, length, hash, value);
        return value;
    }

    // Few names are compared one by one; many go into a set.
    private static bool IsRepeated(Vec<NamedAttr> entries, int first, Identifier name, ref HashSet<Identifier>? seen)
    {
        if (seen is not null) return !seen.Add(name);
        for (int i = first; i < entries.Count; i++)
            if (ReferenceEquals(entries[i].Name, name)) return true;
        if (entries.Count - first < 16) return false;
        seen = [];
        for (int i = first; i < entries.Count; i++) seen.Add(entries[i].Name);
        return !seen.Add(name);
    }

    private StringAttr? ParseStringAttr(IrType? type)
    {
        ReadOnlySpan<byte> bytes = StringBytes();
        Advance();
        if (type is null)
        {
            if (!TryParse(TokenKind.Colon)) return StringAttr.Get(Context, bytes);
            type = ParseType();
            if (type is null) return null;
        }
        return StringAttr.Get(bytes, type);
    }

    // The bytes of the current string or symbol token, without quotes; copied only when there are escapes.
    private ReadOnlySpan<byte> StringBytes()
    {
        ReadOnlySpan<byte> text = TokenText;
        if (text[0] == '@') text = text[1..];
        if (text[0] != '"') return text;
        ReadOnlySpan<byte> inner = text[1..^1];
        return inner.IndexOf((byte)'\\') < 0 ? inner : Unescape(text);
    }

    /// <summary>Parses a string literal.</summary>
    public bool ParseString(out byte[] utf8)
    {
        utf8 = [];
        if (kind != TokenKind.String) return ExpectedError("NEST1026", "expected string");
        utf8 = StringBytes().ToArray();
        Advance();
        return true;
    }

    /// <summary>Parses a string literal.</summary>
    public bool ParseString(out string text)
    {
        bool parsed = ParseString(out byte[] utf8);
        text = System.Text.Encoding.UTF8.GetString(utf8);
        return parsed;
    }

    /// <summary>Parses `@name` as the name of a symbol; null after an error was reported.</summary>
    public StringAttr? ParseSymbolName()
    {
        if (kind != TokenKind.AtIdentifier)
        {
            Error("NEST1027", "expected valid '@'-identifier for symbol name");
            return null;
        }
        StringAttr name = StringAttr.Get(Context, StringBytes());
        Advance();
        return name;
    }

    /// <summary>Parses `@root::@nested`; null after an error was reported.</summary>
    public SymbolRefAttr? ParseSymbolRef()
    {
        if (kind != TokenKind.AtIdentifier)
        {
            ExpectedError("NEST1027", "expected attribute value");
            return null;
        }
        Identifier root = Context.Identifier(StringBytes());
        Advance();
        Vec<Identifier> nested = default;
        while (kind == TokenKind.Colon)
        {
            Checkpoint colon = Save();
            Advance();
            if (!TryParse(TokenKind.Colon))
            {
                // A single colon belongs to what follows.
                if (kind is not (TokenKind.EndOfFile or TokenKind.Error)) Restore(colon);
                break;
            }
            if (kind != TokenKind.AtIdentifier)
            {
                Error("NEST1027", "expected nested symbol reference identifier");
                return null;
            }
            nested.Add(Context.Identifier(StringBytes()));
            Advance();
        }
        return SymbolRefAttr.Get(Context, root, nested.Span);
    }

    private DistinctAttr? ParseDistinct(IrType? type)
    {
        int start = Position;
        Advance();
        if (!Parse(TokenKind.LSquare, "expected '[' after 'distinct'")) return null;
        bool fits = TryReadUInt64(kind == TokenKind.Integer ? TokenText : default, out ulong id);
        if (!Parse(TokenKind.Integer, "expected distinct ID")) return null;
        if (!fits)
        {
            MeaningError("NEST1028", "expected an unsigned 64-bit integer");
            return null;
        }
        if (!Parse(TokenKind.RSquare, "expected ']' to close distinct ID") || !Parse(TokenKind.Less, "expected '<' after distinct ID"))
            return null;
        Attr? referenced = Context.Common.Unit;
        if (!TryParse(TokenKind.Greater))
        {
            referenced = ParseAttr(type);
            if (referenced is null)
            {
                // Said after the error within, as upstream does; but not once for each of many levels.
                if (nesting < 100) Error("NEST1022", "expected attribute");
                return null;
            }
            if (!Parse(TokenKind.Greater, "expected '>' to close distinct attribute")) return null;
        }
        distinctAttrs ??= [];
        if (!distinctAttrs.TryGetValue(id, out DistinctAttr? known)) distinctAttrs.Add(id, known = DistinctAttr.Create(referenced));
        if (known.Referenced == referenced) return known;
        MeaningError(start, "NEST1028", $"referenced attribute does not match previous definition: {known.Referenced}");
        return null;
    }

    private Dictionary<ulong, DistinctAttr>? distinctAttrs;

    private StridedLayoutAttr? ParseStridedLayout()
    {
        int start = Position;
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' after 'strided'") || !Parse(TokenKind.LSquare, "expected '['")) return null;
        Vec<long> strides = default;
        if (kind != TokenKind.RSquare)
        {
            do
            {
                if (!ParseStride(out long stride)) return null;
                strides.Add(stride);
            }
            while (TryParse(TokenKind.Comma));
        }
        if (!Parse(TokenKind.RSquare, "expected ']'")) return null;
        long offset = 0;
        if (!TryParse(TokenKind.Greater))
        {
            if (!Parse(TokenKind.Comma, "expected ','")) return null;
            if (!TryParseKeyword("offset"u8))
            {
                ExpectedError("NEST1001", "expected 'offset' after comma");
                return null;
            }
            if (!Parse(TokenKind.Colon, "expected ':' after 'offset'") || !ParseStride(out offset) || !Parse(TokenKind.Greater, "expected '>'"))
                return null;
        }
        StridedLayoutAttr? attr = StridedLayoutAttr.TryGet(Context, offset, strides.Span, out string? error);
        if (attr is null) MeaningError(start, "NEST1029", error!);
        return attr;
    }

    private bool ParseStride(out long stride)
    {
        stride = ShapedType.Dynamic;
        if (TryParse(TokenKind.Question)) return true;
        int start = Position;
        bool negative = TryParse(TokenKind.Minus);
        if (kind != TokenKind.Integer) return Error(start, "NEST1029", "expected a 64-bit signed integer or '?'");
        if (!TryReadUInt64(TokenText, out ulong value) || value > long.MaxValue)
            return MeaningError(start, "NEST1029", "expected a 64-bit signed integer or '?'");
        Advance();
        stride = negative ? -(long)value : (long)value;
        return true;
    }
}
