using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public partial class DiagnosticVerifierTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Verifies what is said (line, severity, text; line 0 is an unknown place) against a source; the differences.</summary>
    private static string[] Verify(string source, params (int Line, Severity Severity, string Message)[] said)
    {
        NestContext context = new();
        List<Diagnostic> differences = [];
        using DiagnosticVerifier verifier = new(context, differences.Add);
        verifier.Add(SourceFile.FromText("f.mlir", source));
        foreach ((int line, Severity severity, string message) in said)
        {
            Location place = line == 0 ? Location.Unknown : context.At("f.mlir", line, 1);
            context.Diagnostics.Emit(new Diagnostic(severity, "", place, message));
        }
        Assert.Equal(verifier.Verify(), !differences.Exists(d => d.Severity == Severity.Error));
        return Rendering.Heads(context, differences);
    }

    [Fact]
    public void EveryKindIsMatched() => Assert.Empty(Verify(
        """
        // expected-error @below {{one}}
        // expected-warning @below {{two}}
        // expected-remark @below {{three}}
        // expected-note @below {{four}}
        x
        """,
        (5, Severity.Error, "it is one"), (5, Severity.Warning, "it is two"), (5, Severity.Remark, "three"), (5, Severity.Note, "four")));

    [Fact]
    public void SeveralDirectivesShareALine()
    {
        const string Source = "x // expected-error {{one}} expected-error {{two}} // expected-note {{three}}\n";
        Assert.Empty(Verify(Source, (1, Severity.Error, "one"), (1, Severity.Error, "two"), (1, Severity.Note, "three")));
        Assert.Equal(["f.mlir:1:29: error: expected error \"two\" was not produced"],
            Verify(Source, (1, Severity.Error, "one"), (1, Severity.Note, "three")));
    }

    [Fact]
    public void BracesInsideOfATextBelongToIt() => Assert.Empty(Verify("x // expected-error {{a {{b}} c}}\n", (1, Severity.Error, "a {{b}} c")));

    [Theory]
    [InlineData(1, "f.mlir:1:6: error: expected error \"e\" 2 times, but it was produced 1 times")]
    [InlineData(2, null)]
    [InlineData(3, "f.mlir:1:6: error: expected error \"e\" 2 times, but it was produced 3 times")]
    [InlineData(0, "f.mlir:1:6: error: expected error \"e\" was not produced")]
    public void ACountIsExact(int times, string? difference) => Assert.Equal(
        difference is null ? [] : [difference],
        Verify("x // expected-error 2 {{e}}\n", [.. Enumerable.Repeat((1, Severity.Error, "e"), times)]));

    [Fact]
    public void UnknownPlacesHaveDirectivesOfTheirOwn()
    {
        const string Source = "// expected-error @unknown {{lost}}\n";
        Assert.Empty(Verify(Source, (0, Severity.Error, "lost here")));
        Assert.Equal(["<unknown>:0: error: unexpected error: found", "f.mlir:1:4: error: expected error \"lost\" was not produced"],
            Verify(Source, (0, Severity.Error, "found")));
        Assert.Equal(["f.mlir:1:4: error: 'warning' diagnostic emitted when expecting a 'error'", "f.mlir:1:4: error: expected error \"lost\" was not produced"],
            Verify(Source, (0, Severity.Warning, "lost")));
    }

    [Fact]
    public void ADirectiveThatIsNotCompleteIsPointedOut()
    {
        Assert.Equal(["f.mlir:1:6: warning: this is not a complete expected-* directive, and is ignored"], Verify("x // expected-error @+1 {{e} }\n"));
        Assert.Empty(Verify("// the expected-error directive is prose here\n"));
    }

    [Fact]
    public void NotesAreVerifiedToo()
    {
        NestContext context = new();
        List<Diagnostic> differences = [];
        using DiagnosticVerifier verifier = new(context, differences.Add);
        verifier.Add(SourceFile.FromText("f.mlir", "x // expected-error {{e}}\ny\n"));
        context.Diagnostics.Emit(new Diagnostic(Severity.Error, "", context.At("f.mlir", 1, 1), "e").Note(context.At("f.mlir", 2, 1), "n"));
        Assert.False(verifier.Verify());
        Assert.Equal(["f.mlir:2:1: error: unexpected note: n"], Rendering.Heads(context, differences));
    }

    [Fact]
    public void AnExpressionThatBacktracksBadlyEnds() => Assert.Equal(
        "f.mlir:1:6: error: expected error \"{{(a+)+b}}\" was not produced",
        Verify("x // expected-error-re {{{{(a+)+b}}}}\n", (1, Severity.Error, new string('a', 40_000)))[^1]);

    // Inputs with what mlir-opt 19 says of them, and what its --verify-diagnostics makes of that: `said:` lines are replayed.
    private static readonly string cases = Repository.PathOf("test", "NestC.Core.Tests", "Diagnostics", "verifier-cases");

    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(cases, "*.mlir").Select(p => Path.GetFileNameWithoutExtension(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void VerdictsAreMlirOpts(string name)
    {
        string marker = "";
        List<string> said = [], expected = [], actual = [];
        int exit = -1;
        foreach (string line in File.ReadAllLines(Path.Combine(cases, name + ".recorded")))
        {
            if (line.StartsWith("said: ", StringComparison.Ordinal)) said.Add(line[6..]);
            else if (line.StartsWith("verdict: ", StringComparison.Ordinal)) expected.Add(line[9..]);
            else if (line.StartsWith("exit: ", StringComparison.Ordinal)) exit = int.Parse(line[6..]);
            else if (line.Contains("--split-input-file=", StringComparison.Ordinal)) marker = line[(line.IndexOf('=') + 1)..];
            else if (line.Contains("--split-input-file", StringComparison.Ordinal)) marker = SplitInput.DefaultMarker;
        }
        byte[] bytes = File.ReadAllBytes(Path.Combine(cases, name + ".mlir"));
        SplitInput split = SplitInput.At(SourceFile.FromBytes(name + ".mlir", bytes), marker);
        bool succeeded = true;
        for (int i = 0; i < split.Count; i++)
        {
            NestContext context = new();
            List<Diagnostic> differences = [];
            using DiagnosticVerifier verifier = new(context, differences.Add);
            SourceFile chunk = split.Chunk(i);
            verifier.Add(chunk);
            foreach (Diagnostic diagnostic in Replay(context, said, chunk.Name, split.Count == 1)) context.Diagnostics.Emit(diagnostic);
            succeeded &= verifier.Verify();
            differences.RemoveAll(d => d.Severity == Severity.Warning);
            actual.AddRange(Rendering.Heads(context, differences));
        }
        Assert.Equal(expected, actual);
        Assert.Equal(exit == 0, succeeded);
    }

    [Fact]
    public async Task RecordedVerdictsAreStillMlirOpts()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "mlir-opt-19"))))
        {
            output.WriteLine("skipped: there is no mlir-opt-19 on the path");
            return;
        }
        foreach (string input in Directory.GetFiles(cases, "*.mlir"))
        {
            string[] recorded = File.ReadAllLines(Path.ChangeExtension(input, ".recorded"));
            System.Diagnostics.ProcessStartInfo start = new("mlir-opt-19")
            {
                WorkingDirectory = cases,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            start.ArgumentList.Add(Path.GetFileName(input));
            start.ArgumentList.Add("--allow-unregistered-dialect");
            start.ArgumentList.Add("--mlir-print-op-on-diagnostic=false");
            start.ArgumentList.Add("--verify-diagnostics");
            string arguments = recorded[0]["args: ".Length..];
            if (arguments.Length > 0) start.ArgumentList.Add(arguments);
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
            Task<string> standardOutput = process.StandardOutput.ReadToEndAsync();
            List<string> verdict = [.. (await process.StandardError.ReadToEndAsync()).Split('\n').Where(l => HeadOfDiagnostic().IsMatch(l)).Select(l => "verdict: " + l)];
            await standardOutput;
            await process.WaitForExitAsync();
            verdict.Add($"exit: {process.ExitCode}");
            Assert.Equal(recorded.Where(l => l.StartsWith("verdict: ", StringComparison.Ordinal) || l.StartsWith("exit: ", StringComparison.Ordinal)), verdict);
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^(<unknown>:0|.*:\d+:\d+): (error|warning|remark|note): .*$")]
    private static partial System.Text.RegularExpressions.Regex HeadOfDiagnostic();

    private static List<Diagnostic> Replay(NestContext context, List<string> said, string file, bool only)
    {
        List<Diagnostic> diagnostics = [];
        foreach (string line in said)
        {
            System.Text.RegularExpressions.Match m = System.Text.RegularExpressions.Regex.Match(
                line, @"^(?:<unknown>:0|(.*?):(\d+):(\d+)): (error|warning|remark|note): (?:loc\((.*?)\): )?(.*)$");
            Assert.True(m.Success, line);
            if (m.Groups[1].Value != file && !only) continue;
            Location place = m.Groups[1].Success
                ? context.At(m.Groups[1].Value, int.Parse(m.Groups[2].Value), int.Parse(m.Groups[3].Value))
                : m.Groups[5].Success ? context.Handle(context.Intern(new TextLoc(m.Groups[5].Value))) : Location.Unknown;
            // The stack of callers is mlir-opt's rendering of a location, not a diagnostic.
            if (m.Groups[6].Value == "called from") continue;
            Severity severity = Enum.Parse<Severity>(m.Groups[4].Value, ignoreCase: true);
            if (severity == Severity.Note) diagnostics[^1].Note(place, m.Groups[6].Value);
            else diagnostics.Add(new Diagnostic(severity, "", place, m.Groups[6].Value));
        }
        return diagnostics;
    }
}
