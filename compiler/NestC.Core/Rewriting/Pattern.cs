using System.Runtime.CompilerServices;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// A rewrite of a small graph of operations, found from one of them, the root. A pattern holds no state; it changes the IR
/// through the <see cref="Rewriter"/> only, and returns true exactly when it changed something.
/// </summary>
/// <param name="name">How reports call it; null: the name of the class.</param>
/// <param name="benefit">Patterns with a greater benefit are tried first.</param>
public abstract class Pattern(string? name = null, int benefit = 1)
{
    private readonly string? name = name;

    public string Name => name ?? GetType().Name;

    public int Benefit { get; } = benefit;

    /// <summary>The class or interface of the root; <c>Operation</c> when any may be one.</summary>
    public virtual Type RootType => typeof(Operation);

    /// <summary>The full name of the root (for operations that have no class of their own), or null.</summary>
    public virtual string? RootName => null;

    /// <summary>Whether any operation may be the root; such patterns come after those for a kind when benefits are equal.</summary>
    internal bool IsForAny => RootName is null && RootType == typeof(Operation);

    /// <summary>Rewrites; true when something changed.</summary>
    public abstract bool RewriteOp(Operation op, Rewriter rw);

    /// <summary>Whether the pattern is for operations of this kind.</summary>
    internal bool IsFor(Operation op) => (RootName is null || RootName == op.Name) && RootType.IsInstanceOfType(op);
}

/// <summary>A pattern whose root is of class <typeparamref name="TOp"/> (or implements that interface).</summary>
public abstract class Pattern<TOp>(string? name = null, int benefit = 1) : Pattern(name, benefit) where TOp : class
{
    protected Pattern(int benefit) : this(null, benefit)
    {
    }

    public sealed override Type RootType => typeof(TOp);

    public sealed override bool RewriteOp(Operation op, Rewriter rw) => Rewrite(Unsafe.As<TOp>(op), rw);

    /// <summary>Rewrites; true when something changed, else <c>rw.NoMatch(op, reason)</c> and nothing was changed.</summary>
    public abstract bool Rewrite(TOp op, Rewriter rw);
}

/// <summary>A pattern for the operations of one full name, which may be of no class of their own.</summary>
public abstract class NamedPattern(string rootName, string? name = null, int benefit = 1) : Pattern(name, benefit)
{
    public sealed override string? RootName => rootName;
}
