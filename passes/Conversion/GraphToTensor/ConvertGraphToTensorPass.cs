using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Placement;
using NestC.Passes.Npu.Scheduling;
using ConcatOp = NestC.Dialects.Graph.ConcatOp;
using PadOp = NestC.Dialects.Graph.PadOp;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>
/// Turns the operations that are placed on the accelerator into computations on packed tensors. Values go from one to the next packed;
/// the layout changes only where a host operation stands between.
/// </summary>
[Pass("convert-graph-to-tensor", "Convert operations placed on the NPU to structured operations on packed tensors")]
public sealed partial class ConvertGraphToTensorPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics =
    [
        new("converted", "Number of operations converted"), new("packs", "Number of changes to the packed layout"), new("unpacks", "Number of changes from the packed layout"),
    ];

    [Option("device", "The device whose cost decides about first layers")]
    public string Device { get; init; } = "tsim-wide";

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    public override ReadOnlySpan<string> DependentDialects => new[] { "tensor", "npu" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (function.IsDeclaration)
        {
            ctx.PreserveAll();
            return;
        }
        var conversion = new PackedConversion(function, NpuDevices.Find(Device));
        if (!conversion.Run()) ctx.PreserveAll();
        ctx.AddStatistic(0, conversion.Converted);
        ctx.AddStatistic(1, conversion.Packs);
        ctx.AddStatistic(2, conversion.Unpacks);
    }
}

/// <summary>The conversion of one function.</summary>
internal sealed class PackedConversion
{
    private readonly FuncOp function;
    private readonly NestContext context;
    private readonly OpBuilder b;
    private readonly TileSearch search;
    private readonly Dictionary<Value, Value> packed = [];
    private readonly MatrixConversion matrices;
    private readonly List<Operation> converted = [];

    public PackedConversion(FuncOp function, VtaDevice device)
    {
        (this.function, context, b, search) = (function, function.Context, new(function.Context), new(device, function.Context));
        matrices = new(this, b);
    }

    public int Converted => converted.Count;

    public int Packs { get; private set; }

    public int Unpacks { get; private set; }

    /// <summary>Converts; false when nothing was placed.</summary>
    public bool Run()
    {
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (!NpuPlacement.IsPlaced(op)) continue;
            b.AtBefore(op);
            b.Location = op.Location;
            if (op is QuantizedMatMulOp product) matrices.Convert(product);
            else
            {
                for (int i = 0; i < op.ResultCount; i++)
                {
                    if (Convert(op, i) is { } result) packed[op.Result(i)] = result;
                }
            }
            converted.Add(op);
        }
        for (int i = converted.Count - 1; i >= 0; i--) Replace(converted[i]);
        EraseUnused();
        return converted.Count > 0;
    }

    private void Replace(Operation op)
    {
        for (int i = 0; i < op.ResultCount; i++)
        {
            Value result = op.Result(i);
            if (!result.HasUses) continue;
            b.AtBefore(op);
            b.Location = op.Location;
            // The result of a product may have been packed again by channels for another operation, which is no form of it to start from.
            Value plain;
            if (matrices.Unpack(result) is { } unpacked) plain = unpacked;
            else if (packed.TryGetValue(result, out Value value)) plain = UnpackChannelsOp.Create(b, value, result.Type).Plain;
            else continue;
            b.ReplaceAllUses(result, plain);
            Unpacks++;
        }
        if (op.HasNoUses) b.Erase(op);
    }

    // Moves that were joined with the next one, and what nobody wanted in the first place.
    private void EraseUnused()
    {
        for (Operation? op = function.Entry.Last, before; op is not null; op = before)
        {
            before = op.Previous;
            if (op is not (IPackedOp or PackChannelsOp or PackRowsOp or PackColumnsOp) || !op.HasNoUses) continue;
            if (op is not IPackedOp) Packs--;
            b.Erase(op);
        }
    }

    private Value? Convert(Operation op, int result) => op switch
    {
        QuantizedConvOp conv => Conv(conv),
        QuantizedGemmOp gemm => Gemm(gemm),
        QuantizedAddOp add => PackedSumOp.Create(b, [Packed(add.Lhs), Packed(add.Rhs)], [.. add.Shifts], TypeOf(add.Output), shift: add.Shift[0], clip: Clip(add.ClipMin, add.ClipMax, add.Output)).Output,
        RequantizeOp r => PackedSumOp.Create(b, [Packed(r.Input)], [r.LeftShift], TypeOf(r.Output), shift: r.Shift[0], clip: Clip(r.ClipMin, r.ClipMax, r.Output)).Output,
        ReluOp relu => Limit(relu, 0, 127),
        ClipOp clip => Limit(clip),
        ResizeOp resize => Resize(resize),
        SliceOp or PadOp or SplitOp => Move(op, result),
        QuantizedAveragePoolOp pool => Average(pool),
        QuantizedGlobalAveragePoolOp pool => PackedAveragePoolOp.Create(b, Packed(pool.Input), PackedShapes.Shape(pool.Input)[2..].ToArray(), pool.Multiplier, pool.Shift, TypeOf(pool.Output), clip: Clip(null, null, pool.Output)).Output,
        MaxPoolOp pool => Max(pool),
        GlobalMaxPoolOp pool => PackedMaxPoolOp.Create(b, Packed(pool.Input), PackedShapes.Shape(pool.Input)[2..].ToArray(), TypeOf(pool.Output)).Output,
        ConcatOp concat => Concat(concat),
        _ => View(op),
    };

    private Value? View(Operation op) => PackedShapes.FlattensForProducts(op) ? null : Packed(op.Operand(0));

    private Value Average(QuantizedAveragePoolOp pool)
    {
        Window2D w = PackedShapes.WindowOf(pool);
        return PackedAveragePoolOp.Create(b, Packed(pool.Input), [w.Height, w.Width], pool.Multiplier, pool.Shift, TypeOf(pool.Output), strides: w.Strides, dilations: w.Dilations, pads: w.Pads,
            counted: PackedShapes.Counted(pool), clip: Clip(null, null, pool.Output)).Output;
    }

    // The least limit wins over the greatest, as ONNX has it; stored values leave no byte.
    private Value Limit(ClipOp clip)
    {
        long low = Math.Clamp(Constant(clip.Low).GetInt64(0), -128, 127), high = Math.Clamp(Constant(clip.High).GetInt64(0), -128, 127);
        return Limit(clip, Math.Min(low, high), high);
    }

    // Where nobody else sees what is limited, the limits are those of the operation that computes it.
    private Value Limit(Operation op, long low, long high)
    {
        Value input = Packed(op.Operand(0));
        if (op.Operand(0).HasOneUse && IsComputed(op.Operand(0)) && !input.HasUses && input.DefiningOp is { } producer && LimitsOf(producer) is { } limits)
        {
            limits = [Math.Clamp(limits[0], low, high), Math.Clamp(limits[1], low, high)];
            switch (producer)
            {
                case PackedConvOp conv: conv.SetClip(b, limits); break;
                case PackedSumOp sum: sum.SetClip(b, limits); break;
                default: ((PackedAveragePoolOp)producer).SetClip(b, limits); break;
            }
            return input;
        }
        return PackedSumOp.Create(b, [input], [0], TypeOf(op.Result(0)), clip: [low, high]).Output;
    }

    // Views share the packed form of what they show, which may have uses of its own.
    internal static bool IsComputed(Value value) => value.DefiningOp is QuantizedConvOp or QuantizedGemmOp or QuantizedMatMulOp or QuantizedAddOp or RequantizeOp or QuantizedAveragePoolOp
        or QuantizedGlobalAveragePoolOp or ReluOp or ClipOp;

    private static long[]? LimitsOf(Operation producer) => producer switch
    {
        PackedConvOp conv => conv.Clip ?? [-128, 127],
        PackedSumOp sum => sum.Clip ?? [-128, 127],
        PackedAveragePoolOp pool => pool.Clip ?? [-128, 127],
        _ => null,
    };

    private Value Resize(ResizeOp resize)
    {
        (int height, int width) = PackedShapes.Repetitions(resize)!.Value;
        return height == 1 && width == 1 ? Packed(resize.Input) : PackedSumOp.Create(b, [Packed(resize.Input)], [0], TypeOf(resize.Output), scale: [height, width]).Output;
    }

    private Value Move(Operation op, int result)
    {
        GraphMoves.Of(op, result, out PackedMove move);
        Value input = Packed(op.Operand(0));
        RankedTensorType type = TypeOf(op.Result(result));
        if (input.DefiningOp is PackedMoveOp prior
            && move.After(PackedMove.Of(prior), PackedLayout.Shape(prior.Input), PackedLayout.Shape(input), type.Shape) is { } joined)
            (move, input) = (joined, prior.Input);
        return PackedMoveOp.Create(b, input, [move.From, move.Count, move.To], type, offsets: move.Offsets, strides: move.Strides).Output;
    }

    private Value Max(MaxPoolOp pool)
    {
        Window2D w = PackedShapes.WindowOf(pool);
        w = w.Over(PackedShapes.Shape(pool.Input), PackedShapes.Shape(pool.Output));
        if (PoolFusion.IntoConvolution(b, pool, Packed(pool.Input), w, search) is { } fused) return fused;
        return PackedMaxPoolOp.Create(b, Packed(pool.Input), [w.Height, w.Width], TypeOf(pool.Output), strides: w.Strides, dilations: w.Dilations, pads: w.Pads).Output;
    }

    private Value Concat(ConcatOp concat)
    {
        var inputs = new Value[concat.Inputs.Count];
        var channels = new long[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) (inputs[i], channels[i]) = (Packed(concat.Inputs[i]), PackedShapes.Shape(concat.Inputs[i])[1]);
        return PackedConcatOp.Create(b, inputs, channels, TypeOf(concat.Output)).Output;
    }

    private Value Conv(QuantizedConvOp conv)
    {
        ReadOnlySpan<long> x = PackedShapes.Shape(conv.Input), y = PackedShapes.Shape(conv.Output);
        Window2D window = PackedShapes.WindowOf(conv);
        NdArray weights = Constant(conv.Weight);
        // What comes from the host may come in any form.
        if (conv.Group == 1 && x[1] < PackedLayout.Block && !packed.ContainsKey(conv.Input))
        {
            FoldedForm form = FirstLayer.Choose(window, x[0], x[1], (int)x[2], (int)x[3], (int)y[2], (int)y[3], y[1], search);
            if (form.Unfold is { } u)
            {
                long inner = x[1] * u.Height * u.Width;
                RankedTensorType type = RankedTensorType.Get([x[0], inner, form.Height, form.Width], ((RankedTensorType)conv.Input.Type).ElementType);
                var unfold = UnfoldWindowsOp.Create(b, conv.Input, [u.Height, u.Width], type, strides: u.Strides, dilations: u.Dilations, pads: u.Pads);
                return Conv(conv, unfold.Unfolded, FirstLayer.Weights(weights, form), inner, form.Rest);
            }
        }
        return Conv(conv, conv.Input, weights, x[1], window);
    }

    private Value Conv(QuantizedConvOp conv, Value input, NdArray weights, long channels, Window2D w)
    {
        long outputs = PackedShapes.Shape(conv.Output)[1];
        BlockGroups groups = BlockGroups.Of(channels, outputs, conv.Group);
        int blocks = (int)PackedLayout.Blocks(outputs);
        Value tiles = Constant(WeightPacking.Weights(weights, channels, conv.Group, groups), "weights");
        return PackedConvOp.Create(b, Packed(input), tiles, WeightPacking.Shifts(conv.Shift, outputs), TypeOf(conv.Output), bias: Bias(conv.Bias), residual: conv.Residual is { } r ? Packed(r) : null,
            strides: w.Strides, dilations: w.Dilations, pads: w.Pads, groupBlocks: groups.Outputs == blocks ? null : groups.Outputs,
            residualShift: conv.ResidualShift, clip: Clip(conv.ClipMin, conv.ClipMax, conv.Output)).Output;
    }

    private Value Gemm(QuantizedGemmOp gemm)
    {
        NdArray weights = Constant(gemm.Weight);
        long outputs = weights.Shape[0], inner = weights.Shape[1];
        Value input = gemm.Input;
        long channels = inner, height = 1, width = 1;
        if (gemm.Input.DefiningOp is { } view && NpuPlacement.IsPlaced(view) && PackedShapes.FlattensForProducts(view))
        {
            // The product of a flattened tensor is a convolution whose window is the whole tensor.
            input = view.Operand(0);
            ReadOnlySpan<long> x = PackedShapes.Shape(input);
            (channels, height, width) = (x[1], x[2], x[3]);
        }
        var groups = BlockGroups.Of(channels, outputs, 1);
        Value tiles = Constant(WeightPacking.Weights(weights.Reshape([outputs, channels, height, width]), channels, 1, groups), "weights");
        return PackedConvOp.Create(b, Packed(input), tiles, WeightPacking.Shifts(gemm.Shift, outputs), TypeOf(gemm.Output), bias: Bias(gemm.Bias), residual: gemm.Residual is { } r ? Packed(r) : null,
            residualShift: gemm.ResidualShift, clip: Clip(gemm.ClipMin, gemm.ClipMax, gemm.Output)).Output;
    }

    /// <summary>N x C x H x W, or N x C, in the packed layout.</summary>
    internal Value Packed(Value value)
    {
        if (packed.TryGetValue(value, out Value known)) return known;
        Value result = PackChannelsOp.Create(b, value, PackedLayout.Of((RankedTensorType)value.Type)).Packed;
        Packs++;
        packed[value] = result;
        return result;
    }

    /// <summary>Remembers the packed form of a result.</summary>
    internal void Remember(Value plain, Value form) => packed[plain] = form;

    /// <summary>Counts a change of layout other than that of channels.</summary>
    internal void CountPack() => Packs++;

    private Value? Bias(Value? bias) => bias is { } value ? Constant(WeightPacking.Vector(Constant(value)), "bias") : null;

    internal static NdArray Constant(Value value) => GraphTypes.ArrayOf(((ConstantOp)value.DefiningOp!).Value);

    internal Value Constant(NdArray array, string name)
    {
        Attr attr = GraphTypes.AttrOf(context, array, name);
        return ConstantOp.Create(b, attr).Output;
    }

    internal static RankedTensorType TypeOf(Value value) => PackedLayout.Of((RankedTensorType)value.Type);

    /// <summary>The limits of a result: those given, or those of its storage; null where they are the bytes'.</summary>
    internal static long[]? Clip(long? min, long? max, Value result)
    {
        QuantStorage storage = QuantizedTypes.Of(result).Storage;
        (long low, long high) = (min ?? storage.Min, max ?? storage.Max);
        return low == -128 && high == 127 ? null : [low, high];
    }
}
