using System.Text;
using Xunit;

namespace NestC.Grammar.Tests;

/// <summary>What the oracle promises beside yes and no: positions, depth, any bytes.</summary>
public class OracleTests
{
    [Theory]
    [InlineData("\"a.b\"() : () -> i\n", 1, 17)]
    [InlineData("\"a.b\"() : () -> ()\n  )", 2, 3)]
    [InlineData("\"é\"() : ]", 1, 10)] // in bytes: é is two
    [InlineData("#a =", 1, 5)]
    public void SaysWhereTheTextStopsFitting(string text, int line, int col)
    {
        Assert.False(GrammarOracle.Accepts(text, out int l, out int c, out string message));
        Assert.Equal((line, col), (l, c));
        Assert.NotEqual("", message);
    }

    [Fact]
    public void TakesBytesThatAreNotText()
    {
        Assert.True(Accepts("\"a.b\"() {x = \"\xFF\0\r\", y = !foo<\xFE>} : () -> ()\0// \0\xFF"));
        Assert.False(Accepts("\"a.b\"() {x = !foo<\0>} : () -> ()"));
        Assert.False(Accepts("\xFF"));
        Assert.False(Accepts("\"a.b\"()\v : () -> ()"));

        static bool Accepts(string latin1) => GrammarOracle.Accepts(Encoding.Latin1.GetBytes(latin1), out _, out _, out _);
    }

    [Fact]
    public void EndsACommentAtEitherLineBreak()
    {
        Assert.True(GrammarOracle.Accepts("\"a.b\"() // x\r: () -> ()", out _, out _, out _));
        Assert.False(GrammarOracle.Accepts("\"a.b\"() // x : () -> ()", out _, out _, out _));
    }

    // The one known difference from mlir-opt 19, which reads this as `<=`; docs/langref.md says so.
    [Fact]
    public void RejectsTheComparisonThatMlirOptReadsByAccident() =>
        Assert.False(GrammarOracle.Accepts("#s = affine_set<(d0) : (d0 > <= 4)>", out _, out _, out _));

    [Theory]
    [InlineData("", "\"a.b\"() ({", "\"c.d\"() : () -> ()", "}) : () -> ()", "")]
    [InlineData("#a = ", "[", "1", "]", "")]
    [InlineData("!t = ", "tuple<", "i32", ">", "")]
    [InlineData("#a = #foo<", "(", "x", ")", ">")]
    [InlineData("#a = affine_map<() -> (", "-(", "1", ")", ")>")]
    public void NestsDeeply(string head, string open, string inner, string close, string tail)
    {
        string text = head + Repeat(open, 10_000) + inner + Repeat(close, 10_000) + tail;
        Assert.True(GrammarOracle.Accepts(text, out int line, out int col, out string message), $"{line}:{col}: {message}");
        Assert.False(GrammarOracle.Accepts(text[..^1] + "?", out _, out col, out _));
        // The `?` does not fit, or, in the text of a dialect, the end of the file.
        Assert.InRange(col, text.Length, text.Length + 1);

        static string Repeat(string s, int n) => new StringBuilder(s.Length * n).Insert(0, s, n).ToString();
    }
}
