using NestC.IR;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>
/// `--verify-diagnostics`: compares what is said with the `expected-*` directives of the sources, and reports only the
/// differences, in mlir-opt's words. One for each input (or chunk); it takes the context's diagnostics until it is disposed.
/// </summary>
/// <remarks>
/// A directive matches any number of diagnostics of its line, kind and text, unless it has a count (`expected-error@+1 2 {{..}}`).
/// Directives of a source that was read later (not given to <see cref="Add"/>) count from the first diagnostic in it on.
/// </remarks>
public sealed class DiagnosticVerifier : IDisposable
{
    private readonly NestContext context;
    private readonly Action<Diagnostic> report;
    private readonly IDisposable registration;
    private readonly List<(SourceFile Source, List<ExpectedDiagnostic> Expected)> files = [];
    private readonly List<(SourceFile Source, ExpectedDiagnostic Expected)> unknown = [];
    private readonly Lock gate = new();
    private bool failed;

    /// <param name="report">Takes the differences; usually a renderer.</param>
    public DiagnosticVerifier(NestContext context, Action<Diagnostic> report)
    {
        this.context = context;
        this.report = report;
        registration = context.Diagnostics.PushHandler(Take);
    }

    /// <summary>Reads the directives of a source, which joins the context's sources if it has not yet.</summary>
    public void Add(SourceFile source)
    {
        lock (gate) Expected(source);
    }

    /// <summary>Takes a diagnostic and its notes.</summary>
    public void Take(Diagnostic diagnostic)
    {
        lock (gate)
        {
            TakeOne(diagnostic);
            foreach (Diagnostic note in diagnostic.Notes) TakeOne(note);
        }
    }

    /// <summary>Reports the directives that nothing matched. Whether everything was as expected; call it once, at the end.</summary>
    public bool Verify()
    {
        lock (gate)
        {
            foreach ((SourceFile source, List<ExpectedDiagnostic> expected) in files)
            {
                foreach (ExpectedDiagnostic e in expected) CheckProduced(source, e);
            }
            return !failed;
        }
    }

    public void Dispose() => registration.Dispose();

    private void CheckProduced(SourceFile source, ExpectedDiagnostic e)
    {
        if (e.Matched == 0)
        {
            At(source, e.Offset, e.Length, "NEST8006", $"expected {Word(e.Severity)} \"{e.Text}\" was not produced");
        }
        else if (e.Count > 0 && e.Matched != e.Count)
        {
            At(source, e.Offset, e.Length, "NEST8006", $"expected {Word(e.Severity)} \"{e.Text}\" {e.Count} times, but it was produced {e.Matched} times");
        }
    }

    private void TakeOne(Diagnostic diagnostic)
    {
        LocationPlace place = LocationPlace.Of(context, diagnostic.Location);
        ExpectedDiagnostic? nearMiss = null;
        SourceFile? nearMissSource = null;
        if (place.File is null)
        {
            foreach ((SourceFile source, ExpectedDiagnostic e) in unknown)
            {
                if (!e.Matches(diagnostic.Message)) continue;
                if (Same(e, diagnostic)) return;
                (nearMissSource, nearMiss) = (source, e);
            }
        }
        else if (place.Source is not null)
        {
            foreach (ExpectedDiagnostic e in Expected(place.Source))
            {
                if (e.Line != place.Line || !e.Matches(diagnostic.Message)) continue;
                if (Same(e, diagnostic)) return;
                (nearMissSource, nearMiss) = (place.Source, e);
            }
        }
        if (nearMiss is not null)
        {
            At(nearMissSource!, nearMiss.Offset, nearMiss.Length, "NEST8005",
                $"'{Word(diagnostic.Severity)}' diagnostic emitted when expecting a '{Word(nearMiss.Severity)}'");
            return;
        }
        failed = true;
        report(new Diagnostic(Severity.Error, "NEST8004", diagnostic.Location, $"unexpected {Word(diagnostic.Severity)}: {diagnostic.Message}")
        {
            Length = diagnostic.Length,
        });
    }

    private static bool Same(ExpectedDiagnostic expected, Diagnostic diagnostic)
    {
        if (expected.Severity != diagnostic.Severity) return false;
        expected.Matched++;
        return true;
    }

    private List<ExpectedDiagnostic> Expected(SourceFile source)
    {
        foreach ((SourceFile known, List<ExpectedDiagnostic> of) in files)
        {
            if (known == source) return of;
        }
        if (source.Id == 0) context.Sources.Add(source);
        List<ExpectedDiagnostic> expected = [];
        files.Add((source, expected));
        ExpectedDiagnosticScanner.Scan(source, expected, (offset, length, severity, message) =>
        {
            if (severity == Severity.Error) At(source, offset, length, "NEST8007", message);
            else report(new Diagnostic(severity, "NEST8007", Location.InSource(source.Id, offset), message) { Length = length });
        });
        foreach (ExpectedDiagnostic e in expected)
        {
            if (e.Line == 0) unknown.Add((source, e));
        }
        return expected;
    }

    private void At(SourceFile source, int offset, int length, string code, string message)
    {
        failed = true;
        report(new Diagnostic(Severity.Error, code, Location.InSource(source.Id, offset), message) { Length = length });
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Remark => "remark",
        _ => "note",
    };
}
