using NestC.Core.Tests.Corpus;

namespace NestC.Core.Tests.Diagnostics;

/// <summary>How the examples of the pages are run.</summary>
internal static class DiagnosticExamples
{
    /// <summary>Reads and verifies a module, unregistered dialects allowed: the codes of its errors.</summary>
    public static IReadOnlyList<string> CodesOf(string text) => Ir.Read(text).Errors.ConvertAll(static d => d.Code);
}
