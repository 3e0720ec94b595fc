using System.Runtime.CompilerServices;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// The builder that patterns change the IR with. Each attempt starts with the insertion point before the root. Every method that
/// changes something returns true and <see cref="NoMatch(Operation, string)"/> false, so a pattern returns what it last called.
/// </summary>
public class Rewriter(NestContext context) : ErasingBuilder(context)
{
    private Tombstone? stone;
    private Pattern? stoneOf;

    /// <summary>Who is told of attempts, reasons and provenance; null: nobody.</summary>
    public IRewriteObserver? Observer { get; init; }

    /// <summary>The pattern that runs; null between patterns and during folds.</summary>
    public Pattern? CurrentPattern { get; internal set; }

    /// <summary>Whether anybody wants to know why a pattern does not match.</summary>
    public virtual bool WantsReasons => Observer is { WantsReasons: true };

    /// <summary>Says why the pattern does not match; returns false.</summary>
    public bool NoMatch(Operation op, string reason)
    {
        if (WantsReasons) TellReason(op, reason);
        return false;
    }

    /// <summary>Says why the pattern does not match; the message is put together only when somebody listens. Returns false.</summary>
    public bool NoMatch(Operation op, [InterpolatedStringHandlerArgument("")] ref NoMatchMessage reason)
    {
        if (WantsReasons) TellReason(op, reason.ToString());
        return false;
    }

    /// <summary>Passes on why the current pattern does not match; called only when <see cref="WantsReasons"/>.</summary>
    protected virtual void TellReason(Operation op, string reason)
    {
        if (CurrentPattern is { } pattern) Observer?.NotMatched(pattern, op, reason);
    }

    /// <summary>Replaces the results of an operation by values, one each, and erases it. True.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than results.</exception>
    public virtual bool Replace(Operation op, params ReadOnlySpan<Value> values)
    {
        if (values.Length != op.ResultCount)
            throw new ArgumentException($"'{op.Name}' op has {op.ResultCount} results but is replaced by {values.Length} values");
        Listener?.Replacing(op, values);
        Observer?.Replaced(CurrentPattern, op, values);
        for (int i = 0; i < values.Length; i++) ReplaceAllUses(op.Result(i), values[i]);
        Erase(op);
        return true;
    }

    /// <summary>Replaces the only result of an operation by a value, and erases it. True.</summary>
    /// <exception cref="ArgumentException">There are more or fewer results.</exception>
    public bool Replace(Operation op, Value by)
    {
        // No span of values where nobody looks at it: ReadyToRun does not precompile those.
        if (NeedsReplacements || op.ResultCount != 1) return Replace(op, [by]);
        ReplaceAllUses(op.Result(0), by);
        Erase(op);
        return true;
    }

    /// <summary>Whether somebody wants to hear of replacements.</summary>
    private protected virtual bool NeedsReplacements => Listener is not null || Observer is not null;

    /// <summary>Replaces an operation by another one with as many results, and erases it. True.</summary>
    public bool Replace(Operation op, Operation by) => by.ResultCount == 1 ? Replace(op, by.Result(0)) : Replace(op, by.Results.ToArray());

    /// <summary>Makes an operation by name before <paramref name="op"/> and replaces that one by it. True.</summary>
    public bool ReplaceWithNew(Operation op, string name, ReadOnlySpan<Value> operands, ReadOnlySpan<Builtin.NamedAttr> attributes = default)
    {
        AtBefore(op);
        return Replace(op, Create(name, operands, op.Results.Types(), attributes));
    }

    /// <summary>Erases an operation whose results have no uses, with all that its regions hold. True.</summary>
    public new bool Erase(Operation op)
    {
        EraseCore(op);
        return true;
    }

    /// <summary>Lets <paramref name="change"/> alter an operation in place, telling listeners before and after. True.</summary>
    public bool Modify<TOp>(TOp op, Action<TOp> change) where TOp : Operation
    {
        StartModify(op);
        change(op);
        FinishModify(op);
        return true;
    }

    /// <summary>
    /// Moves the operations of a block that nothing leads to to before <paramref name="before"/>, replacing its arguments by values, and
    /// erases it. True.
    /// </summary>
    public bool InlineBlockBefore(Block block, Operation before, params ReadOnlySpan<Value> argumentValues)
    {
        InlineBlock(block, before.Block!, before, argumentValues);
        return true;
    }

    /// <summary>Moves the operations of a block that nothing leads to to the end of another one, and erases it. True.</summary>
    public bool MergeBlocks(Block block, Block into, params ReadOnlySpan<Value> argumentValues)
    {
        InlineBlock(block, into, null, argumentValues);
        return true;
    }

    protected override void OnErased(Operation op)
    {
        if (CurrentPattern is not { } pattern) return;
        if (stoneOf != pattern)
        {
            stone = new Tombstone($"pattern '{pattern.Name}'");
            stoneOf = pattern;
        }
        op.SetTombstone(stone!);
    }
}
