using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`unit`: present or not, without a value.</summary>
public sealed class UnitAttr : Attr, IBuiltinObject
{
    internal UnitAttr() : base(205) => Flags = InternFlags.IsUnit;

    public static UnitAttr Get(NestContext context) => context.Common.Unit;

    protected internal override bool SameStructure(Interned other) => true;

    public override void Print(AsmPrinter printer, TypeElision elideType) => printer.Out.Write("unit"u8);
}

/// <summary>One-bit signless constants.</summary>
public static class BoolAttr
{
    public static IntegerAttr Get(NestContext context, bool value) => value ? context.Common.True : context.Common.False;

    /// <summary>Whether the attribute is a bool, and which.</summary>
    public static bool TryGetValue(Attr? attr, out bool value)
    {
        IntegerAttr? integer = attr as IntegerAttr;
        value = integer is not null && integer.Value != 0;
        return integer is not null && integer.Type.IsSignlessInteger(1);
    }
}

/// <summary>A type as an attribute.</summary>
public sealed class TypeAttr : Attr, IBuiltinObject
{
    private TypeAttr(IrType value, int hash) : base(hash)
    {
        Value = value;
        Flags = value.Inherited;
    }

    public IrType Value { get; }

    public static TypeAttr Get(IrType value) => value.Context.InternAttr<TypeAttr, Key>(new Key(value));

    protected internal override bool SameStructure(Interned other) => other is TypeAttr o && o.Value == Value;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(Value);

    public override void Print(AsmPrinter printer, TypeElision elideType) => printer.Write(Value);

    private readonly struct Key(IrType value) : IInternKey
    {
        public int Hash => Support.Hash.Combine(206, value.Identity);

        public bool Matches(Interned c) => c is TypeAttr a && a.Value == value;

        public Interned Make() => new TypeAttr(value, Hash);
    }
}

/// <summary>`[a, b]`.</summary>
public sealed class ArrayAttr : Attr, IBuiltinObject
{
    private readonly Attr[] elements;

    private ArrayAttr(Attr[] elements, int hash) : base(hash)
    {
        this.elements = elements;
        foreach (Attr element in elements) Flags |= element.Inherited;
    }

    public ReadOnlySpan<Attr> Elements => elements;

    public int Count => elements.Length;

    public Attr this[int index] => elements[index];

    public static ArrayAttr Get(NestContext context, ReadOnlySpan<Attr> elements) => context.InternAttr<ArrayAttr, Key>(new Key(elements));

    protected internal override bool SameStructure(Interned other) => other is ArrayAttr o && Same(o.elements, elements);

    public override void VisitParts(IPartVisitor visitor)
    {
        foreach (Attr element in elements) visitor.Visit(element);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write('[');
        for (int i = 0; i < elements.Length; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.Write(elements[i], TypeElision.May);
        }
        printer.Out.Write(']');
    }

    private static bool Same(ReadOnlySpan<Attr> a, ReadOnlySpan<Attr> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i], b[i])) return false;
        return true;
    }

    private readonly ref struct Key : IInternKey
    {
        private readonly ReadOnlySpan<Attr> elements;

        public Key(ReadOnlySpan<Attr> elements)
        {
            this.elements = elements;
            int hash = Support.Hash.Combine(207, elements.Length);
            foreach (Attr element in elements) hash = Support.Hash.Combine(hash, element.Identity);
            Hash = hash;
        }

        public int Hash { get; }

        public bool Matches(Interned c) => c is ArrayAttr a && Same(a.elements, elements);

        public Interned Make() => new ArrayAttr(elements.ToArray(), Hash);
    }
}

/// <summary>`@module::@function`: a symbol, and symbols nested in it.</summary>
public sealed class SymbolRefAttr : Attr, IBuiltinObject
{
    private readonly Identifier[] nested;

    private SymbolRefAttr(Identifier root, Identifier[] nested, int hash) : base(hash) => (Root, this.nested) = (root, nested);

    public Identifier Root { get; }

    public ReadOnlySpan<Identifier> Nested => nested;

    /// <summary>The last name.</summary>
    public Identifier Leaf => nested.Length == 0 ? Root : nested[^1];

    /// <summary>Whether there is one name alone.</summary>
    public bool IsFlat => nested.Length == 0;

    public static SymbolRefAttr Get(NestContext context, Identifier root, ReadOnlySpan<Identifier> nested = default) =>
        context.InternAttr<SymbolRefAttr, Key>(new Key(root, nested));

    public static SymbolRefAttr Get(NestContext context, ReadOnlySpan<byte> root, ReadOnlySpan<Identifier> nested = default) =>
        Get(context, context.Identifier(root), nested);

    public static SymbolRefAttr Get(NestContext context, string root, ReadOnlySpan<Identifier> nested = default) =>
        Get(context, context.Identifier(root), nested);

    protected internal override bool SameStructure(Interned other) => other is SymbolRefAttr o && o.Root == Root && Same(o.nested, nested);

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.WriteSymbolName(Root.Utf8);
        foreach (Identifier name in nested)
        {
            printer.Out.Write("::"u8);
            printer.WriteSymbolName(name.Utf8);
        }
    }

    private static bool Same(ReadOnlySpan<Identifier> a, ReadOnlySpan<Identifier> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i], b[i])) return false;
        return true;
    }

    private readonly ref struct Key : IInternKey
    {
        private readonly Identifier root;
        private readonly ReadOnlySpan<Identifier> nested;

        public Key(Identifier root, ReadOnlySpan<Identifier> nested)
        {
            this.root = root;
            this.nested = nested;
            int hash = Support.Hash.Combine(208, root.HashCode);
            foreach (Identifier name in nested) hash = Support.Hash.Combine(hash, name.HashCode);
            Hash = hash;
        }

        public int Hash { get; }

        public bool Matches(Interned c) => c is SymbolRefAttr a && a.Root == root && Same(a.nested, nested);

        public Interned Make() => new SymbolRefAttr(root, nested.ToArray(), Hash);
    }
}
