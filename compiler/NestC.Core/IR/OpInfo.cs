using NestC.Diagnostics;
using NestC.Rewriting;
using NestC.Syntax;

namespace NestC.IR;

/// <summary>The hot traits of an operation, mirrored from the interfaces that its class implements.</summary>
[Flags]
public enum OpTraits : uint
{
    None = 0,
    Terminator = 1 << 0,
    IsolatedFromAbove = 1 << 1,
    SingleBlock = 1 << 2,
    NoTerminator = 1 << 3,
    Symbol = 1 << 4,
    SymbolTable = 1 << 5,
    Commutative = 1 << 6,
    Idempotent = 1 << 7,
    Involution = 1 << 8,
    Pure = 1 << 9,
    ConstantLike = 1 << 10,
    ReturnLike = 1 << 11,
    GraphRegion = 1 << 12,
    RecursiveMemoryEffects = 1 << 13,
    MemoryEffects = 1 << 14,
    Foldable = 1 << 15,
    Branch = 1 << 16,
    RegionBranch = 1 << 17,
    Call = 1 << 18,
    Callable = 1 << 19,
    LoopLike = 1 << 20,
    AffineScope = 1 << 21,
    AllocationScope = 1 << 22,
    ConditionallySpeculatable = 1 << 23,
}

/// <summary>
/// What one kind of operation is, apart from any context: the generator writes one such class for each operation
/// (`ConcatOp.Definition`); it is made when the first operation of the kind is.
/// </summary>
public abstract class OpDefinition(string name)
{
    /// <summary>The full name, with the dialect.</summary>
    public string Name { get; } = name;

    public abstract OpTraits Traits { get; }

    /// <summary>A new object of the operation's class, without operands, results or properties.</summary>
    public abstract Operation New();

    /// <summary>Names of the inherent attributes (properties) in the generic form.</summary>
    public virtual ReadOnlySpan<string> InherentNames => default;

    /// <summary>Names of the required inherent attributes.</summary>
    public virtual ReadOnlySpan<string> RequiredNames => default;

    /// <summary>Checks arity, operand and result types, properties and traits: all that the declaration says. Reports every error.</summary>
    public virtual bool VerifyInvariants(Operation op, Diag d) => true;

    /// <summary>Checks the result types against those that are inferred; the last check, after <see cref="Operation.VerifyOp"/>.</summary>
    public virtual bool VerifyInferredTypes(Operation op, Diag d) => true;

    /// <summary>Whether the operation has a syntax of its own; otherwise it is printed and read in generic form.</summary>
    public virtual bool HasCustomSyntax => false;

    /// <summary>Parses the custom syntax, after the name; false after an error was reported.</summary>
    public virtual bool Parse(AsmParser parser, OperationState state) => false;

    /// <summary>Prints the custom syntax, after the name.</summary>
    public virtual void Print(Operation op, AsmPrinter printer)
    {
    }

    /// <summary>Adds the result types when they follow from operands, properties and regions; false after an error was reported.</summary>
    public virtual bool InferResultTypes(OperationState state, Action<string> error) => true;

    /// <summary>Whether <see cref="InferResultTypes"/> does anything.</summary>
    public virtual bool InfersResultTypes => false;

    /// <summary>Adds the operation's canonicalization patterns.</summary>
    public virtual void AddCanonicalization(PatternSet patterns)
    {
    }

    /// <summary>The dialect whose prefix operations in the regions may leave out, or null.</summary>
    public virtual string? DefaultDialect => null;

    /// <summary>What the documentation generator prints.</summary>
    public virtual OpDocumentation Documentation => OpDocumentation.None;
}

/// <summary>What is documented of an operation, from its declaration.</summary>
public sealed record OpDocumentation(
    string Summary,
    string? Format,
    IReadOnlyList<(string Name, string Constraint)> Operands,
    IReadOnlyList<(string Name, string Constraint)> Results,
    IReadOnlyList<(string Name, string Type, bool Required)> Properties,
    IReadOnlyList<(string Id, string Text)> Rules,
    IReadOnlyList<string> Traits)
{
    public static OpDocumentation None { get; } = new("", null, [], [], [], [], []);
}

/// <summary>A kind of operation in one context: its interned name and its definition, if its dialect is registered and knows it.</summary>
public sealed class OpInfo
{
    internal OpInfo(NestContext context, Identifier name, int id, Dialect? dialect, OpDefinition? definition)
    {
        Context = context;
        Name = name;
        Id = id;
        Dialect = dialect;
        Definition = definition;
        Traits = definition?.Traits ?? OpTraits.None;
        Operation? sample = definition?.New();
        IsSymbolUser = sample is ISymbolUser;
        if (IsSymbolUser) context.HasSymbolUsers = true;
        IsNamed = sample is IAsmNames;
        IsFoldable = sample is IFoldable;
        IsMultiFoldable = sample is IMultiFoldable;
        if (definition is null && dialect is null && Builtin.Upstream.HasDialect(name.DialectPrefix)) Upstream = Builtin.UpstreamOp.Find(name);
        if (Upstream is { IsIsolated: true }) Traits |= OpTraits.IsolatedFromAbove;
        ShowsProperties = definition is not null || Builtin.Upstream.HasDialect(name.DialectPrefix);
        Support.Utf8Writer quoted = new();
        new AsmPrinter(quoted).WriteQuoted(name.Utf8);
        QuotedName = quoted.Written.ToArray();
    }

    public NestContext Context { get; }

    public Identifier Name { get; }

    /// <summary>A small number, dense in the context; patterns are indexed by it.</summary>
    public int Id { get; }

    /// <summary>The registered dialect of the name's prefix, or null.</summary>
    public Dialect? Dialect { get; }

    /// <summary>Null for an operation that no registered dialect knows.</summary>
    public OpDefinition? Definition { get; }

    public OpTraits Traits { get; }

    /// <summary>What is known of an operation of an upstream dialect that is not registered here; else null.</summary>
    internal Builtin.UpstreamOp? Upstream { get; }

    public bool IsRegistered => Definition is not null;

    internal byte[] QuotedName { get; }

    // Upstream keeps the properties of an operation that it does not know apart from its attributes, and does not look for aliases there.
    internal bool ShowsProperties { get; }

    // Interfaces asked for at every operation: a flag is cheaper than a cast.
    internal bool IsSymbolUser { get; }

    internal bool IsNamed { get; }

    internal bool IsFoldable { get; }

    internal bool IsMultiFoldable { get; }
}
