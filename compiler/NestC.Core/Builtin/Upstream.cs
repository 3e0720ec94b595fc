using NestC.IR;
using NestC.Support;

namespace NestC.Builtin;

/// <summary>
/// What must be known of upstream's dialects that are not defined here, so that their text is read and printed as mlir-opt 19
/// does: that it has them, and which of their attributes it prints as aliases.
/// </summary>
internal static class Upstream
{
    private static readonly Lazy<Utf8Map<string>> dialects = new(static () =>
    {
        Utf8Map<string> known = new();
        foreach (string name in "acc affine amdgpu amx arith arm_neon arm_sme arm_sve async bufferization builtin cf complex dlti emitc func gpu index irdl linalg llvm math memref mesh ml_program mpi nvgpu nvvm omp pdl pdl_interp polynomial ptr quant rocdl scf shape sparse_tensor spirv tensor test test_dyn tosa transform ub vector x86vector xegpu".Split(' '))
            known.TryAdd(System.Text.Encoding.UTF8.GetBytes(name), name);
        return known;
    });

    /// <summary>Whether mlir-opt 19 registers a dialect of this name.</summary>
    public static bool HasDialect(ReadOnlySpan<byte> name) => dialects.Value.Find(name) is not null;

    /// <summary>The alias that upstream gives to an attribute of one of its dialects, or null.</summary>
    public static string? AliasOf(OpaqueAttr attr) =>
        attr.DialectName.Utf8.SequenceEqual("sparse_tensor"u8) && attr.Body.StartsWith("encoding<"u8) ? "sparse" : null;

    /// <summary>Whether a type of one of upstream's dialects may be the element of a memref.</summary>
    public static bool IsMemRefElement(OpaqueType type) =>
        type.DialectName.Utf8.SequenceEqual("ptr"u8) && (type.Body.SequenceEqual("ptr"u8) || type.Body.StartsWith("ptr<"u8));
}
