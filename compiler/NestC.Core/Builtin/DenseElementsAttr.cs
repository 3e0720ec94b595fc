using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>An attribute that gives the elements of a tensor, vector or memref of static shape.</summary>
public abstract class ElementsAttr : Attr, ITypedAttr, IBuiltinObject
{
    private protected ElementsAttr(ShapedType type, int hash) : base(hash)
    {
        ShapedType = type;
        Flags = type.Inherited | InternFlags.HasElements;
    }

    public ShapedType ShapedType { get; }

    public IrType Type => ShapedType;

    public IrType ElementType => ShapedType.ElementType;

    public long NumElements => ShapedType.NumElements;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ShapedType);

    public sealed override void Print(AsmPrinter printer, TypeElision elideType)
    {
        if (IsElidedBy(printer)) printer.Out.Write("dense_resource<__elided__>"u8);
        else PrintElements(printer);
        printer.WriteTypeOf(ShapedType, elideType);
    }

    /// <summary>Whether the options of a printer ask for the elements to be left out.</summary>
    internal virtual bool IsElidedBy(AsmPrinter printer) => false;

    private protected abstract void PrintElements(AsmPrinter printer);
}

/// <summary>
/// `dense&lt;[1, 2]&gt; : tensor&lt;2xi32&gt;`: integers, floats or complex numbers. Equal elements are stored once. Raw data is little
/// endian, row-major, whole bytes an element; several i1 are packed eight to a byte, from the lowest bit on.
/// </summary>
public sealed class DenseElementsAttr : ElementsAttr
{
    private readonly byte[] raw;

    private DenseElementsAttr(ShapedType type, byte[] raw, bool isSplat, int hash) : base(type, hash)
    {
        (this.raw, IsSplat) = (raw, isSplat);
        if (raw.Length > 2048) Flags |= InternFlags.NoTextCache;
    }

    /// <summary>The stored elements: one when <see cref="IsSplat"/>, a byte of all zeros or ones for a splat of i1.</summary>
    public ReadOnlySpan<byte> RawData => raw;

    /// <summary>Whether all elements are equal, and one is stored.</summary>
    public bool IsSplat { get; }

    /// <summary>Bytes of one element (1 for i1).</summary>
    public int ElementSize => SizeOf(ElementType);

    public static int SizeOf(IrType type) => type switch
    {
        ComplexType c => 2 * SizeOf(c.ElementType),
        _ => (type.BitWidth() + 7) / 8,
    };

    /// <summary>Whether elements of this type can be stored.</summary>
    public static bool IsValidElementType(IrType type) => type is ComplexType || type.IsIntOrIndexOrFloat();

    private static bool IsPacked(ShapedType type) => type.ElementType is IntegerType { Width: 1 };

    /// <summary>The attribute that holds a value (an integer or float attribute of the element type) everywhere.</summary>
    public static DenseElementsAttr Splat(ShapedType type, Attr value)
    {
        byte[] bytes = new byte[SizeOf(type.ElementType)];
        switch (value)
        {
            case IntegerAttr integer when integer.Type == type.ElementType:
                integer.WriteBytes(bytes);
                break;
            case FloatAttr real when real.Type == type.ElementType:
                for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(real.Bits >> (8 * i));
                break;
            default:
                throw new ArgumentException("the value has another type than the elements");
        }
        if (IsPacked(type)) bytes[0] = (bytes[0] & 1) != 0 ? (byte)255 : (byte)0;
        return Intern(type, bytes, isSplat: true);
    }

    /// <summary>The attribute with these elements, of a .NET type of the elements' size.</summary>
    /// <exception cref="ArgumentException">Sizes or counts do not fit.</exception>
    public static DenseElementsAttr Get<T>(ShapedType type, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != SizeOf(type.ElementType)) throw new ArgumentException("a value has another size than an element");
        if (values.Length != 1 && values.Length != type.NumElements) throw new ArgumentException("the number of values is not that of elements");
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        return FromElements(type, bytes.ToArray());
    }

    public static DenseElementsAttr Get(ShapedType type, ReadOnlySpan<int> values) => Get<int>(type, values);

    public static DenseElementsAttr Get(ShapedType type, ReadOnlySpan<long> values) => Get<long>(type, values);

    public static DenseElementsAttr Get(ShapedType type, ReadOnlySpan<float> values) => Get<float>(type, values);

    public static DenseElementsAttr Get(ShapedType type, ReadOnlySpan<double> values) => Get<double>(type, values);

    /// <summary>From elements of <see cref="ElementSize"/> bytes each (one byte for i1): one, or as many as the type has. The array is kept.</summary>
    public static DenseElementsAttr FromElements(ShapedType type, byte[] bytes)
    {
        int size = SizeOf(type.ElementType);
        if (size == 0) return Intern(type, bytes, isSplat: false);
        bool splat = bytes.Length == size || (bytes.Length > size && bytes.AsSpan(size).SequenceEqual(bytes.AsSpan(0, bytes.Length - size)));
        if (IsPacked(type))
        {
            if (splat) return Intern(type, [(bytes[0] & 1) != 0 ? (byte)255 : (byte)0], isSplat: true);
            byte[] packed = new byte[(bytes.Length + 7) / 8];
            for (int i = 0; i < bytes.Length; i++) packed[i >> 3] |= (byte)((bytes[i] & 1) << (i & 7));
            return Intern(type, packed, isSplat: false);
        }
        return splat ? Intern(type, bytes.Length == size ? bytes : bytes.AsSpan(0, size).ToArray(), isSplat: true) : Intern(type, bytes, isSplat: false);
    }

    /// <summary>As above, from memory that is used again: the bytes are copied when the attribute is new.</summary>
    internal static DenseElementsAttr FromScratch(ShapedType type, ReadOnlySpan<byte> bytes)
    {
        int size = SizeOf(type.ElementType);
        if (size == 0 || IsPacked(type)) return FromElements(type, bytes.ToArray());
        bool splat = bytes.Length == size || (bytes.Length > size && bytes[size..].SequenceEqual(bytes[..^size]));
        return type.Context.InternAttr<DenseElementsAttr, Key>(new Key(type, splat ? bytes[..size] : bytes, null, splat));
    }

    /// <summary>From raw data, as in a hexadecimal literal: one element or all. Null when the size fits neither. The array is kept.</summary>
    internal static DenseElementsAttr? FromRaw(ShapedType type, byte[] raw)
    {
        long count = type.NumElements;
        if (IsPacked(type))
        {
            if (raw.Length == 1 && raw[0] is 0 or 255) return Intern(type, raw, isSplat: true);
            if (raw.Length != count / 8 + ((count & 7) != 0 ? 1 : 0)) return null;
            // Bits beyond the last element mean nothing.
            int used = (int)(count & 7);
            if (used != 0) raw[^1] &= (byte)((1 << used) - 1);
            int ones = 0;
            foreach (byte b in raw) ones += BitOperations.PopCount(b);
            if (ones == count && count > 0) return Intern(type, [255], isSplat: true);
            return ones == 0 && count > 0 ? Intern(type, [0], isSplat: true) : Intern(type, raw, isSplat: false);
        }
        int size = SizeOf(type.ElementType);
        bool all = size == 0 ? raw.Length == 0 : raw.Length % size == 0 && raw.Length / size == count;
        if (raw.Length != size && !all) return null;
        return raw.Length == 0 ? Intern(type, raw, isSplat: false) : FromElements(type, raw);
    }

    private static DenseElementsAttr Intern(ShapedType type, byte[] raw, bool isSplat) =>
        type.Context.InternAttr<DenseElementsAttr, Key>(new Key(type, raw, raw, isSplat));

    /// <summary>The bytes of one element; for i1 a byte that is 0 or 1.</summary>
    public ReadOnlySpan<byte> ElementData(long index)
    {
        if (IsPacked(ShapedType)) return (raw[IsSplat ? 0 : index >> 3] >> (int)(index & 7) & 1) != 0 ? "\u0001"u8 : "\0"u8;
        int size = ElementSize;
        return IsSplat ? raw : raw.AsSpan(checked((int)(index * size)), size);
    }

    /// <summary>An integer element, as <see cref="IntegerAttr.Value"/> has it.</summary>
    public long GetInteger(long index)
    {
        ElementBytes.Halves(ElementData(index), out _, out ulong bits);
        int unused = 64 - Math.Min(64, ElementType.BitWidth());
        if (unused == 64) return 0;
        return IntegerAttr.IsUnsigned(ElementType) ? (long)(bits << unused >> unused) : (long)(bits << unused) >> unused;
    }

    /// <summary>The double nearest to a float element.</summary>
    public double GetDouble(long index) => ((FloatType)ElementType).Semantics.ToDouble(ElementBytes.Bits(ElementData(index)));

    /// <summary>An element as an attribute: an integer, a float, or an array of two for a complex number.</summary>
    public Attr GetElement(long index)
    {
        ReadOnlySpan<byte> bytes = ElementData(index);
        if (ElementType is not ComplexType complex) return ToAttr(ElementType, bytes);
        int half = bytes.Length / 2;
        return ArrayAttr.Get(Context, [ToAttr(complex.ElementType, bytes[..half]), ToAttr(complex.ElementType, bytes[half..])]);
    }

    private static Attr ToAttr(IrType type, ReadOnlySpan<byte> bytes) => type switch
    {
        FloatType f => FloatAttr.FromBits(f, ElementBytes.Bits(bytes)),
        _ when bytes.Length > 8 => IntegerAttr.Get(type, new BigInteger(bytes, isUnsigned: true)),
        _ => IntegerAttr.Get(type, (long)(ulong)ElementBytes.Bits(bytes)),
    };

    protected internal override bool SameStructure(Interned other) =>
        other is DenseElementsAttr o && o.ShapedType == ShapedType && o.IsSplat == IsSplat && o.RawData.SequenceEqual(raw);

    internal override bool IsElidedBy(AsmPrinter printer) => !IsSplat && NumElements > printer.Options.ElideElementsLargerThan;

    private protected override void PrintElements(AsmPrinter printer)
    {
        printer.Out.Write("dense<"u8);
        PrintLiteral(printer, allowHex: true);
        printer.Out.Write('>');
    }

    /// <summary>Writes what stands between the angle brackets.</summary>
    internal void PrintLiteral(AsmPrinter printer, bool allowHex)
    {
        Utf8Writer output = printer.Out;
        long limit = printer.Options.HexElementsLargerThan;
        if (allowHex && !IsSplat && limit >= 0 && NumElements > limit)
        {
            output.Write("\"0x"u8);
            HexText.Write(output, raw);
            output.Write('"');
            return;
        }
        if (IsSplat)
        {
            PrintElement(output, 0);
            return;
        }
        NestedLists lists = new(output, ShapedType.Shape, ShapedType.Rank <= 8 ? stackalloc long[8] : new long[ShapedType.Rank]);
        long count = NumElements;
        for (long i = 0; i < count; i++)
        {
            lists.Before();
            PrintElement(output, i);
            lists.After();
        }
    }

    private void PrintElement(Utf8Writer output, long index)
    {
        ReadOnlySpan<byte> bytes = ElementData(index);
        if (ElementType is not ComplexType complex)
        {
            PrintNumber(output, ElementType, bytes);
            return;
        }
        int half = bytes.Length / 2;
        output.Write('(');
        PrintNumber(output, complex.ElementType, bytes[..half]);
        output.Write(',');
        PrintNumber(output, complex.ElementType, bytes[half..]);
        output.Write(')');
    }

    // Upstream writes one-bit numbers of any signedness as words.
    private static void PrintNumber(Utf8Writer output, IrType type, ReadOnlySpan<byte> bytes)
    {
        if (type is IntegerType { Width: 1 }) output.Write((bytes[0] & 1) != 0 ? "true"u8 : "false"u8);
        else ElementBytes.Print(output, type, bytes);
    }

    private readonly ref struct Key(ShapedType type, ReadOnlySpan<byte> raw, byte[]? kept, bool isSplat) : IInternKey
    {
        private readonly ReadOnlySpan<byte> raw = raw;

        public int Hash => Support.Hash.Combine(215, type.Identity, Support.Hash.OfBytes(raw));

        public bool Matches(Interned c) =>
            c is DenseElementsAttr a && a.ShapedType == type && a.IsSplat == isSplat && a.RawData.SequenceEqual(raw);

        public Interned Make() => new DenseElementsAttr(type, kept ?? raw.ToArray(), isSplat, Hash);
    }
}

/// <summary>`dense&lt;["a", "b"]&gt; : tensor&lt;2x!foo.bar&gt;`: elements of other types, as the strings of their dialect.</summary>
public sealed class DenseStringElementsAttr : ElementsAttr
{
    private readonly byte[][] values;

    private DenseStringElementsAttr(ShapedType type, byte[][] values, int hash) : base(type, hash) => this.values = values;

    /// <summary>Whether all elements are equal, and one is stored.</summary>
    public bool IsSplat => values.Length == 1;

    /// <summary>The stored strings: one when <see cref="IsSplat"/>.</summary>
    public ReadOnlySpan<byte[]> Values => values;

    /// <summary>From one string, or as many as the type has elements.</summary>
    public static DenseStringElementsAttr Get(ShapedType type, ReadOnlySpan<byte[]> values)
    {
        bool splat = values.Length > 1;
        int hash = Hash.Combine(216, type.Identity);
        foreach (byte[] value in values)
        {
            splat &= value.AsSpan().SequenceEqual(values[0]);
            hash = Hash.Combine(hash, Hash.OfBytes(value));
        }
        if (splat) return Get(type, values[..1]);
        return type.Context.Intern(new DenseStringElementsAttr(type, values.ToArray(), hash));
    }

    protected internal override bool SameStructure(Interned other)
    {
        if (other is not DenseStringElementsAttr o || o.ShapedType != ShapedType || o.values.Length != values.Length) return false;
        for (int i = 0; i < values.Length; i++)
            if (!o.values[i].AsSpan().SequenceEqual(values[i])) return false;
        return true;
    }

    internal override bool IsElidedBy(AsmPrinter printer) => !IsSplat && NumElements > printer.Options.ElideElementsLargerThan;

    private protected override void PrintElements(AsmPrinter printer)
    {
        printer.Out.Write("dense<"u8);
        PrintLiteral(printer);
        printer.Out.Write('>');
    }

    internal void PrintLiteral(AsmPrinter printer)
    {
        if (IsSplat)
        {
            printer.WriteQuoted(values[0]);
            return;
        }
        NestedLists lists = new(printer.Out, ShapedType.Shape, ShapedType.Rank <= 8 ? stackalloc long[8] : new long[ShapedType.Rank]);
        foreach (byte[] value in values)
        {
            lists.Before();
            printer.WriteQuoted(value);
            lists.After();
        }
    }
}

/// <summary>Writes the brackets and commas around the elements of a shape, in row-major order; counts in as many zeros as there are dimensions.</summary>
internal ref struct NestedLists(Utf8Writer output, ReadOnlySpan<long> shape, Span<long> counter)
{
    private readonly ReadOnlySpan<long> shape = shape;
    private readonly Span<long> counter = counter;
    private int open;
    private bool first = true;

    public void Before()
    {
        if (!first) output.Write(", "u8);
        first = false;
        for (; open < shape.Length; open++) output.Write('[');
    }

    public void After()
    {
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (++counter[i] < shape[i]) return;
            counter[i] = 0;
            output.Write(']');
            open--;
        }
    }
}

/// <summary>Bytes as hexadecimal digits.</summary>
internal static class HexText
{
    /// <summary>Writes two uppercase digits a byte, in pieces, so that the buffer stays small.</summary>
    public static void Write(Utf8Writer output, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digits = stackalloc byte[2048];
        while (!bytes.IsEmpty)
        {
            int n = Math.Min(1024, bytes.Length);
            Convert.TryToHexString(bytes[..n], digits, out int written);
            output.Write(digits[..written]);
            bytes = bytes[n..];
        }
    }

    /// <summary>The bytes of digits after `0x`; null when it is no such text.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '0' || text[1] != 'x' || (text.Length & 1) != 0) return null;
        byte[] bytes = new byte[(text.Length - 2) / 2];
        return Convert.FromHexString(text[2..], bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
