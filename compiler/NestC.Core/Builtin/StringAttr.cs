using System.Text;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A string of bytes, UTF-8 by convention: `"text"`, or with a type, `"text" : !foo.bar`.</summary>
public sealed class StringAttr : Attr, ITypedAttr, IBuiltinObject
{
    private readonly byte[] utf8;
    private string? text;

    private StringAttr(byte[] utf8, IrType type, int hash) : base(hash)
    {
        (this.utf8, Type) = (utf8, type);
        Flags = type.Inherited;
    }

    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>The bytes read as UTF-8.</summary>
    public string Value => text ??= Encoding.UTF8.GetString(utf8);

    /// <summary>The type; none when it is written without one.</summary>
    public IrType Type { get; }

    public static StringAttr Get(NestContext context, ReadOnlySpan<byte> utf8) => Get(utf8, context.Common.None);

    public static StringAttr Get(NestContext context, string value) => Get(context, Encoding.UTF8.GetBytes(value));

    public static StringAttr Get(ReadOnlySpan<byte> utf8, IrType type) => type.Context.InternAttr<StringAttr, Key>(new Key(utf8, type));

    protected internal override bool SameStructure(Interned other) =>
        other is StringAttr o && o.Type == Type && o.Utf8.SequenceEqual(utf8);

    public override void VisitParts(IPartVisitor visitor)
    {
        if (Type is not NoneType) visitor.Visit(Type);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.WriteQuoted(utf8);
        printer.WriteTypeOf(Type, elideType);
    }

    private readonly ref struct Key(ReadOnlySpan<byte> utf8, IrType type) : IInternKey
    {
        private readonly ReadOnlySpan<byte> utf8 = utf8;

        public int Hash => Support.Hash.Combine(204, Support.Hash.OfBytes(utf8), type.Identity);

        public bool Matches(Interned c) => c is StringAttr a && a.Type == type && a.Utf8.SequenceEqual(utf8);

        public Interned Make() => new StringAttr(utf8.ToArray(), type, Hash);
    }
}
