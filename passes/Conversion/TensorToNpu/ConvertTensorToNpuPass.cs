using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Conversion.TensorToNpu;

/// <summary>
/// Turns packed operations into programs of the NPU. All operations between which no host operation stands are one program: what goes
/// from one to the next stays in its DRAM image. The function keeps the host's operations, and launches.
/// </summary>
[Pass("convert-tensor-to-npu", "Convert packed operations to NPU programs and launches of them")]
public sealed partial class ConvertTensorToNpuPass : Pass<ModuleOp>
{
    private static readonly StatisticInfo[] statistics =
    [
        new("programs", "Number of programs"), new("instructions", "Number of instructions"), new("uops", "Number of micro-ops in tables"),
    ];

    [Option("device", "The device that programs are for")]
    public string Device { get; init; } = "tsim-wide";

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    public override ReadOnlySpan<string> DependentDialects => new[] { "npu" };

    protected override void Run(ModuleOp module, PassContext ctx)
    {
        VtaDevice device = NpuDevices.Find(Device);
        var search = new TileSearch(device, module.Context);
        bool changed = false;
        for (Operation? op = module.Body.First; op is not null; op = op.Next)
        {
            if (op is not FuncOp { IsDeclaration: false } function) continue;
            var regions = new NpuRegions(function);
            if (regions.Count == 0) continue;
            changed = true;
            regions.SortHostCode();
            for (int stage = 0; stage < regions.Stages; stage++)
            {
                if (regions.Of(stage) is not { Count: > 0 } ops) continue;
                var lowering = new ProgramLowering(module, function, ops, device, search, ctx);
                if (!lowering.Run(stage))
                {
                    ctx.SignalFailure();
                    return;
                }
                ctx.AddStatistic(0);
                ctx.AddStatistic(1, lowering.Instructions);
                ctx.AddStatistic(2, lowering.Uops);
            }
        }
        if (!changed) ctx.PreserveAll();
    }
}

/// <summary>
/// Which packed operations make one program: stage s has those that need results of host operations that need results of stage s - 1.
/// Within a function of one block that gives the fewest, and so the largest, programs.
/// </summary>
internal sealed class NpuRegions
{
    private readonly FuncOp function;
    private readonly Dictionary<Operation, int> stages = [];
    private readonly List<List<Operation>> ops = [];

    public NpuRegions(FuncOp function)
    {
        this.function = function;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            int stage = 0;
            bool npu = op is IPackedOp;
            for (int i = 0; i < op.OperandCount; i++)
            {
                if (op.Operand(i).DefiningOp is not { } producer) continue;
                stage = Math.Max(stage, stages[producer] + (!npu && producer is IPackedOp ? 1 : 0));
            }
            stages.Add(op, stage);
            if (!npu) continue;
            while (ops.Count <= stage) ops.Add([]);
            ops[stage].Add(op);
            Count++;
        }
    }

    public int Count { get; }

    public int Stages => ops.Count;

    public List<Operation> Of(int stage) => ops[stage];

    /// <summary>Puts the host's operations of each stage before the programs of it.</summary>
    public void SortHostCode()
    {
        var order = new List<(int Key, int Position, Operation Op)>();
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            order.Add((op is ReturnOp ? int.MaxValue : 2 * stages[op] + (op is IPackedOp ? 1 : 0), order.Count, op));
        order.Sort(static (a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : a.Position.CompareTo(b.Position));
        var builder = new OpBuilder(function.Context);
        foreach ((int _, int _, Operation op) in order) builder.MoveToEnd(op, function.Entry);
    }
}
