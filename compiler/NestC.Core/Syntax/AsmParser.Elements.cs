using System.Numerics;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    /// <summary>
    /// The elements of a `dense` or `sparse` literal, before its type is known: where their tokens start (complemented for
    /// negative numbers), and the shape of the lists. The tokens are read again when the type says as what.
    /// </summary>
    private ref struct ElementsLiteral
    {
        public Vec<int> Tokens;
        public Vec<long> Shape;

        /// <summary>Where a string stands that is the whole literal (hexadecimal data, or one string); -1 without.</summary>
        public int WholeString;
    }

    private Attr? ParseDenseElements(IrType? type)
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' after 'dense'")) return null;
        ElementsLiteral literal = new() { WholeString = -1, Tokens = spareTokens, Shape = spareShape };
        (spareTokens, spareShape) = (default, default);
        Attr? attr = ParseDenseElements(ref literal, type);
        literal.Tokens.Clear();
        literal.Shape.Clear();
        (spareTokens, spareShape) = (literal.Tokens, literal.Shape);
        return attr;
    }

    private readonly byte[] elementBytes = new byte[1024];

    // Lists that the next literal uses again.
    private Vec<int> spareTokens;
    private Vec<long> spareShape;

    private Attr? ParseDenseElements(ref ElementsLiteral literal, IrType? type)
    {
        if (!TryParse(TokenKind.Greater) && (!ParseElementsLiteral(ref literal, allowHex: true) || !Parse(TokenKind.Greater, "expected '>'")))
            return null;
        int at = Position;
        return ParseElementsType(type) is { } shaped ? BuildElements(literal, at, shaped) : null;
    }

    private ShapedType? ParseElementsType(IrType? type)
    {
        if (type is null && (!Parse(TokenKind.Colon, "expected ':'") || (type = ParseType()) is null)) return null;
        if (type is not ShapedType shaped)
        {
            MeaningError("NEST1061", "elements literal must be a shaped type");
            return null;
        }
        if (shaped.HasStaticShape) return shaped;
        MeaningError("NEST1061", "elements literal type must have static shape");
        return null;
    }

    private bool ParseElementsLiteral(ref ElementsLiteral literal, bool allowHex)
    {
        literal.WholeString = -1;
        if (allowHex && kind == TokenKind.String)
        {
            literal.WholeString = Position;
            Advance();
            return true;
        }
        return kind == TokenKind.LSquare ? ParseElementsList(ref literal) : ParseElement(ref literal);
    }

    private bool ParseElement(ref ElementsLiteral literal)
    {
        switch (kind)
        {
            case TokenKind.Integer or TokenKind.Float or TokenKind.String:
                literal.Tokens.Add(Position);
                Advance();
                return true;
            case TokenKind.Bare when AtKeyword("true"u8) || AtKeyword("false"u8):
                literal.Tokens.Add(Position);
                Advance();
                return true;
            case TokenKind.Minus:
                Advance();
                if (kind is not (TokenKind.Integer or TokenKind.Float)) return Error("NEST1062", "expected integer or floating point literal");
                literal.Tokens.Add(~Position);
                Advance();
                return true;
            case TokenKind.LParen:
                bool parsed = Enter() && ParseComplexElement(ref literal);
                Leave();
                return parsed;
            default:
                return Error("NEST1062", "expected element literal of primitive type");
        }
    }

    private bool ParseComplexElement(ref ElementsLiteral literal)
    {
        if (StackIsShort) return Error("NEST1003", "nesting of complex elements is too deep");
        Advance();
        return ParseElement(ref literal) && Parse(TokenKind.Comma, "expected ',' between complex elements") && ParseElement(ref literal)
            && Parse(TokenKind.RParen, "expected ')' after complex elements");
    }

    // Leaves the sizes of this list and of those in it at the end of the shape. Sizes of a list's elements stand there while
    // its later elements are compared with the first.
    private bool ParseElementsList(ref ElementsLiteral literal)
    {
        if (StackIsShort) return Error("NEST1003", "nesting of element lists is too deep");
        bool parsed = Enter() && ParseElementsListHere(ref literal);
        Leave();
        return parsed;
    }

    private bool ParseElementsListHere(ref ElementsLiteral literal)
    {
        Advance();
        int start = literal.Shape.Count;
        literal.Shape.Add(0);
        if (TryParse(TokenKind.RSquare)) return true;
        long count = 0;
        int inner = -1;
        do
        {
            int before = literal.Shape.Count;
            if (!(kind == TokenKind.LSquare ? ParseElementsList(ref literal) : ParseElement(ref literal))) return false;
            count++;
            int sizes = literal.Shape.Count - before;
            if (inner < 0)
            {
                inner = sizes;
                continue;
            }
            if (sizes != inner || !literal.Shape.Span.Slice(start + 1, inner).SequenceEqual(literal.Shape.Span[before..]))
                return MeaningError("NEST1063", "tensor literal is invalid; ranks are not consistent between elements");
            literal.Shape.Truncate(before);
        }
        while (TryParse(TokenKind.Comma));
        literal.Shape[start] = count;
        return Parse(TokenKind.RSquare, "expected ']'");
    }

    private ElementsAttr? BuildElements(in ElementsLiteral literal, int at, ShapedType type)
    {
        IrType element = type.ElementType;
        if (literal.WholeString >= 0 && DenseElementsAttr.IsValidElementType(element)) return BuildHexElements(literal.WholeString, at, type);
        if (!literal.Shape.IsEmpty && !literal.Shape.Span.SequenceEqual(type.Shape))
        {
            MeaningError(at, "NEST1064",
                $"inferred shape of elements literal ([{SparseElementsAttr.List(literal.Shape.Span)}]) does not match type ([{SparseElementsAttr.List(type.Shape)}])");
            return null;
        }
        int count = literal.Tokens.Count;
        if (literal.WholeString < 0 && count == 0 && type.NumElements != 0)
        {
            MeaningError(at, "NEST1064", $"parsed zero elements, but type ('{type}') expected at least 1");
            return null;
        }
        if (!DenseElementsAttr.IsValidElementType(element)) return BuildStringElements(literal, at, type);
        // Numbers are read first, so that what is wrong with one is said before what is wrong with how many there are.
        IrType part = element is ComplexType complex ? complex.ElementType : element;
        int size = DenseElementsAttr.SizeOf(part);
        long length = (long)count * size;
        bool few = length <= elementBytes.Length;
        byte[] bytes = few ? elementBytes : new byte[length];
        Span<byte> into = bytes.AsSpan(0, (int)length);
        into.Clear();
        if (!(part is FloatType f ? ReadFloats(literal.Tokens.Span, f, into) : ReadIntegers(literal.Tokens.Span, part, into))) return null;
        int parts = element is ComplexType ? 2 : 1;
        long wanted = type.NumElements;
        if (count > parts) count -= count % parts;
        bool isSplat = count == parts;
        if (!isSplat && count / parts != wanted)
        {
            // Numbers in parentheses where the elements are not complex: what there is too much of is dropped, as upstream does.
            if (count / parts < wanted)
            {
                MeaningError(at, "NEST1064", $"parsed {count} elements, but type ('{type}') expected {new BigInteger(wanted) * parts}");
                return null;
            }
            count = (int)(wanted * parts);
        }
        Span<byte> used = into[..(count * size)];
        return few ? DenseElementsAttr.FromScratch(type, used) : DenseElementsAttr.FromElements(type, used.Length == bytes.Length ? bytes : used.ToArray());
    }

    private DenseElementsAttr? BuildHexElements(int stringAt, int at, ShapedType type)
    {
        byte[]? raw = HexText.Read(StringTextAt(stringAt));
        if (raw is null)
        {
            MeaningError(stringAt, "NEST1065", "expected string containing hex digits starting with `0x`");
            return null;
        }
        DenseElementsAttr? attr = DenseElementsAttr.FromRaw(type, raw);
        if (attr is null) MeaningError(at, "NEST1065", $"elements hex data size is invalid for provided type: '{type}'");
        return attr;
    }

    // The text between the quotes of a string token that was read before.
    private ReadOnlySpan<byte> StringTextAt(int at)
    {
        byte* p = begin + at + 1;
        byte* q = p;
        for (; *q != '"'; q++)
            if (*q == '\\') q++;
        return new ReadOnlySpan<byte>(p, (int)(q - p));
    }

    private DenseStringElementsAttr BuildStringElements(in ElementsLiteral literal, int at, ShapedType type)
    {
        if (literal.WholeString >= 0) return DenseStringElementsAttr.Get(type, [StringAt(literal.WholeString)]);
        byte[][] values = new byte[literal.Tokens.Count][];
        for (int i = 0; i < values.Length; i++) values[i] = StringAt(literal.Tokens[i]);
        return DenseStringElementsAttr.Get(type, values);
    }

    // The value of a string token. Of another token, upstream drops the first and last characters, as if they were quotes.
    private byte[] StringAt(int token)
    {
        byte* p = begin + (token < 0 ? ~token : token);
        if (*p == '"')
        {
            ReadOnlySpan<byte> inner = StringTextAt((int)(p - begin));
            return Unescape(new ReadOnlySpan<byte>(p, inner.Length + 2));
        }
        ReadOnlySpan<byte> text = NumberAt(p, out _);
        return text.Length < 2 ? [] : text[1..^1].ToArray();
    }

    // A number, `true` or `false` that was read before.
    private static ReadOnlySpan<byte> NumberAt(byte* p, out bool isFloat)
    {
        isFloat = false;
        byte* q = p;
        if (AsciiChar.IsDigit(*p)) q = NumberEnd(p, out isFloat);
        else
            while (AsciiChar.IsNameBody(*q)) q++;
        return new ReadOnlySpan<byte>(p, (int)(q - p));
    }

    private bool ReadIntegers(ReadOnlySpan<int> tokens, IrType type, Span<byte> bytes)
    {
        int size = DenseElementsAttr.SizeOf(type);
        bool unsigned = type is IntegerType { IsUnsigned: true };
        for (int i = 0; i < tokens.Length; i++)
        {
            bool negative = tokens[i] < 0;
            int at = negative ? ~tokens[i] : tokens[i];
            ReadOnlySpan<byte> text = NumberAt(begin + at, out bool isFloat);
            if (negative && unsigned) return MeaningError(at, "NEST1066", "expected unsigned integer elements, but parsed negative value");
            if (isFloat) return MeaningError(at, "NEST1066", "expected integer elements, but parsed floating-point");
            Span<byte> element = bytes.Slice(i * size, size);
            if (!text.IsEmpty && !AsciiChar.IsDigit(text[0]))
            {
                if (type.BitWidth() != 1 || type is not IntegerType)
                    return MeaningError(at, "NEST1066", "expected i1 type for 'true' or 'false' values");
                element[0] = text[0] == 't' ? (byte)1 : (byte)0;
                continue;
            }
            long value = 0;
            if (text.IsEmpty || !(size > 8 ? WideBytes(text, negative, type, element) : IntegerInRange(text, negative, type, out value)))
                return MeaningError(at, "NEST1031", "integer constant out of range for type");
            switch (size)
            {
                case 4:
                    System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(element, (int)value);
                    break;
                case 8:
                    System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(element, value);
                    break;
                case <= 8:
                    for (int b = 0; b < size; b++) element[b] = (byte)(value >> (8 * b));
                    break;
            }
            ClearUnusedBits(element, type.BitWidth());
        }
        return true;
    }

    // Bits above the width are zero, so that equal elements have equal bytes.
    private static void ClearUnusedBits(Span<byte> element, int width)
    {
        if ((width & 7) != 0) element[^1] &= (byte)((1 << (width & 7)) - 1);
    }

    private bool ReadFloats(ReadOnlySpan<int> tokens, FloatType type, Span<byte> bytes)
    {
        int size = DenseElementsAttr.SizeOf(type);
        for (int i = 0; i < tokens.Length; i++)
        {
            bool negative = tokens[i] < 0;
            int at = negative ? ~tokens[i] : tokens[i];
            ReadOnlySpan<byte> text = NumberAt(begin + at, out bool isFloat);
            if (!isFloat && (text.Length < 2 || text[1] != 'x' || text[0] != '0'))
                return MeaningError("NEST1066", "expected floating-point elements, but parsed integer");
            if (!FloatBitsOf(at, text, isFloat, negative, type, out ulong high, out ulong low)) return false;
            Span<byte> element = bytes.Slice(i * size, size);
            if (size == 4) System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)low);
            else
                for (int b = 0; b < size; b++) element[b] = (byte)((b < 8 ? low : high) >> (8 * (b & 7)));
        }
        return true;
    }

    private Attr? ParseSparseElements(IrType? type)
    {
        int start = Position;
        Advance();
        if (!Parse(TokenKind.Less, "Expected '<' after 'sparse'")) return null;
        IrType indexType = Context.Common.I64;
        if (TryParse(TokenKind.Greater))
        {
            if (ParseElementsType(type) is not { } none) return null;
            return SparseOf(start, none, DenseElementsAttr.FromElements(RankedTensorType.Get([0, none.Rank], indexType), []), EmptyValues(none));
        }
        int indicesAt = Position;
        ElementsLiteral indices = default, values = default;
        if (!ParseElementsLiteral(ref indices, allowHex: false) || !Parse(TokenKind.Comma, "expected ','")) return null;
        int valuesAt = Position;
        if (!ParseElementsLiteral(ref values, allowHex: true) || !Parse(TokenKind.Greater, "expected '>'")) return null;
        if (ParseElementsType(type) is not { } shaped) return null;
        RankedTensorType indicesType = indices.Shape.IsEmpty
            ? RankedTensorType.Get([1, shaped.Rank], indexType)
            : RankedTensorType.Get(indices.Shape.Span, indexType);
        if (BuildElements(indices, indicesAt, indicesType) is not DenseElementsAttr built) return null;
        RankedTensorType valuesType = values.Shape.IsEmpty
            ? RankedTensorType.Get([indicesType.Shape[0]], shaped.ElementType)
            : RankedTensorType.Get(values.Shape.Span, shaped.ElementType);
        return BuildElements(values, valuesAt, valuesType) is { } elements ? SparseOf(start, shaped, built, elements) : null;
    }

    private static ElementsAttr EmptyValues(ShapedType type)
    {
        RankedTensorType empty = RankedTensorType.Get([0], type.ElementType);
        return DenseElementsAttr.IsValidElementType(type.ElementType)
            ? DenseElementsAttr.FromElements(empty, [])
            : DenseStringElementsAttr.Get(empty, default);
    }

    private SparseElementsAttr? SparseOf(int at, ShapedType type, DenseElementsAttr indices, ElementsAttr values)
    {
        SparseElementsAttr? attr = SparseElementsAttr.TryGet(type, indices, values, out string? error);
        if (attr is null) MeaningError(at, "NEST1067", error!);
        return attr;
    }
}
