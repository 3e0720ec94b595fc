using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`affine_map&lt;(d0) -> (d0 + 1)&gt;`; printed as an alias in modules.</summary>
public sealed class AffineMapAttr : Attr, IMemRefLayout, IBuiltinObject
{
    private AffineMapAttr(AffineMap map, int hash) : base(hash)
    {
        Map = map;
        Flags = InternFlags.MayAlias | InternFlags.AliasesItself;
        IsIdentity = map.IsIdentity;
    }

    public AffineMap Map { get; }

    public bool IsIdentity { get; }

    public static AffineMapAttr Get(AffineMap map) => map.Context.InternAttr<AffineMapAttr, Key>(new Key(map));

    public string? VerifyFor(ReadOnlySpan<long> shape) =>
        Map.NumDims == shape.Length ? null : $"memref layout mismatch between rank and affine map: {shape.Length} != {Map.NumDims}";

    protected internal override bool SameStructure(Interned other) => other is AffineMapAttr o && o.Map == Map;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("affine_map<"u8);
        Map.Print(printer.Out);
        printer.Out.Write('>');
    }

    private readonly struct Key(AffineMap map) : IInternKey
    {
        public int Hash => Support.Hash.Combine(210, map.Identity);

        public bool Matches(Interned c) => c is AffineMapAttr a && a.Map == map;

        public Interned Make() => new AffineMapAttr(map, Hash);
    }
}

/// <summary>`affine_set&lt;(d0) : (d0 >= 0)&gt;`; printed as an alias in modules.</summary>
public sealed class IntegerSetAttr : Attr, IBuiltinObject
{
    private IntegerSetAttr(IntegerSet set, int hash) : base(hash)
    {
        Set = set;
        Flags = InternFlags.MayAlias | InternFlags.AliasesItself;
    }

    public IntegerSet Set { get; }

    public static IntegerSetAttr Get(IntegerSet set) => set.Context.InternAttr<IntegerSetAttr, Key>(new Key(set));

    protected internal override bool SameStructure(Interned other) => other is IntegerSetAttr o && o.Set == Set;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("affine_set<"u8);
        Set.Print(printer.Out);
        printer.Out.Write('>');
    }

    private readonly struct Key(IntegerSet set) : IInternKey
    {
        public int Hash => Support.Hash.Combine(211, set.Identity);

        public bool Matches(Interned c) => c is IntegerSetAttr a && a.Set == set;

        public Interned Make() => new IntegerSetAttr(set, Hash);
    }
}
