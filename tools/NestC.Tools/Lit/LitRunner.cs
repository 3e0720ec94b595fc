using System.Diagnostics;
using System.Text;

namespace NestC.Tools.Lit;

/// <summary>How a test ended.</summary>
public enum LitOutcome { Pass, Fail, XFail, XPass, Unsupported, Unresolved, Timeout, Skipped }

/// <summary>The result of one test.</summary>
public sealed class LitResult(LitTest test, LitOutcome outcome, string output, TimeSpan time)
{
    public LitTest Test { get; } = test;
    public LitOutcome Outcome { get; } = outcome;

    /// <summary>The commands that ran, with what they printed.</summary>
    public string Output { get; } = output;
    public TimeSpan Time { get; } = time;

    /// <summary>True for the outcomes that make a run fail.</summary>
    public bool IsFailure => Outcome is LitOutcome.Fail or LitOutcome.XPass or LitOutcome.Unresolved or LitOutcome.Timeout;

    /// <summary>The outcome as reports name it, such as `XFAIL`.</summary>
    public string Code => Outcome.ToString().ToUpperInvariant();
}

/// <summary>Runs single tests.</summary>
public static class LitRunner
{
    /// <summary>Runs one test; with a timeout, a test that takes longer ends as <see cref="LitOutcome.Timeout"/>.</summary>
    public static LitResult Run(LitTest test, IToolHost host, TimeSpan? timeout = null)
    {
        long start = Stopwatch.GetTimestamp();
        LitOutcome outcome;
        string output;
        try
        {
            test.Parse();
            (outcome, output) = Judge(test, host, timeout);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            outcome = LitOutcome.Unresolved;
            output = e.Message + "\n";
        }
        return new LitResult(test, outcome, output, Stopwatch.GetElapsedTime(start));
    }

    private static (LitOutcome, string) Judge(LitTest test, IToolHost host, TimeSpan? timeout)
    {
        if (test.Error != null) return (LitOutcome.Unresolved, test.Error + "\n");
        var missing = new List<string>();
        foreach (string condition in test.Requires)
            if (!BooleanExpression.Evaluate(condition, test.Config.Features)) missing.Add(condition);
        if (missing.Count > 0) return (LitOutcome.Unsupported, $"Test requires the following unavailable features: {string.Join(", ", missing)}\n");
        foreach (string condition in test.Unsupported)
            if (condition == "*" || BooleanExpression.Evaluate(condition, test.Config.Features))
                return (LitOutcome.Unsupported, $"Test is unsupported with: {condition}\n");
        bool expectFailure = false;
        foreach (string condition in test.XFail) expectFailure |= condition == "*" || BooleanExpression.Evaluate(condition, test.Config.Features);

        var substitution = new LitSubstitution(test);
        Directory.CreateDirectory(substitution.TemporaryFolder);
        var shell = new Shell(host, substitution.WorkingDirectory);
        var output = new StringBuilder();
        bool passed = false;
        if (timeout == null) passed = Execute(test, substitution, shell, output);
        else
        {
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                try
                {
                    passed = Execute(test, substitution, shell, output);
                }
                catch (FormatException e)
                {
                    failure = e;
                }
            }, 16 << 20)
            { IsBackground = true };
            thread.Start();
            if (!thread.Join(timeout.Value))
            {
                shell.Cancel();
                // A tool inside this process cannot be ended: its thread is left behind.
                bool ended = thread.Join(TimeSpan.FromSeconds(1));
                return (LitOutcome.Timeout, (ended ? output.ToString() : "") + $"Reached timeout of {timeout.Value.TotalSeconds} seconds\n");
            }
            if (failure != null) throw failure;
        }
        LitOutcome outcome = passed
            ? expectFailure ? LitOutcome.XPass : LitOutcome.Pass
            : expectFailure ? LitOutcome.XFail : LitOutcome.Fail;
        return (outcome, output.ToString());
    }

    private static bool Execute(LitTest test, LitSubstitution substitution, Shell shell, StringBuilder output)
    {
        foreach (RunLine run in test.RunLines)
        {
            string line = substitution.Expand(run);
            output.Append($"# RUN: at line {run.Line}\n{line}\n");
            List<ShellPipeline> commands;
            try
            {
                commands = ShellParser.Parse(line);
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {run.Line}: {e.Message}\n{line}");
            }
            int code = shell.Run(commands);
            Quote(output, "stdout", shell.Output);
            Quote(output, "stderr", shell.Error);
            if (code == 0) continue;
            output.Append($"# error: command failed with exit status: {code}\n");
            return false;
        }
        return true;
    }

    private static void Quote(StringBuilder output, string name, MemoryStream stream)
    {
        if (stream.Length == 0) return;
        string text = Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        stream.SetLength(0);
        output.Append($"# .---command {name}------------\n");
        foreach (string line in text.TrimEnd('\n').Split('\n')) output.Append("# | ").Append(line).Append('\n');
        output.Append("# `-----------------------------\n");
    }
}
