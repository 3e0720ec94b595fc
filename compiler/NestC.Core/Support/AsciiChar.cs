using System.Runtime.CompilerServices;

namespace NestC.Support;

/// <summary>Classes of ASCII characters in the textual IR.</summary>
public static class AsciiChar
{
    private const byte Start = 1, Digit = 2, BodyExtra = 4, SuffixExtra = 8, HexLetter = 16, Space = 32;

    private static ReadOnlySpan<byte> Table => table;
    private static readonly byte[] table = Make();

    private static byte[] Make()
    {
        byte[] t = new byte[256];
        for (int c = 'a'; c <= 'z'; c++) t[c] = t[c - 32] = Start;
        for (int c = 'a'; c <= 'f'; c++) { t[c] |= HexLetter; t[c - 32] |= HexLetter; }
        t['_'] = Start;
        for (int c = '0'; c <= '9'; c++) t[c] = Digit | HexLetter;
        t['$'] = t['.'] = BodyExtra;
        t['-'] = SuffixExtra;
        t[' '] = t['\t'] = t['\n'] = t['\r'] = Space;
        return t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNameStart(byte c) => (Table[c] & Start) != 0;

    /// <summary>A letter, digit, `_`, `$` or `.`.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNameBody(byte c) => (Table[c] & (Start | Digit | BodyExtra)) != 0;

    /// <summary>A character of an SSA, block or alias name after its sigil: a letter, digit, `_`, `$`, `.` or `-`.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSuffixBody(byte c) => (Table[c] & (Start | Digit | BodyExtra | SuffixExtra)) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDigit(byte c) => (uint)(c - '0') <= 9;

    public static bool IsHexDigit(byte c) => (Table[c] & HexLetter) != 0;

    public static bool IsSpace(byte c) => (Table[c] & Space) != 0;

    public static int HexValue(byte c) => c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}
