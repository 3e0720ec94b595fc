using NestC.Builtin;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

public sealed partial class IdentityOp : IFoldable
{
    // identity(x) -> x
    public FoldResult Fold(FoldInputs inputs) => Input.Type == Output.Type ? Input : default(FoldResult);
}

public sealed partial class DropoutOp : IFoldable
{
    // dropout(x) -> x
    public FoldResult Fold(FoldInputs inputs) => Input.Type == Output.Type ? Input : default(FoldResult);
}

public sealed partial class ReshapeOp : IFoldable
{
    // reshape(x) -> x, in the same shape
    public FoldResult Fold(FoldInputs inputs) => SameShape.Of(this) ? Input : default(FoldResult);
}

public sealed partial class FlattenOp : IFoldable
{
    // flatten(x) -> x, of a matrix
    public FoldResult Fold(FoldInputs inputs) => SameShape.Of(this) ? Input : default(FoldResult);
}

public sealed partial class SqueezeOp : IFoldable
{
    // squeeze(x) -> x, where no dimension goes
    public FoldResult Fold(FoldInputs inputs) => SameShape.Of(this) ? Input : default(FoldResult);
}

public sealed partial class ExpandOp : IFoldable
{
    // expand(x) -> x, to the same shape
    public FoldResult Fold(FoldInputs inputs) => SameShape.Of(this) ? Input : default(FoldResult);
}

public sealed partial class TileOp : IFoldable
{
    // tile(x, 1...) -> x
    public FoldResult Fold(FoldInputs inputs) => SameShape.Of(this) ? Input : default(FoldResult);
}

public sealed partial class PadOp : IFoldable
{
    // pad(x, 0...) -> x
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Input.Type != Output.Type || GraphConstants.Ints(Pads) is not { } pads) return default;
        foreach (long pad in pads)
            if (pad != 0) return default;
        return Input;
    }
}

public sealed partial class CastOp : IFoldable
{
    // cast(x) -> x, to its own type
    public FoldResult Fold(FoldInputs inputs) => Input.Type == Output.Type ? Input : default(FoldResult);
}

public sealed partial class TransposeOp : IFoldable
{
    // transpose(x, [0, 1, ...]) -> x
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Input.Type != Output.Type || Perm is not { } perm) return default;
        for (int i = 0; i < perm.Length; i++)
            if (perm[i] != i) return default;
        return Input;
    }
}

public sealed partial class SliceOp : IFoldable
{
    // slice(x) -> x, of everything in steps forwards
    public FoldResult Fold(FoldInputs inputs)
    {
        if (!SameShape.Of(this) || GraphConstants.Ints(this, 4) is not { } steps) return default;
        foreach (long step in steps)
            if (step < 0) return default;
        return Input;
    }
}

public sealed partial class ConcatOp : IFoldable
{
    // concat(x) -> x
    public FoldResult Fold(FoldInputs inputs) => Inputs.Count == 1 && Inputs[0].Type == Output.Type ? Inputs[0] : default(FoldResult);
}

public sealed partial class ShapeOfOp : IFoldable
{
    // shape(x) -> its extents, where they are known
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Input.Type is not RankedTensorType type) return default;
        ReadOnlySpan<long> part = Part(type.Shape);
        foreach (long extent in part)
            if (ShapedType.IsDynamic(extent)) return default;
        NdArray shape = NdArray.Vector(part);
        return Output.Type == GraphTypes.Tensor(shape.Shape, Context.Common.I64) ? GraphTypes.AttrOf(Context, shape, "shape") : default(FoldResult);
    }
}

public sealed partial class SizeOp : IFoldable
{
    // size(x) -> its number of elements, where it is known
    public FoldResult Fold(FoldInputs inputs) => Input.Type is RankedTensorType { HasStaticShape: true } type && Output.Type is RankedTensorType { Rank: 0 }
        ? GraphTypes.AttrOf(Context, NdArray.Scalar(type.NumElements), "size") : default(FoldResult);
}

internal static class SameShape
{
    /// <summary>Whether the result has the first operand's type, which says all about its shape.</summary>
    public static bool Of(Operation op) => op.Operand(0).Type == op.Result(0).Type && op.Result(0).Type is RankedTensorType { HasStaticShape: true };
}
