using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Support;
using NestC.Syntax;

namespace NestC.IR;

/// <summary>
/// Owns everything that is interned (types, attributes, identifiers, locations), the registered dialects, the sources that
/// were read, and the diagnostics. Interning is thread-safe; registration ends before a pipeline runs.
/// </summary>
public sealed partial class NestContext
{
    private readonly InternTable types = new();
    private readonly InternTable attrs = new();
    private readonly Utf8Map<Identifier> identifiers = new();

    public NestContext()
    {
        Diagnostics = new DiagnosticEngine();
        Common = new CommonObjects(this);
    }

    public DiagnosticEngine Diagnostics { get; }

    /// <summary>The sources that locations refer to.</summary>
    public SourceManager Sources { get; } = new();

    /// <summary>Types and attributes that are asked for all the time.</summary>
    public CommonObjects Common { get; }

    /// <summary>Resources: data that attributes refer to by name.</summary>
    public ResourceTable Resources { get; } = new();

    /// <summary>Whether operations, types and attributes of dialects that are not registered are allowed.</summary>
    public bool AllowUnregisteredDialects { get; set; }

    /// <summary>Whether `nest_x.op` is read as the operation `x.op` (`--mlir-interop`).</summary>
    public bool ReadsInteropNames { get; set; }

    /// <summary>Whether an error about an operation gets a note that shows it, in generic form.</summary>
    public bool PrintOpOnDiagnostic { get; init; }

    /// <summary>The one instance that has the structure of <paramref name="candidate"/>.</summary>
    public T Intern<T>(T candidate) where T : Interned =>
        candidate is IrType ? types.Intern(this, candidate) : attrs.Intern(this, candidate);

    public Identifier Identifier(ReadOnlySpan<byte> utf8) =>
        identifiers.GetOrAdd(utf8, 0, static (bytes, _) => new Identifier(bytes));

    public Identifier Identifier(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        return text.Length * 3 <= bytes.Length
            ? Identifier(bytes[..Encoding.UTF8.GetBytes(text, bytes)])
            : Identifier(Encoding.UTF8.GetBytes(text));
    }
}
