using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class ExtUIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // extui(extui(x)) -> extui(x)
        if (In.DefiningOp is ExtUIOp inner)
        {
            SetIn(inputs.Builder, inner.In);
            return FoldResult.InPlace;
        }
        return IntegerFold.Resize(inputs[0], Out.Type, unsigned: true);
    }
}

public sealed partial class ExtSIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // extsi(extsi(x)) -> extsi(x)
        if (In.DefiningOp is ExtSIOp inner)
        {
            SetIn(inputs.Builder, inner.In);
            return FoldResult.InPlace;
        }
        return IntegerFold.Resize(inputs[0], Out.Type, unsigned: false);
    }
}

public sealed partial class TruncIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        if (In.DefiningOp is ExtUIOp or ExtSIOp)
        {
            Value source = In.DefiningOp.Operand(0);
            int width = TypeRelations.ElementType(source.Type).BitWidth();
            // trunci(ext(x)) -> trunci(x) or x
            if (width > TypeRelations.ElementType(Out.Type).BitWidth())
            {
                SetIn(inputs.Builder, source);
                return FoldResult.InPlace;
            }
            if (source.Type == Out.Type) return source;
        }
        // trunci(trunci(x)) -> trunci(x)
        if (In.DefiningOp is TruncIOp inner)
        {
            SetIn(inputs.Builder, inner.In);
            return FoldResult.InPlace;
        }
        return IntegerFold.Resize(inputs[0], Out.Type, unsigned: false);
    }
}

public sealed partial class ExtFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.ConvertExactly(inputs[0], Out.Type);
}

public sealed partial class TruncFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.ConvertExactly(inputs[0], Out.Type);
}

public sealed partial class UIToFPOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.FromInteger(inputs[0], Out.Type, unsigned: true);
}

public sealed partial class SIToFPOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.FromInteger(inputs[0], Out.Type, unsigned: false);
}

public sealed partial class FPToUIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.ToInteger(inputs[0], Out.Type, unsigned: true);
}

public sealed partial class FPToSIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.ToInteger(inputs[0], Out.Type, unsigned: false);
}

public sealed partial class IndexCastOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => IntegerFold.Resize(inputs[0], Out.Type, unsigned: false);
}

public sealed partial class IndexCastUIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => IntegerFold.Resize(inputs[0], Out.Type, unsigned: true);
}

public sealed partial class BitcastOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        switch (inputs[0])
        {
            case DenseElementsAttr elements when Out.Type is ShapedType type && elements.ElementSize == DenseElementsAttr.SizeOf(type.ElementType):
                byte[] bytes = new byte[elements.IsSplat ? elements.ElementSize : checked((int)elements.NumElements * elements.ElementSize)];
                for (int i = 0; i * elements.ElementSize < bytes.Length; i++) elements.ElementData(i).CopyTo(bytes.AsSpan(i * elements.ElementSize));
                return DenseElementsAttr.FromElements(type, bytes);
            case FloatAttr real when Out.Type is IntegerType to:
                return IntegerAttr.Get(to, (System.Numerics.BigInteger)real.Bits);
            case FloatAttr real when Out.Type is FloatType to:
                return FloatAttr.FromBits(to, real.Bits);
            case IntegerAttr integer when Out.Type is FloatType to:
                return FloatAttr.FromBits(to, (UInt128)Constants.Unsigned(integer));
            case IntegerAttr integer when Out.Type is IntegerType to:
                return IntegerAttr.Get(to, integer.BigValue);
            default:
                // bitcast(x : t) : t -> x
                return In.Type == Out.Type ? In : FoldResult.None;
        }
    }
}
