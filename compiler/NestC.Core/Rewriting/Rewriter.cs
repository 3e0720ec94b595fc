using System.Runtime.CompilerServices;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// The builder that patterns change the IR with. Each attempt starts with the insertion point before the root. Every method that
/// changes something returns true and <see cref="NoMatch(Operation, string)"/> false, so a pattern returns what it last called.
/// </summary>
public class Rewriter(NestContext context) : OpBuilder(context)
{
    private int changes;

    /// <summary>Who is told of attempts, reasons and provenance; null: nobody.</summary>
    public IRewriteObserver? Observer { get; internal set; }

    /// <summary>The pattern that runs; null between patterns and during folds.</summary>
    public Pattern? CurrentPattern { get; internal set; }

    /// <summary>Whether anybody wants to know why a pattern does not match.</summary>
    public virtual bool WantsReasons => Observer is { WantsReasons: true };

    /// <summary>Counts the changes made through this rewriter: two equal readings mean that nothing was changed in between.</summary>
    internal int Changes => changes;

    internal void CountChange() => changes++;

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

    protected virtual void TellReason(Operation op, string reason)
    {
        if (CurrentPattern is { } pattern) Observer?.NotMatched(pattern, op, reason);
    }

    /// <summary>Replaces the results of an operation by values, one each, and erases it. True.</summary>
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

    /// <summary>Replaces an operation by another one with as many results. True.</summary>
    public bool Replace(Operation op, Operation by)
    {
        int n = by.ResultCount;
        if (n == 1) return Replace(op, by.Result(0));
        return Replace(op, by.Results.ToArray());
    }

    /// <summary>Erases an operation whose results have no uses, with all that its regions hold. True.</summary>
    public new bool Erase(Operation op)
    {
        base.Erase(op);
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
}
