using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>What a diagnostic can be about: an operation, mostly.</summary>
public interface IDiagnosticSubject
{
    Location Location { get; }

    /// <summary>The full name, `dialect.op`.</summary>
    string Name { get; }
}

/// <summary>
/// What a verifier reports to. Messages start with `'dialect.op' op `, as upstream's do; the rule that is broken follows in
/// brackets. Operations that upstream has pass no rule, so that their text is upstream's to the letter.
/// </summary>
/// <param name="engine">Takes what is said.</param>
/// <param name="subject">The operation that is being verified.</param>
public readonly struct Diag(DiagnosticEngine engine, IDiagnosticSubject subject)
{
    /// <summary>The code of a broken rule of an operation.</summary>
    public const string RuleCode = "NEST2001";

    public IDiagnosticSubject Subject => subject;

    public DiagnosticEngine Engine => engine;

    /// <summary>Reports the message when the condition does not hold; it is put together only then. Returns the condition.</summary>
    /// <param name="rule">The id of the rule (`C1`), or null.</param>
    public bool Require(bool condition, string? rule, [InterpolatedStringHandlerArgument(nameof(condition))] ref FailureMessage message) =>
        condition || Fail(RuleCode, rule, message.ToString());

    /// <summary>As <see cref="Require(bool, string?, ref FailureMessage)"/>, for operations whose rules have no ids.</summary>
    public bool Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref FailureMessage message) =>
        condition || Fail(RuleCode, null, message.ToString());

    public bool Require(bool condition, string? rule, string message) => condition || Fail(RuleCode, rule, message);

    /// <summary>Reports an error about the subject. Always false.</summary>
    public bool Error(string code, string message) => Fail(code, null, message);

    /// <summary>Reports an error about another operation than the subject. Always false.</summary>
    public bool Error(IDiagnosticSubject other, string code, string message) => new Diag(engine, other).Fail(code, null, message);

    /// <summary>Reports a warning about the subject. Always true.</summary>
    public bool Warning(string code, string message) => Say(New(Severity.Warning, code, null, message));

    /// <summary>Reports the reason of a verdict that is no. Returns whether it is yes.</summary>
    public bool Require(Verdict verdict)
    {
        if (verdict.IsYes) return true;
        Diagnostic diagnostic = New(Severity.Error, verdict.Code, null, verdict.ToString());
        diagnostic.Help = verdict.Help;
        return Say(diagnostic);
    }

    /// <summary>A diagnostic about the subject that has not been said yet: add notes and help, then <see cref="Say"/> it.</summary>
    public Diagnostic New(Severity severity, string code, string? rule, string message) => new(
        severity, code, subject.Location, string.IsNullOrEmpty(rule) ? $"'{subject.Name}' op {message}" : $"'{subject.Name}' op {message} [{rule}]");

    private bool Fail(string code, string? rule, string message) => Say(New(Severity.Error, code, rule, message));

    /// <summary>Says a diagnostic. False when it is an error.</summary>
    public bool Say(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == Severity.Error && subject is Operation { Context.PrintOpOnDiagnostic: true } op)
        {
            string text = AsmPrinter.ToText(op, new PrintOptions { Generic = true, LocalScope = true }).TrimEnd('\n');
            diagnostic.Note(op.Location, $"see current operation: {(op.RegionCount > 0 ? "\n" : "")}{text}");
        }
        engine.Emit(diagnostic);
        return diagnostic.Severity != Severity.Error;
    }
}

/// <summary>The message of a check: nothing is formatted, nor are the holes evaluated, when the check holds.</summary>
[InterpolatedStringHandler]
public readonly struct FailureMessage
{
    private readonly StringBuilder? text;

    public FailureMessage(int literalLength, int formattedCount, bool condition, out bool wanted)
    {
        wanted = !condition;
        text = wanted ? new StringBuilder(literalLength + formattedCount * 8) : null;
    }

    public void AppendLiteral(string value) => text!.Append(value);

    public void AppendFormatted(string? value) => text!.Append(value);

    public void AppendFormatted(long value) => text!.Append(value.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(ReadOnlySpan<char> value) => text!.Append(value);

    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    public void AppendFormatted<T>(T value, string? format) =>
        text!.Append(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());

    public override string ToString() => text?.ToString() ?? "";
}
