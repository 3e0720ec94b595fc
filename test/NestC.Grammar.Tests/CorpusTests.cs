using System.Text;
using System.Text.RegularExpressions;
using Antlr4.Runtime;
using NestC.TestKit;
using Xunit;

namespace NestC.Grammar.Tests;

/// <summary>The grammar and mlir-opt 19 agree on the files of the corpus.</summary>
public class CorpusTests
{
    [DataFact("mlir/index-generic.tsv")]
    public void AcceptsAllThatMlirOptPrints()
    {
        var rejected = new StringBuilder();
        int count = 0;
        foreach (string folder in (string[])["generic", "generic-debuginfo", "synth"])
        {
            foreach (string file in Corpus.Files(folder))
            {
                count++;
                if (!GrammarOracle.Accepts(File.ReadAllBytes(file), out int line, out int col, out string message))
                    rejected.AppendLine($"{folder}/{Path.GetFileName(file)}:{line}:{col}: {message}");
            }
        }
        Assert.True(count > 0);
        Assert.True(rejected.Length == 0, rejected.ToString());
    }

    // Verification starts after all has been parsed, so these texts are syntax without a fault.
    [DataFact("mlir/index-generic.tsv")]
    public void AcceptsWhatOnlyVerificationRejects()
    {
        var rejected = new StringBuilder();
        foreach (var row in Corpus.Index("invalid").Where(r => r["kind"] == "invalid-verify" && r["generic_only"] == "1"))
        {
            byte[] text = File.ReadAllBytes(Path.Combine(Corpus.Mlir!, "invalid-verify", row["id"] + ".mlir"));
            if (!GrammarOracle.Accepts(text, out int line, out int col, out string message))
                rejected.AppendLine($"{row["id"]}:{line}:{col}: {message} ({row["message"]})");
        }
        Assert.True(rejected.Length == 0, rejected.ToString());
    }

    [DataFact("mlir/index-generic.tsv")]
    public void RejectsWhatMlirOptRejectsForItsSyntax()
    {
        var classes = MessageClasses.Load();
        var wrong = new StringBuilder();
        int syntax = 0, meaning = 0;
        foreach (var row in Corpus.Index("invalid").Where(r => r["kind"] == "invalid" && r["generic_only"] == "1"))
        {
            byte[] text = File.ReadAllBytes(Path.Combine(Corpus.Mlir!, "invalid", row["id"] + ".mlir"));
            (int Line, int Col) peer = (int.Parse(row["line"]), int.Parse(row["col"]));
            string? kind = InDialectText(text, peer) ? "meaning" : classes.Of(row["id"], row["message"]);
            bool accepted = GrammarOracle.Accepts(text, out int line, out int col, out string message);
            if (kind == "syntax")
            {
                syntax++;
                if (accepted) wrong.AppendLine($"{row["id"]}: accepted, but it is syntax: {row["message"]}");
            }
            else if (kind == "meaning")
            {
                meaning++;
                // mlir-opt stops at its first error; a mistake in the syntax may follow, but must not precede.
                if (!accepted && (line, col).CompareTo(peer) <= 0)
                    wrong.AppendLine($"{row["id"]}:{line}:{col}: rejected ({message}), but it is meaning at {peer}: {row["message"]}");
            }
            else
            {
                wrong.AppendLine($"{row["id"]}: not classified in Cases/messages.txt: {row["message"]}");
            }
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(syntax > 0 && meaning > 0);
    }

    // True within `!foo.bar<...>` and its like, and right behind the name of a dialect's type or attribute.
    private static bool InDialectText(byte[] text, (int Line, int Col) at)
    {
        var lexer = new MlirGenericLexer(CharStreams.fromString(Encoding.Latin1.GetString(text)));
        lexer.RemoveErrorListeners();
        bool dotted = false;
        int depth = 0;
        for (IToken t = lexer.NextToken(); t.Type != TokenConstants.EOF; t = lexer.NextToken())
        {
            // A position counts as inside up to and with the closing bracket, and up to the token after a bare name.
            bool inside = depth > 0 || dotted;
            if (t.Type is MlirGenericLexer.HASH_OPEN or MlirGenericLexer.TYPE_OPEN) (inside, depth) = (true, depth + 1);
            else if (depth > 0 && "<([{".Contains(t.Text)) depth++;
            else if (depth > 0 && ">)]}".Contains(t.Text)) depth--;
            dotted = t.Type is MlirGenericLexer.HASH_DOTTED or MlirGenericLexer.TYPE_DOTTED;
            if (inside || dotted)
            {
                (int, int) start = (t.Line, t.Column + 1), end = End(t);
                if (start.CompareTo(at) <= 0 && at.CompareTo(end) <= (dotted ? 0 : -1)) return true;
            }
            if (depth == 0 && (t.Line, t.Column + 1).CompareTo(at) > 0) return false;
        }
        return false;
    }

    private static (int Line, int Col) End(IToken t)
    {
        int breaks = t.Text.Count(c => c == '\n');
        return breaks == 0 ? (t.Line, t.Column + 1 + t.Text.Length) : (t.Line + breaks, t.Text.Length - t.Text.LastIndexOf('\n'));
    }

    private sealed class MessageClasses
    {
        private readonly List<(string Kind, Regex Pattern)> _rules = [];
        private readonly Dictionary<string, string> _files = [];

        public static MessageClasses Load()
        {
            var classes = new MessageClasses();
            foreach (string line in File.ReadAllLines(Repository.Path("test/NestC.Grammar.Tests/Cases/messages.txt")))
            {
                if (line.Length == 0 || line[0] == ';' || line.StartsWith("why ")) continue;
                string[] words = line.Split(' ', 2);
                if (words[0] == "file")
                {
                    string[] file = words[1].Split(' ');
                    classes._files.Add(file[0], file[1]);
                }
                else
                {
                    classes._rules.Add((words[0], new Regex(words[1], RegexOptions.CultureInvariant)));
                }
            }
            return classes;
        }

        public string? Of(string id, string message)
        {
            if (_files.TryGetValue(id, out string? listed)) return listed;
            foreach (var (kind, pattern) in _rules)
            {
                if (pattern.IsMatch(message)) return kind == "either" ? null : kind;
            }
            return null;
        }
    }
}
