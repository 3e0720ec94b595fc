using System.Text;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin.Quant;

/// <summary>Reads what follows `!quant.`; messages and places are those of mlir-opt.</summary>
internal static class QuantTypeParser
{
    public static IrType? Parse(AsmParser parser)
    {
        int start = parser.Position;
        if (!parser.TryParseKeyword(out ReadOnlySpan<byte> mnemonic))
        {
            parser.Error("NEST1002", "expected valid keyword");
            return null;
        }
        if (mnemonic.SequenceEqual("uniform"u8)) return ParseUniform(parser, start);
        if (mnemonic.SequenceEqual("any"u8)) return ParseAny(parser, start);
        if (mnemonic.SequenceEqual("calibrated"u8)) return ParseCalibrated(parser, start);
        parser.MeaningError(start, "NEST1104", $"unknown quantized type {Encoding.UTF8.GetString(mnemonic)}");
        return null;
    }

    private static AnyQuantizedType? ParseAny(AsmParser parser, int start)
    {
        if (!parser.ParseLess() || !ParseStorage(parser, out QuantStorage storage)) return null;
        FloatType? expressed = null;
        if (parser.TryParse(TokenKind.Colon) && !ParseExpressed(parser, out expressed)) return null;
        if (!parser.ParseGreater()) return null;
        return Checked(parser, start, AnyQuantizedType.TryGet(parser.Context, storage, expressed, out string? error), error);
    }

    private static UniformQuantizedType? ParseUniform(AsmParser parser, int start)
    {
        if (!parser.ParseLess() || !ParseStorage(parser, out QuantStorage storage) || !parser.ParseColon()
            || !ParseExpressed(parser, out FloatType? expressed))
            return null;
        int? axis = null;
        if (parser.TryParse(TokenKind.Colon))
        {
            int at = parser.Position;
            if (!parser.ParseInteger(out long number)) return null;
            if (number != (int)number)
            {
                parser.MeaningError(at, "NEST1031", "integer value too large");
                return null;
            }
            axis = (int)number;
        }
        if (!parser.ParseComma()) return null;
        Vec<double> scales = default;
        Vec<long> zeroPoints = default;
        if (axis is null)
        {
            if (!ParseParameters(parser, ref scales, ref zeroPoints)) return null;
        }
        else
        {
            if (!parser.Parse(TokenKind.LBrace)) return null;
            do
            {
                if (!ParseParameters(parser, ref scales, ref zeroPoints)) return null;
            }
            while (parser.TryParseComma());
            if (!parser.Parse(TokenKind.RBrace)) return null;
        }
        if (!parser.ParseGreater()) return null;
        return Checked(parser, start,
            UniformQuantizedType.TryGet(storage, expressed!, axis, scales.ToArray(), zeroPoints.ToArray(), out string? error), error);
    }

    private static CalibratedQuantizedType? ParseCalibrated(AsmParser parser, int start)
    {
        if (!parser.ParseLess() || !ParseExpressed(parser, out FloatType? expressed) || !parser.ParseLess()
            || !parser.ParseDouble(out double min) || !parser.ParseColon() || !parser.ParseDouble(out double max)
            || !parser.ParseGreater() || !parser.ParseGreater())
            return null;
        return Checked(parser, start, CalibratedQuantizedType.TryGet(expressed!, min, max, out string? error), error);
    }

    private static T? Checked<T>(AsmParser parser, int start, T? type, string? error) where T : IrType
    {
        if (error is not null) parser.MeaningError(start, "NEST1104", error);
        return type;
    }

    // `i8`, `u8`, each perhaps with a range: `i8<-127:127>`.
    private static bool ParseStorage(AsmParser parser, out QuantStorage storage)
    {
        storage = default;
        int at = parser.Position;
        long width = 0;
        bool isSigned = true;
        if (parser.TryParseType(out IrType? type))
        {
            if (type is null) return false;
            if (type is IntegerType integer)
            {
                width = integer.Width;
                isSigned = !integer.IsUnsigned;
            }
        }
        else
        {
            if (!parser.TryParseKeyword(out ReadOnlySpan<byte> word)) return parser.ExpectedError("NEST1002", "expected valid keyword");
            if (word[0] != 'u') return parser.MeaningError(at, "NEST1104", "illegal storage type prefix");
            isSigned = false;
            if (word.Length == 1 || word.Length > 9 || !IsNumber(word[1..], out width))
                return parser.MeaningError(at, "NEST1104", "expected storage type width");
        }
        if (width is 0 or > QuantStorage.MaxWidth) return parser.MeaningError(at, "NEST1104", $"illegal storage type size: {width}");
        long lowest = QuantStorage.DefaultMin((int)width, isSigned), highest = QuantStorage.DefaultMax((int)width, isSigned);
        long min = lowest, max = highest;
        if (parser.TryParse(TokenKind.Less))
        {
            int minAt = parser.Position;
            if (!parser.ParseInteger(out min) || !parser.ParseColon()) return false;
            int maxAt = parser.Position;
            if (!parser.ParseInteger(out max) || !parser.ParseGreater()) return false;
            if (min < lowest) return parser.MeaningError(minAt, "NEST1104", $"illegal storage type minimum: {min}");
            if (max > highest) return parser.MeaningError(maxAt, "NEST1104", $"illegal storage type maximum: {max}");
        }
        storage = new QuantStorage((int)width, isSigned, min, max);
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (byte c in digits)
        {
            if (!AsciiChar.IsDigit(c)) return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }

    private static bool ParseExpressed(AsmParser parser, out FloatType? expressed)
    {
        expressed = null;
        int at = parser.Position;
        if (parser.ParseType() is not { } type) return false;
        expressed = type as FloatType;
        return expressed is not null || parser.MeaningError(at, "NEST1104", "invalid kind of type specified");
    }

    // `scale` or `scale:zero point`.
    private static bool ParseParameters(AsmParser parser, ref Vec<double> scales, ref Vec<long> zeroPoints)
    {
        if (!parser.ParseDouble(out double scale)) return false;
        long zeroPoint = 0;
        if (parser.TryParse(TokenKind.Colon) && !parser.ParseInteger(out zeroPoint)) return false;
        scales.Add(scale);
        zeroPoints.Add(zeroPoint);
        return true;
    }
}
