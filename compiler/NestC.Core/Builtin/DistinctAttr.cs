using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>
/// `distinct[0]&lt;attr&gt;`: an attribute with an identity of its own. Each is created, none is equal to another; the number is
/// given when a module is printed.
/// </summary>
public sealed class DistinctAttr : Attr, IBuiltinObject
{
    private static int created;

    private DistinctAttr(Attr referenced, int hash) : base(hash)
    {
        Referenced = referenced;
        Flags = referenced.Inherited | InternFlags.MayAlias | InternFlags.NoTextCache;
        if (referenced is not UnitAttr) Flags |= InternFlags.AliasesItself;
        Context = referenced.Context;
        Context.NoteAliasable(this);
    }

    public Attr Referenced { get; }

    /// <summary>A new attribute, different from all others.</summary>
    public static DistinctAttr Create(Attr referenced) =>
        new(referenced, Support.Hash.Combine(213, Interlocked.Increment(ref created)));

    protected internal override bool SameStructure(Interned other) => ReferenceEquals(this, other);

    public override void VisitParts(IPartVisitor visitor)
    {
        if (Referenced is not UnitAttr) visitor.Visit(Referenced);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("distinct["u8);
        printer.Out.Write((long)printer.DistinctId(this));
        printer.Out.Write("]<"u8);
        if (Referenced is not UnitAttr) printer.Write(Referenced);
        printer.Out.Write('>');
    }
}
