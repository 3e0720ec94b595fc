using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`!dialect.body`: a type of a dialect that is not registered, kept as text.</summary>
public sealed class OpaqueType : IrType, IBuiltinObject
{
    private readonly byte[] body;

    private OpaqueType(Identifier dialect, byte[] body, int hash) : base(hash) => (DialectName, this.body) = (dialect, body);

    public Identifier DialectName { get; }

    public ReadOnlySpan<byte> Body => body;

    public static OpaqueType Get(NestContext context, Identifier dialect, ReadOnlySpan<byte> body) =>
        context.InternType<OpaqueType, Key>(new Key(dialect, body));

    /// <summary>The type, or null and why there is none: unregistered dialects must be allowed.</summary>
    internal static OpaqueType? TryGet(NestContext context, Identifier dialect, ReadOnlySpan<byte> body, out string? error)
    {
        error = OpaqueText.Verify(context, dialect, body, '!', "type");
        return error is null ? Get(context, dialect, body) : null;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is OpaqueType o && o.DialectName == DialectName && o.Body.SequenceEqual(body);

    public override void Print(AsmPrinter printer) => OpaqueText.Print(printer.Out, '!', DialectName, body);

    private readonly ref struct Key(Identifier dialect, ReadOnlySpan<byte> body) : IInternKey
    {
        private readonly ReadOnlySpan<byte> body = body;

        public int Hash => Support.Hash.Combine(114, dialect.HashCode, Support.Hash.OfBytes(body));

        public bool Matches(Interned c) => c is OpaqueType t && t.DialectName == dialect && t.Body.SequenceEqual(body);

        public Interned Make() => new OpaqueType(dialect, body.ToArray(), Hash);
    }
}

/// <summary>`#dialect.body : type`: an attribute of a dialect that is not registered, kept as text.</summary>
public sealed class OpaqueAttr : Attr, ITypedAttr, IBuiltinObject
{
    private readonly byte[] body;

    private OpaqueAttr(Identifier dialect, byte[] body, IrType type, int hash) : base(hash)
    {
        (DialectName, this.body, Type) = (dialect, body, type);
        Flags = type.Inherited;
        if (Upstream.AliasOf(this) is not null) Flags |= InternFlags.MayAlias;
    }

    public Identifier DialectName { get; }

    public ReadOnlySpan<byte> Body => body;

    /// <summary>The type after the colon; none without one.</summary>
    public IrType Type { get; }

    public static OpaqueAttr Get(Identifier dialect, ReadOnlySpan<byte> body, IrType type) =>
        type.Context.InternAttr<OpaqueAttr, Key>(new Key(dialect, body, type));

    /// <summary>The attribute, or null and why there is none: unregistered dialects must be allowed.</summary>
    internal static OpaqueAttr? TryGet(Identifier dialect, ReadOnlySpan<byte> body, IrType type, out string? error)
    {
        error = OpaqueText.Verify(type.Context, dialect, body, '#', "attribute");
        return error is null ? Get(dialect, body, type) : null;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is OpaqueAttr o && o.DialectName == DialectName && o.Type == Type && o.Body.SequenceEqual(body);

    public override void VisitParts(IPartVisitor visitor)
    {
        if (Type is not NoneType) visitor.Visit(Type);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        OpaqueText.Print(printer.Out, '#', DialectName, body);
        printer.WriteTypeOf(Type, elideType);
    }

    private readonly ref struct Key(Identifier dialect, ReadOnlySpan<byte> body, IrType type) : IInternKey
    {
        private readonly ReadOnlySpan<byte> body = body;

        public int Hash => Support.Hash.Combine(Support.Hash.Combine(201, dialect.HashCode, Support.Hash.OfBytes(body)), type.Identity);

        public bool Matches(Interned c) => c is OpaqueAttr a && a.DialectName == dialect && a.Type == type && a.Body.SequenceEqual(body);

        public Interned Make() => new OpaqueAttr(dialect, body.ToArray(), type, Hash);
    }
}

/// <summary>How the text of an unregistered dialect is checked and printed.</summary>
internal static class OpaqueText
{
    public static string? Verify(NestContext context, Identifier dialect, ReadOnlySpan<byte> body, char sigil, string what)
    {
        ReadOnlySpan<byte> name = dialect.Utf8;
        bool valid = name.Length > 0 && AsciiChar.IsNameStart(name[0]);
        foreach (byte b in name) valid &= AsciiChar.IsNameBody(b) && b != '.';
        if (!valid) return $"invalid dialect namespace '{dialect}'";
        if (context.AllowUnregisteredDialects || context.Dialect(name) is not null) return null;
        string quoted = System.Text.Encoding.UTF8.GetString(body);
        return $"`{sigil}{dialect}<\"{quoted}\">` {what} created with unregistered dialect. If this is intended, please call "
            + "allowUnregisteredDialects() on the MLIRContext, or use -allow-unregistered-dialect with the MLIR opt tool used";
    }

    public static void Print(Utf8Writer output, char sigil, Identifier dialect, ReadOnlySpan<byte> body)
    {
        output.Write(sigil);
        output.Write(dialect.Utf8);
        if (IsSimple(body))
        {
            output.Write('.');
            output.Write(body);
            return;
        }
        output.Write('<');
        output.Write(body);
        output.Write('>');
    }

    // A letter, then letters, digits, `_` and `.`, then nothing or `<...>`: such a body is written after a dot.
    private static bool IsSimple(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || !char.IsAsciiLetter((char)body[0])) return false;
        int i = 0;
        while (i < body.Length && AsciiChar.IsNameBody(body[i]) && body[i] != '$') i++;
        return i == body.Length || (body[i] == '<' && body[^1] == '>');
    }
}
