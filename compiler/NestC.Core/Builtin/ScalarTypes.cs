using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>How the bits of an integer type are read.</summary>
public enum Signedness : byte { Signless, Signed, Unsigned }

/// <summary>`i32`, `si8`, `ui1`: integers of 0 to 16,777,215 bits.</summary>
public sealed class IntegerType : IrType, IBuiltinObject
{
    /// <summary>The largest width, in bits.</summary>
    public const int MaxWidth = (1 << 24) - 1;

    private IntegerType(int width, Signedness signedness) : base(HashOf(width, signedness)) => (Width, Signedness) = (width, signedness);

    /// <summary>Bits.</summary>
    public int Width { get; }

    public Signedness Signedness { get; }

    public bool IsSignless => Signedness == Signedness.Signless;

    public bool IsSigned => Signedness == Signedness.Signed;

    public bool IsUnsigned => Signedness == Signedness.Unsigned;

    /// <summary>The integer type of <paramref name="width"/> bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is negative or above <see cref="MaxWidth"/>.</exception>
    public static IntegerType Get(NestContext context, int width, Signedness signedness = Signedness.Signless)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)width, (uint)MaxWidth, nameof(width));
        return context.InternType<IntegerType, Key>(new Key(width, signedness));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is IntegerType o && o.Width == Width && o.Signedness == Signedness;

    public override void Print(AsmPrinter printer)
    {
        if (IsSigned) printer.Out.Write('s');
        else if (IsUnsigned) printer.Out.Write('u');
        printer.Out.Write('i');
        printer.Out.Write((long)Width);
    }

    private static int HashOf(int width, Signedness signedness) => Hash.Combine(101, width, (int)signedness);

    private readonly struct Key(int width, Signedness signedness) : IInternKey
    {
        public int Hash => HashOf(width, signedness);

        public bool Matches(Interned c) => c is IntegerType t && t.Width == width && t.Signedness == signedness;

        public Interned Make() => new IntegerType(width, signedness);
    }
}

/// <summary>`index`: a signless integer as wide as the target's addresses; its constants have 64 bits.</summary>
public sealed class IndexType : IrType, IBuiltinObject
{
    /// <summary>Bits that a constant of this type is stored in.</summary>
    public const int StorageWidth = 64;

    internal IndexType() : base(102) { }

    public static IndexType Get(NestContext context) => context.Common.Index;

    protected internal override bool SameStructure(Interned other) => true;

    public override void Print(AsmPrinter printer) => printer.Out.Write("index"u8);
}

/// <summary>`none`: the type with one value.</summary>
public sealed class NoneType : IrType, IBuiltinObject
{
    internal NoneType() : base(103) { }

    public static NoneType Get(NestContext context) => context.Common.None;

    protected internal override bool SameStructure(Interned other) => true;

    public override void Print(AsmPrinter printer) => printer.Out.Write("none"u8);
}

/// <summary>Questions about types that cut across their classes.</summary>
public static class TypeExtensions
{
    /// <summary>Whether it is a signless integer type of this width.</summary>
    public static bool IsSignlessInteger(this IrType type, int width) => type is IntegerType i && i.Width == width && i.IsSignless;

    public static bool IsIntOrIndex(this IrType type) => type is IntegerType or IndexType;

    public static bool IsIntOrFloat(this IrType type) => type is IntegerType or FloatType;

    public static bool IsIntOrIndexOrFloat(this IrType type) => type is IntegerType or IndexType or FloatType;

    /// <summary>Bits of an integer or float type; 64 for index; 0 for other types.</summary>
    public static int BitWidth(this IrType type) => type switch
    {
        IntegerType i => i.Width,
        FloatType f => f.Width,
        IndexType => IndexType.StorageWidth,
        _ => 0,
    };
}
