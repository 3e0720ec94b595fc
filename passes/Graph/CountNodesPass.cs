using System.Globalization;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Passes.Graph;

/// <summary>Says how many operations a function has; between two runs of which the first has `start`, how many it had.</summary>
[Pass("graph-count-nodes", "Report how many operations a graph has, as a remark")]
public sealed partial class CountNodesPass : Pass<FuncOp>
{
    private const string Attribute = "graph.node_count";

    [Option("start", "Only note the count, for the remark of the next run")]
    public bool Start { get; init; }

    protected override void Run(FuncOp f, PassContext ctx)
    {
        ctx.PreserveAll();
        if (f.IsDeclaration) return;
        long count = Count(f.Body);
        OpBuilder builder = new(f.Context);
        if (Start)
        {
            builder.SetAttribute(f, Attribute, IntegerAttr.Get(f.Context.Common.I64, count));
            return;
        }
        string before = f.Attribute(Attribute) is IntegerAttr noted ? string.Create(CultureInfo.InvariantCulture, $"{noted.Value} operations before, ") : "";
        if (before.Length > 0) builder.RemoveAttribute(f, Attribute);
        ctx.Remark(f, "NEST4160", string.Create(CultureInfo.InvariantCulture, $"@{f.SymName.Value}: {before}{count} operations{(before.Length > 0 ? " after" : "")}"));
    }

    // What computes something when the program runs: no constants, no terminators.
    private static long Count(Region region)
    {
        long count = 0;
        foreach (Block block in region.Blocks)
            for (Operation? op = block.First; op is not null; op = op.Next)
            {
                if (!op.Has(OpTraits.ConstantLike) && !op.Has(OpTraits.Terminator)) count++;
                foreach (Region nested in op.Regions) count += Count(nested);
            }
        return count;
    }
}
