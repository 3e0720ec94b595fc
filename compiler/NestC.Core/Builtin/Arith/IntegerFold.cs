using System.Numerics;
using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Folds integer operations whose operands are constants: scalars, splats and elements.</summary>
internal static class IntegerFold
{
    /// <summary>The constant that a fold yields; null when an operand is not constant or there is no value.</summary>
    public static Attr? Binary(IntegerOperation operation, FoldInputs inputs) => Binary(operation, inputs[0], inputs[1]);

    /// <param name="lhs">A constant, or null.</param>
    /// <param name="rhs">A constant of the same type, or null.</param>
    /// <param name="resultType">The result's type; null: that of the operands.</param>
    public static Attr? Binary(IntegerOperation operation, Attr? lhs, Attr? rhs, IrType? resultType = null)
    {
        // Mostly an operand is not constant; and what ReadyToRun compiles asks the runtime for every class.
        if (lhs is null || rhs is null) return null;
        if (lhs is IntegerAttr a && rhs is IntegerAttr b) return a.Type == b.Type ? Scalar(operation, a, b, resultType ?? a.Type) : null;
        if (lhs is not DenseElementsAttr x || rhs is not DenseElementsAttr y || x.Type != y.Type) return null;
        ShapedType type = (ShapedType)(resultType ?? x.Type);
        if (x.IsSplat && y.IsSplat)
        {
            return x.GetElement(0) is IntegerAttr one && y.GetElement(0) is IntegerAttr other && Scalar(operation, one, other, type.ElementType) is { } value
                ? DenseElementsAttr.Splat(type, value) : null;
        }
        int size = DenseElementsAttr.SizeOf(type.ElementType);
        byte[] bytes = new byte[checked((int)x.NumElements * size)];
        for (int i = 0; i < x.NumElements; i++)
        {
            if (x.GetElement(i) is not IntegerAttr p || y.GetElement(i) is not IntegerAttr q) return null;
            IntegerAttr? value = Scalar(operation, p, q, type.ElementType);
            if (value is null && i < x.NumElements - 1) value = Undefined(operation, p, q);
            if (value is null) return null;
            value.WriteBytes(bytes.AsSpan(i * size, size));
        }
        return DenseElementsAttr.FromElements(type, bytes);
    }

    // Of shifts and floor divisions upstream asks for the last element only whether there is a value; this is what it takes for the others.
    private static IntegerAttr? Undefined(IntegerOperation operation, IntegerAttr a, IntegerAttr b)
    {
        switch (operation)
        {
            case IntegerOperation.ShL or IntegerOperation.ShRU:
                return IntegerAttr.Get(a.Type, 0);
            case IntegerOperation.ShRS:
                return IntegerAttr.Get(a.Type, Constants.Signed(a).Sign < 0 ? -1 : 0);
            case IntegerOperation.FloorDivS:
                return a;
            default:
                return null;
        }
    }

    private static IntegerAttr? Scalar(IntegerOperation operation, IntegerAttr a, IntegerAttr b, IrType resultType)
    {
        int width = a.Type.BitWidth();
        if (width > IntegerArithmetic.GreatestWidth(operation)) return Wide(operation, a, b, resultType);
        long x = width == 1 ? -a.Value : a.Value, y = width == 1 ? -b.Value : b.Value;
        return IntegerArithmetic.Apply(operation, x, y, width, out long result) ? IntegerAttr.Get(resultType, result) : null;
    }

    // Apart, since ReadyToRun does not precompile what touches BigInteger.
    private static IntegerAttr? Wide(IntegerOperation operation, IntegerAttr a, IntegerAttr b, IrType resultType) =>
        WideArithmetic.Apply(operation, Constants.Signed(a), Constants.Signed(b), a.Type.BitWidth(), out BigInteger wide) ? IntegerAttr.Get(resultType, wide) : null;

    /// <summary>Constants of another integer type: the value, read as signed or unsigned, modulo two to the power of the new width.</summary>
    public static Attr? Resize(Attr? constant, IrType resultType, bool unsigned)
    {
        switch (constant)
        {
            case IntegerAttr value:
                return Resize(value, resultType, unsigned);
            case DenseElementsAttr { IsSplat: true } splat when resultType is ShapedType shaped && splat.GetElement(0) is IntegerAttr value:
                return DenseElementsAttr.Splat(shaped, Resize(value, shaped.ElementType, unsigned));
            case DenseElementsAttr elements when resultType is ShapedType shaped && elements.ElementType is IntegerType or IndexType:
                int size = DenseElementsAttr.SizeOf(shaped.ElementType);
                byte[] bytes = new byte[checked((int)elements.NumElements * size)];
                for (int i = 0; i < elements.NumElements; i++)
                    Resize((IntegerAttr)elements.GetElement(i), shaped.ElementType, unsigned).WriteBytes(bytes.AsSpan(i * size, size));
                return DenseElementsAttr.FromElements(shaped, bytes);
            default:
                return null;
        }
    }

    private static IntegerAttr Resize(IntegerAttr value, IrType type, bool unsigned)
    {
        int width = value.Type.BitWidth();
        if (width > 64 || (width == 64 && type.BitWidth() > 64)) return ResizeWide(value, type, unsigned);
        long bits = width == 1 ? -value.Value : value.Value;
        return IntegerAttr.Get(type, unsigned && width < 64 ? bits & (1L << width) - 1 : bits);
    }

    private static IntegerAttr ResizeWide(IntegerAttr value, IrType type, bool unsigned) =>
        IntegerAttr.Get(type, unsigned ? Constants.Unsigned(value) : Constants.Signed(value));
}

/// <summary>What folds and patterns ask about constants.</summary>
internal static class Constants
{
    /// <summary>The value as a signed number: an i1 of 1 is -1.</summary>
    public static BigInteger Signed(IntegerAttr value) => value.Type.IsSignlessInteger(1) ? -value.Value : value.BigValue;

    public static BigInteger Unsigned(IntegerAttr value)
    {
        BigInteger big = value.BigValue;
        return big.Sign < 0 ? big + (BigInteger.One << value.Type.BitWidth()) : big;
    }

    /// <summary>The integer of a scalar or of a splat, or null.</summary>
    public static IntegerAttr? Integer(Attr? constant) => constant switch
    {
        null => null,
        IntegerAttr value => value,
        DenseElementsAttr { IsSplat: true } splat => splat.GetElement(0) as IntegerAttr,
        _ => null,
    };

    /// <summary>The float of a scalar or of a splat, or null.</summary>
    public static FloatAttr? Float(Attr? constant) => constant switch
    {
        null => null,
        FloatAttr value => value,
        DenseElementsAttr { IsSplat: true } splat => splat.GetElement(0) as FloatAttr,
        _ => null,
    };

    public static bool IsZero(Attr? constant) => Integer(constant) is { IsWide: false, Value: 0 };

    public static bool IsOne(Attr? constant) => Integer(constant) is { IsWide: false, Value: 1 };

    public static bool IsAllOnes(Attr? constant) => Integer(constant) is { } value && IsAllOnes(value);

    private static bool IsAllOnes(IntegerAttr value) => !value.IsWide && (value.Type.IsSignlessInteger(1) ? value.Value == 1 : value.Value == -1);

    /// <summary>The greatest signed value of its type.</summary>
    public static bool IsMaxSigned(IntegerAttr value)
    {
        int width = value.Type.BitWidth();
        return width == 1 ? value.Value == 0 : width > 64 ? IsMaxWide(value) : value.Value == (1L << (width - 1)) - 1;
    }

    private static bool IsMaxWide(IntegerAttr value) => Signed(value) == (BigInteger.One << (value.Type.BitWidth() - 1)) - 1;

    /// <summary>The least signed value of its type.</summary>
    public static bool IsMinSigned(IntegerAttr value)
    {
        int width = value.Type.BitWidth();
        return width == 1 ? value.Value == 1 : width > 64 ? IsMinWide(value) : value.Value == -(1L << (width - 1));
    }

    private static bool IsMinWide(IntegerAttr value) => Signed(value) == -(BigInteger.One << (value.Type.BitWidth() - 1));

    public static bool IsMaxUnsigned(IntegerAttr value) => IsAllOnes(value);

    /// <summary>The constant that defines a value, or null.</summary>
    public static Attr? Of(Value value) => Rewriting.Folder.ConstantOf(value);

    /// <summary>Whether constants of this type can be made: no dimension is dynamic.</summary>
    public static bool CanHold(IrType type) => type is not ShapedType || type is VectorType or RankedTensorType { HasStaticShape: true };

    /// <summary>A number everywhere in a type of integers; null when the type can hold no constant.</summary>
    public static Attr? Splat(IrType type, long value)
    {
        if (!CanHold(type)) return null;
        return type is ShapedType shaped ? DenseElementsAttr.Splat(shaped, IntegerAttr.Get(shaped.ElementType, value)) : IntegerAttr.Get(type, value);
    }

    /// <summary>Whether a value is `xor x, -1` of another one.</summary>
    public static bool IsNotOf(Value value, Value of) => value.DefiningOp is XOrIOp xor && xor.Lhs == of && IsAllOnes(Of(xor.Rhs));
}
