using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Bytes that are too many to be part of an attribute.</summary>
public abstract class ResourceBlob
{
    /// <summary>Bytes.</summary>
    public abstract long Length { get; }

    /// <summary>What the address of the data is a multiple of: a power of two; 0 when nothing is asked.</summary>
    public abstract int Alignment { get; }

    /// <summary>The bytes from <paramref name="offset"/> on: at least one while there are any, as many as are at hand.</summary>
    public abstract ReadOnlySpan<byte> Chunk(long offset);

    /// <summary>A blob over an array, which is kept, not copied.</summary>
    public static ResourceBlob Of(ReadOnlyMemory<byte> data, int alignment) => new InMemory(data, alignment);

    private sealed class InMemory(ReadOnlyMemory<byte> data, int alignment) : ResourceBlob
    {
        public override long Length => data.Length;

        public override int Alignment => alignment;

        public override ReadOnlySpan<byte> Chunk(long offset) => data.Span[(int)offset..];
    }
}

/// <summary>A resource by name: what `dense_resource&lt;key&gt;` refers to. Its blob may be set later, or never.</summary>
public sealed class ResourceHandle
{
    private readonly int number;

    internal ResourceHandle(string dialect, string key, int number) => (Dialect, Key, this.number) = (dialect, key, number);

    /// <summary>The dialect whose resource it is.</summary>
    public string Dialect { get; }

    /// <summary>Unique in the dialect.</summary>
    public string Key { get; }

    /// <summary>The data; null when none was given.</summary>
    public ResourceBlob? Blob { get; set; }

    internal int HashCode => Hash.Combine(230, number);
}

/// <summary>The resources of a context.</summary>
public sealed class ResourceTable
{
    private readonly Dictionary<string, ResourceHandle> byName = new(StringComparer.Ordinal);
    private readonly object gate = new();

    /// <summary>A new resource; where the key is taken, `_1`, `_2` and so on are appended to it.</summary>
    public ResourceHandle Declare(string dialect, string key, ResourceBlob? blob = null)
    {
        lock (gate)
        {
            string unique = key;
            for (int i = 1; byName.ContainsKey(dialect + ":" + unique); i++) unique = $"{key}_{i}";
            ResourceHandle handle = new(dialect, unique, byName.Count) { Blob = blob };
            byName.Add(dialect + ":" + unique, handle);
            return handle;
        }
    }

    /// <summary>The resource of this key, or null.</summary>
    public ResourceHandle? Find(string dialect, string key)
    {
        lock (gate) return byName.GetValueOrDefault(dialect + ":" + key);
    }
}

/// <summary>`dense_resource&lt;key&gt; : tensor&lt;4xf32&gt;`: elements that are a resource.</summary>
public sealed class DenseResourceElementsAttr : Attr, ITypedAttr, IBuiltinObject
{
    private DenseResourceElementsAttr(ShapedType type, ResourceHandle handle, int hash) : base(hash)
    {
        (ShapedType, Handle) = (type, handle);
        // Printing has to note that the resource is used, so that the resource section has it.
        Flags = type.Inherited | InternFlags.HasElements | InternFlags.NoTextCache;
    }

    public ShapedType ShapedType { get; }

    public IrType Type => ShapedType;

    public ResourceHandle Handle { get; }

    public static DenseResourceElementsAttr Get(ShapedType type, ResourceHandle handle) =>
        type.Context.InternAttr<DenseResourceElementsAttr, Key>(new Key(type, handle));

    protected internal override bool SameStructure(Interned other) =>
        other is DenseResourceElementsAttr o && o.ShapedType == ShapedType && o.Handle == Handle;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ShapedType);

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("dense_resource<"u8);
        printer.WriteResource(Handle);
        printer.Out.Write('>');
        printer.WriteTypeOf(ShapedType, elideType);
    }

    private readonly struct Key(ShapedType type, ResourceHandle handle) : IInternKey
    {
        public int Hash => Support.Hash.Combine(218, type.Identity, handle.HashCode);

        public bool Matches(Interned c) => c is DenseResourceElementsAttr a && a.ShapedType == type && a.Handle == handle;

        public Interned Make() => new DenseResourceElementsAttr(type, handle, Hash);
    }
}
