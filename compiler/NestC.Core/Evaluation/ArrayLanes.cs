using System.Numerics;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Evaluation;

/// <summary>Between values of lanes and arrays, so that operations on whole arrays can be interpreted like others.</summary>
internal static unsafe class ArrayLanes
{
    /// <summary>The array of a value; null where it is a token, poison, or of elements that no array has.</summary>
    public static NdArray? ToArray(EvalValue value)
    {
        if (value.Type is not ShapedType { HasStaticShape: true } type || EvalValue.LaneTypeOf(type) is not { } lane || KindOf(lane) is not { } kind || value.HasPoison) return null;
        NdArray array = NdArray.Create(kind, type.Shape);
        int size = kind.Bytes();
        for (int i = 0; i < value.Lanes.Length; i++)
        {
            ulong bits = (ulong)value.Lanes[i];
            for (int b = 0; b < size; b++) array.Data[i * size + b] = (byte)(bits >> (8 * b));
        }
        GC.KeepAlive(array);
        return array;
    }

    /// <summary>The value of an array, of the given type or, where that leaves extents open, the array's; null where it has too many elements.</summary>
    public static EvalValue? ToValue(NdArray array, IrType type)
    {
        if (type is not TensorType tensor || array.Count > EvalValue.MaxLanes) return null;
        RankedTensorType known = RankedTensorType.Get(array.Shape, tensor.ElementType);
        if (EvalValue.LaneTypeOf(known) is not { } lane || KindOf(lane) != array.Kind) return null;
        var lanes = new BigInteger[array.Count];
        int size = array.Kind.Bytes();
        for (int i = 0; i < lanes.Length; i++)
        {
            ulong bits = 0;
            for (int b = 0; b < size; b++) bits |= (ulong)array.Data[(long)i * size + b] << (8 * b);
            lanes[i] = bits;
        }
        GC.KeepAlive(array);
        return new EvalValue(known, lanes);
    }

    private static ElementKind? KindOf(IrType element) => element switch
    {
        FloatType { Kind: FloatKind.F64 } => ElementKind.F64,
        FloatType { Kind: FloatKind.F32 } => ElementKind.F32,
        FloatType { Kind: FloatKind.F16 } => ElementKind.F16,
        FloatType { Kind: FloatKind.BF16 } => ElementKind.BF16,
        IntegerType { Width: 1 } => ElementKind.I1,
        IntegerType { Signedness: Signedness.Unsigned } integer => integer.Width switch { 8 => ElementKind.U8, 16 => ElementKind.U16, 32 => ElementKind.U32, 64 => ElementKind.U64, _ => null },
        IntegerType integer => integer.Width switch { 8 => ElementKind.I8, 16 => ElementKind.I16, 32 => ElementKind.I32, 64 => ElementKind.I64, _ => null },
        _ => null,
    };
}
