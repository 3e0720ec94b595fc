using System.Globalization;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin.Quant;

/// <summary>How quantized values are stored: as integers of a width and signedness, of a range.</summary>
/// <param name="Width">1 to 32 bits.</param>
/// <param name="IsSigned">`i8` against `u8`.</param>
/// <param name="Min">Smallest stored value.</param>
/// <param name="Max">Largest stored value.</param>
public readonly record struct QuantStorage(int Width, bool IsSigned, long Min, long Max)
{
    /// <summary>Most bits that a stored value has.</summary>
    public const int MaxWidth = 32;

    /// <summary>The smallest value that the width can hold.</summary>
    public static long DefaultMin(int width, bool isSigned) => isSigned ? -(1L << (width - 1)) : 0;

    /// <summary>The largest value that the width can hold.</summary>
    public static long DefaultMax(int width, bool isSigned) => isSigned ? (1L << (width - 1)) - 1 : (1L << width) - 1;

    /// <summary>Whether the range is all that the width can hold; it is not printed then.</summary>
    public bool IsFullRange => Min == DefaultMin(Width, IsSigned) && Max == DefaultMax(Width, IsSigned);

    internal int Hash => Support.Hash.Combine(Width * 2 + (IsSigned ? 1 : 0), (int)Min, (int)Max);

    internal string? Error => Max <= Min ? $"illegal storage min and storage max: ({Min}:{Max})" : null;

    internal void Print(AsmPrinter printer)
    {
        printer.Out.Write(IsSigned ? 'i' : 'u');
        printer.Out.Write((long)Width);
        if (IsFullRange) return;
        printer.Out.Write('<');
        printer.Out.Write(Min);
        printer.Out.Write(':');
        printer.Out.Write(Max);
        printer.Out.Write('>');
    }

    // `%e` of C, as messages have it.
    internal static string Scientific(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value < 0 ? "-INF" : "INF";
        string text = value.ToString("e6", CultureInfo.InvariantCulture);
        int e = text.IndexOf('e');
        return text[e + 2] == '0' ? text.Remove(e + 2, 1) : text;
    }
}
