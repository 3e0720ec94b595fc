using System.Runtime.CompilerServices;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private enum TypeWord : byte { None, MemRef, Tensor, Complex, Tuple, Vector, Index, NoneType, Float }

    /// <summary>Parses any type; null after an error was reported.</summary>
    public IrType? ParseType() => kind == TokenKind.LParen ? ParseFunctionType() : ParseNonFunctionType();

    /// <summary>Parses a type if one starts here; true with null after an error was reported.</summary>
    public bool TryParseType(out IrType? type)
    {
        type = null;
        if (!AtType) return false;
        type = ParseType();
        return true;
    }

    private bool AtType => kind is TokenKind.LParen or TokenKind.IntType or TokenKind.ExclamationIdentifier || AtTypeWord(out _) != TypeWord.None;

    /// <summary>Parses `(inputs) -> results`; null after an error was reported.</summary>
    public FunctionType? ParseFunctionType()
    {
        FunctionType? result = null;
        if (Enter())
            result = StackIsShort ? Fresh(0, static (p, _) => p.ParseFunctionTypeHere()) : ParseFunctionTypeHere();
        Leave();
        return result;
    }

    // Goes on with a deep recursion on a new stack.
    private T? Fresh<T, TArg>(TArg arg, Func<AsmParser, TArg, T?> parse) where T : class
    {
        T? result = null;
        OnFreshStack(() => (result = parse(this, arg)) is not null);
        return result;
    }

    private FunctionType? ParseFunctionTypeHere()
    {
        int first = typeStack.Count, middle = first;
        bool parsed = ParseTypeListParens(ref typeStack);
        if (parsed)
        {
            middle = typeStack.Count;
            parsed = Parse(TokenKind.Arrow, "expected '->' in function type") && ParseFunctionResultTypes(ref typeStack);
        }
        FunctionType? type = parsed ? FunctionType.Get(Context, typeStack.Span[first..middle], typeStack.Span[middle..]) : null;
        typeStack.Truncate(first);
        return type;
    }

    // Lists of types and sizes that are being read, each above the one that it stands in: no list is made for a type.
    private Vec<IrType> typeStack;
    private Vec<long> shapeStack;

    /// <summary>Parses the results of a function type: one type that is no function, or a list in parentheses.</summary>
    public bool ParseFunctionResultTypes(ref Vec<IrType> types)
    {
        if (kind == TokenKind.LParen) return ParseTypeListParens(ref types);
        if (ParseNonFunctionType() is not { } type) return false;
        types.Add(type);
        return true;
    }

    /// <summary>Parses one or more types between commas.</summary>
    public bool ParseTypeList(ref Vec<IrType> types)
    {
        do
        {
            if (ParseType() is not { } type) return false;
            types.Add(type);
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    /// <summary>Parses types between commas, in parentheses; there may be none.</summary>
    public bool ParseTypeListParens(ref Vec<IrType> types)
    {
        if (!Parse(TokenKind.LParen, "expected '('")) return false;
        if (TryParse(TokenKind.RParen)) return true;
        return ParseTypeList(ref types) && Parse(TokenKind.RParen, "expected ')'");
    }

    /// <summary>Parses any type that is not a function type; null after an error was reported.</summary>
    public IrType? ParseNonFunctionType()
    {
        if (kind == TokenKind.IntType) return ParseIntegerType();
        if (*next == '<' && typeMemo.Pays && EntryEnd(tokenStart, isType: true) is var close && close != null) return ParseTypeMemo(close);
        return ParseNonFunctionTypeHere();
    }

    private TextMemo typeMemo;

    // Few different types stand in a text, many times each.
    private IrType? ParseTypeMemo(byte* close)
    {
        byte* text = tokenStart;
        int length = (int)(close - text);
        if (typeMemo.Find(text, length, out int hash) is { } known)
        {
            ResetTo(close);
            return Unsafe.As<IrType>(known);
        }
        IrType? type = ParseNonFunctionTypeHere();
        if (type is not null && lastTokenEnd == close) typeMemo.Add(text, length, hash, type);
        return type;
    }

    private IrType? ParseNonFunctionTypeHere()
    {
        if (kind == TokenKind.ExclamationIdentifier) return ParseExtendedType();
        TypeWord word = AtTypeWord(out FloatKind floatKind);
        switch (word)
        {
            case TypeWord.Float:
                Advance();
                return Context.Common.Float(floatKind);
            case TypeWord.Index:
                Advance();
                return Context.Common.Index;
            case TypeWord.NoneType:
                Advance();
                return Context.Common.None;
            case TypeWord.None:
                ExpectedError("NEST1010", "expected non-function type");
                return null;
        }
        IrType? result = null;
        if (Enter())
            result = StackIsShort ? Fresh((int)word, static (p, w) => p.ParseCompositeType((TypeWord)w)) : ParseCompositeType(word);
        Leave();
        return result;
    }

    private IrType? ParseCompositeType(TypeWord word) => word switch
    {
        TypeWord.Tensor => ParseTensorType(),
        TypeWord.MemRef => ParseMemRefType(),
        TypeWord.Vector => ParseVectorType(),
        TypeWord.Complex => ParseComplexType(),
        _ => ParseTupleType(),
    };

    private TypeWord AtTypeWord(out FloatKind floatKind)
    {
        floatKind = default;
        if (kind != TokenKind.Bare) return TypeWord.None;
        ReadOnlySpan<byte> text = TokenText;
        switch (text[0])
        {
            case (byte)'f' or (byte)'b' or (byte)'t' when FloatWord(text, out floatKind):
                return TypeWord.Float;
            case (byte)'t':
                return text.SequenceEqual("tensor"u8) ? TypeWord.Tensor : text.SequenceEqual("tuple"u8) ? TypeWord.Tuple : TypeWord.None;
            case (byte)'m':
                return text.SequenceEqual("memref"u8) ? TypeWord.MemRef : TypeWord.None;
            case (byte)'v':
                return text.SequenceEqual("vector"u8) ? TypeWord.Vector : TypeWord.None;
            case (byte)'c':
                return text.SequenceEqual("complex"u8) ? TypeWord.Complex : TypeWord.None;
            case (byte)'i':
                return text.SequenceEqual("index"u8) ? TypeWord.Index : TypeWord.None;
            case (byte)'n':
                return text.SequenceEqual("none"u8) ? TypeWord.NoneType : TypeWord.None;
            default:
                return TypeWord.None;
        }
    }

    private static bool FloatWord(ReadOnlySpan<byte> text, out FloatKind kind)
    {
        kind = default;
        switch (text.Length)
        {
            case 3:
                if (text.SequenceEqual("f32"u8)) kind = FloatKind.F32;
                else if (text.SequenceEqual("f64"u8)) kind = FloatKind.F64;
                else if (text.SequenceEqual("f16"u8)) kind = FloatKind.F16;
                else if (text.SequenceEqual("f80"u8)) kind = FloatKind.F80;
                else return false;
                return true;
            case 4:
                if (text.SequenceEqual("bf16"u8)) kind = FloatKind.BF16;
                else if (text.SequenceEqual("tf32"u8)) kind = FloatKind.TF32;
                else if (text.SequenceEqual("f128"u8)) kind = FloatKind.F128;
                else return false;
                return true;
            case 6 when text.SequenceEqual("f8E5M2"u8):
                kind = FloatKind.F8E5M2;
                return true;
            case 6 when text.SequenceEqual("f8E4M3"u8):
                kind = FloatKind.F8E4M3;
                return true;
            case 8 when text.SequenceEqual("f8E4M3FN"u8):
                kind = FloatKind.F8E4M3FN;
                return true;
            case 10 when text.SequenceEqual("f8E5M2FNUZ"u8):
                kind = FloatKind.F8E5M2FNUZ;
                return true;
            case 10 when text.SequenceEqual("f8E4M3FNUZ"u8):
                kind = FloatKind.F8E4M3FNUZ;
                return true;
            case 13 when text.SequenceEqual("f8E4M3B11FNUZ"u8):
                kind = FloatKind.F8E4M3B11FNUZ;
                return true;
            default:
                return false;
        }
    }

    private IntegerType? ParseIntegerType()
    {
        ReadOnlySpan<byte> text = TokenText;
        Signedness signedness = text[0] switch
        {
            (byte)'s' => Signedness.Signed,
            (byte)'u' => Signedness.Unsigned,
            _ => Signedness.Signless,
        };
        ReadOnlySpan<byte> digits = text[(signedness == Signedness.Signless ? 1 : 2)..];
        if (!TryReadUInt64(digits, out ulong width) || width > uint.MaxValue)
        {
            MeaningError("NEST1011", "invalid integer width");
            return null;
        }
        if (width > IntegerType.MaxWidth)
        {
            MeaningError("NEST1011", $"integer bitwidth is limited to {IntegerType.MaxWidth} bits");
            return null;
        }
        Advance();
        if (signedness == Signedness.Signless)
        {
            CommonObjects common = Context.Common;
            switch (width)
            {
                case 1: return common.I1;
                case 8: return common.I8;
                case 16: return common.I16;
                case 32: return common.I32;
                case 64: return common.I64;
            }
        }
        return IntegerType.Get(Context, (int)width, signedness);
    }

    private ComplexType? ParseComplexType()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in complex type")) return null;
        int at = Position;
        if (ParseType() is not { } element || !Parse(TokenKind.Greater, "expected '>' in complex type")) return null;
        ComplexType? type = ComplexType.TryGet(element, out string? error);
        if (type is null) MeaningError(at, "NEST1012", error!);
        return type;
    }

    private TupleType? ParseTupleType()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in tuple type")) return null;
        Vec<IrType> types = default;
        if (!TryParse(TokenKind.Greater)
            && (!ParseTypeList(ref types) || !Parse(TokenKind.Greater, "expected '>' in tuple type")))
            return null;
        return TupleType.Get(Context, types.Span);
    }

    private VectorType? ParseVectorType()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in vector type")) return null;
        Vec<long> shape = default;
        Vec<bool> scalable = default;
        while (kind is TokenKind.Integer or TokenKind.LSquare)
        {
            bool brackets = TryParse(TokenKind.LSquare);
            if (!ParseDimension(out long size)) return null;
            shape.Add(size);
            scalable.Add(brackets);
            if (brackets && !TryParse(TokenKind.RSquare))
            {
                ExpectedError("NEST1013", "missing ']' closing scalable dimension");
                return null;
            }
            if (!ParseX()) return null;
        }
        foreach (long size in shape.Span)
        {
            if (size > 0) continue;
            MeaningError("NEST1014", "vector types must have positive constant sizes");
            return null;
        }
        int at = Position;
        if (ParseType() is not { } element || !Parse(TokenKind.Greater, "expected '>' in vector type")) return null;
        if (!element.IsIntOrIndexOrFloat())
        {
            MeaningError(at, "NEST1012", "vector elements must be int/index/float type");
            return null;
        }
        return VectorType.Get(shape.Span, element, scalable.Span);
    }

    private TensorType? ParseTensorType()
    {
        int first = shapeStack.Count;
        TensorType? type = ParseTensorType(first);
        shapeStack.Truncate(first);
        return type;
    }

    private TensorType? ParseTensorType(int first)
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in tensor type")) return null;
        bool unranked = TryParse(TokenKind.Star);
        if (unranked ? !ParseX() : !ParseDimensionList(ref shapeStack)) return null;
        int last = shapeStack.Count, at = Position;
        IrType? element = ParseType();
        if (element is null) return null;
        Attr? encoding = null;
        if (TryParse(TokenKind.Comma))
        {
            // As upstream has it, nothing may follow the comma, and some words start no attribute here.
            if (TryParseAttr(out encoding) && encoding is null) return null;
            if (encoding is ITensorEncoding checks && checks.VerifyFor(shapeStack.Span[first..last], element) is { } error)
            {
                MeaningError("NEST1015", error);
                return null;
            }
        }
        if (!Parse(TokenKind.Greater, "expected '>' in tensor type")) return null;
        if (!TensorType.IsValidElementType(element))
        {
            MeaningError(at, "NEST1012", "invalid tensor element type");
            return null;
        }
        if (!unranked) return RankedTensorType.Get(shapeStack.Span[first..last], element, encoding);
        if (encoding is null) return UnrankedTensorType.Get(element);
        MeaningError(WrongTokenPosition(), "NEST1015", "cannot apply encoding to unranked tensor");
        return null;
    }

    private BaseMemRefType? ParseMemRefType()
    {
        int first = shapeStack.Count;
        BaseMemRefType? type = ParseMemRefType(first);
        shapeStack.Truncate(first);
        return type;
    }

    private BaseMemRefType? ParseMemRefType(int first)
    {
        int start = Position;
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in memref type")) return null;
        bool unranked = TryParse(TokenKind.Star);
        if (unranked ? !ParseX() : !ParseDimensionList(ref shapeStack)) return null;
        int last = shapeStack.Count, at = Position;
        if (ParseType() is not { } element) return null;
        if (!BaseMemRefType.IsValidElementType(element))
        {
            MeaningError(at, "NEST1012", "invalid memref element type");
            return null;
        }
        Attr? layout = null, memorySpace = null;
        if (!TryParse(TokenKind.Greater))
        {
            if (!Parse(TokenKind.Comma, "expected ',' or '>' in memref type")) return null;
            if (kind == TokenKind.Greater)
            {
                ExpectedError("NEST1016", "expected list element");
                return null;
            }
            do
            {
                if (!ParseMemRefProperty(unranked, ref layout, ref memorySpace)) return null;
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(TokenKind.Greater, "expected ',' or '>'")) return null;
        }
        string? error;
        BaseMemRefType? type = unranked
            ? UnrankedMemRefType.TryGet(element, memorySpace, out error)
            : MemRefType.TryGet(shapeStack.Span[first..last], element, layout, memorySpace, out error);
        if (type is null) MeaningError(start, "NEST1017", error!);
        return type;
    }

    private bool ParseMemRefProperty(bool unranked, ref Attr? layout, ref Attr? memorySpace)
    {
        if (ParseAttr() is not { } attr) return false;
        if (attr is not IMemRefLayout)
        {
            if (memorySpace is not null) return MeaningError("NEST1017", "multiple memory spaces specified in memref type");
            memorySpace = attr;
            return true;
        }
        layout = attr;
        if (unranked) return MeaningError("NEST1017", "cannot have affine map for unranked memref type");
        return memorySpace is null || MeaningError("NEST1017", "expected memory space to be last in memref type");
    }

    /// <summary>Parses sizes, each followed by `x`: `4x?x`, with <see cref="ShapedType.Dynamic"/> for `?`.</summary>
    public bool ParseDimensionList(ref Vec<long> shape, bool allowDynamic = true)
    {
        while (kind is TokenKind.Integer or TokenKind.Question)
            if (!ParseSize(ref shape, allowDynamic) || !ParseX()) return false;
        return true;
    }

    /// <summary>Parses sizes between `x`: `4x?x8`; there may be none.</summary>
    public bool ParseDimensionListWithoutTrailingX(ref Vec<long> shape, bool allowDynamic = true)
    {
        if (kind is not (TokenKind.Integer or TokenKind.Question)) return true;
        if (!ParseSize(ref shape, allowDynamic)) return false;
        while (kind == TokenKind.Bare && TokenText[0] == 'x')
            if (!ParseX() || !ParseSize(ref shape, allowDynamic)) return false;
        return true;
    }

    private bool ParseSize(ref Vec<long> shape, bool allowDynamic)
    {
        int at = Position;
        long size = ShapedType.Dynamic;
        if (!TryParse(TokenKind.Question))
        {
            if (!ParseDimension(out size)) return false;
        }
        else if (!allowDynamic) return MeaningError(at, "NEST1014", "expected static shape");
        shape.Add(size);
        return true;
    }

    // `0xf32` is the size 0 before `xf32` here, no hexadecimal number.
    private bool ParseDimension(out long size)
    {
        size = 0;
        ReadOnlySpan<byte> text = TokenText;
        if (kind == TokenKind.Integer && text.Length > 1 && text[1] == 'x')
        {
            ResetTo(tokenStart + 1);
            return true;
        }
        if (kind != TokenKind.Integer || !TryReadUInt64(text, out ulong value) || value > long.MaxValue)
            return MeaningError("NEST1014", "invalid dimension");
        size = (long)value;
        Advance();
        return true;
    }

    // The `x` after a size; what follows it, as in `xf32`, is the next token.
    private bool ParseX()
    {
        if (kind != TokenKind.Bare || *tokenStart != 'x') return ExpectedError("NEST1013", "expected 'x' in dimension list");
        ResetTo(tokenStart + 1);
        return true;
    }

    /// <summary>The value of digits, or of `0x` and hexadecimal digits; false when it needs more than 64 bits.</summary>
    internal static bool TryReadUInt64(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length > 1 && text[1] == 'x')
        {
            foreach (byte c in text[2..])
            {
                if (value >> 60 != 0) return false;
                value = value << 4 | (uint)AsciiChar.HexValue(c);
            }
            return true;
        }
        foreach (byte c in text)
        {
            uint digit = (uint)(c - '0');
            if (value > ulong.MaxValue / 10 || (value == ulong.MaxValue / 10 && digit > 5)) return false;
            value = value * 10 + digit;
        }
        return true;
    }
}
