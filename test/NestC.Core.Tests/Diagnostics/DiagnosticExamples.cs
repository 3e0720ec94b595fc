namespace NestC.Core.Tests.Diagnostics;

/// <summary>How the examples of the pages are run.</summary>
internal static class DiagnosticExamples
{
    /// <summary>Reads and verifies a module, unregistered dialects allowed: the codes of its errors. Null while nothing can read one.</summary>
    public static Func<string, IReadOnlyList<string>>? CodesOf { get; }
}
