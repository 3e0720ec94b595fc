using System.Collections.Generic;

namespace NestC.Generators;

internal enum TypeSourceKind { None, Written, Built, Same, From, Inferred }

/// <summary>Where the parser of a format gets the type of an operand or result.</summary>
internal sealed class TypeSource(TypeSourceKind kind, string? other = null, string? method = null)
{
    public TypeSourceKind Kind { get; } = kind;

    /// <summary>The value whose type it is, or follows from.</summary>
    public string? Other { get; } = other;

    public string? Method { get; } = method;
}

internal static class TypeSources
{
    public static TypeSource Find(OpModel op, FormatTree tree, string name) => Find(op, tree, name, []);

    private static TypeSource Find(OpModel op, FormatTree tree, string name, HashSet<string> visiting)
    {
        ValueModel value = op.FindValue(name)!;
        bool isResult = !IsOperand(op, value.Name);
        if (isResult ? tree.AllResultTypes : tree.AllOperandTypes) return new TypeSource(TypeSourceKind.Written);
        if (tree.Typed.Contains(value.Name)) return new TypeSource(TypeSourceKind.Written);
        if (!visiting.Add(value.Name)) return new TypeSource(TypeSourceKind.None);
        if (value.IsBuildable) return new TypeSource(TypeSourceKind.Built);
        // Written types first: a chain of equal types then always ends at one.
        foreach (ValueModel other in SameAs(op, value))
            if (tree.Typed.Contains(other.Name) && Fits(value, other)) return new TypeSource(TypeSourceKind.Same, other.Name);
        foreach (ValueModel other in SameAs(op, value))
            if (Fits(value, other) && Find(op, tree, other.Name, visiting) is { Kind: not TypeSourceKind.None } known)
                return known.Kind is TypeSourceKind.Inferred or TypeSourceKind.Same ? known : new TypeSource(TypeSourceKind.Same, other.Name);
        if (value.TypeFrom is not null && Find(op, tree, value.TypeFrom, visiting).Kind != TypeSourceKind.None)
            return new TypeSource(TypeSourceKind.From, value.TypeFrom, value.TypeFromMethod);
        if (isResult && op.Inferences.Count > 0 && !AnyResultWritten(op, tree))
            foreach (InferModel infer in op.Inferences)
                if (infer.ReturnsArray || infer.Result == value.Name) return new TypeSource(TypeSourceKind.Inferred);
        return new TypeSource(TypeSourceKind.None);
    }

    // A group that may be empty tells nothing of a value that is always there.
    private static bool Fits(ValueModel value, ValueModel other) => other.Arity == Arity.One || value.Arity != Arity.One || other.Min > 0;

    private static bool AnyResultWritten(OpModel op, FormatTree tree)
    {
        if (tree.AllResultTypes) return true;
        foreach (ValueModel r in op.Results)
            if (tree.Typed.Contains(r.Name)) return true;
        return false;
    }

    private static bool IsOperand(OpModel op, string name)
    {
        foreach (ValueModel v in op.Operands)
            if (v.Name == name) return true;
        return false;
    }

    // Values that have the type of this one by a [SameTypeAs], whichever of the two says so, or by a trait.
    private static IEnumerable<ValueModel> SameAs(OpModel op, ValueModel value)
    {
        if (value.SameTypeAs is not null) yield return op.FindValue(value.SameTypeAs)!;
        foreach (ValueModel v in Values(op))
            if (v.SameTypeAs == value.Name) yield return v;
        if (op.SameOperandsAndResultType)
        {
            foreach (ValueModel v in Values(op))
                if (v != value) yield return v;
        }
        else if (op.SameTypeOperands && IsOperand(op, value.Name))
        {
            foreach (ValueModel v in op.Operands)
                if (v != value) yield return v;
        }
    }

    private static IEnumerable<ValueModel> Values(OpModel op)
    {
        foreach (ValueModel v in op.Operands) yield return v;
        foreach (ValueModel v in op.Results) yield return v;
    }
}
