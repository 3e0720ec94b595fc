using NestC.IR;

namespace NestC.Diagnostics;

/// <summary>Where a verifier says what is wrong with an operation.</summary>
public sealed class Diag(DiagnosticEngine engine)
{
    public DiagnosticEngine Engine { get; } = engine;
}
