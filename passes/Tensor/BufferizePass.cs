using NestC.Builtin;
using NestC.IR;

namespace NestC.Passes.Tensor;

/// <summary>
/// Turns tensors into buffers: functions take and return memrefs, and leave those that they are given as they were. An operation that changes
/// a tensor writes into its buffer when nobody reads the old value afterwards, else into a copy.
/// </summary>
[Pass("tensor-bufferize", "Turn tensors into buffers, in place where the old value is dead")]
public sealed partial class BufferizePass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("in-place", "Number of operands written in place"), new("copies", "Number of operands copied before they are written")];

    [Option("report", "Say of each copy why it was needed")]
    public bool Report { get; init; }

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith", "loop" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        Bufferizer bufferizer = new(function, ctx, Report);
        if (!bufferizer.Check() || !bufferizer.Run()) ctx.SignalFailure();
        ctx.AddStatistic(0, bufferizer.InPlace);
        ctx.AddStatistic(1, bufferizer.Copies);
    }
}
