using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Graph;

/// <summary>Gives results the types that follow from their operands now: folded constants tell extents that were not known before. What the function
/// returns keeps its type, which callers rely on.</summary>
[Pass("graph-infer-shapes", "Infer shapes anew")]
public sealed class InferShapesPass : Pass<FuncOp>
{
    protected override void Run(FuncOp f, PassContext ctx)
    {
        if (f.IsDeclaration) return;
        OpBuilder builder = new(f.Context);
        bool changed = false;
        foreach (Block block in f.Body.Blocks)
            for (Operation? op = block.First; op is not null; op = op.Next)
                if (op is GraphOp graph) changed |= Refine(graph, builder);
        if (!changed) ctx.PreserveAll();
    }

    private static bool Refine(GraphOp op, OpBuilder builder)
    {
        IrType[] types;
        try
        {
            types = op.InferTypes();
        }
        catch (EvaluationException)
        {
            return false;       // the verifier says so
        }
        bool changed = false;
        for (int i = 0; i < types.Length; i++)
        {
            Value result = op.Result(i);
            if (types[i] == result.Type || !IsBetter(types[i], result.Type) || LeavesGraph(result)) continue;
            builder.SetResultType(op, i, types[i]);
            changed = true;
        }
        return changed;
    }

    // Every extent that was known stays known, and another one is.
    private static bool IsBetter(IrType found, IrType old)
    {
        if (!GraphTypes.Compatible(found, old) || found is not RankedTensorType better) return false;
        if (old is not RankedTensorType known) return true;
        for (int i = 0; i < known.Shape.Length; i++)
            if (ShapedType.IsDynamic(better.Shape[i]) && !ShapedType.IsDynamic(known.Shape[i])) return false;
        return true;
    }

    private static bool LeavesGraph(Value value)
    {
        foreach (Use use in value.Uses)
            if (use.Owner is not GraphOp) return true;
        return false;
    }
}
