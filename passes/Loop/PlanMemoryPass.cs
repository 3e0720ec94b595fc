using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>
/// Gives each buffer of known size a fixed place in one memory for each memory space, so that buffers that are never live at the same time
/// may share places. What it needs at the peak, and what of that is lost to gaps, is reported.
/// </summary>
[Pass("loop-plan-memory", "Place buffers in memory by their lifetimes")]
public sealed partial class PlanMemoryPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("planned", "Number of buffers placed"), new("peak", "Bytes at the peak, of all memory spaces")];

    [Option("alignment", "Bytes that each place is a multiple of, unless the buffer wants more")]
    public long Alignment { get; init; } = 64;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (function.IsDeclaration) return;
        if (Alignment <= 0 || long.PopCount(Alignment) != 1)
        {
            ctx.Error(function, "NEST6204", $"alignment {Alignment} is no power of two");
            ctx.SignalFailure();
            return;
        }
        Lifetimes lifetimes = Lifetimes.Of(function);
        List<(Attr? Space, List<PlannedBuffer> Buffers)> spaces = [];
        foreach (Lifetimes.Buffer buffer in lifetimes.Buffers)
        {
            if (LoopBuffers.ByteSize(buffer.Op.Type) is not { } bytes)
            {
                ctx.Remark(buffer.Op, "NEST6203", "the buffer is not placed: its size is not known");
                continue;
            }
            if (buffer.Escapes is { } escape)
            {
                ctx.Remark(buffer.Op, "NEST6203", $"the buffer is not placed: '{escape.Name}' may keep it");
                continue;
            }
            int at = spaces.FindIndex(s => s.Space == buffer.Op.Type.MemorySpace);
            if (at < 0) spaces.Add((buffer.Op.Type.MemorySpace, []));
            spaces[at < 0 ? ^1 : at].Buffers.Add(new PlannedBuffer(buffer.Op, bytes, Math.Max(Alignment, buffer.Op.Alignment ?? 1), buffer.Start, buffer.End));
        }
        OpBuilder builder = new(function.Context);
        foreach ((Attr? space, List<PlannedBuffer> buffers) in spaces)
        {
            MemoryPlan plan = MemoryPlan.Of(buffers);
            foreach (PlannedBuffer buffer in buffers) buffer.Op.SetOffset(builder, buffer.Offset);
            ctx.AddStatistic(0, buffers.Count);
            ctx.AddStatistic(1, plan.Peak);
            string where = space is null ? "the default memory space" : $"memory space {space}";
            ctx.Remark(function, "NEST6203",
                $"{where}: {buffers.Count} buffers of {plan.Total} bytes need {plan.Peak} bytes, {plan.Live} of them at once ({plan.FragmentationPercent}% lost to gaps)");
        }
    }
}
