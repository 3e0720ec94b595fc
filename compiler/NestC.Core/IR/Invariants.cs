using NestC.Builtin;
using NestC.Diagnostics;

namespace NestC.IR;

/// <summary>The checks that generated `VerifyInvariants` methods are made of. Each reports what is wrong and returns whether all is well.</summary>
public static class Invariants
{
    public static bool Operands(Operation op, Diag d, int expected) => op.OperandCount == expected || BadOperandCount(op, d, expected);

    public static bool OperandsAtLeast(Operation op, Diag d, int least) =>
        op.OperandCount >= least || d.Error(op, "NEST2020", $"expected {least} or more operands, but found {op.OperandCount}");

    public static bool Results(Operation op, Diag d, int expected) => op.ResultCount == expected || BadResultCount(op, d, expected);

    public static bool ResultsAtLeast(Operation op, Diag d, int least) =>
        op.ResultCount >= least || d.Error(op, "NEST2021", $"expected {least} or more results");

    public static bool Regions(Operation op, Diag d, int expected) => op.RegionCount == expected || BadRegionCount(op, d, expected);

    public static bool RegionsAtLeast(Operation op, Diag d, int least) =>
        op.RegionCount >= least || d.Error(op, "NEST2022", $"expected {least} or more regions");

    public static bool Successors(Operation op, Diag d, int expected) =>
        op.SuccessorCount == expected
        || d.Error(op, "NEST2023", $"requires {expected} successor{(expected == 1 ? "" : "s")} but found {op.SuccessorCount}");

    public static bool SuccessorsAtLeast(Operation op, Diag d, int least) =>
        op.SuccessorCount >= least
        || d.Error(op, "NEST2023", $"requires at least {least} successor{(least == 1 ? "" : "s")} but found {op.SuccessorCount}");

    private static bool BadOperandCount(Operation op, Diag d, int expected) => d.Error(op, "NEST2020", expected switch
    {
        0 => "requires zero operands",
        1 => "requires a single operand",
        _ => $"expected {expected} operands, but found {op.OperandCount}",
    });

    private static bool BadResultCount(Operation op, Diag d, int expected) => d.Error(op, "NEST2021", expected switch
    {
        0 => "requires zero results",
        1 => "requires one result",
        _ => $"expected {expected} results",
    });

    private static bool BadRegionCount(Operation op, Diag d, int expected) => d.Error(op, "NEST2022", expected switch
    {
        0 => "requires zero regions",
        1 => "requires one region",
        _ => $"expected {expected} regions",
    });

    public static bool Operand<TConstraint>(Operation op, Diag d, int index) where TConstraint : ITypeConstraint
    {
        IrType type = op.Operand(index).Type;
        return TConstraint.Matches(type) || BadType(op, d, "operand", index, "", TConstraint.Describe, type);
    }

    public static bool Operands<TConstraint>(Operation op, Diag d, int start, int count, bool optional = false) where TConstraint : ITypeConstraint
    {
        bool ok = true;
        for (int i = start; i < start + count; i++)
        {
            IrType type = op.Operand(i).Type;
            if (!TConstraint.Matches(type)) ok = BadType(op, d, "operand", i, optional ? "" : "variadic of ", TConstraint.Describe, type);
        }
        return ok;
    }

    public static bool Result<TConstraint>(Operation op, Diag d, int index) where TConstraint : ITypeConstraint
    {
        IrType type = op.Result(index).Type;
        return TConstraint.Matches(type) || BadType(op, d, "result", index, "", TConstraint.Describe, type);
    }

    public static bool Results<TConstraint>(Operation op, Diag d, int start, int count, bool optional = false) where TConstraint : ITypeConstraint
    {
        bool ok = true;
        for (int i = start; i < start + count; i++)
        {
            IrType type = op.Result(i).Type;
            if (!TConstraint.Matches(type)) ok = BadType(op, d, "result", i, optional ? "" : "variadic of ", TConstraint.Describe, type);
        }
        return ok;
    }

    private static bool BadType(Operation op, Diag d, string what, int index, string prefix, string constraint, IrType type) =>
        d.Error(op, "NEST2025", $"{what} #{index} must be {prefix}{constraint}, but got '{type}'");

    /// <summary>A required property that is not set: absent, or given as an attribute that does not fit.</summary>
    public static bool Missing(Operation op, Diag d, string name, string constraint) =>
        Unfit(op, d, name, constraint) && d.Error(op, "NEST2026", $"requires attribute '{name}'");

    /// <summary>An optional property that is not set: no attribute of that name may stand among the discardable ones.</summary>
    public static bool Unfit(Operation op, Diag d, string name, string constraint) =>
        op.AttributesOrNull is null || op.Attribute(name) is null || BadAttribute(op, d, name, constraint);

    /// <summary>The attribute of a property that is set.</summary>
    public static bool Property<TConstraint>(Operation op, Diag d, string name, Attr value) where TConstraint : IAttrConstraint =>
        TConstraint.Matches(value) || BadAttribute(op, d, name, TConstraint.Describe);

    private static bool BadAttribute(Operation op, Diag d, string name, string constraint) =>
        d.Error(op, "NEST2027", $"attribute '{name}' failed to satisfy constraint: {constraint}");

    /// <summary>Segment sizes: none negative, and together as many as there are operands (results).</summary>
    public static bool Segments(Operation op, Diag d, string name, string what, ReadOnlySpan<int> sizes, int count)
    {
        long total = 0;
        foreach (int size in sizes)
        {
            if (size < 0) return d.Error(op, "NEST2028", $"'{name}' attribute cannot have negative elements");
            total += size;
        }
        return total == count
            || d.Error(op, "NEST2028", $"{what} count ({count}) does not match with the total size ({total}) specified in attribute '{name}'");
    }

    /// <summary>A segment that holds from <paramref name="least"/> to <paramref name="most"/> operands (results).</summary>
    public static bool Segment(Operation op, Diag d, string what, int start, int size, int least, int most)
    {
        if (size >= least && size <= most) return true;
        string wanted = least == most ? $"{least} element{(least == 1 ? "" : "s")}" : most == 1 ? "0 or 1 element" : $"{least} or more elements";
        return d.Error(op, "NEST2024", $"{what} group starting at #{start} requires {wanted}, but found {size}");
    }

    public static bool RegionBlocks(Operation op, Diag d, int index, string name, int least, int most)
    {
        int blocks = 0;
        foreach (Block _ in op.Region(index).Blocks) blocks++;
        if (blocks >= least && (most < 0 || blocks <= most)) return true;
        string wanted = least == most ? $"{least} blocks" : most < 0 ? $"at least {least} blocks" : least == 0 ? $"at most {most} blocks" : $"{least} to {most} blocks";
        return d.Error(op, "NEST2029", $"region #{index} ('{name}') failed to verify constraint: region with {wanted}");
    }

    /// <summary>A relation between types that the declaration states.</summary>
    public static bool Holds(Operation op, Diag d, bool condition, string text) =>
        condition || d.Error(op, "NEST2030", $"failed to verify that {text}");

    /// <summary>The types that an operation has against those that follow from its operands and properties.</summary>
    public static bool InferredTypes(Operation op, Diag d, ReadOnlySpan<IrType> inferred)
    {
        bool same = op.ResultCount == inferred.Length;
        for (int i = 0; same && i < inferred.Length; i++) same = TypeRelations.Compatible(op.Result(i).Type, inferred[i]);
        return same || d.Error(op, "NEST2031",
            $"inferred type(s) {Quote(inferred)} are incompatible with return type(s) of operation {Quote(op.Results.Types())}");
    }

    private static string Quote(ReadOnlySpan<IrType> types)
    {
        string text = "";
        foreach (IrType type in types) text += text.Length == 0 ? $"'{type}'" : $", '{type}'";
        return text;
    }
}
