using System.Numerics;
using System.Runtime.CompilerServices;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private Attr? ParseNumber(IrType? type, bool negative)
    {
        int at = Position;
        ReadOnlySpan<byte> text = TokenText;
        Advance();
        if (type is null)
        {
            type = Context.Common.I64;
            if (TryParse(TokenKind.Colon) && (type = ParseType()) is null) return null;
        }
        if (type is FloatType floatType)
            return FloatBitsOf(at, text, isFloat: false, negative, floatType, out ulong high, out ulong low)
                ? FloatAttr.FromHalves(floatType, low, high)
                : null;
        if (!type.IsIntOrIndex())
        {
            MeaningError(at, "NEST1030", "integer literal not valid for specified type");
            return null;
        }
        if (negative && type is IntegerType { IsUnsigned: true })
        {
            MeaningError(at, "NEST1030", "negative integer literal not valid for unsigned integer type");
            return null;
        }
        IntegerAttr? constant = type.BitWidth() > 64 ? WideInteger(text, negative, type)
            : IntegerInRange(text, negative, type, out long value) ? IntegerAttr.Get(type, value) : null;
        if (constant is null) MeaningError(at, "NEST1031", "integer constant out of range for attribute");
        return constant;
    }

    // Apart from its caller, which loads the library of big numbers otherwise.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IntegerAttr? WideInteger(ReadOnlySpan<byte> text, bool negative, IrType type) =>
        WideInRange(text, negative, type, out BigInteger wide) ? IntegerAttr.Get(type, wide) : null;

    private FloatAttr? ParseFloat(IrType? type, bool negative)
    {
        double value = FloatText.ParseDouble(TokenText);
        Advance();
        if (type is null)
        {
            type = Context.Common.F64;
            if (TryParse(TokenKind.Colon) && (type = ParseType()) is null) return null;
        }
        if (type is FloatType floatType) return FloatAttr.Get(floatType, negative ? -value : value);
        MeaningError("NEST1030", "floating point value not valid for specified type");
        return null;
    }

    /// <summary>
    /// The value of an integer literal in a type: any value whose digits fit the width, or whose negation has the sign bit;
    /// signed types and index have no more than their range. Types of at most 64 bits.
    /// </summary>
    private static bool IntegerInRange(ReadOnlySpan<byte> text, bool negative, IrType type, out long value)
    {
        int width = type.BitWidth();
        value = 0;
        bool signed = type is IndexType || (type is IntegerType { IsSigned: true });
        if (!TryReadUInt64(text, out ulong magnitude)) return false;
        if (width < 64 && magnitude >> width != 0) return false;
        if (negative)
        {
            if (width == 0 || magnitude == 0 || magnitude > 1UL << (width - 1)) return false;
            value = unchecked(-(long)magnitude);
            return true;
        }
        value = (long)magnitude;
        return !(signed && width > 0 && magnitude >> (width - 1) != 0);
    }

    // As above, for wider types.
    private static bool WideInRange(ReadOnlySpan<byte> text, bool negative, IrType type, out BigInteger wide)
    {
        int width = type.BitWidth();
        wide = ReadBig(text);
        if (wide.GetBitLength() > width) return false;
        BigInteger limit = BigInteger.One << (width - 1);
        if (!negative) return type is not IntegerType { IsSigned: true } || wide < limit;
        if (wide.IsZero || wide > limit) return false;
        wide = -wide;
        return true;
    }

    internal static BigInteger ReadBig(ReadOnlySpan<byte> text)
    {
        if (text.Length > 1 && text[1] == 'x')
        {
            // The leading zero keeps the number from being read as a negative one.
            return BigInteger.Parse("0" + System.Text.Encoding.ASCII.GetString(text[2..]), System.Globalization.NumberStyles.HexNumber,
                System.Globalization.CultureInfo.InvariantCulture);
        }
        return BigInteger.Parse(System.Text.Encoding.ASCII.GetString(text), System.Globalization.CultureInfo.InvariantCulture);
    }

    // The bits of a float or integer literal in a format. Decimal integers are no floats; hexadecimal ones are bits.
    private bool FloatBitsOf(int at, ReadOnlySpan<byte> text, bool isFloat, bool negative, FloatType type, out ulong high, out ulong low)
    {
        high = low = 0;
        if (isFloat)
        {
            double value = FloatText.ParseDouble(text);
            if (negative) value = -value;
            if (type.Kind == FloatKind.F32) low = BitConverter.SingleToUInt32Bits((float)value);
            else if (type.Kind == FloatKind.F64) low = BitConverter.DoubleToUInt64Bits(value);
            else RoundTo(type, value, out high, out low);
            return true;
        }
        if (text.Length < 2 || text[1] != 'x')
        {
            return MeaningErrorWithNote(at, "NEST1032", "unexpected decimal integer literal for a floating point value",
                "add a trailing dot to make the literal a float");
        }
        if (negative) return MeaningError(at, "NEST1032", "hexadecimal float literal should not have a leading minus");
        bool fits = true;
        foreach (byte c in text[2..])
        {
            fits &= high >> 60 == 0;
            high = high << 4 | low >> 60;
            low = low << 4 | (uint)AsciiChar.HexValue(c);
        }
        if (type.Width < 64) fits &= high == 0 && low >> type.Width == 0;
        else if (type.Width < 128) fits &= high >> (type.Width - 64) == 0;
        if (!fits) return MeaningError(at, "NEST1031", "hexadecimal float constant out of range for type");
        if (type.Kind is FloatKind.TF32 or FloatKind.F80) Canonical(type, ref high, ref low);
        return true;
    }

    // Apart, since ReadyToRun does not precompile methods that touch UInt128.
    private static void RoundTo(FloatType type, double value, out ulong high, out ulong low)
    {
        UInt128 bits = type.Semantics.FromDouble(value);
        (high, low) = ((ulong)(bits >> 64), (ulong)bits);
    }

    private static void Canonical(FloatType type, ref ulong high, ref ulong low)
    {
        UInt128 bits = type.Semantics.Canonical(new UInt128(high, low));
        (high, low) = ((ulong)(bits >> 64), (ulong)bits);
    }

    /// <summary>Parses a float literal, perhaps negative: decimal with a dot, or the bits of a double in hexadecimal.</summary>
    public bool ParseDouble(out double value)
    {
        value = 0;
        bool negative = TryParse(TokenKind.Minus);
        int at = Position;
        if (kind is not (TokenKind.Float or TokenKind.Integer)) return Error(at, "NEST1033", "expected floating point literal");
        if (!FloatBitsOf(at, TokenText, kind == TokenKind.Float, negative, Context.Common.F64, out ulong _, out ulong bits)) return false;
        value = BitConverter.UInt64BitsToDouble(bits);
        Advance();
        return true;
    }

    /// <summary>
    /// Parses an integer, perhaps negative, of 64 bits; `true` and `false` are 1 and 0. With <paramref name="wraps"/>, numbers from 2^63 on are read
    /// as unsigned ones of 64 bits.
    /// </summary>
    public bool ParseInteger(out long value, bool wraps = false)
    {
        bool here = TryParseInteger(out value, out bool failed, wraps);
        return here ? !failed : Error("NEST1033", "expected integer value");
    }

    /// <summary>Parses an integer if one starts here; <paramref name="failed"/> says that an error was reported.</summary>
    public bool TryParseInteger(out long value, out bool failed, bool wraps = false)
    {
        value = 0;
        failed = false;
        if (TryParseKeyword("false"u8)) return true;
        if (TryParseKeyword("true"u8))
        {
            value = 1;
            return true;
        }
        if (kind is not (TokenKind.Integer or TokenKind.Minus)) return false;
        int at = Position;
        bool negative = TryParse(TokenKind.Minus);
        ReadOnlySpan<byte> text = TokenText;
        if (!Parse(TokenKind.Integer, "expected integer value"))
        {
            failed = true;
            return true;
        }
        bool fits = TryReadUInt64(text, out ulong magnitude) && (magnitude <= long.MaxValue || (wraps && !negative));
        value = negative ? -(long)magnitude : (long)magnitude;
        if (!fits) MeaningError(at, "NEST1031", "integer value too large");
        failed = !fits;
        return true;
    }

    /// <summary>Parses an integer if one starts here; false also after an error was reported.</summary>
    public bool TryParseInteger(out long value) => TryParseInteger(out value, out bool failed) && !failed;

    private DenseArrayAttr? ParseDenseArray()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' after 'array'")) return null;
        int at = Position;
        if (ParseType() is not { } element)
        {
            Error(at, "NEST1034", "expected an integer or floating point type");
            return null;
        }
        if (!element.IsIntOrFloat() && element is not IndexType)
        {
            MeaningError(at, "NEST1034", $"expected integer or float type, got: '{element}'");
            return null;
        }
        bool isBool = element.BitWidth() == 1;
        if (element.BitWidth() % 8 != 0 && !isBool)
        {
            MeaningError(at, "NEST1034", "element type bitwidth must be a multiple of 8");
            return null;
        }
        if (TryParse(TokenKind.Greater)) return DenseArrayAttr.Get(element, default);
        if (!Parse(TokenKind.Colon, "expected ':' after dense array type")) return null;
        arrayBytes.Clear();
        do
        {
            bool parsed = element is FloatType f ? ParseArrayFloat(f, ref arrayBytes) : ParseArrayInteger(element, isBool, ref arrayBytes);
            if (!parsed) return null;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.Greater, "expected '>' to close an array attribute") ? DenseArrayAttr.Get(element, arrayBytes.Span) : null;
    }

    private Vec<byte> arrayBytes;      // used again by the next array

    private bool ParseArrayInteger(IrType type, bool isBool, ref Vec<byte> bytes)
    {
        bool negative = TryParse(TokenKind.Minus);
        bool isTrue = AtKeyword("true"u8);
        if (isTrue || AtKeyword("false"u8))
        {
            if (!isBool) return MeaningError("NEST1035", "expected i1 type for 'true' or 'false' values");
            bytes.Add(isTrue ? (byte)1 : (byte)0);
            Advance();
            return true;
        }
        if (kind != TokenKind.Integer) return Error("NEST1033", "expected integer literal");
        ReadOnlySpan<byte> text = TokenText;
        Advance();
        int count = type.BitWidth() / 8;
        if (count > 8)
        {
            byte[] element = new byte[count];
            if (!WideBytes(text, negative, type, element)) return MeaningError("NEST1031", "integer constant out of range");
            bytes.AddRange(element);
            return true;
        }
        if (!IntegerInRange(text, negative, type, out long value)) return MeaningError("NEST1031", "integer constant out of range");
        if (isBool) count = 1;
        for (int i = 0; i < count; i++) bytes.Add((byte)(value >> (8 * i)));
        return true;
    }

    // The bytes of an integer of more than 64 bits, little endian.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool WideBytes(ReadOnlySpan<byte> text, bool negative, IrType type, Span<byte> element)
    {
        if (!WideInRange(text, negative, type, out BigInteger wide)) return false;
        element.Fill(wide.Sign < 0 ? (byte)255 : (byte)0);
        ReadOnlySpan<byte> all = wide.ToByteArray();
        all[..Math.Min(all.Length, element.Length)].CopyTo(element);
        return true;
    }

    private bool ParseArrayFloat(FloatType type, ref Vec<byte> bytes)
    {
        bool negative = TryParse(TokenKind.Minus);
        int at = Position;
        if (kind is not (TokenKind.Float or TokenKind.Integer)) return Error("NEST1033", "expected floating point literal");
        if (!FloatBitsOf(at, TokenText, kind == TokenKind.Float, negative, type, out ulong high, out ulong low)) return false;
        for (int i = 0; i < type.Width; i += 8) bytes.Add((byte)((i < 64 ? low : high) >> (i & 63)));
        Advance();
        return true;
    }
}
