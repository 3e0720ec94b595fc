using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>What folding an operation came to.</summary>
public enum FoldOutcome : byte
{
    /// <summary>Nothing folds.</summary>
    None,

    /// <summary>The operation was updated; its results stay.</summary>
    InPlace,

    /// <summary>There is a value or constant attribute for each result.</summary>
    Values,
}

/// <summary>
/// Folds single operations, without making any: first what the operation's class folds, then what its traits imply (operands of
/// commutative operations with constants last, idempotence, involution). Reusable; one instance a thread.
/// </summary>
public sealed class Folder
{
    private Attr?[] constants = new Attr?[8];
    private FoldResult[] results = new FoldResult[4];

    /// <summary>The values or constants of the last fold that yielded any, one for each result.</summary>
    public ReadOnlySpan<FoldResult> Results => results.AsSpan(0, resultCount);

    private int resultCount;

    /// <summary>The first of <see cref="Results"/>.</summary>
    internal FoldResult First => results[0];

    /// <summary>Folds an operation, taking constant operands from the constants that define them.</summary>
    /// <param name="builder">Through which the operation may be updated in place.</param>
    public FoldOutcome Fold(Operation op, OpBuilder builder)
    {
        const OpTraits foldable = OpTraits.Foldable | OpTraits.Commutative | OpTraits.Idempotent | OpTraits.Involution;
        resultCount = 0;
        if ((op.Info.Traits & foldable) == 0) return FoldOutcome.None;
        OperandSlot[] operands = op.OperandSlots;
        if (constants.Length < operands.Length) constants = new Attr?[operands.Length * 2];
        // Storing to the array by index would check each attribute's class.
        ref Attr? first = ref MemoryMarshal.GetArrayDataReference(constants);
        for (int i = 0; i < operands.Length; i++) Unsafe.Add(ref first, i) = ConstantOf(operands[i].Value);
        return Fold(op, MemoryMarshal.CreateReadOnlySpan(ref first, operands.Length), builder);
    }

    /// <summary>Folds an operation whose operands are known to have these constant values (null: not constant).</summary>
    public FoldOutcome Fold(Operation op, ReadOnlySpan<Attr?> operands, OpBuilder builder)
    {
        resultCount = op.ResultCount;
        if (results.Length < resultCount) results = new FoldResult[resultCount * 2];
        FoldInputs inputs = new(operands, builder);
        bool inPlace = false;
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.Foldable) != 0)
        {
            if (op.Info.IsFoldable)
            {
                FoldResult result = Unsafe.As<IFoldable>(op).Fold(inputs);
                inPlace = result.IsInPlace || (!result.Value.IsNull && resultCount == 1 && result.Value == op.Result(0));
                if (!inPlace && !result.IsNone)
                {
                    results[0] = result;
                    return FoldOutcome.Values;
                }
            }
            else if (op.Info.IsMultiFoldable)
            {
                Array.Clear(results, 0, resultCount);
                if (Unsafe.As<IMultiFoldable>(op).Fold(inputs, results.AsSpan(0, resultCount)))
                {
                    if (resultCount > 0 && !results[0].IsInPlace && !results[0].IsNone) return FoldOutcome.Values;
                    inPlace = true;
                }
            }
        }
        if ((traits & OpTraits.Commutative) != 0 && MoveConstantsBack(op, operands, builder)) return FoldOutcome.InPlace;
        Value same = default;
        if ((traits & OpTraits.Idempotent) != 0) same = FoldIdempotent(op);
        if (same.IsNull && (traits & OpTraits.Involution) != 0) same = FoldInvolution(op);
        if (!same.IsNull && same.Type == op.Result(0).Type)
        {
            results[0] = same;
            return FoldOutcome.Values;
        }
        return inPlace ? FoldOutcome.InPlace : FoldOutcome.None;
    }

    /// <summary>The attribute of the constant that defines a value, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Attr? ConstantOf(Value value) =>
        value.DefiningOp is { } op && (op.Info.Traits & OpTraits.ConstantLike) != 0 ? Unsafe.As<IConstantLike>(op).ConstantValue : null;

    // op(c, x) -> op(x, c): the others keep their order, the constants follow in theirs.
    private static bool MoveConstantsBack(Operation op, ReadOnlySpan<Attr?> constants, OpBuilder builder)
    {
        int n = constants.Length;
        if (n < 2) return false;
        int first = 0;
        while (first < n && constants[first] is null) first++;
        int last = n - 1;
        while (last >= 0 && constants[last] is not null) last--;
        if (first >= last) return false;
        Vec<Value> order = new(n - first);
        for (int i = first; i < n; i++)
            if (constants[i] is null) order.Add(op.Operand(i));
        for (int i = first; i < n; i++)
            if (constants[i] is not null) order.Add(op.Operand(i));
        builder.ReplaceOperands(op, first, n - first, order.Span);
        return true;
    }

    // f(f(x)) -> f(x);  f(x, x) -> x
    private static Value FoldIdempotent(Operation op)
    {
        if (op.ResultCount != 1 || op.OperandCount is 0 or > 2) return default;
        Value operand = op.Operand(0);
        if (op.OperandCount == 2) return operand == op.Operand(1) ? operand : default;
        return operand.DefiningOp is { } inner && inner.Info == op.Info ? operand : default;
    }

    // f(f(x)) -> x
    private static Value FoldInvolution(Operation op) =>
        op.ResultCount == 1 && op.OperandCount == 1 && op.Operand(0).DefiningOp is { } inner && inner.Info == op.Info ? inner.Operand(0) : default;
}
