using NestC.IR;
using NestC.Rewriting;

namespace NestC.Analysis;

/// <summary>What is known of the value of a value.</summary>
public readonly struct ConstantState : IEquatable<ConstantState>
{
    private readonly object? what;

    private ConstantState(object what, Dialect? dialect) => (this.what, Dialect) = (what, dialect);

    private static readonly object many = new();

    /// <summary>It is not one constant, or not known to be.</summary>
    public static ConstantState Unknown => new(many, null);

    /// <param name="dialect">The dialect that can make the constant.</param>
    public static ConstantState Of(Attr constant, Dialect? dialect) => new(constant, dialect);

    /// <summary>The constant that the value always is, or null.</summary>
    public Attr? Constant => what as Attr;

    public Dialect? Dialect { get; }

    /// <summary>Whether nothing was found out: the value is never computed.</summary>
    public bool IsUninitialized => what is null;

    public bool IsUnknown => what == many;

    public bool Equals(ConstantState other) => ReferenceEquals(what, other.what);

    public override bool Equals(object? obj) => obj is ConstantState other && Equals(other);

    public override int GetHashCode() => what is Attr attr ? attr.Identity : what is null ? 0 : 1;

    public override string ToString() => what is Attr attr ? attr.ToString()! : what is null ? "<uninitialized>" : "<unknown>";
}

/// <summary>
/// Sparse conditional constant propagation (Wegman and Zadeck, 1991): the constants that values always are, and the blocks that can be executed, by
/// folding operations on what is known of their operands.
/// </summary>
public sealed class ConstantPropagation(NestContext context) : SparseForwardAnalysis<ConstantState>
{
    private readonly Folder folder = new();
    private readonly TrialBuilder trial = new(context);
    private Attr?[] constants = new Attr?[8];

    protected override ConstantState Unknown => ConstantState.Unknown;

    protected override ConstantState Join(ConstantState a, ConstantState b) => a.Equals(b) ? a : ConstantState.Unknown;

    private ReadOnlySpan<Attr?> Constants(ReadOnlySpan<ConstantState> operands)
    {
        if (constants.Length < operands.Length) constants = new Attr?[operands.Length * 2];
        for (int i = 0; i < operands.Length; i++) constants[i] = operands[i].Constant;
        return constants.AsSpan(0, operands.Length);
    }

    protected override void Transfer(Operation op, ReadOnlySpan<ConstantState> operands, Span<ConstantState> results)
    {
        foreach (ConstantState operand in operands)
            if (operand.IsUninitialized) return;
        if (op.Has(OpTraits.ConstantLike))
        {
            results[0] = ConstantState.Of(((IConstantLike)op).ConstantValue, op.Info.Dialect);
            return;
        }
        FoldOutcome outcome = folder.Fold(op, Constants(operands), trial);
        trial.TakeBack();
        if (outcome != FoldOutcome.Values)
        {
            results.Fill(ConstantState.Unknown);
            return;
        }
        for (int i = 0; i < results.Length; i++)
        {
            FoldResult folded = folder.Results[i];
            // A result that folds to another value is as constant as that value is, which may not be known yet.
            results[i] = folded.Attr is { } constant ? ConstantState.Of(constant, op.Info.Dialect) : StateOf(folded.Value);
        }
    }

    protected override Block? TakenSuccessor(Operation terminator, IBranch branch, ReadOnlySpan<ConstantState> operands) =>
        branch.SuccessorFor(new FoldInputs(Constants(operands), trial));
}
