using System.Text;

namespace NestC.Core.Tests.Fuzz;

/// <summary>Changes texts at random; the same seed gives the same text everywhere.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds)
{
    private const int MaxNesting = 3000;

    private static readonly string[] s_words =
    [
        "(", ")", "{", "}", "[", "]", "<", ">", "->", "=", ":", "::", ",", "#", "!", "%", "^", "@", "\"", "-", "*", "+", "?", "...", "{-#", "#-}", "//", "// -----\n",
        "<{", "}>", "({", "})", "%0", "%0:2", "%0#1", "^bb0", "^bb0(%a: i32):", "@f", "@f::@g", "!t", "!t = i32\n", "#a", "#a = 1\n", "#loc", "loc(unknown)", "loc(\"x\":1:2)", "loc(callsite(\"a\" at \"b\"))",
        "loc(fused<1>[\"a\", \"b\"])", "0", "1", "-1", "0x7F", "18446744073709551616", "1.0", "1e400", "0x1p3", "i0", "i1", "i32", "si8", "ui64", "i16777216", "index", "f8E4M3FN", "f32", "f80", "bf16", "none",
        "complex<f32>", "tuple<i1, i2>", "vector<[4]x2xf32>", "vector<0xi1>", "tensor<*xf32>", "tensor<?x4xf32, #a>", "tensor<0xi1>", "tensor<9223372036854775807xi8>", "memref<2x?xf32, strided<[?, 1], offset: ?>, 3>",
        "memref<*xi8>", "() -> ()", "(i32) -> i32", "affine_map<(d0)[s0] -> (d0 floordiv 2 + s0 mod 3)>", "affine_set<(d0) : (d0 >= 0, d0 - 4 == 0)>", "affine_map<() -> (1 ceildiv 0)>", "dense<1> : tensor<2xi32>",
        "dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>", "dense<\"0x00\"> : tensor<1xi8>", "dense<(1.0,2.0)> : tensor<complex<f32>>", "dense<> : tensor<0xi1>", "sparse<[[0]], [1]> : tensor<4xi32>",
        "sparse<0, 1> : tensor<4xi32>", "array<i32: 1, 2>", "array<i1: true>", "dense_resource<x> : tensor<1xi8>", "strided<[1], offset: 2>", "distinct[0]<unit>", "unit", "true", "#foo.bar<x>", "#foo<\"[\">", "!foo.bar<(>",
        "opaque<\"x\", \"0x\">", "\"a.b\"() : () -> ()\n", "module", "builtin.module", "func.func", "private", "attributes", "arith.constant", "arith.addi", "cf.br", "cf.cond_br", "cf.switch", "return", "unrealized_conversion_cast",
        "\\", "\\00", "\0", "\n", "\t", "\u00e9", "value = ", "overflowFlags", "operandSegmentSizes", "sym_name", "function_type",
    ];

    private static readonly (string Open, string Close)[] s_brackets =
        [("(", ")"), ("[", "]"), ("{a = ", "}"), ("tuple<", ">"), ("\"a.b\"() ({", "}) : () -> ()"), ("module {", "}"), ("loc(callsite(", "))"), ("-(", ")"), ("!foo<", ">"), ("vector<1x", ">")];

    /// <summary>The text of a seed.</summary>
    public byte[] Make(ulong seed)
    {
        Dice dice = new(seed);
        byte[] text = seeds[dice.Below(seeds.Count)];
        int changes = 1 + dice.Below(dice.Below(4) == 0 ? 12 : 3);
        for (int i = 0; i < changes; i++) text = Change(text, ref dice);
        return text;
    }

    private byte[] Change(byte[] text, ref Dice dice)
    {
        int at = dice.Below(text.Length + 1);
        switch (dice.Below(13))
        {
            case 0: return Replace(text, at, Math.Min(1, text.Length - at), [(byte)dice.Below(256)]);
            case 1: return Replace(text, at, Math.Min(1, text.Length - at), []);
            case 2: return Replace(text, at, 0, [(byte)dice.Below(128)]);
            case 3: return Replace(text, at, 0, Word(ref dice));
            case 4:
            case 5:
                (int start, int end) = Token(text, at);
                return Replace(text, start, end - start, Word(ref dice));
            case 6:
                (start, end) = Token(text, at);
                return Replace(text, start, end - start, []);
            case 7:
                (start, end) = Token(text, at);
                (int otherStart, int otherEnd) = Token(text, dice.Below(text.Length + 1));
                return Replace(text, start, end - start, text[otherStart..otherEnd]);
            case 8:
                (start, end) = Line(text, at);
                return Replace(text, start, end - start, []);
            case 9:
                (start, end) = Line(text, at);
                return Replace(text, Line(text, dice.Below(text.Length + 1)).Start, 0, text[start..end]);
            case 10:
                byte[] other = seeds[dice.Below(seeds.Count)];
                int from = dice.Below(other.Length + 1);
                return Replace(text, at, dice.Below(2) * (text.Length - at), other[from..Math.Min(other.Length, from + 1 + dice.Below(400))]);
            case 11: return text[..at];
            default:
                (string open, string close) = s_brackets[dice.Below(s_brackets.Length)];
                int depth = dice.Below(20) == 0 ? dice.Below(MaxNesting) : dice.Below(12);
                (start, end) = Token(text, at);
                byte[] inner = [.. Repeat(open, depth), .. text[start..end], .. Repeat(close, depth - (dice.Below(4) == 0 ? Math.Min(depth, 1) : 0))];
                return Replace(text, start, end - start, inner);
        }
    }

    private static byte[] Word(ref Dice dice) => Encoding.UTF8.GetBytes(s_words[dice.Below(s_words.Length)]);

    private static byte[] Repeat(string text, int count) => Encoding.UTF8.GetBytes(new StringBuilder().Insert(0, text, count).ToString());

    private static byte[] Replace(byte[] text, int at, int length, byte[] by) => [.. text[..at], .. by, .. text[(at + length)..]];

    private static (int Start, int End) Token(byte[] text, int at)
    {
        int start = at, end = at;
        while (start > 0 && IsWord(text[start - 1])) start--;
        while (end < text.Length && IsWord(text[end])) end++;
        if (start == end && end < text.Length) end++;
        return (start, end);
    }

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.' or (byte)'$' or (byte)'%' or (byte)'@' or (byte)'^' or (byte)'#' or (byte)'!';

    private static (int Start, int End) Line(byte[] text, int at)
    {
        int start = text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        int length = text.AsSpan(at).IndexOf((byte)'\n');
        return (start, length < 0 ? text.Length : at + length + 1);
    }

    // SplitMix64: the framework's own generator may change between versions.
    private struct Dice(ulong state)
    {
        private ulong state = state * 0x9E3779B97F4A7C15 + 1;

        public int Below(int bound)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (uint)Math.Max(1, bound));
        }
    }
}
