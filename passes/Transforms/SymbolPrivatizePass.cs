using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>Makes all symbols directly in an operation private, but for those that are excluded.</summary>
[Pass("symbol-privatize", "Mark symbols private")]
public sealed partial class SymbolPrivatizePass : Pass
{
    [Option("exclude", "Comma separated list of symbols that should not be marked private")]
    public string[] Exclude { get; init; } = [];

    protected override void Run(Operation op, PassContext ctx)
    {
        OpBuilder builder = new(op.Context);
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations)
                    if (inner is ISymbol symbol && SymbolTable.NameOf(inner) is not null && Array.IndexOf(Exclude, symbol.SymbolName.Value) < 0)
                        symbol.SetVisibility(builder, SymbolVisibility.Private);
    }
}
