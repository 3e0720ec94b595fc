using System.Numerics;
using System.Runtime.InteropServices;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`array&lt;i64: 1, 2&gt;`: numbers of one integer or float type, whole bytes each (a byte for i1).</summary>
public sealed class DenseArrayAttr : Attr, IBuiltinObject
{
    private readonly byte[] bytes;

    private DenseArrayAttr(IrType elementType, byte[] bytes, int hash) : base(hash)
    {
        (ElementType, this.bytes) = (elementType, bytes);
        if (bytes.Length > 4096) Flags = InternFlags.NoTextCache;
    }

    public IrType ElementType { get; }

    /// <summary>The elements, little endian.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    private int ElementSize => Math.Max(1, ElementType.BitWidth() / 8);

    public int Count => bytes.Length / ElementSize;

    /// <summary>The elements as values of a type of their size.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public ReadOnlySpan<T> As<T>() where T : unmanaged =>
        System.Runtime.CompilerServices.Unsafe.SizeOf<T>() == ElementSize ? MemoryMarshal.Cast<byte, T>(bytes) : throw new ArgumentException("an element has another size");

    /// <param name="elementType">i1, or an integer or float type of whole bytes.</param>
    /// <param name="bytes">The elements, little endian.</param>
    public static DenseArrayAttr Get(IrType elementType, ReadOnlySpan<byte> bytes) =>
        elementType.Context.InternAttr<DenseArrayAttr, Key>(new Key(elementType, bytes));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<long> values) => Get(context.Common.I64, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<int> values) => Get(context.Common.I32, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<short> values) => Get(context.Common.I16, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<sbyte> values) => Get(context.Common.I8, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<bool> values) => Get(context.Common.I1, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<float> values) => Get(context.Common.F32, MemoryMarshal.AsBytes(values));

    public static DenseArrayAttr Get(NestContext context, ReadOnlySpan<double> values) => Get(context.Common.F64, MemoryMarshal.AsBytes(values));

    // The numbers, when it is an array of this very type.
    private static bool TryGetAs<T>(Attr? attr, Func<CommonObjects, IrType> type, out T[] values) where T : unmanaged
    {
        values = [];
        if (attr is not DenseArrayAttr array || array.ElementType != type(array.Context.Common)) return false;
        values = array.As<T>().ToArray();
        return true;
    }

    public static bool TryGet(Attr? attr, out long[] values) => TryGetAs(attr, static c => c.I64, out values);

    public static bool TryGet(Attr? attr, out int[] values) => TryGetAs(attr, static c => c.I32, out values);

    public static bool TryGet(Attr? attr, out short[] values) => TryGetAs(attr, static c => c.I16, out values);

    public static bool TryGet(Attr? attr, out sbyte[] values) => TryGetAs(attr, static c => c.I8, out values);

    public static bool TryGet(Attr? attr, out bool[] values) => TryGetAs(attr, static c => c.I1, out values);

    public static bool TryGet(Attr? attr, out float[] values) => TryGetAs(attr, static c => c.F32, out values);

    public static bool TryGet(Attr? attr, out double[] values) => TryGetAs(attr, static c => c.F64, out values);

    protected internal override bool SameStructure(Interned other) =>
        other is DenseArrayAttr o && o.ElementType == ElementType && o.Bytes.SequenceEqual(bytes);

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ElementType);

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("array<"u8);
        printer.Write(ElementType);
        int size = ElementSize;
        for (int i = 0; i < bytes.Length; i += size)
        {
            printer.Out.Write(i == 0 ? ": "u8 : ", "u8);
            ElementBytes.Print(printer.Out, ElementType, bytes.AsSpan(i, size));
        }
        printer.Out.Write('>');
    }

    private readonly ref struct Key(IrType elementType, ReadOnlySpan<byte> bytes) : IInternKey
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        public int Hash => Support.Hash.Combine(214, elementType.Identity, Support.Hash.OfBytes(bytes));

        public bool Matches(Interned c) => c is DenseArrayAttr a && a.ElementType == elementType && a.Bytes.SequenceEqual(bytes);

        public Interned Make() => new DenseArrayAttr(elementType, bytes.ToArray(), Hash);
    }
}

/// <summary>Single elements of arrays and tensors, as little-endian bytes.</summary>
internal static class ElementBytes
{
    /// <summary>Writes the value of one integer, index or float element.</summary>
    public static void Print(Utf8Writer output, IrType type, ReadOnlySpan<byte> bytes)
    {
        if (type is FloatType f)
        {
            FloatText.Write(output, f.Semantics, Bits(bytes));
            return;
        }
        if (type.IsSignlessInteger(1))
        {
            output.Write((bytes[0] & 1) != 0 ? "true"u8 : "false"u8);
            return;
        }
        bool unsigned = type is IntegerType { IsUnsigned: true };
        if (bytes.Length > 8)
        {
            // Bits above the width are kept as zeros, so that the sign is not at the top of the last byte.
            BigInteger value = new(bytes, isUnsigned: true);
            int width = type.BitWidth();
            if (!unsigned && !(value >> (width - 1)).IsZero) value -= BigInteger.One << width;
            output.Write(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return;
        }
        int unused = 64 - type.BitWidth();
        ulong raw = (ulong)Bits(bytes);
        if (unused == 64) output.Write('0');
        else if (unsigned) output.Write(raw << unused >> unused);
        else output.Write((long)(raw << unused) >> unused);
    }

    public static UInt128 Bits(ReadOnlySpan<byte> bytes)
    {
        UInt128 bits = 0;
        for (int i = bytes.Length - 1; i >= 0; i--) bits = bits << 8 | bytes[i];
        return bits;
    }
}
