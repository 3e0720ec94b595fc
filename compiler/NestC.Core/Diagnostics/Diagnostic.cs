using NestC.IR;

namespace NestC.Diagnostics;

public enum Severity : byte { Error, Warning, Remark, Note }

/// <summary>Something said to the user about a place: a value, never an exception.</summary>
public sealed class Diagnostic(Severity severity, string code, Location location, string message)
{
    public Severity Severity { get; } = severity;

    /// <summary>The stable code (`NEST1003`), explained by `nest-opt --explain`; empty for notes.</summary>
    public string Code { get; } = code;

    public Location Location { get; } = location;

    /// <summary>Bytes of source, from the location on, that the caret range covers; 0 for a single caret.</summary>
    public int Length { get; init; }

    public string Message { get; } = message;

    /// <summary>What the user can do about it, or null.</summary>
    public string? Help { get; set; }

    /// <summary>Related places.</summary>
    public List<Diagnostic> Notes { get; } = [];

    /// <summary>Whether a syntax error, as opposed to an error of meaning, is reported (the grammar decides syntax alone).</summary>
    public bool IsSyntax { get; init; }

    public Diagnostic Note(Location location, string message)
    {
        Notes.Add(new Diagnostic(Severity.Note, "", location, message));
        return this;
    }

    public Diagnostic WithHelp(string help)
    {
        Help = help;
        return this;
    }
}

/// <summary>Takes diagnostics in the order in which they are said. Thread-safe.</summary>
public sealed class DiagnosticEngine
{
    private readonly object gate = new();
    private readonly List<Action<Diagnostic>> handlers = [];
    private int errors;

    /// <summary>Errors said so far.</summary>
    public int ErrorCount => errors;

    /// <summary>Adds a handler that takes every diagnostic instead of the ones added before; dispose what is returned to remove it.</summary>
    public IDisposable PushHandler(Action<Diagnostic> handler)
    {
        lock (gate) handlers.Add(handler);
        return new Registration(this, handler);
    }

    public Diagnostic Emit(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == Severity.Error) Interlocked.Increment(ref errors);
        if (!OrderedDiagnostics.Keep(this, diagnostic)) Deliver(diagnostic);
        return diagnostic;
    }

    /// <summary>Hands a diagnostic that has been counted to the handler in charge.</summary>
    internal void Deliver(Diagnostic diagnostic)
    {
        Action<Diagnostic>? handler;
        lock (gate) handler = handlers.Count == 0 ? null : handlers[^1];
        handler?.Invoke(diagnostic);
    }

    private sealed class Registration(DiagnosticEngine engine, Action<Diagnostic> handler) : IDisposable
    {
        public void Dispose()
        {
            lock (engine.gate) engine.handlers.Remove(handler);
        }
    }
}
