using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace NestC.Grammar.Tests;

/// <summary>The grammar, the code generated from it and the page that quotes it belong together.</summary>
public class GrammarFilesTests
{
    [Fact]
    public void GeneratedCodeIsThatOfTheGrammar()
    {
        var actual = new StringBuilder();
        foreach (string name in (string[])["MlirGeneric.g4", "MlirGenericLexer.g4"])
        {
            byte[] hash = SHA256.HashData(File.ReadAllBytes(Repository.Path("grammar/" + name)));
            actual.Append($"{Convert.ToHexStringLower(hash)}  {name}\n");
        }
        Assert.True(
            Repository.Read("grammar/MlirGeneric.sha256") == actual.ToString(),
            "grammar/*.g4 changed since grammar/Generated was made: run grammar/regenerate.sh");
    }

    [Fact]
    public void ReferenceQuotesEveryRuleWordForWord()
    {
        string page = Repository.Read("docs/langref.md");
        string parser = WithoutComments(Repository.Read("grammar/MlirGeneric.g4"));
        string lexer = WithoutComments(Repository.Read("grammar/MlirGenericLexer.g4"));
        var wrong = new StringBuilder();
        var quoted = new HashSet<string>();
        foreach (Match fence in Regex.Matches(page, "^```antlr\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline))
        {
            foreach (string rule in Rules(fence.Groups[1].Value))
            {
                quoted.Add(Name(rule));
                // From the start of a line to the semicolon at the end of one: no part of a rule passes for the whole.
                if (!parser.Contains("\n" + rule + "\n") && !lexer.Contains("\n" + rule + "\n")) wrong.AppendLine($"not in the grammar: {rule}");
            }
        }
        foreach (string rule in MlirGeneric.ruleNames)
        {
            if (!quoted.Contains(rule)) wrong.AppendLine($"not in docs/langref.md: {rule}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [Fact]
    public void ExamplesOfTheReferenceAreSyntax()
    {
        string page = Repository.Read("docs/langref.md");
        var texts = Regex.Matches(page, "^```mlir\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(m => m.Groups[1].Value).ToList();
        // The tables show types and attributes, a location being one; all of them can be the value of an attribute.
        var cells = Regex.Matches(page, "^\\| `(.+?)` \\|", RegexOptions.Multiline).Select(m => $"\"a.b\"() {{x = {m.Groups[1].Value}}} : () -> ()").ToList();
        Assert.NotEmpty(texts);
        Assert.NotEmpty(cells);
        foreach (string text in texts.Concat(cells))
            Assert.True(GrammarOracle.Accepts(text, out int line, out int col, out string message), $"{line}:{col}: {message} in\n{text}");
    }

    // A fence holds rules and nothing else; each ends with a semicolon at the end of a line.
    private static IEnumerable<string> Rules(string fence) =>
        Regex.Split(fence, @"(?<=;)\n+").Select(r => r.Trim('\n')).Where(r => r.Length > 0);

    private static string Name(string rule) => Regex.Match(rule, @"^(?:fragment )?(\w+)").Groups[1].Value;

    private static string WithoutComments(string grammar) => Regex.Replace(grammar, @"^//.*\n", "", RegexOptions.Multiline);
}
