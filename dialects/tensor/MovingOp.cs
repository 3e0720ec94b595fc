using System.Numerics;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>
/// An operation whose result holds elements of its operands and nothing else. It says where each one comes from, and is thereby evaluated on
/// lanes and on arrays alike.
/// </summary>
public abstract class MovingOp : TensorOp, IEvaluable, IArrayEvaluable
{
    /// <summary>Where the result's elements come from.</summary>
    /// <exception cref="EvaluationException">The behaviour is undefined: something lies outside.</exception>
    protected abstract ElementMap Move(MoveInputs x);

    public void Evaluate(EvalContext ctx)
    {
        LaneInputs inputs = new(ctx);
        for (int i = 0; i < ctx.Count; i++)
        {
            if (ctx[i].Type is not ShapedType type || (EvalValue.LaneTypeOf(type) is not null && ctx[i].Lanes.Length == type.NumElements)) continue;
            ctx.SetUnsupported($"'{Name}' on {type}");
            return;
        }
        ElementMap map;
        try
        {
            map = Move(inputs);
        }
        catch (EvaluationException e)
        {
            ctx.SetUndefined($"'{Name}': {e.Message}");
            return;
        }
        IrType declared = Result(0).Type;
        IrType type0 = declared is ShapedType shaped ? RankedTensorType.Get(map.Shape, shaped.ElementType, (declared as RankedTensorType)?.Encoding) : declared;
        if (EvalValue.LaneTypeOf(type0) is null)
        {
            ctx.SetUnsupported($"'{Name}' of {type0}");
            return;
        }
        BigInteger[] lanes = new BigInteger[map.Count];
        for (int i = 0; i < lanes.Length; i++)
            lanes[i] = map.Has(i) ? ctx[map.Operand(i)].Lanes[map.Index(i)] : EvalValue.Poison;
        ctx.Set(0, new EvalValue(type0, lanes));
    }

    public NdArray[] Evaluate(NdArray[] x)
    {
        ElementMap map = Move(new ArrayInputs(x));
        IrType element = TypeRelations.ElementType(Result(0).Type);
        ElementKind? kind = null;
        foreach (NdArray array in x)
            if (MatchesKind(array.Kind, element)) kind ??= array.Kind;
        NdArray result = NdArray.Create(kind ?? KindOf(element), map.Shape);
        map.Fill(x, result);
        return [result];
    }

    // Operands of type index may have the element's kind as well, but they are scalars that no map refers to.
    private static bool MatchesKind(ElementKind kind, IrType element) => kind == KindOf(element) || (kind.Bits() == KindOf(element).Bits() && element is IntegerType { IsSignless: true } && kind.IsInteger());

    /// <summary>The kind in which arrays hold elements of a type.</summary>
    /// <exception cref="EvaluationException">Arrays hold no such elements.</exception>
    public static ElementKind KindOf(IrType element) => element switch
    {
        IndexType => ElementKind.I64,
        IntegerType { Width: 1 } => ElementKind.I1,
        IntegerType { Width: 8 } i => i.IsUnsigned ? ElementKind.U8 : ElementKind.I8,
        IntegerType { Width: 16 } i => i.IsUnsigned ? ElementKind.U16 : ElementKind.I16,
        IntegerType { Width: 32 } i => i.IsUnsigned ? ElementKind.U32 : ElementKind.I32,
        IntegerType { Width: 64 } i => i.IsUnsigned ? ElementKind.U64 : ElementKind.I64,
        FloatType when element == element.Context.Common.F32 => ElementKind.F32,
        FloatType when element == element.Context.Common.F64 => ElementKind.F64,
        FloatType when element == element.Context.Common.F16 => ElementKind.F16,
        FloatType when element == element.Context.Common.BF16 => ElementKind.BF16,
        _ => throw new EvaluationException($"arrays hold no elements of type {element}"),
    };

    private sealed class LaneInputs(EvalContext ctx) : MoveInputs
    {
        public override long[] Shape(int operand) => ((ShapedType)ctx[operand].Type).Shape.ToArray();

        public override long Number(int operand) => ctx[operand].Number ?? throw new EvaluationException("an index is poison");

        public override long Element(int operand, long index)
        {
            EvalValue value = ctx[operand];
            if (value.Lanes[index] == EvalValue.Poison) throw new EvaluationException("an index is poison");
            BigInteger number = EvalValue.Signed(value.Lanes[index], EvalValue.Width(value.LaneType));
            return number >= long.MinValue && number <= long.MaxValue ? (long)number : long.MaxValue;
        }
    }

    private sealed class ArrayInputs(NdArray[] x) : MoveInputs
    {
        public override long[] Shape(int operand) => x[operand].Shape.ToArray();

        public override long Number(int operand) => x[operand].GetInt64(0);

        public override long Element(int operand, long index) => x[operand].GetInt64(index);
    }
}

/// <summary>What is known of the operands' values when a <see cref="MovingOp"/> is evaluated.</summary>
public abstract class MoveInputs
{
    /// <summary>The sizes of an operand that is a tensor.</summary>
    public abstract long[] Shape(int operand);

    /// <summary>An operand of type index.</summary>
    public abstract long Number(int operand);

    /// <summary>An element of an operand that is a tensor of integers.</summary>
    public abstract long Element(int operand, long index);

    /// <summary>All numbers of a mixed list.</summary>
    public long[] Numbers(ReadOnlySpan<long> numbers, OperandRange values)
    {
        long[] all = numbers.ToArray();
        int next = 0;
        for (int i = 0; i < all.Length; i++)
            if (Shapes.IsDynamic(all[i])) all[i] = Number(values.Start + next++);
        return all;
    }

    /// <summary>All operands of a run.</summary>
    public long[] Numbers(OperandRange values)
    {
        long[] all = new long[values.Count];
        for (int i = 0; i < all.Length; i++) all[i] = Number(values.Start + i);
        return all;
    }
}

/// <summary>For each element of a result, in row-major order: which element of which operand it is, or that it is not defined.</summary>
public sealed class ElementMap
{
    private const int OperandShift = 48;
    private readonly long[] sources;

    /// <exception cref="EvaluationException">A size is negative, or there are too many elements.</exception>
    public ElementMap(long[] shape)
    {
        long count = Evaluation.NdArray.CountOf(shape);
        if (count > Array.MaxLength) throw new EvaluationException($"{Evaluation.NdArray.Format(shape)} has too many elements");
        Shape = shape;
        sources = new long[count];
        Array.Fill(sources, -1);
    }

    public long[] Shape { get; }

    public int Count => sources.Length;

    public bool Has(long i) => sources[i] >= 0;

    public int Operand(long i) => (int)(sources[i] >> OperandShift);

    public long Index(long i) => sources[i] & ((1L << OperandShift) - 1);

    public void Set(long i, int operand, long index) => sources[i] = (long)operand << OperandShift | index;

    /// <summary>All elements of a result that has an operand's elements in the same order.</summary>
    public static ElementMap Same(long[] shape, int operand)
    {
        ElementMap map = new(shape);
        for (int i = 0; i < map.Count; i++) map.Set(i, operand, i);
        return map;
    }

    /// <summary>Copies the elements; those that are not defined stay zero.</summary>
    public void Fill(NdArray[] x, NdArray result)
    {
        switch (result.Kind.Bytes())
        {
            case 1: Fill<byte>(x, result); break;
            case 2: Fill<ushort>(x, result); break;
            case 4: Fill<uint>(x, result); break;
            case 8: Fill<ulong>(x, result); break;
            default: throw new EvaluationException($"{result.Kind.Name()} elements cannot be moved");
        }
    }

    private void Fill<T>(NdArray[] x, NdArray result) where T : unmanaged
    {
        Span<T> to = result.Write<T>();
        int at = -1;
        ReadOnlySpan<T> from = default;
        for (int i = 0; i < to.Length; i++)
        {
            if (sources[i] < 0) continue;
            if (Operand(i) != at) from = x[at = Operand(i)].Read<T>();
            to[i] = from[(int)Index(i)];
        }
    }
}
