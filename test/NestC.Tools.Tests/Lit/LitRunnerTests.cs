using NestC.TestKit;
using NestC.Tools.Lit;
using Xunit;

namespace NestC.Tools.Tests.Lit;

public sealed class LitRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ToolRegistry _tools = ToolRegistry.CreateDefault();

    public LitRunnerTests()
    {
        _tools.Add("boom", static (_, _, _, _, _) => throw new InvalidOperationException("planted"));
        _tools.Add("exit", static (args, _, _, _, _) => int.Parse(args[0]));
        _tools.Add("show", static (args, _, stdout, stderr, _) =>
        {
            stdout.Write(System.Text.Encoding.UTF8.GetBytes("out:" + string.Join("|", args) + "\n"));
            stderr.Write(System.Text.Encoding.UTF8.GetBytes("err:" + ToolEnvironment.Get("SHOWN") + "\n"));
            return 0;
        });
    }

    public void Dispose() => _folder.Dispose();

    private LitResult Run(string text, params string[] features)
    {
        string path = _folder.Write("suite/sub/case.test", text);
        var config = new LitConfig { SourceRoot = Path.Combine(_folder.Path, "suite"), OutputRoot = Path.Combine(_folder.Path, "out") };
        foreach (string feature in features) config.Features.Add(feature);
        config.Substitutions["%{greeting}"] = "hello %basename_t";
        return LitRunner.Run(Assert.Single(LitTest.Discover(config, path)), _tools);
    }

    [Theory]
    [InlineData("RUN: true", LitOutcome.Pass)]
    [InlineData("RUN: false", LitOutcome.Fail)]
    [InlineData("RUN: true\nRUN: false\nRUN: true", LitOutcome.Fail)]
    [InlineData("RUN: false | true", LitOutcome.Fail)]
    [InlineData("RUN: true | false", LitOutcome.Fail)]
    [InlineData("RUN: not false", LitOutcome.Pass)]
    [InlineData("RUN: not true", LitOutcome.Fail)]
    [InlineData("RUN: not not false", LitOutcome.Fail)]
    [InlineData("RUN: ! false", LitOutcome.Pass)]
    [InlineData("RUN: boom", LitOutcome.Fail)]
    [InlineData("RUN: not boom", LitOutcome.Fail)]
    [InlineData("RUN: not --crash boom", LitOutcome.Pass)]
    [InlineData("RUN: not --crash false", LitOutcome.Fail)]
    [InlineData("RUN: not --crash true", LitOutcome.Fail)]
    [InlineData("RUN: not exit 3", LitOutcome.Pass)]
    [InlineData("RUN: no-such-program-at-all", LitOutcome.Fail)]
    [InlineData("RUN: false || true", LitOutcome.Pass)]
    [InlineData("RUN: true && false", LitOutcome.Fail)]
    [InlineData("RUN: false && true || true", LitOutcome.Pass)]
    [InlineData("RUN: false ; true", LitOutcome.Pass)]
    [InlineData("RUN: true &&", LitOutcome.Unresolved)]
    [InlineData("RUN: echo 'x", LitOutcome.Unresolved)]
    [InlineData("RUN: echo \\", LitOutcome.Unresolved)]
    [InlineData("nothing", LitOutcome.Unresolved)]
    [InlineData("XFAIL: *\nRUN: false", LitOutcome.XFail)]
    [InlineData("XFAIL: *\nRUN: true", LitOutcome.XPass)]
    [InlineData("XFAIL: a && b\nRUN: false", LitOutcome.Fail)]
    [InlineData("REQUIRES: a\nRUN: true", LitOutcome.Pass)]
    [InlineData("REQUIRES: a, b\nRUN: true", LitOutcome.Unsupported)]
    [InlineData("REQUIRES: !b && (a || c)\nRUN: true", LitOutcome.Pass)]
    [InlineData("REQUIRES: {{[a-c]}}\nRUN: true", LitOutcome.Pass)]
    [InlineData("REQUIRES: a &&\nRUN: true", LitOutcome.Unresolved)]
    [InlineData("UNSUPPORTED: a\nRUN: true", LitOutcome.Unsupported)]
    [InlineData("UNSUPPORTED: b\nRUN: true", LitOutcome.Pass)]
    [InlineData("RUN: true\nEND.\nRUN: false", LitOutcome.Pass)]
    [InlineData("DEFINE: %{x} = false\nRUN: not %{x}\nREDEFINE: %{x} = true\nRUN: %{x}", LitOutcome.Pass)]
    [InlineData("DEFINE: %{x} = true\nDEFINE: %{all} = %{x} && \\\nDEFINE: true\nRUN: %{all}", LitOutcome.Pass)]
    [InlineData("RUN: %{x}\nDEFINE: %{x} = true", LitOutcome.Fail)]
    [InlineData("DEFINE: %{x} = true\nDEFINE: %{x} = true\nRUN: %{x}", LitOutcome.Unresolved)]
    [InlineData("REDEFINE: %{x} = true\nRUN: %{x}", LitOutcome.Unresolved)]
    [InlineData("DEFINE: x = true\nRUN: true", LitOutcome.Unresolved)]
    [InlineData("DEFINE: %{x} = \\\nRUN: true", LitOutcome.Unresolved)]
    [InlineData("PRERUN: false\nRUN: true", LitOutcome.Pass)]
    public void Outcome(string text, LitOutcome expected)
    {
        LitResult result = Run(text + "\n", "a");
        Assert.True(expected == result.Outcome, $"{result.Outcome}\n{result.Output}");
    }

    [Fact]
    public void Failure_shows_the_commands_and_what_they_printed()
    {
        LitResult result = Run("one\nRUN: show first | false\n");
        Assert.Equal(LitOutcome.Fail, result.Outcome);
        Assert.Equal("""
            # RUN: at line 2
            show first | false
            # .---command stderr------------
            # | err:
            # `-----------------------------
            # error: command failed with exit status: 1

            """, result.Output);
    }

    [Theory]
    [InlineData("show a 'b c' \"d e\" f\\ g", "out:a|b c|d e|f g")]
    [InlineData("show %{greeting} > %t.no/such/folder || show %{greeting}", "out:hello|case.test")]
    [InlineData("show a#b %%t", "out:a#b|%t")]
    [InlineData("show %if a %{yes %if b %{inner%} %else %{other%}%} %else %{no%}", "out:yes|other")]
    [InlineData("env SHOWN=x show 2>&1", "err:x")]
    [InlineData("export SHOWN=y && show 2>&1", "err:y")]
    [InlineData("show >%t && cat %t", "out:")]
    [InlineData("show 1 2> %t ; cat < %t", "err:")]
    [InlineData("show 1 &> %t ; cat %t | count 2 && echo good", "good")]
    [InlineData("echo a > %t.1 ; echo b > %t.2 ; cat %t.1 - < %t.2", "a\nb")]
    [InlineData("mkdir -p %t.d/x && cd %t.d && touch x/q.txt && show x/*.txt", "out:x/q.txt")]
    public void Shell_prints(string command, string expected)
    {
        string wrapped = $"RUN: {command}\nRUN: false\n";
        LitResult result = Run(wrapped, "a");
        string printed = "";
        bool inside = false;
        foreach (string line in result.Output.Split('\n'))
        {
            if (line.StartsWith("# .---command stdout", StringComparison.Ordinal)) inside = true;
            else if (line.StartsWith("# `--", StringComparison.Ordinal)) inside = false;
            else if (inside) printed += line[4..] + "\n";
        }
        Assert.Contains(expected + "\n", printed);
    }

    [Fact]
    public void Slow_test_times_out()
    {
        using var never = new ManualResetEventSlim();
        _tools.Add("hang", (_, _, _, _, _) =>
        {
            never.Wait();
            return 0;
        });
        string path = _folder.Write("suite/hang.test", "RUN: hang\n");
        var config = new LitConfig { SourceRoot = _folder.Path, OutputRoot = Path.Combine(_folder.Path, "out") };
        LitResult result = LitRunner.Run(LitTest.Discover(config, path)[0], _tools, TimeSpan.FromMilliseconds(50));
        never.Set();
        Assert.Equal(LitOutcome.Timeout, result.Outcome);
    }

    [Fact]
    public void Many_tests_run_in_process()
    {
        for (int i = 0; i < 500; i++)
            _folder.Write($"many/t{i}.test", "RUN: echo hello %s | FileCheck %s\nCHECK: hello\n");
        var output = new StringWriter();
        Assert.Equal(0, LitCommand.Run(["many"], _tools, output, output, _folder.Path));
        Assert.Contains("Passed             : 500 (100.00%)", output.ToString());
    }
}
