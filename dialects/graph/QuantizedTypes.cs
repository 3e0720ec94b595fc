using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>A tensor of `!quant.uniform` values that share one scale, of at most 16 bits.</summary>
public readonly struct QuantizedTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType { ElementType: UniformQuantizedType { Axis: null, Storage.Width: <= 16 } };

    public static string Describe => "tensor of quantized values of one scale and at most 16 bits";
}

/// <summary>A tensor of `!quant.uniform` values of at most 16 bits, with one scale or one for each index of dimension 0.</summary>
public readonly struct QuantizedWeight : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType { ElementType: UniformQuantizedType { Axis: null or 0, Storage.Width: <= 16 } };

    public static string Describe => "tensor of quantized values of at most 16 bits, with one scale or one along axis 0";
}

/// <summary>A tensor of `!quant.uniform` values.</summary>
public readonly struct AnyQuantizedTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType { ElementType: UniformQuantizedType };

    public static string Describe => "tensor of uniformly quantized values";
}

/// <summary>Between quantized types and the arrays of their stored integers.</summary>
public static class QuantizedTypes
{
    /// <summary>The quantized element type of a tensor, or null.</summary>
    public static UniformQuantizedType? Of(IrType type) => (type as ShapedType)?.ElementType as UniformQuantizedType;

    /// <summary>The quantized element type of a tensor that has one.</summary>
    public static UniformQuantizedType Of(Value value) => (UniformQuantizedType)((ShapedType)value.Type).ElementType;

    /// <summary>The zero point of a tensor with one scale.</summary>
    public static long ZeroOf(Value value) => Of(value).ZeroPoints[0];

    /// <summary>The scale of a tensor with one scale.</summary>
    public static double ScaleOf(Value value) => Of(value).Scales[0];

    /// <summary>The kind of array that holds stored values: the next whole byte, half or full word.</summary>
    public static ElementKind KindOf(QuantStorage storage) => (storage.Width, storage.IsSigned) switch
    {
        ( <= 8, true) => ElementKind.I8,
        ( <= 8, false) => ElementKind.U8,
        ( <= 16, true) => ElementKind.I16,
        ( <= 16, false) => ElementKind.U16,
        (_, true) => ElementKind.I32,
        _ => ElementKind.U32,
    };

    /// <summary>The type of integers, signless or unsigned, in which constants of a quantized type are written.</summary>
    public static IrType StorageOf(QuantizedType type) => GraphTypes.TypeOf(type.Context, KindOf(type.Storage));

    /// <summary>A type with one scale, of the full range of the width.</summary>
    /// <exception cref="EvaluationException">The scale is not positive and finite.</exception>
    public static UniformQuantizedType Get(NestContext context, int width, bool isSigned, double scale, long zero = 0) =>
        Get(context, new QuantStorage(width, isSigned, QuantStorage.DefaultMin(width, isSigned), QuantStorage.DefaultMax(width, isSigned)), null, [scale], [zero]);

    /// <summary>A type of f32 values; the arrays belong to it afterwards.</summary>
    /// <exception cref="EvaluationException">A scale is not positive and finite.</exception>
    public static UniformQuantizedType Get(NestContext context, QuantStorage storage, int? axis, double[] scales, long[] zeros) =>
        UniformQuantizedType.TryGet(storage, FloatType.F32(context), axis, scales, zeros, out string? error) ?? throw new EvaluationException(error!);
}
