using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Support;
using Arith = NestC.Builtin.Arith;
using LoopDim = NestC.Dialects.Loop.DimOp;
using TensorDim = NestC.Dialects.Tensor.DimOp;
using YieldOp = NestC.Dialects.Loop.YieldOp;

namespace NestC.Passes.Tensor;

/// <summary>
/// Bufferizes one function: makes operations on buffers beside those on tensors, which go at the end. Loops carry no buffers: what they carry
/// as tensors lies in memory that is made before them.
/// </summary>
internal sealed partial class Bufferizer(FuncOp function, PassContext ctx, bool report)
{
    private readonly OpBuilder b = new(function.Context);
    private readonly Dictionary<Value, Value> buffers = [];
    private readonly HashSet<Operation> dead = [];
    private readonly InPlaceAnalysis analysis = new();
    private bool failed;

    // What stands for results that are no tensors.
    private readonly Dictionary<Value, Value> scalars = [];

    public int InPlace { get; private set; }

    public int Copies { get; private set; }

    private static bool IsTensor(Value value) => value.Type is TensorType;

    /// <summary>Finds what cannot be bufferized, before anything is changed.</summary>
    public bool Check()
    {
        if (!function.IsDeclaration && !function.Body.HasOneBlock && HasTensors(function)) Fail(function, "a function of several blocks");
        foreach (IrType type in function.FunctionType.Inputs) CheckType(function, type);
        foreach (IrType type in function.FunctionType.Results) CheckType(function, type);
        function.Walk(op =>
        {
            if (op == function) return WalkResult.Advance;
            foreach (Value result in op.Results) CheckType(op, result.Type);
            if (!TouchesTensors(op)) return WalkResult.Advance;
            bool known = op is TensorOp and not ParallelInsertSliceOp || op is IElementwise || op is Arith.ConstantOp { Value: ElementsAttr } || op is ForOp or IfOp or WhileOp or YieldOp or ConditionOp
                || op is CallOp or ReturnOp;
            if (!known) Fail(op, "the operation");
            else if (op is IfOp or WhileOp or CollapseShapeOp or ExpandShapeOp or Dialects.Tensor.ReshapeOp or CallOp)
                foreach (Value result in op.Results)
                    if (result.Type is TensorType { HasStaticShape: false }) Fail(op, "a result of unknown size");
            return WalkResult.Advance;
        });
        return !failed;
    }

    private static bool HasTensors(FuncOp function)
    {
        bool found = false;
        function.Walk(op =>
        {
            found |= TouchesTensors(op);
            return WalkResult.Advance;
        });
        return found;
    }

    private static bool TouchesTensors(Operation op)
    {
        foreach (Value operand in op.Operands)
            if (IsTensor(operand)) return true;
        foreach (Value result in op.Results)
            if (IsTensor(result)) return true;
        return false;
    }

    private void CheckType(Operation op, IrType type)
    {
        if (type is TensorType tensor && (tensor is not RankedTensorType { Encoding: null } || !BaseMemRefType.IsValidElementType(tensor.ElementType))) Fail(op, $"type '{type}'");
    }

    private void Fail(Operation op, string what)
    {
        failed = true;
        ctx.Error(op, "NEST6205", $"'{op.Name}' op {what} cannot be bufferized");
    }

    private void ReplaceScalar(Value old, Value by)
    {
        b.ReplaceAllUses(old, by);
        scalars[old] = by;
    }

    private static MemRefType TypeOf(IrType tensor) => MemRefType.Get(((RankedTensorType)tensor).Shape, ((RankedTensorType)tensor).ElementType);

    private IrType Converted(IrType type) => type is RankedTensorType ? TypeOf(type) : type;

    private IrType[] Converted(ReadOnlySpan<IrType> types)
    {
        IrType[] all = new IrType[types.Length];
        for (int i = 0; i < all.Length; i++) all[i] = Converted(types[i]);
        return all;
    }

    public bool Run()
    {
        FunctionType type = function.FunctionType;
        FunctionType wanted = FunctionType.Get(function.Context, Converted(type.Inputs), Converted(type.Results));
        if (function.IsDeclaration)
        {
            if (wanted != type) function.SetFunctionType(b, wanted);
            return true;
        }
        Block entry = function.Entry;
        Vec<int> old = default;
        for (int i = 0; i < entry.ArgumentCount; i++)
        {
            Value tensor = entry.ArgumentAt(i);
            if (!IsTensor(tensor)) continue;
            Value buffer = entry.InsertArgument(i + 1, TypeOf(tensor.Type), tensor.Location);
            buffers[tensor] = buffer;
            analysis.NewRoot(tensor, writable: false, entry);
            old.Add(i++);
        }
        Block(entry);
        Clean(entry);
        while (!old.IsEmpty) entry.EraseArgument(old.Pop());
        if (wanted != type) function.SetFunctionType(b, wanted);
        return !failed;
    }

    private void Block(Block block)
    {
        Operation? next;
        for (Operation? op = block.First; op is not null; op = next)
        {
            next = op.Next;
            b.AtBefore(op);
            Op(op);
        }
    }

    private void Op(Operation op)
    {
        switch (op)
        {
            case ForOp loop: For(loop); return;
            case IfOp condition: If(condition); return;
            case WhileOp loop: While(loop); return;
            case YieldOp or ConditionOp: return;
        }
        if (!TouchesTensors(op))
        {
            foreach (Region region in op.Regions)
                foreach (Block block in region.Blocks) Block(block);
            return;
        }
        if (op is not ReturnOp) dead.Add(op);
        switch (op)
        {
            case ReturnOp end: Return(end); break;
            case CallOp call: Call(call); break;
            case Arith.ConstantOp constant:
                buffers[constant.Output] = Dialects.Loop.ConstantOp.Create(b, (ElementsAttr)constant.Value, TypeOf(constant.Output.Type)).MemRef;
                analysis.NewRoot(constant.Output, writable: false, op.Block!);
                break;
            case TensorOp: Compute(op); break;
            default: Elementwise(op, op.Info); break;
        }
    }

    // Memory ------------------------------------------------------------------------------------------------------------

    /// <summary>New memory for a tensor; sizes that its type leaves open come from the function.</summary>
    private Value Alloc(IrType tensor, Func<int, Value>? size = null)
    {
        RankedTensorType type = (RankedTensorType)tensor;
        Vec<Value> sizes = default;
        for (int i = 0; i < type.Rank; i++)
            if (type.IsDynamicDim(i)) sizes.Add(size!(i));
        return AllocOp.Create(b, sizes.Span, TypeOf(type)).MemRef;
    }

    /// <summary>New memory for a result, of the size of another buffer.</summary>
    private Value AllocLike(IrType tensor, Value buffer) => Alloc(tensor, dim => Size(buffer, dim));

    private Value Size(Value buffer, int dim)
    {
        MemRefType type = (MemRefType)buffer.Type;
        return type.IsDynamicDim(dim) ? LoopDim.Create(b, buffer, Bounds.Index(b, dim)).Output : Bounds.Index(b, type.Shape[dim]);
    }

    private Value[] Sizes(Value buffer)
    {
        Value[] sizes = new Value[((MemRefType)buffer.Type).Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = Size(buffer, i);
        return sizes;
    }

    private void Fresh(Value tensor, Value buffer)
    {
        buffers[tensor] = buffer;
        analysis.NewRoot(tensor, writable: true, b.Block!);
    }

    private void Alias(Value tensor, Value of, Value buffer)
    {
        buffers[tensor] = buffer;
        analysis.Join(tensor, analysis.RootOf(of));
    }

    /// <summary>The buffer that an operation may write in the place of an operand: the operand's own, or a copy.</summary>
    private Value Destination(Operation op, int operand, Value result)
    {
        Value tensor = op.Operand(operand), buffer = buffers[tensor];
        if (analysis.Conflict(op, operand) is not { } conflict)
        {
            InPlace++;
            Alias(result, tensor, buffer);
            return buffer;
        }
        Copies++;
        if (report) ctx.Remark(op, "NEST6206", $"'{op.Name}' writes a copy of operand {operand}: {conflict}");
        Value copy = AllocLike(tensor.Type, buffer);
        // What is not defined yet need not be copied.
        if (tensor.DefiningOp is not EmptyOp) CopyOp.Create(b, buffer, copy);
        Fresh(result, copy);
        return copy;
    }

    /// <summary>The buffer with the default layout: itself, or a copy.</summary>
    private Value Contiguous(Value buffer, IrType tensor)
    {
        if (buffer.Type == TypeOf(tensor)) return buffer;
        Value copy = AllocLike(tensor, buffer);
        CopyOp.Create(b, buffer, copy);
        return copy;
    }

    // Functions -----------------------------------------------------------------------------------------------------------

    private void Return(ReturnOp end)
    {
        HashSet<BufferRoot> given = [];
        Value[] operands = end.Operands.ToArray();
        for (int i = 0; i < operands.Length; i++)
        {
            if (!IsTensor(operands[i])) continue;
            BufferRoot root = analysis.RootOf(operands[i]);
            Value buffer = buffers[operands[i]];
            // The caller owns what it gets: no argument, no constant, and nothing twice.
            if (!root.Writable || !given.Add(root))
            {
                Value copy = AllocLike(operands[i].Type, buffer);
                CopyOp.Create(b, buffer, copy);
                buffer = copy;
            }
            operands[i] = Contiguous(buffer, operands[i].Type);
        }
        b.SetOperands(end, operands);
    }

    private void Call(CallOp call)
    {
        Value[] operands = call.Operands.ToArray();
        for (int i = 0; i < operands.Length; i++)
            if (IsTensor(operands[i])) operands[i] = Contiguous(buffers[operands[i]], operands[i].Type);
        CallOp made = CallOp.Create(b, operands, call.Callee, Converted(call.Outputs.Types()));
        for (int i = 0; i < call.ResultCount; i++)
        {
            if (IsTensor(call.Result(i))) Fresh(call.Result(i), made.Result(i));
            else b.ReplaceAllUses(call.Result(i), made.Result(i));
        }
    }
}
