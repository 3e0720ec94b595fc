using NestC.IR;

namespace NestC.Builtin;

/// <summary>Interned objects that are asked for all the time.</summary>
public sealed class CommonObjects
{
    private readonly FloatType[] floats = new FloatType[FloatType.Keywords.Length];

    internal CommonObjects(NestContext context)
    {
        for (int i = 0; i < floats.Length; i++) floats[i] = context.Intern(new FloatType((FloatKind)i));
        Index = context.Intern(new IndexType());
        None = context.Intern(new NoneType());
        Unit = context.Intern(new UnitAttr());
        UnknownLoc = context.Intern(new UnknownLoc());
        I1 = IntegerType.Get(context, 1);
        I8 = IntegerType.Get(context, 8);
        I16 = IntegerType.Get(context, 16);
        I32 = IntegerType.Get(context, 32);
        I64 = IntegerType.Get(context, 64);
        False = IntegerAttr.Get(I1, 0);
        True = IntegerAttr.Get(I1, 1);
        EmptyDictionary = DictionaryAttr.Make(context);
        SymName = context.Identifier("sym_name"u8);
    }

    public IntegerType I1 { get; }

    public IntegerType I8 { get; }

    public IntegerType I16 { get; }

    public IntegerType I32 { get; }

    public IntegerType I64 { get; }

    public IndexType Index { get; }

    public NoneType None { get; }

    public FloatType F16 => Float(FloatKind.F16);

    public FloatType BF16 => Float(FloatKind.BF16);

    public FloatType F32 => Float(FloatKind.F32);

    public FloatType F64 => Float(FloatKind.F64);

    public UnitAttr Unit { get; }

    public IntegerAttr True { get; }

    public IntegerAttr False { get; }

    public DictionaryAttr EmptyDictionary { get; }

    internal Identifier SymName { get; }

    public UnknownLoc UnknownLoc { get; }

    internal FloatType Float(FloatKind kind) => floats[(int)kind];
}
