using System.Runtime.CompilerServices;

namespace NestC.Support;

/// <summary>Classes of ASCII characters in the textual IR.</summary>
public static class AsciiChar
{
    private const byte Start = 1, Digit = 2, BodyExtra = 4, SuffixExtra = 8, HexLetter = 16, Space = 32, Bracket = 64;

    // Constant data of the assembly: a field that is made at start-up would be asked for at each character whether it was made.
    private static ReadOnlySpan<byte> Table =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 96, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        32, 0, 64, 0, 4, 0, 0, 0, 64, 64, 0, 0, 64, 8, 4, 0, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 0, 0, 64, 0, 64, 0,
        0, 17, 17, 17, 17, 17, 17, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 64, 0, 64, 0, 1,
        0, 17, 17, 17, 17, 17, 17, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 64, 0, 64, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

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

    /// <summary>A bracket, comma, quote or end of line: where the scan of a value has to look closer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBracketOrStop(byte c) => (Table[c] & Bracket) != 0;

    public static int HexValue(byte c) => c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}
