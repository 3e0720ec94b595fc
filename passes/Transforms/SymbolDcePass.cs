using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes.Analysis;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>Erases symbols that nothing refers to and that nobody outside can see.</summary>
[Pass("symbol-dce", "Eliminate dead symbols")]
public sealed class SymbolDcePass : Pass
{
    private static readonly StatisticInfo[] statistics = [new("num-dce'd", "Number of symbols DCE'd")];

    public override string DisplayName => "SymbolDCE";

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(Operation op, PassContext ctx)
    {
        if (!op.Has(OpTraits.SymbolTable))
        {
            new Diag(op.Context.Diagnostics, op).Error("NEST3120", " was scheduled to run under SymbolDCE, but does not define a symbol table");
            ctx.SignalFailure();
            return;
        }
        bool hidden = op.ParentOp is null || op is not ISymbol symbol || symbol.Visibility == SymbolVisibility.Private;
        HashSet<Operation> live = [];
        if (!MarkLive(op, hidden, new SymbolTableCollection(), live))
        {
            ctx.SignalFailure();
            return;
        }
        OpBuilder builder = new(op.Context);
        long erased = 0;
        op.Walk(table =>
        {
            if (!table.Has(OpTraits.SymbolTable)) return WalkResult.Advance;
            foreach (Operation inner in table.Region(0).First!.Operations)
            {
                if (inner is not ISymbol || live.Contains(inner)) continue;
                builder.Erase(inner);
                erased++;
            }
            return WalkResult.Advance;
        });
        ctx.AddStatistic(0, erased);
        if (erased == 0) ctx.PreserveAll();
    }

    /// <param name="hidden">Whether no scope outside sees the symbols of the table.</param>
    private static bool MarkLive(Operation table, bool hidden, SymbolTableCollection tables, HashSet<Operation> live)
    {
        if (DeepStack.IsShort) return DeepStack.Run((table, hidden, tables, live), static s => MarkLive(s.table, s.hidden, s.tables, s.live));
        Stack<Operation> pending = [];
        foreach (Operation op in table.Region(0).First!.Operations)
        {
            if (op is not ISymbol symbol) pending.Push(op);
            else if (!((hidden || symbol.Visibility == SymbolVisibility.Private) && symbol.CanDiscardOnUseEmpty) && live.Add(op)) pending.Push(op);
        }
        while (pending.TryPop(out Operation? op))
        {
            if (op.Has(OpTraits.SymbolTable))
            {
                bool innerHidden = hidden || op is not ISymbol symbol || symbol.Visibility == SymbolVisibility.Private;
                if (!MarkLive(op, innerHidden, tables, live)) return false;
            }
            bool known = SymbolUses.Walk(op, (reference, _) =>
            {
                foreach (Operation named in SymbolUses.Resolve(tables, op.ParentOp!, reference))
                    if (live.Add(named)) pending.Push(named);
            });
            if (known) continue;
            op.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3121", op.Location,
                "operation contains potentially unknown symbol table, meaning that we can't reliable compute symbol uses"));
            return false;
        }
        return true;
    }
}
