using NestC.Diagnostics;
using NestC.IR;
using Xunit;
using static NestC.Core.Tests.Diagnostics.Rendering;

namespace NestC.Core.Tests.Diagnostics;

public class TextRendererTests
{
    [Fact]
    public void FirstLineIsMlirOptsAndCodeAndHelpFollowTheNotes()
    {
        NestContext context = With("f.mlir", "%0 = arith.adi %a\nfoo\n");
        Diagnostic error = new(Severity.Error, "NEST1003", context.At("f.mlir", 1, 6), "custom op 'arith.adi' is unknown") { Length = 9 };
        error.Note(context.At("f.mlir", 2, 1), "defined here").WithHelp("did you mean 'arith.addi'?");
        Assert.Equal(
            """
            f.mlir:1:6: error: custom op 'arith.adi' is unknown
            %0 = arith.adi %a
                 ^~~~~~~~~
            f.mlir:2:1: note: defined here
            foo
            ^
              = help: did you mean 'arith.addi'?
              = NEST1003: nest-opt --explain NEST1003

            """, Text(context, error));
    }

    [Fact]
    public void UnknownPlacesReadAsInMlirOpt()
    {
        NestContext context = new();
        Assert.Equal("<unknown>:0: error: bad\n", Text(context, new Diagnostic(Severity.Error, "", Location.Unknown, "bad")));
        Location named = context.Handle(context.Intern(new TextLoc("\"n\"")));
        Assert.Equal("<unknown>:0: warning: loc(\"n\"): bad\n", Text(context, new Diagnostic(Severity.Warning, "", named, "bad")));
    }

    [Theory]
    [InlineData(99, 1)] // no such line
    [InlineData(1, 9)]  // beyond the line
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void PlacesOutsideOfTheSourceHaveNoExcerpt(int line, int column)
    {
        NestContext context = With("f.mlir", "abc\n");
        string text = Text(context, new Diagnostic(Severity.Remark, "", context.At("f.mlir", line, column), "m"));
        Assert.Equal($"f.mlir:{line}:{column}: remark: m\n", text);
    }

    [Fact]
    public void FilesThatWereNotReadAreNotRead()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "secret\n");
            NestContext context = new();
            string text = Text(context, new Diagnostic(Severity.Error, "", context.At(path, 1, 1), "m"));
            Assert.DoesNotContain("secret", text);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ANoteAtTheSamePlaceDoesNotShowTheLineAgain()
    {
        NestContext context = With("f.mlir", "abc\n");
        Location here = context.At("f.mlir", 1, 2);
        string text = Text(context, new Diagnostic(Severity.Error, "", here, "m").Note(here, "see current operation: x"));
        Assert.Equal("f.mlir:1:2: error: m\nabc\n ^\nf.mlir:1:2: note: see current operation: x\n", text);
    }

    [Theory]
    [InlineData("\tx y", 2, 1, "        x y\n        ^\n")]                 // a tab goes to column 8
    [InlineData("ab\tx", 4, 1, "ab      x\n        ^\n")]
    [InlineData("é漢x", 6, 1, "é漢x\n   ^\n")]                              // columns are bytes, the caret's place is not: 1 + 2 columns before it
    [InlineData("漢字 x", 1, 6, "漢字 x\n^~~~\n")]                           // wide characters are underlined in full
    [InlineData("e\u0301x", 4, 1, "e\u0301x\n ^\n")]                        // a combining mark takes no column
    [InlineData("a😀b", 6, 1, "a😀b\n   ^\n")]
    [InlineData("abc", 4, 1, "abc\n   ^\n")]                                // at the end of the line
    [InlineData("abc", 2, 99, "abc\n ^~\n")]                                // a range ends with the line
    [InlineData("a\u001b[31mb", 1, 1, "a\u241b[31mb\n^\n")]                 // nothing in the source steers the terminal
    [InlineData("a\u202eb", 5, 1, "a\ufffdb\n  ^\n")]                       // or turns the text around
    public void CaretsStandUnderWhatTheyMean(string line, int column, int length, string excerpt)
    {
        NestContext context = With("f.mlir", line + "\n");
        string text = Text(context, new Diagnostic(Severity.Error, "", context.At("f.mlir", 1, column), "m") { Length = length });
        Assert.Equal(excerpt, text[(text.IndexOf('\n') + 1)..]);
    }

    [Fact]
    public void InvalidUtf8IsShownAsReplacementCharacters()
    {
        NestContext context = new();
        context.Sources.Add(NestC.Syntax.SourceFile.FromBytes("f.mlir", [(byte)'a', 0xFF, 0xC3, (byte)'b', (byte)'\n']));
        string text = Text(context, new Diagnostic(Severity.Error, "", context.At("f.mlir", 1, 4), "m"));
        Assert.EndsWith("a\ufffd\ufffdb\n   ^\n", text);
    }

    [Fact]
    public void ALongLineIsWindowedAroundTheCaret()
    {
        string line = new string('a', 5_000_000) + "HERE" + new string('b', 5_000_000);
        NestContext context = With("f.mlir", line);
        Diagnostic error = new(Severity.Error, "", context.At("f.mlir", 1, 5_000_001), "m") { Length = 4 };
        string[] lines = Text(context, error, new TextStyle(Width: 80)).Split('\n');
        Assert.Equal(80, lines[1].Length);
        Assert.StartsWith("...a", lines[1]);
        Assert.EndsWith("b...", lines[1]);
        Assert.Equal("^~~~", lines[2].Trim());
        Assert.Equal(lines[1].IndexOf("HERE", StringComparison.Ordinal), lines[2].IndexOf('^'));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    [InlineData(297)]
    [InlineData(300)]
    public void WindowsFitTheScreenAndHoldTheCaret(int column)
    {
        string line = string.Concat(Enumerable.Range(0, 300).Select(i => (char)('A' + i % 26)));
        NestContext context = With("f.mlir", line);
        string[] lines = Text(context, new Diagnostic(Severity.Error, "", context.At("f.mlir", 1, column), "m"), new TextStyle(Width: 60)).Split('\n');
        Assert.InRange(lines[1].Length, 50, 60);
        Assert.Equal(line[column - 1], lines[1][lines[2].IndexOf('^')]);
    }

    [Fact]
    public void LongMessagesAreCut()
    {
        NestContext context = new();
        string text = Text(context, new Diagnostic(Severity.Error, "", Location.Unknown, new string('x', 5000)), new TextStyle(MessageLimit: 100));
        Assert.Equal("<unknown>:0: error: " + new string('x', 100) + "... [4900 more characters]\n", text);
    }

    [Fact]
    public void ColoursWrapTheSameText()
    {
        NestContext context = With("f.mlir", "abc\n");
        Diagnostic error = new Diagnostic(Severity.Error, "NEST1001", context.At("f.mlir", 1, 2), "m") { Length = 2 }.WithHelp("h");
        string colored = Text(context, error, new TextStyle(Color: true));
        Assert.Contains("\e[1;31merror: \e[0m", colored);
        Assert.Contains("\e[1;32m^~\e[0m", colored);
        Assert.Equal(Text(context, error), System.Text.RegularExpressions.Regex.Replace(colored, "\e\\[[0-9;]*m", ""));
    }

    [Theory]
    [InlineData(ColorMode.Auto, true, null, "xterm", true)]
    [InlineData(ColorMode.Auto, false, null, "xterm", false)]
    [InlineData(ColorMode.Auto, true, "1", "xterm", false)]
    [InlineData(ColorMode.Auto, true, "", "xterm", true)]   // NO_COLOR counts when it is not empty
    [InlineData(ColorMode.Auto, true, null, "dumb", false)]
    [InlineData(ColorMode.Always, false, "1", "dumb", true)]
    [InlineData(ColorMode.Never, true, null, "xterm", false)]
    public void ColourFollowsTheUserThenTheEnvironment(ColorMode mode, bool terminal, string? noColor, string? term, bool expected) =>
        Assert.Equal(expected, TextStyle.UseColor(mode, terminal, noColor, term));
}
