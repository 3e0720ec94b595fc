using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Conversion.TensorToNpu;

/// <summary>Makes one program of packed operations, and the launch that stands for them.</summary>
internal sealed class ProgramLowering
{
    private const int Block = PackedLayout.Block;

    private readonly ModuleOp module;
    private readonly FuncOp function;
    private readonly List<Operation> ops;
    private readonly VtaDevice device;
    private readonly TileSearch search;
    private readonly PassContext ctx;
    private readonly NestContext context;
    private readonly DramImage image;
    private readonly ProgramBuilder builder;
    private readonly ChipHistory history;
    private readonly HashSet<Operation> own;
    private readonly Dictionary<Value, PackedPlace> places = [];
    private readonly Dictionary<Value, (PackedConcatOp Concat, int Block)> slices = [];
    private readonly List<(Value Value, string Name)> reads = [], writes = [];
    private int names;
    private long leastBytes;

    public ProgramLowering(ModuleOp module, FuncOp function, List<Operation> ops, VtaDevice device, TileSearch search, PassContext ctx)
    {
        (this.module, this.function, this.ops, this.device, this.search, this.ctx) = (module, function, ops, device, search, ctx);
        context = module.Context;
        image = new(device.Config);
        builder = new(device.Config, DramImage.Base, Math.Min(device.UopDepth, 2048));
        history = new(device.Config);
        own = [.. ops];
    }

    public int Instructions { get; private set; }

    public int Uops { get; private set; }

    /// <summary>Makes the program and the launch; false after an error was reported.</summary>
    public bool Run(int stage)
    {
        string name = FreeName($"{function.SymName.Value}_npu{stage}");
        FindSlices();
        for (int i = 0; i < ops.Count; i++)
        {
            builder.TagIndex = i;
            if (!Emit(ops[i])) return false;
            CountTraffic(ops[i]);
            ctx.Progress(i + 1, ops.Count);
        }
        builder.TagIndex = -1;
        return Finish(name) && Launch(name);
    }

    // Operands of an aligned concat are written where its result is, if nothing else needs them to stand alone.
    private void FindSlices()
    {
        for (int i = ops.Count - 1; i >= 0; i--)
        {
            if (ops[i] is not PackedConcatOp { IsAligned: true } concat) continue;
            int block = 0;
            foreach (Value input in concat.Inputs)
            {
                if (input.DefiningOp is { } producer && own.Contains(producer) && !IsNeededOutside(input) && !slices.ContainsKey(input)) slices.Add(input, (concat, block));
                block += (int)PackedLayout.Shape(input)[1];
            }
        }
    }

    private bool IsNeededOutside(Value value)
    {
        foreach (Use use in value.Uses)
        {
            if (!own.Contains(use.Owner)) return true;
        }
        return false;
    }

    private bool Emit(Operation op)
    {
        switch (op)
        {
            case PackedConcatOp { IsAligned: true } concat: return Join(concat);
            case PackedMaxPoolOp pool: return MaxPool(pool);
            default: return Accumulate(op, KernelOf.Accumulation(op)!);
        }
    }

    // Weights once, each activation written once and read once by each consumer; joined in place, nothing moves.
    private void CountTraffic(Operation op)
    {
        if (op is PackedConcatOp { IsAligned: true }) return;
        for (int i = 0; i < op.OperandCount; i++)
        {
            var type = (RankedTensorType)op.Operand(i).Type;
            leastBytes += type.NumElements * (type.ElementType.IsSignlessInteger(32) ? 4 : 1);
        }
        leastBytes += ((RankedTensorType)op.Result(0).Type).NumElements;
    }

    private bool Join(PackedConcatOp concat)
    {
        PackedPlace whole = PlaceOf(concat.Output);
        ReadOnlySpan<long> y = PackedLayout.Shape(concat.Output);
        int block = 0, plane = (int)(y[2] * y[3]);
        foreach (Value input in concat.Inputs)
        {
            // What could not be written in place is copied.
            if (!(slices.TryGetValue(input, out var slice) && slice.Concat == concat && slice.Block == block))
            {
                AccumulationKernel copy = KernelOf.Copy(input);
                if (search.Find(copy, out TileSchedule schedule, out _) is { IsNo: true } no) return Refuse(concat, no);
                var target = new PackedPlace((uint)(whole.First + (long)block * plane), whole.BatchStride);
                if (!Emit(concat, copy, schedule, new() { Inputs = [PlaceOf(input)], Weights = [Diagonal(0)], Output = target })) return false;
            }
            block += (int)PackedLayout.Shape(input)[1];
        }
        return true;
    }

    private bool MaxPool(PackedMaxPoolOp pool)
    {
        MaxPoolKernel kernel = KernelOf.MaxPool(pool);
        TileSchedule schedule = default;
        if (pool.Tile is { } tile) schedule = PackedTiles.Of(tile);
        else if (search.Find(kernel, out schedule, out _) is { IsNo: true } none) return Refuse(pool, none);
        if (MaxPoolLayout.TryMake(kernel, schedule, device.Config, out MaxPoolLayout? layout) is { IsNo: true } no) return Refuse(pool, no);
        MaxPoolEmitter.Emit(layout!, PlaceOf(pool.Input), Diagonal(0), PlaceOf(pool.Output), builder);
        return true;
    }

    private bool Accumulate(Operation op, AccumulationKernel kernel)
    {
        TileSchedule schedule = default;
        if (((IPackedOp)op).Tile is { } tile) schedule = PackedTiles.Of(tile);
        else if (search.Find(kernel, out schedule, out _) is { IsNo: true } none) return Refuse(op, none);
        return op switch
        {
            PackedConvOp conv => Conv(conv, kernel, schedule),
            PackedSumOp sum => Sum(sum, kernel, schedule),
            PackedAveragePoolOp pool => Average(pool, kernel, schedule),
            PackedMoveOp move => Move(move, kernel, schedule),
            _ => Permute((PackedConcatOp)op, kernel, schedule),
        };
    }

    private bool Conv(PackedConvOp conv, AccumulationKernel kernel, TileSchedule schedule)
    {
        if (conv.Bias is { } given && given.DefiningOp is not ConstantOp) return Refuse(conv, Verdict.No("NEST6111", "the bias must be constant", "computed", "", "legal if the bias is a constant"));
        uint weights = conv.Weight.DefiningOp is ConstantOp constant
            ? image.Element(image.Constant(Name("weights"), VtaMemory.Wgt, ((RankedTensorType)conv.Weight.Type).NumElements / (Block * Block), constant.Value))
            : image.Element(Read(conv.Weight, VtaMemory.Wgt, ((RankedTensorType)conv.Weight.Type).NumElements / (Block * Block)));
        uint bias = 0, shifts = 0;
        if (kernel.HasBias) bias = Vector("bias", Biases(conv));
        if (kernel.Shift is null) shifts = Vector("shifts", Array.ConvertAll(conv.Shift, static s => (int)s));
        bool residual = conv.Residual is not null;
        return Emit(conv, kernel, schedule, new()
        {
            Inputs = residual ? [PlaceOf(conv.Input), PlaceOf(conv.Residual!.Value)] : [PlaceOf(conv.Input)],
            Weights = residual ? [weights, Diagonal((int)conv.ResidualShift)] : [weights],
            Bias = bias,
            Shifts = shifts,
            Output = PlaceOf(conv.Output),
        });
    }

    private bool Sum(PackedSumOp sum, AccumulationKernel kernel, TileSchedule schedule)
    {
        var inputs = new PackedPlace[sum.Inputs.Count];
        var weights = new uint[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) (inputs[i], weights[i]) = (PlaceOf(sum.Inputs[i]), Diagonal((int)sum.LeftShifts[i]));
        return Emit(sum, kernel, schedule, new() { Inputs = inputs, Weights = weights, Output = PlaceOf(sum.Output) });
    }

    private bool Average(PackedAveragePoolOp pool, AccumulationKernel kernel, TileSchedule schedule)
    {
        MeanMultipliers multipliers = pool.Multipliers;
        (int[] rows, int[] cols) = multipliers.Runs;
        if (rows.Length == 2 && cols.Length == 2) return Emit(pool, kernel, schedule, Places(kernel, (int)multipliers.At(0, 0)));
        // Beside the padding fewer elements count: rectangles of one multiplier each.
        ReadOnlySpan<long> y = PackedLayout.Shape(pool.Output);
        for (int r = 0; r + 1 < rows.Length; r++)
        {
            for (int c = 0; c + 1 < cols.Length; c++)
            {
                AccumulationKernel part = KernelOf.Average(pool, rows[r], cols[c], rows[r + 1] - rows[r], cols[c + 1] - cols[c]);
                if (search.Find(part, out TileSchedule best, out _) is { IsNo: true } no) return Refuse(pool, no);
                if (!Emit(pool, part, best, Places(part, (int)multipliers.At(rows[r], cols[c])) with { Within = ((int)y[2], (int)y[3], rows[r], cols[c]) })) return false;
            }
        }
        return true;

        // Each strip of a window reads the same tensor.
        KernelPlaces Places(AccumulationKernel part, int multiplier)
        {
            var inputs = new PackedPlace[part.Terms.Length];
            var weights = new uint[inputs.Length];
            Array.Fill(inputs, PlaceOf(pool.Input));
            Array.Fill(weights, Diagonal(multiplier, plain: true));
            return new() { Inputs = inputs, Weights = weights, Output = PlaceOf(pool.Output) };
        }
    }

    private bool Move(PackedMoveOp move, AccumulationKernel kernel, TileSchedule schedule)
    {
        sbyte[] tiles = PackedMove.Of(move).Weights(PackedLayout.Shape(move.Input), PackedLayout.Shape(move.Output));
        uint weights = image.Element(image.Constant(Name("selection"), VtaMemory.Wgt, tiles.Length / (Block * Block), Bytes(tiles)));
        return Emit(move, kernel, schedule, new() { Inputs = [PlaceOf(move.Input)], Weights = [weights], Output = PlaceOf(move.Output) });
    }

    private bool Permute(PackedConcatOp concat, AccumulationKernel kernel, TileSchedule schedule)
    {
        int outBlocks = (int)PackedLayout.Shape(concat.Output)[1];
        var inputs = new PackedPlace[concat.Inputs.Count];
        var weights = new uint[inputs.Length];
        long first = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            int blocks = (int)PackedLayout.Shape(concat.Inputs[i])[1];
            var tiles = new sbyte[outBlocks * blocks * Block * Block];
            for (int c = 0; c < concat.Channels[i]; c++)
            {
                long to = first + c;
                tiles[((to / Block * blocks + c / Block) * Block + to % Block) * Block + c % Block] = 1;
            }
            first += concat.Channels[i];
            inputs[i] = PlaceOf(concat.Inputs[i]);
            weights[i] = image.Element(image.Constant(Name("selection"), VtaMemory.Wgt, tiles.Length / (Block * Block), Bytes(tiles)));
        }
        return Emit(concat, kernel, schedule, new() { Inputs = inputs, Weights = weights, Output = PlaceOf(concat.Output) });
    }

    private bool Emit(Operation op, AccumulationKernel kernel, TileSchedule schedule, KernelPlaces operands)
    {
        if (ScheduleLayout.TryMake(kernel, schedule, device.Config, out ScheduleLayout? layout) is { IsNo: true } no) return Refuse(op, no);
        KernelEmitter.Emit(layout!, operands, builder, search.Loops, history);
        return true;
    }

    private bool Refuse(Operation op, Verdict verdict)
    {
        ctx.Error(op, verdict.Code, $"cannot become instructions: {verdict}");
        return false;
    }

    // The rounding constant of each channel is part of its bias.
    private static int[] Biases(PackedConvOp conv)
    {
        var values = new int[PackedLayout.Shape(conv.Output)[1] * Block];
        if (conv.Bias is { } bias) GraphTypes.ArrayOf(((ConstantOp)bias.DefiningOp!).Value).Read<int>().CopyTo(values);
        for (int i = 0; i < values.Length; i++)
        {
            int shift = (int)(conv.Shift.Length == 1 ? conv.Shift[0] : conv.Shift[i]);
            if (shift > 0) values[i] = unchecked(values[i] + (1 << (shift - 1)));
        }
        return values;
    }

    private uint Vector(string name, int[] values)
    {
        RankedTensorType type = RankedTensorType.Get([values.Length / Block, Block], context.Common.I32);
        return image.Element(image.Constant(Name(name), VtaMemory.Acc, values.Length / Block, DenseElementsAttr.Get<int>(type, values)));
    }

    private uint Diagonal(int value, bool plain = false)
    {
        var tile = new sbyte[Block * Block];
        for (int i = 0; i < Block; i++) tile[i * (Block + 1)] = (sbyte)(plain ? value : 1 << value);
        return image.Element(image.Constant(Name("diagonal"), VtaMemory.Wgt, 1, Bytes(tile)));
    }

    private DenseElementsAttr Bytes(sbyte[] values) =>
        DenseElementsAttr.Get<sbyte>(RankedTensorType.Get([values.Length / (Block * Block), Block, Block], context.Common.I8), values);

    private PackedPlace PlaceOf(Value value)
    {
        if (places.TryGetValue(value, out PackedPlace place)) return place;
        ReadOnlySpan<long> shape = PackedLayout.Shape(value);
        int plane = (int)(shape[2] * shape[3]), stride = (int)shape[1] * plane;
        if (slices.TryGetValue(value, out var slice))
        {
            PackedPlace whole = PlaceOf(slice.Concat.Output);
            place = new((uint)(whole.First + (long)slice.Block * plane), whole.BatchStride);
        }
        else if (value.DefiningOp is { } producer && own.Contains(producer))
        {
            bool output = IsNeededOutside(value);
            string name = Name(output ? "y" : "t");
            place = new(image.Element(image.Add(name, output ? VtaMemory.Out : VtaMemory.Inp, shape[0] * stride, null, value.Type)), stride);
            if (output) writes.Add((value, name));
        }
        else place = new(image.Element(Read(value, VtaMemory.Inp, shape[0] * stride)), stride);
        places.Add(value, place);
        return place;
    }

    private DramPiece Read(Value value, VtaMemory memory, long elements)
    {
        DramPiece piece = image.Add(Name("x"), memory, elements, null, value.Type);
        reads.Add((value, piece.Name));
        return piece;
    }

    private bool Finish(string name)
    {
        long offset = (image.Bytes + 63) / 64 * 64;
        (List<VtaInstruction> instructions, List<int> tags, List<uint> uops) = builder.TakeInstructions((uint)((DramImage.Base + offset) / 4));
        long bytes = (offset + 4L * uops.Count + 63) / 64 * 64;
        var problems = new List<IsaProblem>(builder.Problems);
        if (bytes > Array.MaxLength || DramImage.Base + bytes >= 1L << 32)
        {
            ctx.Error(function, "NEST5123", $"needs an image of {bytes} bytes, which does not end below 4 GiB");
            return false;
        }
        var dram = new byte[bytes];
        for (int i = 0; i < uops.Count; i++) System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(dram.AsSpan((int)offset + 4 * i), uops[i]);
        instructions.Add(VtaInstruction.Finish());
        tags.Add(-1);
        List<VtaInstruction> final = instructions;
        List<int> finalTags = tags;
        if (problems.Count == 0) (final, finalTags) = TokenInserter.Insert(device.Config, DramImage.Base, dram, instructions, tags, problems);
        foreach (IsaProblem problem in problems) ctx.Error(function, problem.Code, problem.Message);
        if (problems.Count > 0) return false;
        Write(name, final, finalTags, uops, offset, bytes);
        (Instructions, Uops) = (final.Count, uops.Count);
        return true;
    }

    private void Write(string name, List<VtaInstruction> instructions, List<int> tags, List<uint> uops, long offset, long bytes)
    {
        var b = new OpBuilder(context) { Location = function.Location };
        b.AtBefore(function);
        ProgramOp program = ProgramOp.Create(b, name, DeviceAttr.Get(context, device), DramImage.Base, bytes);
        Block body = program.Body.IsEmpty ? program.Body.AddBlock() : program.Body.First!;
        b.SetAttribute(program, "npu.least_bytes", IntegerAttr.Get(context.Common.I64, leastBytes));
        b.AtEnd(body);
        image.Write(b);
        if (uops.Count > 0)
        {
            var codec = new InstructionCodec(device.Config);
            var entries = new int[3 * uops.Count];
            for (int i = 0; i < uops.Count; i++)
            {
                MicroOp uop = codec.DecodeUop(uops[i]);
                (entries[3 * i], entries[3 * i + 1], entries[3 * i + 2]) = (uop.Dst, uop.Src, uop.Wgt);
            }
            UopsOp.Create(b, StringAttr.Get(context, "uops"), offset, entries);
        }
        for (int i = 0; i < instructions.Count; i++)
        {
            b.Location = tags[i] >= 0 ? ops[tags[i]].Location : function.Location;
            VtaImport.Make(b, instructions[i]);
        }
    }

    private bool Launch(string name)
    {
        var b = new OpBuilder(context) { Location = function.Location };
        b.AtBefore(ops[0]);
        var operands = new Value[reads.Count];
        var types = new IrType[writes.Count];
        Attr[] readNames = new Attr[reads.Count], writeNames = new Attr[writes.Count];
        for (int i = 0; i < operands.Length; i++) (operands[i], readNames[i]) = (reads[i].Value, StringAttr.Get(context, reads[i].Name));
        for (int i = 0; i < types.Length; i++) (types[i], writeNames[i]) = (writes[i].Value.Type, StringAttr.Get(context, writes[i].Name));
        LaunchOp launch = LaunchOp.Create(b, operands, SymbolRefAttr.Get(context, name), ArrayAttr.Get(context, readNames), ArrayAttr.Get(context, writeNames), types);
        for (int i = 0; i < types.Length; i++) b.ReplaceAllUses(writes[i].Value, launch.Outputs[i]);
        for (int i = ops.Count - 1; i >= 0; i--)
        {
            Operation op = ops[i];
            var constants = new List<Operation>();
            for (int k = 0; k < op.OperandCount; k++)
            {
                if (op.Operand(k).DefiningOp is ConstantOp constant && !constants.Contains(constant)) constants.Add(constant);
            }
            b.Erase(op);
            foreach (Operation constant in constants)
            {
                if (!constant.Result(0).HasUses) b.Erase(constant);
            }
        }
        return true;
    }

    private string Name(string stem) => $"{stem}{names++}";

    private string FreeName(string wanted)
    {
        string name = wanted;
        for (int i = 0; SymbolTable.Lookup(module, System.Text.Encoding.UTF8.GetBytes(name)) is not null; i++) name = $"{wanted}_{i}";
        return name;
    }
}
