using System.Runtime.InteropServices;
using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Between types of the IR and kinds and shapes of arrays. Signed integers are signless in the IR, unsigned ones `ui8` and so on.</summary>
public static class GraphTypes
{
    /// <summary>The element type of a kind; null for sequences.</summary>
    public static IrType? TryTypeOf(NestContext context, ElementKind kind) => kind switch
    {
        ElementKind.F32 => FloatType.F32(context),
        ElementKind.F64 => FloatType.F64(context),
        ElementKind.F16 => FloatType.F16(context),
        ElementKind.BF16 => FloatType.BF16(context),
        ElementKind.F8E4M3FN => FloatType.Get(context, FloatKind.F8E4M3FN),
        ElementKind.F8E4M3FNUZ => FloatType.Get(context, FloatKind.F8E4M3FNUZ),
        ElementKind.F8E5M2 => FloatType.Get(context, FloatKind.F8E5M2),
        ElementKind.F8E5M2FNUZ => FloatType.Get(context, FloatKind.F8E5M2FNUZ),
        ElementKind.Complex64 => ComplexType.Get(FloatType.F32(context)),
        ElementKind.Complex128 => ComplexType.Get(FloatType.F64(context)),
        ElementKind.I1 => context.Common.I1,
        ElementKind.String => StringType.Get(context),
        ElementKind.Array => null,
        _ => IntegerType.Get(context, kind.Bits(), kind.IsUnsigned() ? Signedness.Unsigned : Signedness.Signless),
    };

    /// <inheritdoc cref="TryTypeOf"/>
    /// <exception cref="EvaluationException">The kind is that of sequences.</exception>
    public static IrType TypeOf(NestContext context, ElementKind kind) => TryTypeOf(context, kind) ?? throw new EvaluationException("a sequence has no element type");

    /// <summary>The kind of a tensor's elements, or of an element type; of a quantized type, that of its stored values.</summary>
    /// <exception cref="EvaluationException">No array has such elements.</exception>
    public static ElementKind KindOf(IrType type)
    {
        IrType element = type is ShapedType shaped ? shaped.ElementType : type;
        if (element is Builtin.Quant.QuantizedType quantized) return QuantizedTypes.KindOf(quantized.Storage);
        for (ElementKind kind = ElementKind.I1; kind <= ElementKind.String; kind++)
            if (TryTypeOf(type.Context, kind) == element) return kind;
        throw new EvaluationException($"there are no arrays of '{element}'");
    }

    /// <summary>The element type of a tensor, also of one in a sequence.</summary>
    /// <exception cref="EvaluationException">The value is no tensor.</exception>
    public static IrType Element(Value value) => value.Type is ShapedType shaped ? shaped.ElementType : throw new EvaluationException($"'{value.Type}' is no tensor");

    /// <summary>The tensor type of a shape, unranked for null.</summary>
    public static IrType Tensor(ReadOnlySpan<long> shape, IrType element) => RankedTensorType.Get(shape, element);

    /// <inheritdoc cref="Tensor(ReadOnlySpan{long}, IrType)"/>
    public static IrType Tensor(long[]? shape, IrType element) =>
        shape is null ? UnrankedTensorType.Get(element) : RankedTensorType.Get(shape, element);

    /// <summary>Whether one value may have both types: equal elements, and extents that agree where both are known.</summary>
    public static bool Compatible(IrType a, IrType b)
    {
        if (a is SequenceType s && b is SequenceType t) return Compatible(s.ElementType, t.ElementType);
        if (a is OptionalType o && b is OptionalType p) return Compatible(o.ElementType, p.ElementType);
        if (a is not TensorType x || b is not TensorType y || x.ElementType != y.ElementType) return false;
        if (a is not RankedTensorType || b is not RankedTensorType) return true;
        if (x.Shape.Length != y.Shape.Length) return false;
        for (int i = 0; i < x.Shape.Length; i++)
            if (x.Shape[i] != y.Shape[i] && !ShapedType.IsDynamic(x.Shape[i]) && !ShapedType.IsDynamic(y.Shape[i])) return false;
        return true;
    }

    /// <summary>The elements of an attribute.</summary>
    /// <exception cref="EvaluationException">They are not at hand, or are no numbers.</exception>
    public static NdArray ArrayOf(Attr attr)
    {
        switch (attr)
        {
            case DenseElementsAttr dense: return ArrayOf(dense);
            case DenseStringElementsAttr strings: return ArrayOf(strings);
            case DenseResourceElementsAttr { Handle.Blob: { } blob } resource: return ArrayOf(resource, blob);
            case DenseResourceElementsAttr missing: throw new EvaluationException($"the resource '{missing.Handle.Key}' has no data");
            default: throw new EvaluationException($"the elements of '{attr}' cannot be read");
        }
    }

    private static NdArray ArrayOf(DenseStringElementsAttr attr)
    {
        NdArray array = NdArray.Create(ElementKind.String, attr.ShapedType.Shape);
        Span<string> to = array.Write<string>();
        for (int i = 0; i < to.Length; i++) to[i] = System.Text.Encoding.UTF8.GetString(attr.Values[attr.IsSplat ? 0 : i]);
        return array;
    }

    private static NdArray ArrayOf(DenseElementsAttr dense)
    {
        ElementKind kind = KindOf(dense.ElementType);
        NdArray array = NdArray.CreateUninitialized(kind, dense.ShapedType.Shape);
        unsafe
        {
            int size = kind.Bytes();
            Span<byte> to = new(array.Data, checked((int)array.ByteLength));
            if (kind == ElementKind.I1)
                for (int i = 0; i < to.Length; i++) to[i] = (byte)(dense.GetInteger(i) & 1);
            else if (dense.IsSplat)
                for (int i = 0; i < to.Length; i += size) dense.RawData[..size].CopyTo(to[i..]);
            else dense.RawData[..to.Length].CopyTo(to);
        }
        GC.KeepAlive(array);
        return array;
    }

    private static unsafe NdArray ArrayOf(DenseResourceElementsAttr resource, ResourceBlob blob)
    {
        if (blob is ArrayBlob own)
        {
            ElementKind kind = KindOf(resource.ShapedType);
            if (own.Array.Kind == kind && own.Array.Shape.SequenceEqual(resource.ShapedType.Shape)) return own.Array;
            if (own.Length == NdArray.BytesFor(kind, resource.ShapedType.NumElements))
                return NdArray.Wrap(kind, resource.ShapedType.Shape, own.Array.Data, own.Array, readOnly: true);
        }
        NdArray array = NdArray.CreateUninitialized(KindOf(resource.ShapedType), resource.ShapedType.Shape);
        if (array.ByteLength != blob.Length)
            throw new EvaluationException($"the resource '{resource.Handle.Key}' has {blob.Length} bytes, its type '{resource.Type}' takes {array.ByteLength}");
        unsafe
        {
            for (long at = 0; at < blob.Length;)
            {
                ReadOnlySpan<byte> chunk = blob.Chunk(at);
                chunk.CopyTo(new Span<byte>(array.Data + at, chunk.Length));
                at += chunk.Length;
            }
        }
        return array;
    }

    /// <summary>The attribute of an array's elements: as text where they are few, a resource otherwise.</summary>
    public static unsafe Attr AttrOf(NestContext context, NdArray array, string name, int most = 64)
    {
        var type = RankedTensorType.Get(array.Shape, TypeOf(context, array.Kind));
        if (array.Kind == ElementKind.String)
        {
            var values = new byte[array.Count][];
            for (int i = 0; i < values.Length; i++) values[i] = System.Text.Encoding.UTF8.GetBytes(array.Read<string>()[i]);
            return DenseStringElementsAttr.Get(type, values);
        }
        if (array.Kind == ElementKind.I1 && array.Count > 0)
        {
            var bits = new bool[array.Count];
            for (int i = 0; i < bits.Length; i++) bits[i] = array.GetInt64(i) != 0;
            return DenseElementsAttr.Get<bool>(type, bits);
        }
        if (array.Count <= most) return Dense(type, array);
        return DenseResourceElementsAttr.Get(type, context.Resources.Declare("builtin", name, new ArrayBlob(array)));
    }

    private static unsafe DenseElementsAttr Dense(ShapedType type, NdArray array)
    {
        var bytes = new ReadOnlySpan<byte>(array.Data, (int)array.ByteLength);
        DenseElementsAttr attr = array.Kind.Bytes() switch
        {
            1 => DenseElementsAttr.Get<byte>(type, bytes),
            2 => DenseElementsAttr.Get<short>(type, MemoryMarshal.Cast<byte, short>(bytes)),
            4 => DenseElementsAttr.Get<int>(type, MemoryMarshal.Cast<byte, int>(bytes)),
            8 => DenseElementsAttr.Get<long>(type, MemoryMarshal.Cast<byte, long>(bytes)),
            16 => DenseElementsAttr.Get<Int128>(type, MemoryMarshal.Cast<byte, Int128>(bytes)),
            _ => throw new EvaluationException($"constants of {array.Kind.Name()} are not supported"),
        };
        GC.KeepAlive(array);
        return attr;
    }
}

/// <summary>A resource's bytes that are those of an array.</summary>
public sealed unsafe class ArrayBlob(NdArray array) : ResourceBlob
{
    public NdArray Array { get; } = array;

    public override long Length => Array.ByteLength;

    public override int Alignment => Array.Kind.Bytes();

    public override ReadOnlySpan<byte> Chunk(long offset) => new(Array.Data + offset, (int)Math.Min(Length - offset, 1 << 20));
}

/// <summary>What is known of an operation's operands while its shapes are inferred.</summary>
public readonly struct ShapeArguments(Operation op)
{
    /// <summary>The shape of an operand; null without rank.</summary>
    public long[]? Shape(int operand) => op.Operand(operand).Type is RankedTensorType type ? type.Shape.ToArray() : null;

    /// <summary>The elements of a constant operand of integers; null where it is none.</summary>
    public long[]? List(int operand) => operand >= op.OperandCount ? null : List(op.Operand(operand));

    /// <summary>The elements of a constant of integers; null where the value is none, or absent.</summary>
    public static long[]? List(Value? value) => Small(value) is { } array && array.Kind.IsInteger() ? array.ToInt64s() : null;

    /// <summary>The elements of a constant of floats; null where the value is none, or absent.</summary>
    public static double[]? Numbers(Value? value) => Small(value) is { } array && array.Kind.IsFloat() ? array.ToDoubles() : null;

    private static NdArray? Small(Value? value) =>
        value is { DefiningOp: ConstantOp constant } && value.Value.Type is RankedTensorType { HasStaticShape: true } type && type.NumElements <= 1 << 16
            ? GraphTypes.ArrayOf(constant.Value) : null;

    public bool Both(out long[] a, out long[] b)
    {
        (a, b) = (Shape(0) ?? [], Shape(1) ?? []);
        return Shape(0) is not null && Shape(1) is not null;
    }

    /// <summary>The shapes of all operands; null where one has no rank.</summary>
    public long[][]? All()
    {
        var all = new long[op.OperandCount][];
        for (int i = 0; i < all.Length; i++)
        {
            if (Shape(i) is not { } shape) return null;
            all[i] = shape;
        }
        return all;
    }

    /// <summary>The shape to which the first operands are broadcast.</summary>
    public long[]? Broadcast(int count)
    {
        long[] result = [];
        for (int i = 0; i < count; i++)
        {
            if (Shape(i) is not { } shape) return null;
            result = Shapes.Broadcast(result, shape);
        }
        return result;
    }

    /// <summary>As many unknown extents as a vector operand has elements.</summary>
    public long[]? Unknown(int operand) => Shape(operand) is [>= 0 and <= 64] count ? AnyOfRank((int)count[0]) : null;

    public long[] AnyOfRank(int rank)
    {
        var shape = new long[rank];
        Array.Fill(shape, Shapes.Unknown);
        return shape;
    }
}
