using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using NestC.TestKit;
using Xunit;

namespace NestC.Grammar.Tests;

/// <summary>The small texts of Cases/cases.txt: each rule of the grammar accepts and rejects what it should.</summary>
public class CaseTests
{
    private static readonly Dictionary<string, string> Contexts = new()
    {
        ["top"] = "%s",
        ["op"] = "\"t.w\"() ({ %s }) : () -> ()",
        ["attr"] = "\"t.op\"() {x = %s} : () -> ()",
        ["type"] = "\"t.op\"() : () -> (%s)",
        ["loc"] = "\"t.op\"() : () -> () loc(%s)",
    };

    private sealed record Case(string Rule, bool Valid, string Text);

    private static readonly List<Case> Cases = Load();

    [Fact]
    public void AcceptsAndRejects()
    {
        var wrong = new StringBuilder();
        foreach (Case c in Cases)
        {
            bool accepted = GrammarOracle.Accepts(c.Text, out int line, out int col, out string message);
            if (accepted != c.Valid) wrong.AppendLine($"{c.Rule}: {c.Text}: {(accepted ? "accepted" : $"{line}:{col}: {message}")}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [Fact]
    public void EveryRuleHasBothKindsAndItsTextsUseIt()
    {
        var wrong = new StringBuilder();
        foreach (string rule in MlirGeneric.ruleNames)
        {
            if (!Cases.Any(c => c.Rule == rule && c.Valid)) wrong.AppendLine($"{rule}: no text that it accepts");
            if (!Cases.Any(c => c.Rule == rule && !c.Valid)) wrong.AppendLine($"{rule}: no text that is rejected");
        }
        foreach (Case c in Cases)
        {
            if (!MlirGeneric.ruleNames.Contains(c.Rule)) wrong.AppendLine($"{c.Rule}: no such rule");
            else if (c.Valid && !RulesUsed(c.Text).Contains(c.Rule)) wrong.AppendLine($"{c.Rule}: not used by {c.Text}");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    // One process each for the texts that must pass and those that must not, split at a marker.
    [PeerFact("mlir-opt-19")]
    public void MlirOptSaysTheSame()
    {
        var (exit, errors) = MlirOpt(Cases.Where(c => c.Valid).Select(c => c.Text));
        Assert.Equal("", errors);
        Assert.Equal(0, exit);

        List<Case> invalid = Cases.Where(c => !c.Valid).ToList();
        (exit, errors) = MlirOpt(invalid.Select(c => c.Text));
        Assert.NotEqual(0, exit);
        // The line named is that of the marker before the text, or 1.
        var failed = new HashSet<int>(Regex.Matches(errors, @"^within split at <stdin>:(\d+) offset", RegexOptions.Multiline).Select(m => int.Parse(m.Groups[1].Value)));
        int marker = 0;
        var accepted = new StringBuilder();
        foreach (Case c in invalid)
        {
            if (!failed.Contains(Math.Max(marker, 1))) accepted.AppendLine($"{c.Rule}: mlir-opt accepts {c.Text}");
            marker += c.Text.Count(ch => ch == '\n') + 2;
        }
        Assert.True(accepted.Length == 0, accepted.ToString());
    }

    private static List<Case> Load()
    {
        var cases = new List<Case>();
        string rule = "", context = "";
        foreach (string line in File.ReadAllLines(Repository.Path("test/NestC.Grammar.Tests/Cases/cases.txt")))
        {
            if (line.StartsWith("rule "))
            {
                string[] words = line.Split(' ');
                (rule, context) = (words[1], Contexts[words[2]]);
            }
            else if (line.StartsWith("+ ") || line.StartsWith("- "))
            {
                cases.Add(new Case(rule, line[0] == '+', context.Replace("%s", line[2..].Replace('⏎', '\n'))));
            }
        }
        return cases;
    }

    private static HashSet<string> RulesUsed(string text)
    {
        var lexer = new MlirGenericLexer(CharStreams.fromString(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))));
        var parser = new MlirGeneric(new CommonTokenStream(lexer)) { BuildParseTree = false };
        var used = new RuleNames();
        parser.AddParseListener(used);
        parser.toplevel();
        return used.Names;
    }

    private sealed class RuleNames : IParseTreeListener
    {
        public HashSet<string> Names { get; } = [];

        public void EnterEveryRule(ParserRuleContext ctx) => Names.Add(MlirGeneric.ruleNames[ctx.RuleIndex]);

        public void ExitEveryRule(ParserRuleContext ctx)
        {
        }

        public void VisitErrorNode(IErrorNode node)
        {
        }

        public void VisitTerminal(ITerminalNode node)
        {
        }
    }

    private static (int Exit, string Errors) MlirOpt(IEnumerable<string> texts)
    {
        var start = new ProcessStartInfo("mlir-opt-19", "--allow-unregistered-dialect --split-input-file -o /dev/null -")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        using Process p = Process.Start(start)!;
        Task<string> errors = p.StandardError.ReadToEndAsync();
        p.StandardInput.Write(string.Join("\n// -----\n", texts));
        p.StandardInput.Close();
        p.WaitForExit();
        return (p.ExitCode, errors.Result);
    }
}
