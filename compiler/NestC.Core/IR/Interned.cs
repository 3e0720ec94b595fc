using NestC.Support;

namespace NestC.IR;

/// <summary>
/// An immutable object of which a context holds one instance for each structure, so that equality is reference equality.
/// A constructor makes a candidate; <see cref="NestContext.Intern{T}"/> returns the one instance.
/// </summary>
public abstract class Interned
{
    internal readonly int StructureHash;
    internal InternFlags Flags;
    private NestContext? context;

    /// <param name="hash">Hash of the structure; parts that are interned themselves give their <see cref="Identity"/>.</param>
    protected Interned(int hash) => StructureHash = hash;

    /// <summary>The context that owns this instance.</summary>
    public NestContext Context { get => context!; internal set => context = value; }

    /// <summary>Hash to use for this instance as a part of another interned object.</summary>
    public int Identity => StructureHash;

    /// <summary>Whether the other object, of the same .NET type, has equal parts (compare interned parts by reference).</summary>
    protected internal abstract bool SameStructure(Interned other);

    /// <summary>Shows the types and attributes that this one directly consists of, in the order in which they are printed.</summary>
    public virtual void VisitParts(IPartVisitor visitor) { }

    /// <summary>The flags that an object takes over from a part.</summary>
    internal InternFlags Inherited => Flags & (InternFlags.MayAlias | InternFlags.HasElements | InternFlags.NoTextCache);
}

/// <summary>Takes the immediate parts of a type or attribute.</summary>
public interface IPartVisitor
{
    void Visit(IrType type);

    void Visit(Attr attr);
}

/// <summary>What a lookup needs to find an interned object without making one; a struct on the stack, spans allowed.</summary>
internal interface IInternKey
{
    /// <summary>The structure hash of the object that is looked for.</summary>
    int Hash { get; }

    bool Matches(Interned candidate);

    Interned Make();
}

/// <summary>What printing needs to know of an interned object without walking it.</summary>
[Flags]
public enum InternFlags : byte
{
    None = 0,

    /// <summary>It, or a part of it, may be printed as an alias, so its text depends on the module that it is printed in.</summary>
    MayAlias = 1,

    /// <summary>It is printed as an alias itself wherever its dialect says so (affine maps, integer sets, distinct attributes).</summary>
    AliasesItself = 2,

    /// <summary>It holds elements that an elide option may shorten.</summary>
    HasElements = 4,

    /// <summary>It holds a distinct attribute, or an interned object of unbounded size: its text is not kept.</summary>
    NoTextCache = 8,

    /// <summary>A dictionary in which a name has a dialect's prefix.</summary>
    HasPrefixedNames = 16,

    /// <summary>It was printed before: its text is worth keeping. Set while printing; a lost update costs nothing.</summary>
    PrintedBefore = 32,

    /// <summary>`unit`, of which a dictionary shows the name alone.</summary>
    IsUnit = 64,
}
