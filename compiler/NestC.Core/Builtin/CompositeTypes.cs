using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`complex&lt;f32&gt;`: two integers or floats.</summary>
public sealed class ComplexType : IrType, IBuiltinObject
{
    private ComplexType(IrType elementType) : base(HashOf(elementType)) => ElementType = elementType;

    public IrType ElementType { get; }

    /// <exception cref="ArgumentException">The element type is neither an integer nor a float type.</exception>
    public static ComplexType Get(IrType elementType) => TryGet(elementType, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none.</summary>
    public static ComplexType? TryGet(IrType elementType, out string? error)
    {
        error = elementType is IntegerType or FloatType ? null : "invalid element type for complex";
        return error is null ? elementType.Context.InternType<ComplexType, Key>(new Key(elementType)) : null;
    }

    protected internal override bool SameStructure(Interned other) => other is ComplexType o && o.ElementType == ElementType;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ElementType);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("complex<"u8);
        printer.Write(ElementType);
        printer.Out.Write('>');
    }

    private static int HashOf(IrType elementType) => Hash.Combine(105, elementType.Identity);

    private readonly struct Key(IrType elementType) : IInternKey
    {
        public int Hash => HashOf(elementType);

        public bool Matches(Interned c) => c is ComplexType t && t.ElementType == elementType;

        public Interned Make() => new ComplexType(elementType);
    }
}

/// <summary>`tuple&lt;i32, f32&gt;`.</summary>
public sealed class TupleType : IrType, IBuiltinObject
{
    private readonly IrType[] types;

    private TupleType(IrType[] types, int hash) : base(hash)
    {
        this.types = types;
        Flags = TypeList.Flags(types);
        // Upstream gives long tuples an alias.
        if (types.Length > 16) Flags |= InternFlags.MayAlias | InternFlags.AliasesItself;
    }

    public ReadOnlySpan<IrType> Types => types;

    public static TupleType Get(NestContext context, ReadOnlySpan<IrType> types) => context.InternType<TupleType, Key>(new Key(types));

    protected internal override bool SameStructure(Interned other) => other is TupleType o && TypeList.Same(types, o.types);

    public override void VisitParts(IPartVisitor visitor)
    {
        foreach (IrType type in types) visitor.Visit(type);
    }

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("tuple<"u8);
        printer.WriteTypes(types);
        printer.Out.Write('>');
    }

    private readonly ref struct Key(ReadOnlySpan<IrType> types) : IInternKey
    {
        private readonly ReadOnlySpan<IrType> types = types;

        public int Hash => TypeList.Hash(106, types);

        public bool Matches(Interned c) => c is TupleType t && TypeList.Same(t.types, types);

        public Interned Make() => new TupleType(types.ToArray(), Hash);
    }
}

/// <summary>`(i32, f32) -> i32`.</summary>
public sealed class FunctionType : IrType, IBuiltinObject
{
    private readonly IrType[] types;
    private readonly int inputs;

    private FunctionType(IrType[] types, int inputs, int hash) : base(hash)
    {
        this.types = types;
        this.inputs = inputs;
        Flags = TypeList.Flags(types);
    }

    public ReadOnlySpan<IrType> Inputs => types.AsSpan(0, inputs);

    public ReadOnlySpan<IrType> Results => types.AsSpan(inputs);

    public static FunctionType Get(NestContext context, ReadOnlySpan<IrType> inputs, ReadOnlySpan<IrType> results) =>
        context.InternType<FunctionType, Key>(new Key(inputs, results));

    protected internal override bool SameStructure(Interned other) =>
        other is FunctionType o && o.inputs == inputs && TypeList.Same(types, o.types);

    public override void VisitParts(IPartVisitor visitor)
    {
        foreach (IrType type in types) visitor.Visit(type);
    }

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write('(');
        printer.WriteTypes(Inputs);
        printer.Out.Write(") -> "u8);
        ReadOnlySpan<IrType> results = Results;
        if (results.Length == 1 && results[0] is not FunctionType)
        {
            printer.Write(results[0]);
            return;
        }
        printer.Out.Write('(');
        printer.WriteTypes(results);
        printer.Out.Write(')');
    }

    private readonly ref struct Key(ReadOnlySpan<IrType> inputs, ReadOnlySpan<IrType> results) : IInternKey
    {
        private readonly ReadOnlySpan<IrType> inputs = inputs, results = results;

        public int Hash => TypeList.Hash(TypeList.Hash(107, inputs), results);

        public bool Matches(Interned c) => c is FunctionType t && TypeList.Same(t.Inputs, inputs) && TypeList.Same(t.Results, results);

        public Interned Make()
        {
            IrType[] types = new IrType[inputs.Length + results.Length];
            inputs.CopyTo(types);
            results.CopyTo(types.AsSpan(inputs.Length));
            return new FunctionType(types, inputs.Length, Hash);
        }
    }
}

/// <summary>What lists of types share.</summary>
internal static class TypeList
{
    public static int Hash(int seed, ReadOnlySpan<IrType> types)
    {
        int hash = Support.Hash.Combine(seed, types.Length);
        foreach (IrType type in types) hash = Support.Hash.Combine(hash, type.Identity);
        return hash;
    }

    public static bool Same(ReadOnlySpan<IrType> a, ReadOnlySpan<IrType> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i], b[i])) return false;
        return true;
    }

    public static InternFlags Flags(ReadOnlySpan<IrType> types)
    {
        InternFlags flags = InternFlags.None;
        foreach (IrType type in types) flags |= type.Inherited;
        return flags;
    }
}
