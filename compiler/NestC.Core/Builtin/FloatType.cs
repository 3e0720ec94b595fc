using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>The floating-point formats of MLIR 19, in the order of its keywords.</summary>
public enum FloatKind : byte { F8E5M2, F8E4M3, F8E4M3FN, F8E5M2FNUZ, F8E4M3FNUZ, F8E4M3B11FNUZ, BF16, F16, TF32, F32, F64, F80, F128 }

/// <summary>A floating-point type: `f32`, `bf16`, `f8E4M3FN` and the others.</summary>
public sealed class FloatType : IrType, IBuiltinObject
{
    internal static readonly string[] Keywords =
    [
        "f8E5M2", "f8E4M3", "f8E4M3FN", "f8E5M2FNUZ", "f8E4M3FNUZ", "f8E4M3B11FNUZ", "bf16", "f16", "tf32", "f32", "f64", "f80", "f128",
    ];

    internal FloatType(FloatKind kind) : base(Hash.Combine(104, (int)kind))
    {
        Kind = kind;
        Semantics = FloatSemantics.Of(kind);
    }

    public FloatKind Kind { get; }

    /// <summary>The format: widths, exponent range, what stands for infinities and NaN.</summary>
    public FloatSemantics Semantics { get; }

    /// <summary>Bits that a value is stored in: those of the format, but 32 for tf32 (whose format has 19), as in MLIR.</summary>
    public int Width => Kind == FloatKind.TF32 ? 32 : Semantics.Width;

    public static FloatType Get(NestContext context, FloatKind kind) => context.Common.Float(kind);

    public static FloatType BF16(NestContext context) => Get(context, FloatKind.BF16);

    public static FloatType F16(NestContext context) => Get(context, FloatKind.F16);

    public static FloatType F32(NestContext context) => Get(context, FloatKind.F32);

    public static FloatType F64(NestContext context) => Get(context, FloatKind.F64);

    public static FloatType F80(NestContext context) => Get(context, FloatKind.F80);

    public static FloatType F128(NestContext context) => Get(context, FloatKind.F128);

    public static FloatType TF32(NestContext context) => Get(context, FloatKind.TF32);

    public static FloatType F8E5M2(NestContext context) => Get(context, FloatKind.F8E5M2);

    public static FloatType F8E4M3FN(NestContext context) => Get(context, FloatKind.F8E4M3FN);

    protected internal override bool SameStructure(Interned other) => other is FloatType o && o.Kind == Kind;

    public override void Print(AsmPrinter printer) => printer.Out.Write(Keywords[(int)Kind]);
}
