using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>Makes every location unknown.</summary>
[Pass("strip-debuginfo", "Strip debug info from all operations")]
public sealed class StripDebugInfoPass : Pass
{
    public override string DisplayName => "StripDebugInfo";

    protected override void Run(Operation op, PassContext ctx)
    {
        OpBuilder builder = new(op.Context);
        op.Walk(inner =>
        {
            builder.SetLocation(inner, Location.Unknown);
            foreach (Region region in inner.Regions)
                foreach (Block block in region.Blocks)
                    for (int i = 0; i < block.ArgumentCount; i++) builder.SetArgumentLocation(block.ArgumentAt(i), Location.Unknown);
            return WalkResult.Advance;
        });
        ctx.Preserve<DominanceInfo>();
    }
}
