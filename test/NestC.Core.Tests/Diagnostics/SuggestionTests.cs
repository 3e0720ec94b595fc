using NestC.Diagnostics;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public class SuggestionTests
{
    [Theory]
    [InlineData("canonicalise", "canonicalize")]
    [InlineData("CSE", "cse")]
    [InlineData("symbol_dce", "symbol-dce")]
    [InlineData("scpc", "sccp")]                 // neighbours swapped
    [InlineData("inlin", "inline")]
    [InlineData("xyzzy", null)]
    [InlineData("", null)]
    public void NearestPass(string word, string? expected) =>
        Assert.Equal(expected, Suggestion.Nearest(word, ["inline", "sccp", "symbol-dce", "cse", "canonicalize"]));

    [Fact]
    public void TiesAreBrokenByName()
    {
        Assert.Equal("ab1", Suggestion.Nearest("abx", ["ab3", "ab1", "ab2"]));
        Assert.Equal("ab1", Suggestion.Nearest("abx", ["ab1", "ab2", "ab3"]));
    }

    [Fact]
    public void Sentence() => Assert.Equal("did you mean 'arith.addi'?", Suggestion.DidYouMean("arith.adi", ["arith.addi", "arith.muli"]));
}
